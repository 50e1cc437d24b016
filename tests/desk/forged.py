"""Mails that pretend to be a technician's, and true ones that must not be mistaken for them.

In:       Target: a ticket, the addresses and tokens around it.
Out:      FORGED and SMUGGLED, tables of attacks; GENUINE, what technicians' own mail looks like when it arrives.
Not here: what the desk makes of them (test_forged).

Everything is written for this corpus; the forms of mail servers' fields follow what those servers document.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from models.address import hold_address, reply_address, sign
from models.ticket import Ticket
from tests.desk.house import KEY, Stage
from tests.make import DESK, make_mail

DISTRICT = "oakdistrict.example"
TOM_AT = f"tom.tanner@{DISTRICT}"
TOM = f"Tom Tanner <{TOM_AT}>"
TESS = f"Tess Turner <tess.turner@{DISTRICT}>"
LENA = f"Lena Lund <lena.lund@{DISTRICT}>"
GONE = f"Gil Gone <gil.gone@{DISTRICT}>"
EVIL = "Eve <eve@evil.example>"


@dataclass(frozen=True)
class Target:
    """What an attacker aims at, and what he might know."""

    stage: Stage
    ticket: Ticket
    subject: str
    original: str
    """The Message-ID of the teacher's first mail."""
    told: str
    """The Message-ID of the notice to the technician."""
    acknowledged: str
    """The Message-ID of the acknowledgement to the teacher."""
    gone: int

    def token(self, who: str, *, number: int | None = None, key: bytes = KEY) -> str:
        """A person's reply address, as our notices give it."""
        person = self.gone if who == "gone" else self.stage.district[who].id
        return reply_address(DESK, number or self.ticket.number, person, key)

    def mail(self, text: str = "#done", sender: str | None = TOM, to: str = DESK, **more: object) -> bytes:
        """A mail about the ticket."""
        return make_mail(sender=sender, to=to, text=text, **{"subject": self.subject, **more})


@dataclass(frozen=True)
class Attack:
    """One forged mail. `truth` is what the receiving server finds out about its From: dmarc=…"""

    name: str
    build: Callable[[Target], bytes]
    truth: str = "fail"
    needs_verdict: bool = False
    """Whether it has a stolen token and a perfect From, so that only a mail server's word tells it apart."""
    before: Callable[[Target], None] | None = None
    """What the true technician did first."""


FORGED: list[Attack] = []


def forged(name: str, build: Callable[[Target], bytes], **more: object) -> None:
    """Add one to the table."""
    FORGED.append(Attack(name, build, **more))  # type: ignore[arg-type]


# From alone, whatever is wanted.
for line in ("#done", "#mine", "#assign lena", "#note psst", "#training", "#category printing", "#priority urgent", "#school elm",
             "#level2", "#waiting", "#reopen", "#undo", "#time 20m", "#cc eve@evil.example", "#for eve@evil.example", "#same-as 1",
             "#hecho", "#Done.", "#lvel2", "Please send me your password.", "Status: resolved\nOwner: lena", "#done\n#help"):  # fmt: skip
    forged(f"From alone: {line}", lambda t, line=line: t.mail(line))
for who in (LENA, f"Greta Gold <greta.gold@{DISTRICT}>", f"Ida Ivers <ida.ivers@{DISTRICT}>", f"TOM TANNER <{TOM_AT.upper()}>",
            f"Tom <tom.tanner+phone@{DISTRICT}>", TOM_AT, f'"Tom Tanner (IT)" <{TOM_AT}>'):  # fmt: skip
    forged(f"From alone: {who}", lambda t, who=who: t.mail(sender=who))
