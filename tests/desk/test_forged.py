"""Precision in both directions: no forged mail acts, and every true one does."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from desk.proof import AuthSettings
from models import Address, Entry, Notice, Person, Ticket, TicketEvent
from tests.desk.forged import DISTRICT, FORGED, PASS, SMUGGLED, TESS, TOM, TOM_AT, Target, received
from tests.desk.house import Stage
from tests.intake.signing import Zone, sign_mail
from tests.make import make_mail

VERDICTS = AuthSettings("mx.google.com")
# How a header is read has nothing to do with the database.
ONE_DATABASE = pytest.mark.parametrize("engine_name", ["sqlite"])


def target(stage: Stage, gone: int) -> Target:
    """A fresh ticket of the teacher that the technician has been told of."""
    original = f"original{len(stage.tickets())}@{DISTRICT}"
    inbound = stage.carry(received(make_mail(subject=f"[fault] dark {original}", message_id=original), "pass"), door="imap")
    ticket = stage.ticket(inbound.ticket_number)
    (told,) = stage.notices(ticket.number, template="assigned")
    (acknowledged,) = stage.notices(ticket.number, template="acknowledgement")
    return Target(stage, ticket, told.subject, original, told.message_id, acknowledged.message_id, gone)


def with_somebody_gone(stage: Stage) -> int:
    with stage.store.writing() as session:
        person = Person(name="Gil Gone", role="technician", active=False, addresses=[Address(address=f"gil.gone@{DISTRICT}")])
        session.add(person)
        session.flush()
        return person.id


def state_of(stage: Stage, number: int) -> tuple[object, ...]:
    """Everything that an act in a technician's name would change."""
    with stage.store.reading() as session:
        ticket = session.get_one(Ticket, number)
        words = select(func.count()).select_from(Entry).join(Person, Entry.author_id == Person.id).where(
            Entry.ticket_number == number, Person.role != "requester", Person.role != "student")  # fmt: skip
        told = select(func.count()).select_from(Notice).where(
            Notice.ticket_number == number, Notice.template.in_(("reply", "resolved", "closed", "help")))  # fmt: skip
        proved = select(func.count()).select_from(TicketEvent).where(TicketEvent.what == "proved")
        others = select(func.count()).select_from(Ticket).join(Person, Ticket.requester_id == Person.id).where(
            Person.name == "Emil Eriksen")  # fmt: skip
        return (
            ticket.status, ticket.kinds, ticket.category, ticket.priority, ticket.level, ticket.assignee_id, ticket.team_id,
            ticket.school_id, ticket.requester_id, len(ticket.participants),
            *(session.scalar(query) for query in (words, told, proved, others)),
        )  # fmt: skip


@pytest.mark.parametrize("way", ["a mail server vouches", "nobody vouches"])
def test_no_forged_mail_acts(store, clock, way):
    assert len(FORGED) >= 80 and len({attack.name for attack in FORGED}) == len(FORGED)
    vouched = way == "a mail server vouches"
    stage = Stage(store, clock.now, auth=VERDICTS if vouched else AuthSettings())
    gone = with_somebody_gone(stage)
    acted, states, tried = [], {}, 0
    for attack in FORGED:
        if attack.needs_verdict and not vouched:
            continue  # a stolen token under a perfect From: only a mail server could tell
        aim = target(stage, gone)
        if attack.before:
            attack.before(aim)
        before = state_of(stage, aim.ticket.number)
        raw = attack.build(aim)
        inbound = stage.carry(received(raw, attack.truth) if vouched else raw, door="imap" if vouched else "smtp")
        tried += 1
        states[attack.name] = inbound.state
        if state_of(stage, aim.ticket.number) != before:
            acted.append((attack.name, inbound.reason))
    assert acted == []
    assert tried >= (130 if vouched else 100), tried
    assert set(states.values()) <= {"held", "ticketed", "screened", "duplicate"}
    assert all(state == "held" for name, state in states.items() if "person who left" in name)
    asked = [name for name, state in states.items() if name.startswith("From alone: #") and state != "held"]
    assert asked == []  # a technician whose mail it was after all hears of it