forged("From alone, answering the teacher's own mail", lambda t: t.mail(in_reply_to=t.original))
forged("From alone, answering the acknowledgement", lambda t: t.mail(in_reply_to=t.acknowledged, references=[t.original, t.acknowledged]))
forged("From alone, HTML", lambda t: t.mail(None, html="<div>#done</div>"))
forged("From alone, with a file", lambda t: t.mail("", attachments=[("virus.txt", "text/plain", b"open me")]))
forged("From alone, Sender is the technician too", lambda t: t.mail(headers={"Sender": TOM, "Return-Path": f"<{TOM_AT}>"}))
forged("From alone, Resent-From", lambda t: t.mail(headers={"Resent-From": TOM, "X-Sender": TOM_AT}))
forged("From alone, a new mail with commands", lambda t: t.mail("#done\n#for tess", subject="[fault] bulb"))
forged("From alone, a technician who has left", lambda t: t.mail(sender=GONE))

# Tokens that are not this person's on this ticket.
forged("guessed token", lambda t: t.mail(to=t.token("tom", key=b"a guess")))
forged("token of a key that is no longer ours", lambda t: t.mail(to=t.token("tom", key=b"the key before the last")))
forged("requester's token with a technician's From", lambda t: t.mail(to=t.token("tess")))
forged("requester's token with a technician's plain words", lambda t: t.mail("All done, please pay.", to=t.token("tess")))
forged("requester's token in Cc", lambda t: t.mail(cc=t.token("tess")))
forged("requester's token in capitals", lambda t: t.mail(to=t.token("tess").upper()))
forged("another technician's token", lambda t: t.mail(to=t.token("lena")))
forged("another ticket's token", lambda t: t.mail(to=t.token("tom", number=t.ticket.number + 500).replace(f"t{t.ticket.number + 500}.", f"t{t.ticket.number}.")))
forged("token of a ticket that does not exist", lambda t: t.mail(to=t.token("tom", number=t.ticket.number + 500)))
forged("the person in the token exchanged", lambda t: t.mail(to=_other_person(t)))
forged("a token one character short", lambda t: t.mail(to=t.token("tom").replace("@", "@")[: t.token("tom").index("@") - 1] + "@" + DISTRICT))
forged("a token with one character changed", lambda t: t.mail(to=_changed(t.token("tom"))))
forged("an old token of a person who left", lambda t: t.mail(sender=GONE, to=t.token("gone")), truth="pass")
forged("an old token of a person who left, plain words", lambda t: t.mail("I still work here.", sender=GONE, to=t.token("gone")), truth="pass")
forged("an old token of a person who left, another's From", lambda t: t.mail(to=t.token("gone")))
forged("a guessed token in the name of To", lambda t: t.mail(to=f'"{t.token("tom", key=b"x")}" <{DESK}>'))
forged("the requester's token in the subject", lambda t: t.mail(subject=f"{t.subject} {t.token('tess')}"))
for field in ("X-Original-To", "Delivered-To", "Envelope-To", "X-Forwarded-To"):
    forged(f"the requester's token in {field}", lambda t, field=field: t.mail(headers={field: t.token("tess")}))
forged("a guessed token and the requester's own", lambda t: t.mail(to=t.token("tom", key=b"x"), cc=t.token("tess")))
forged("a guessed token in our Message-ID's form", lambda t: t.mail(in_reply_to=f"t{t.ticket.number}.p{t.stage.district['tom'].id}.{'a' * 24}.00@{DISTRICT}"))
forged("a guessed address of a held mail", lambda t: t.mail("#release", to=hold_address(DESK, 1, t.stage.district["tom"].id, b"x")))
forged("a ticket's token at a held mail's address", lambda t: t.mail("#release", to=f"help+h{t.ticket.number}.p{t.stage.district['tess'].id}.{sign(t.ticket.number, t.stage.district['tess'].id, KEY)}@{DISTRICT}"))
forged("the requester commands with her own token", lambda t: t.mail(sender=TESS, to=t.token("tess")), truth="pass")
forged("the requester writes as a ticket system does", lambda t: t.mail("Status: resolved", sender=TESS, to=t.token("tess")), truth="pass")
forged("a pupil with a pupil's token", lambda t: t.mail(sender=f"Sami Salo <sami.salo@pupils.{DISTRICT}>", to=t.token("sami")), truth="pass")
forged("a stranger with the technician's token", lambda t: t.mail(sender=EVIL, to=t.token("tom")), truth="pass")
forged("a colleague with the technician's token", lambda t: t.mail(sender=f"Emil Eriksen <emil.eriksen@{DISTRICT}>", to=t.token("tom")), truth="pass")
forged("another technician with the technician's token", lambda t: t.mail(sender=LENA, to=t.token("tom")), truth="pass")