def test_commands_within_quotes_signatures_files_and_hidden_text_never_act(store, clock):
    stage = Stage(store, clock.now, auth=VERDICTS)
    gone = with_somebody_gone(stage)
    for name, build in SMUGGLED.items():
        aim = target(stage, gone)
        inbound = stage.carry(received(build(aim), "pass"), aim.token("tom"), door="imap")
        ticket = stage.ticket(aim.ticket.number)
        assert inbound.state == "ticketed", name
        assert (ticket.status, ticket.assignee.name) == ("open", "Tom Tanner"), name
        (reply,) = stage.notices(ticket.number, template="reply")
        assert "I will look at it" in reply.context["entry"]["text"] and "\n#" not in reply.context["entry"]["text"], name


@dataclass(frozen=True)
class Arrival:
    """How a true mail comes in: what the district trusts, what its server wrote on top, by which door."""

    auth: AuthSettings
    on_top: bytes = b""
    door: str = "imap"


GOOGLE_TOP = received(b"", "pass")
GOOGLE_FULL = (
    b"Delivered-To: help@oakdistrict.example\r\nX-Received: by 2002:a17:902 with SMTP id a1; Mon, 14 Sep 2026 01:00:00 -0700 (PDT)\r\n"
    b"ARC-Seal: i=1; a=rsa-sha256; d=google.com; s=arc; cv=none; b=AA==\r\nARC-Authentication-Results: i=1; mx.google.com;\r\n"
    b"       dkim=none; dmarc=fail header.from=evil.example\r\nReturn-Path: <tom.tanner@oakdistrict.example>\r\n"
    b"Received: from mail-sor-f41.google.com (mail-sor-f41.google.com. [209.85.220.41])\r\n        by mx.google.com with SMTPS id x\r\n"
    b"Received-SPF: pass (google.com: domain of tom.tanner@oakdistrict.example designates 209.85.220.41)\r\n"
    b"Authentication-Results: mx.google.com;\r\n       dkim=pass header.i=@oakdistrict.example header.s=google header.b=\"k/3=a\";\r\n"
    b"       spf=pass (google.com: domain of tom) smtp.mailfrom=tom.tanner@oakdistrict.example;\r\n"
    b"       dmarc=pass (p=QUARANTINE sp=QUARANTINE dis=NONE) header.from=oakdistrict.example;\r\n"
    b"       dara=pass header.i=@oakdistrict.example\r\n"
)
OUTLOOK_TOP = (
    b"Received: from SA1PR02.namprd02.prod.outlook.com (2603:10b6::1) by\r\n DM6PR02.namprd02.prod.outlook.com with HTTPS\r\n"
    b"Authentication-Results: spf=pass (sender IP is 40.107.1.2)\r\n smtp.mailfrom=oakdistrict.example; dkim=pass (signature was\r\n"
    b" verified) header.d=oakdistrict.example;dmarc=pass action=none\r\n header.from=oakdistrict.example;compauth=pass reason=100\r\n"
    b"Received-SPF: Pass (protection.outlook.com: domain of oakdistrict.example designates 40.107.1.2)\r\n"
)
OUTLOOK_OLD = OUTLOOK_TOP.replace(b"compauth=pass reason=100", b"x=y") + b"Authentication-Results-Original: mx.evil.example; dmarc=fail\r\n"
OUTLOOK_PLAIN = b"Authentication-Results: spf=none smtp.mailfrom=x.example; dkim=none (message not signed) header.d=none;dmarc=pass action=none header.from=oakdistrict.example;\r\n"
FASTMAIL_TOP = (
    b"Received: from mailmx.nyi.internal ([10.202.2.204]) by sloti01 with LMTPA\r\nX-Resolved-to: help\r\n"
    b"Authentication-Results: mx5.messagingengine.com;\r\n    arc=none (no signatures found);\r\n"
    b"    dkim=pass (2048-bit rsa key sha256) header.d=oakdistrict.example header.i=@oakdistrict.example header.b=Q1;\r\n"
    b"    dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none (p=none,d=none,d.eval=none)\r\n"
    b"    policy.policy-from=p header.from=oakdistrict.example;\r\n    iprev=pass smtp.remote-ip=209.85.1.1 (x.example)\r\n"
    b"Received: from x.example by mx5.messagingengine.com with ESMTPS\r\n"
)
PROOFPOINT_TOP = (
    b"Received: from pps.filterd by mx0a-00123401.pphosted.com with ESMTP id 1\r\nAuthentication-Results: ppops.net; spf=pass\r\n"
    b" smtp.mailfrom=tom.tanner@oakdistrict.example; dkim=pass header.s=s1 header.d=oakdistrict.example;\r\n"
    b" dmarc=pass header.from=oakdistrict.example\r\nX-Proofpoint-Spam-Details: rule=inbound score=0\r\n"
)
RSPAMD_TOP = b"Authentication-Results: mail.oakdistrict.example;\r\n\tdkim=pass header.d=oakdistrict.example header.s=x header.b=a+/=;\r\n\tspf=pass (mail: domain of x) smtp.mailfrom=x;\r\n\tdmarc=pass (policy=none) header.from=oakdistrict.example\r\n"
OPENDMARC_TOP = b"Authentication-Results: mail.oakdistrict.example 1; dmarc=pass (p=none dis=none) header.from=oakdistrict.example\r\n"