# The technician's own token is stolen, but the header is one on which mail programs disagree, or From is not his own.
for name, author in {
    "two mailboxes": f"Tom Tanner <{TOM_AT}>, Eve <eve@evil.example>",
    "evil first of two mailboxes": f"Eve <eve@evil.example>, {TOM}",
    "a group": f"Technicians: {TOM_AT};",
    "a route": f"<@evil.example:{TOM_AT}>",
    "a comment with an address": f"{TOM_AT} (eve@evil.example)",
    "a comment within the address": f"tom.tanner(x)@{DISTRICT}",
    "two angles": f"Tom <{TOM_AT}> <eve@evil.example>",
    "the technician's address as the name": f'"{TOM_AT}" <eve@evil.example>',
    "the technician's address before the angle": f"{TOM_AT} <eve@evil.example>",
    "the technician's name": "Tom Tanner <eve@evil.example>",
    "the district in the name": f"Tom Tanner via {DISTRICT} <eve@evil.example>",
    "a look-alike letter": "Tom Tanner <tom.tanner@oakdlstrict.example>",
    "a Cyrillic letter": "Tom Tanner <tom.tanner@оakdistrict.example>",
    "a Cyrillic letter, punycode": "Tom Tanner <tom.tanner@xn--akdistrict-7ig.example>",
    "a Cyrillic letter in the local part": f"Tom Tanner <tоm.tanner@{DISTRICT}>",
    "a subdomain": f"Tom Tanner <tom.tanner@it.{DISTRICT}>",
    "a domain that begins with the district's": f"Tom Tanner <tom.tanner@{DISTRICT}.evil.example>",
    "a domain that ends with the district's": f"Tom Tanner <tom.tanner@evil{DISTRICT}>",
    "two at signs": f"Tom Tanner <{TOM_AT}@evil.example>",
    "percent routing": f"Tom Tanner <tom.tanner%{DISTRICT}@evil.example>",
    "a dot at the end": f"Tom Tanner <{TOM_AT}.>",
    "a near local part": f"Tom Tanner <tom_tanner@{DISTRICT}>",
    "a quoted local part": f'Tom Tanner <"tom.tanner"@{DISTRICT}>',
    "a full-width at sign": f"Tom Tanner <tom.tanner＠{DISTRICT}>",
    "an encoded word for the address": "=?utf-8?q?tom=2Etanner=40oakdistrict=2Eexample?=",
    "an encoded word for the mailbox": "=?utf-8?q?Tom_=3Ctom=2Etanner=40oakdistrict=2Eexample=3E?=",
    "an encoded word that breaks the line": "=?utf-8?q?Tom=0D=0AFrom:_x?= <eve@evil.example>",
    "nothing": "<>",
}.items():  # fmt: skip
    truth = "pass" if "evil" in author or "dlstrict" in author or "xn--" in author else "fail"
    forged(f"From is {name}", lambda t, author=author: _from(t, author), truth=truth)