GOOGLE, MICROSOFT = AuthSettings("mx.google.com"), AuthSettings("microsoft")
OWN = AuthSettings("mail.oakdistrict.example")
ARRIVALS: dict[str, Arrival] = {
    "Google": Arrival(GOOGLE, GOOGLE_TOP),
    "Google, all its fields": Arrival(GOOGLE, GOOGLE_FULL),
    "Google, twice through it": Arrival(GOOGLE, GOOGLE_TOP + GOOGLE_FULL),
    "Google, after another server": Arrival(GOOGLE, GOOGLE_TOP + b"Authentication-Results: mx.other.example; dmarc=none\r\n"),
    "Exchange Online": Arrival(MICROSOFT, OUTLOOK_TOP),
    "Exchange Online, with what was there before": Arrival(MICROSOFT, OUTLOOK_OLD),
    "Exchange Online, short": Arrival(MICROSOFT, OUTLOOK_PLAIN),
    "Fastmail": Arrival(AuthSettings("mx5.messagingengine.com"), FASTMAIL_TOP),
    "Fastmail, any of its hosts": Arrival(AuthSettings("*.messagingengine.com"), FASTMAIL_TOP.replace(b"mx5.", b"phl-mx-04.")),
    "Proofpoint": Arrival(AuthSettings("ppops.net"), PROOFPOINT_TOP),
    "rspamd": Arrival(OWN, RSPAMD_TOP),
    "OpenDMARC": Arrival(OWN, OPENDMARC_TOP),
    "a relay of ours": Arrival(OWN, OPENDMARC_TOP, "relay"),
    "nobody vouches": Arrival(AuthSettings()),
    "nobody vouches, by our own port": Arrival(AuthSettings(), door="smtp"),
    "nobody vouches, results of whomever": Arrival(AuthSettings(), b"Authentication-Results: mx.other.example; dmarc=fail header.from=oakdistrict.example\r\n"),
}  # fmt: skip

# How a technician's own mail may look.
WRITTEN: dict[str, Callable[[Target], bytes]] = {
    "plain": lambda t: t.mail("#done", to=t.token("tom")),
    "a phone's capitals": lambda t: t.mail("#Done.\n\nSent from my iPhone", to=t.token("tom")),
    "HTML": lambda t: t.mail("#done", html="<div>#done</div>", to=t.token("tom")),
    "above the quote": lambda t: t.mail("New lamp is in.\n#done\n\nOn Mon, Sep 14, 2026 at 8:00 AM Help Desk <help@oakdistrict.example> wrote:\n> dark\n", to=t.token("tom")),
    "the host drops the token from the address": lambda t: t.mail("#done", in_reply_to=t.told),
    "a name with a comma": lambda t: t.mail("#done", sender=f'"Tanner, Tom (IT)" <{TOM_AT}>', to=t.token("tom")),
    "a name in another script": lambda t: t.mail("#done", sender=f"=?utf-8?q?Tom_T=C3=A4nner?= <{TOM_AT}>", to=t.token("tom")),
    "capitals in From": lambda t: t.mail("#done", sender=f"Tom Tanner <{TOM_AT.title()}>", to=t.token("tom")),
    "no name": lambda t: t.mail("#done", sender=TOM_AT, to=t.token("tom").upper()),
    "a folded From": lambda t: t.mail("#done", to=t.token("tom")).replace(b"From: Tom Tanner", b"From: Tom Tanner\r\n"),
    "everybody in Cc": lambda t: t.mail("#done", to=[t.token("tom"), TESS], cc=["emil.eriksen@oakdistrict.example"]),
    "a picture": lambda t: t.mail("#done", to=t.token("tom"), attachments=[("lamp.png", "image/png", b"\x89PNG\r\n\x1a\n0000")]),
}  # fmt: skip