for name, old, new in (
    ("two From fields", b"From: ", b"From: Eve <eve@evil.example>\r\nFrom: "),
    ("two From fields, the technician's on top", b"\r\nTo: ", b"\r\nFrom: Eve <eve@evil.example>\r\nTo: "),
    ("From with a blank before the colon", b"From: ", b"From : Eve <eve@evil.example>\r\nFrom: "),
    ("a bare CR that hides an author", b"Subject: ", b"X-A: 1\rFrom: eve@evil.example\r\nSubject: "),
    ("a bare LF that hides an author", b"Subject: ", b"X-A: 1\nFrom: eve@evil.example\r\nSubject: "),
    ("a NUL in the header", b"Subject: ", b"X-A: \x00\r\nSubject: "),
    ("a NUL in From", b"Tom Tanner", b"Tom\x00Tanner"),
    ("an author on a folded line", b"From: Tom Tanner", b"From: Eve <eve@evil.example>,\r\n Tom Tanner"),
    ("a line of blanks in the header", b"Subject: ", b"X-A: 1\r\n \r\nSubject: "),
    ("a line that is no field", b"Subject: ", b"this is no field\r\nSubject: "),
    ("two Subjects", b"Subject: ", b"Subject: #done\r\nSubject: "),
    ("two Dates", b"Date: ", b"Date: Mon, 7 Sep 2026 08:00:00 +0000\r\nDate: "),
    ("two Message-IDs", b"Message-ID: ", b"Message-ID: <x@evil.example>\r\nMessage-ID: "),
    ("two bodies' types", b"Content-Type: ", b"Content-Type: text/html\r\nContent-Type: "),
    ("no Date", b"Date: ", b"X-Date: "),
    ("an author hidden behind too many fields", b"Subject: ", b"X-A: 1\r\n" * 45_000 + b"From: eve@evil.example\r\nSubject: "),
):
    forged(name, lambda t, old=old, new=new: _once(t.mail(to=t.token("tom")), old, new))
forged("no From, Sender is the technician", lambda t: t.mail(sender=None, to=t.token("tom"), headers={"Sender": TOM, "Reply-To": TOM}))
forged("Reply-To is the technician", lambda t: t.mail(sender=EVIL, to=t.token("tom"), headers={"Reply-To": TOM}), truth="pass")
forged("Sender is the technician", lambda t: t.mail(sender=EVIL, to=t.token("tom"), headers={"Sender": TOM}), truth="pass")
_GROUP = {"List-Post": f"<mailto:{DESK}>", "List-Id": f"<{DESK.replace('@', '.')}>"}
forged("the district's own group with X-Original-From", lambda t: t.mail(sender=f"'Tom Tanner' via Help <{DESK}>", to=t.token("tom"), headers={**_GROUP, "X-Original-From": TOM}))
forged("the district's own group with Reply-To", lambda t: t.mail(sender=f"'Tom Tanner' via Help <{DESK}>", to=t.token("tom"), headers={**_GROUP, "Reply-To": TOM}))

# The technician's own token is stolen, and From is perfect: only the mail server's word tells.
PASS = f"mx.google.com; dkim=pass header.i=@{DISTRICT}; spf=pass smtp.mailfrom={TOM_AT}; dmarc=pass (p=REJECT) header.from={DISTRICT}"


def stolen(name: str, results: str | None = None, field: str = "Authentication-Results", truth: str = "fail") -> None:
    """A stolen token, and perhaps results that the forger has written himself."""

    def build(t: Target) -> bytes:
        written = f"{field}: {results}\r\n".encode() if results else b""
        return written + t.mail(to=t.token("tom"), in_reply_to=t.told)

    forged(name, build, truth=truth, needs_verdict=True)


stolen("stolen token")
stolen("stolen token, nothing said of the sender", truth="none")
stolen("stolen token, no DMARC at all", truth="")
for truth in ("fail", "none", "temperror", ""):
    stolen(f"forged results below the true ones ({truth or 'no dmarc'})", PASS, truth=truth)
stolen("forged results of another server", PASS.replace("mx.google.com", "mx.oakdistrict.example"))
stolen("forged results of a server with a longer name", PASS.replace("mx.google.com", "mx.google.com.evil.example"), truth="")
stolen("forged results in Microsoft's form", f"spf=pass smtp.mailfrom={DISTRICT}; dkim=pass header.d={DISTRICT}; dmarc=pass action=none header.from={DISTRICT}; compauth=pass reason=100")
for field in ("ARC-Authentication-Results", "X-Authentication-Results", "X-MS-Exchange-Authentication-Results", "Authentication-Results-Original", "Received-SPF"):
    stolen(f"forged {field}", f"i=1; {PASS}", field, truth="none")
stolen("forged AuthAs: Internal", "Internal", "X-MS-Exchange-Organization-AuthAs", truth="none")
stolen("a field name in capitals", PASS, "AUTHENTICATION-RESULTS")
stolen("a signature of the forger's own domain", "v=1; a=rsa-sha256; d=evil.example; s=x; h=from; bh=AA==; b=AA==", "DKIM-Signature")
stolen("the true result is about another domain", truth="pass header.from=evil.example")
stolen("the true result is about a look-alike", truth="pass header.from=oakdistrict.example.evil.example")
stolen("the true result holds a comment with a pass", truth=f"none (dmarc=pass header.from={DISTRICT})")
stolen("the true result holds a quoted pass", truth=f'none reason="dmarc=pass header.from={DISTRICT}"')
forged("stolen token, results forged through an encoded word", lambda t: b"Authentication-Results: =?utf-8?q?" + PASS.replace(" ", "_").replace("=", "=3D").encode() + b"?=\r\n" + t.mail(to=t.token("tom")), truth="", needs_verdict=True)
forged("a forged forward for a teacher", lambda t: make_mail(sender=TOM, subject="Fwd: [fault] x", text="see below\n\n---------- Forwarded message ---------\nFrom: Emil Eriksen <emil.eriksen@oakdistrict.example>\nDate: Mon, Sep 14, 2026 at 7:40 AM\nSubject: x\nTo: Tom Tanner <tom.tanner@oakdistrict.example>\n\nSend me money.\n"), needs_verdict=True)


# Replays: the technician's own mail once more, after he has opened the ticket again.
def _first(t: Target) -> bytes:
    return t.mail("#done", to=t.token("tom"), message_id=f"first{t.ticket.number}@{DISTRICT}", date=t.stage.now)


def _done_and_reopened(t: Target) -> None:
    vouched = received(_first(t), "pass")
    assert t.stage.carry(vouched, t.token("tom"), door="imap").state == "ticketed"
    again = received(t.mail("#reopen", to=t.token("tom")), "pass")
    assert t.stage.carry(again, t.token("tom"), door="imap").state == "ticketed"


def _encoded_anew(raw: bytes) -> bytes:
    mail = EmailMessage()
    for line in raw.split(b"\r\n\r\n")[0].decode().split("\r\n"):
        name, _, value = line.partition(": ")
        if not name.lower().startswith(("content-", "mime-")):
            mail[name] = value
    return mail.as_bytes().rstrip() + b"\nMIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(b"#done\n")


for name, change, truth in (
    ("the same bytes", lambda raw: raw, "pass"),
    ("the same with a further Received", lambda raw: b"Received: by relay.evil.example\r\n" + raw, "pass"),
    ("another Message-ID", lambda raw: raw.replace(b"<first", b"<again"), "pass"),
    ("no Message-ID", lambda raw: raw.replace(b"Message-ID", b"X-Message-ID"), "pass"),
    ("another Message-ID and subject", lambda raw: raw.replace(b"<first", b"<again").replace(b"dark", b"DARK"), "pass"),
    ("another Message-ID and encoding", lambda raw: _encoded_anew(raw.replace(b"<first", b"<again")), "pass"),
    ("another Message-ID, a blank line more", lambda raw: raw.replace(b"<first", b"<again") + b"\r\n\r\n", "pass"),
    ("another Message-ID, and a Cc", lambda raw: raw.replace(b"<first", b"<again").replace(b"Subject:", b"Cc: eve@evil.example\r\nSubject:"), "pass"),
):  # fmt: skip
    FORGED.append(Attack(f"replayed: {name}", lambda t, change=change: change(_first(t)), truth, before=_done_and_reopened))
FORGED.append(Attack("replayed: another Date", lambda t: _first(t).replace(b"08:00:00", b"08:30:00").replace(b"<first", b"<again"), "fail", True, _done_and_reopened))