def come(stage: Stage, aim: Target, raw: bytes, door: str):
    return stage.carry(raw, aim.token("tom"), door="smtp" if door == "relay" else door, trusted_peer=door == "relay")


@ONE_DATABASE
@pytest.mark.parametrize("how", ARRIVALS)
def test_every_true_mail_is_obeyed(store, clock, how):
    arrival = ARRIVALS[how]
    stage = Stage(store, clock.now, auth=arrival.auth)
    for name, write in WRITTEN.items():
        aim = target(stage, 0)
        inbound = come(stage, aim, arrival.on_top + write(aim), arrival.door)
        assert (inbound.state, stage.ticket(aim.ticket.number).status) == ("ticketed", "resolved"), (name, inbound.reason)
    assert len(ARRIVALS) * len(WRITTEN) >= 150


@ONE_DATABASE
@pytest.mark.parametrize("how", [name for name, arrival in ARRIVALS.items() if arrival.auth.has_verdict])
def test_the_same_without_the_servers_word_is_held(store, clock, how):
    stage = Stage(store, clock.now, auth=ARRIVALS[how].auth)
    aim = target(stage, 0)
    inbound = come(stage, aim, aim.mail(to=aim.token("tom")), ARRIVALS[how].door)
    assert inbound.state == "held" and stage.ticket(aim.ticket.number).status == "new"


@ONE_DATABASE
@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/simple"])
@pytest.mark.parametrize("trusted", [None, "mx.google.com"])
def test_where_no_server_vouches_our_own_check_of_the_signature_does(store, clock, canonical, trusted):
    zone = Zone(DISTRICT)
    stage = Stage(store, clock.now, auth=AuthSettings(trusted, verify=True, find_text=zone))
    for name, write in WRITTEN.items():
        if b"\r\n <" in (raw := write(aim := target(stage, 0))) and canonical == "simple/simple":
            continue
        inbound = come(stage, aim, sign_mail(raw, zone, canonical), "smtp")
        assert (inbound.state, stage.ticket(aim.ticket.number).status) == ("ticketed", "resolved"), (name, inbound.reason)
        (proved,) = [event for event in stage.ticket(aim.ticket.number).events if event.what == "proved"]
        assert "checked by ourselves" in proved.because


@ONE_DATABASE
def test_our_own_check_lets_no_forged_mail_through(store, clock):
    """Each forged mail as it is, and once more signed well by the forger's own domain."""
    evil = Zone("evil.example")
    ours = Zone(DISTRICT)
    stage = Stage(store, clock.now, auth=AuthSettings(verify=True, find_text=lambda name: [*ours(name), *evil(name)]))
    gone = with_somebody_gone(stage)
    acted = []
    for attack in FORGED:
        if attack.before or (attack.truth == "pass" and "own token" in attack.name):
            continue
        for signed in (False, True):
            aim = target(stage, gone)
            before = state_of(stage, aim.ticket.number)
            raw = attack.build(aim)
            inbound = stage.carry(sign_mail(raw, evil) if signed else raw, door="smtp")
            if state_of(stage, aim.ticket.number) != before:
                acted.append((attack.name, signed, inbound.reason))
    # A forward has no token to ask for; without a verdict it opens no teacher's ticket either.
    assert acted == []


def test_the_word_of_a_server_that_is_trusted_is_needed_word_for_word():
    assert PASS.startswith("mx.google.com; ") and TOM.endswith(f"<{TOM_AT}>")