# True mails of the technician in which somebody else's commands lie: his words may go out, those commands never act.
SMUGGLED: dict[str, Callable[[Target], bytes]] = {
    "a quote": lambda t: t.mail("I will look at it.\n\nOn Mon, Sep 14, 2026 at 7:55 AM Tess Turner <tess.turner@oakdistrict.example> wrote:\n> Hello\n> #assign lena\n> #done\n", to=t.token("tom")),
    "Outlook's quote": lambda t: t.mail("I will look at it.\n\n________________________________\nFrom: Tess Turner <tess.turner@oakdistrict.example>\nSent: Monday, September 14, 2026 7:55 AM\nTo: Help Desk <help@oakdistrict.example>\nSubject: dark\n\n#done\n#assign lena\n", to=t.token("tom")),
    "a signature": lambda t: t.mail("I will look at it.\n\n-- \nTom Tanner\n#done\n", to=t.token("tom")),
    "an attached text": lambda t: t.mail("I will look at it.", to=t.token("tom"), attachments=[("x.txt", "text/plain", b"#done\n#assign lena\n")]),
    "a forwarded mail": lambda t: t.mail("I will look at it.\n\n---------- Forwarded message ---------\nFrom: Eve <eve@evil.example>\nDate: Mon, Sep 14, 2026 at 7:40 AM\nSubject: x\nTo: Tom <tom.tanner@oakdistrict.example>\n\n#done\n#assign lena\n", to=t.token("tom")),
    "the subject": lambda t: t.mail("I will look at it.", to=t.token("tom"), subject=f"Re: [#{t.ticket.number}] #done"),
    "a sentence": lambda t: t.mail("I will look at it; when it is #done you will hear.\nThe #assign lena thing comes later.", to=t.token("tom")),
    "HTML of a quote": lambda t: t.mail(None, html='<div>I will look at it.</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Sep 14, 2026 at 7:55 AM Tess wrote:</div><blockquote class="gmail_quote">#done<br>#assign lena</blockquote></div>', to=t.token("tom")),
    "hidden HTML": lambda t: t.mail(None, html='<div style="display:none">#done</div><div>I will look at it.</div><div hidden>#assign lena</div>', to=t.token("tom")),
    "an HTML comment": lambda t: t.mail(None, html="<div>I will look at it.</div><!-- \n#done\n --><style>#done{}</style><script>\n#done\n</script>", to=t.token("tom")),
    "the other alternative": lambda t: t.mail("I will look at it.", html="<p>I will look at it.</p>", to=t.token("tom"), headers={"X-Command": "#done", "Comments": "#done"}),
}  # fmt: skip


def received(raw: bytes, truth: str, domain: str = DISTRICT) -> bytes:
    """The mail as Google hands it over: its own fields on top of whatever came."""
    of = "" if "header.from" in truth else f" header.from={domain}"
    dmarc = f"; dmarc={truth}{of}" if truth else ""
    return (
        f"Delivered-To: {DESK}\r\nReceived: by 2002:a05:6a10:1 with SMTP id x1; Mon, 14 Sep 2026 01:00:00 -0700 (PDT)\r\n"
        f"Return-Path: <{TOM_AT}>\r\nReceived: from out.example (out.example. [192.0.2.9]) by mx.google.com with ESMTPS;"
        f" Mon, 14 Sep 2026 01:00:00 -0700 (PDT)\r\n"
        f"Authentication-Results: mx.google.com; spf=pass smtp.mailfrom=bounce.example{dmarc}\r\n"
    ).encode() + raw


def _from(t: Target, author: str) -> bytes:
    raw = t.mail(sender="placeholder@evil.example", to=t.token("tom"))
    return _once(raw, b"From: placeholder@evil.example", b"From: " + author.encode())


def _once(raw: bytes, old: bytes, new: bytes) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    assert head.count(old) >= 1, old
    return head.replace(old, new, 1) + gap + body


def _other_person(t: Target) -> str:
    tom, tess = t.stage.district["tom"].id, t.stage.district["tess"].id
    return t.token("tess").replace(f".p{tess}.", f".p{tom}.")


def _changed(address: str) -> str:
    place = address.index("@") - 1
    return address[:place] + ("a" if address[place] != "a" else "b") + address[place + 1 :]
