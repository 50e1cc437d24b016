"""One digest instead of a storm: gathered, told whole, accounted for, and never for a requester."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Attachment, Notice, Ticket
from notifier.claims import claim_due
from notifier.outbox import Wish, queue
from notifier.settings import Habits
from notifier.wording import render
from tests.notifier.scene import DESK_IDENTITY, NOW, Scene, later, make_scene, read, text_of

HOSTILE = "<b>&\"'{{7*7}}\u202e王" * 200


def _ticket(scene: Scene, number: int, subject: str = "", **columns: object) -> Ticket:
    district = scene.district
    row = Ticket(
        number=number, subject=subject or f"Printer {number} is out of paper", fault=True, confident=True,
        requester_id=district["tess"].id, assignee_id=district["tom"].id, school_id=district.schools["oak"].id,
        opened_at=NOW, updated_at=NOW, **columns,
    )  # fmt: skip
    scene.session.add(row)
    scene.session.flush()
    return row


def _storm(scene: Scene, count: int, start: int = 5000, who: str = "tom", seconds: float = 5, **more: object) -> list[Notice]:
    made = []
    for number in range(start, start + count):
        ticket = _ticket(scene, number, **more.pop("ticket", {}))
        entry = scene.say("tess", more.get("text", f"Number {number} shows an error."))
        entry.ticket = ticket
        wish = Wish(scene.district[who], more.get("template", "assigned"), f"mail:{number}", ticket, entry)
        made.append(queue(scene.session, DESK_IDENTITY, wish, NOW + timedelta(seconds=seconds * (number - start))))
    return made


def _digests(scene: Scene) -> list[Notice]:
    return list(scene.session.scalars(select(Notice).where(Notice.template == "digest").order_by(Notice.id)))


def test_the_sixth_within_ten_minutes_is_gathered_and_told_ten_minutes_later(scene: Scene) -> None:
    made = _storm(scene, 8)
    assert [notice.state for notice in made] == ["queued"] * 5 + ["gathered"] * 3
    (digest,) = _digests(scene)
    assert {notice.gathered_into for notice in made[5:]} == {digest}
    assert digest.due_at == made[5].created_at + timedelta(minutes=10)
    assert digest.subject == "3 more on your tickets"
    assert [n.template for n in claim_due(scene.session, "w", later(minutes=9), 50)] == ["assigned"] * 5
    assert [n.template for n in claim_due(scene.session, "w", later(minutes=11), 50)] == ["digest"]


def test_a_digest_tells_each_ticket_with_why_words_and_one_tap_links_to_it(scene: Scene) -> None:
    made = _storm(scene, 7)
    mail = read(_digests(scene)[0])
    page, text = text_of(mail, "html"), text_of(mail)
    for notice in made[5:]:
        number = notice.ticket_number
        for body in (page, text):
            assert f"Printer {number} is out of paper" in body
            assert f"Number {number} shows an error." in body
            assert "new for you" in body
        assert page.count(notice.reply_to.replace("+", "%2B")) == 2  # done, waiting
        assert notice.reply_to in text
    assert mail["Reply-To"].addresses[0].addr_spec == DESK_IDENTITY.address
    assert mail["Auto-Submitted"] == "auto-generated"


def test_in_a_long_storm_every_notice_is_told_exactly_once(scene: Scene) -> None:
    made = _storm(scene, 120, seconds=15)  # half an hour
    single = [notice for notice in made if notice.state == "queued"]
    told = " ".join(text_of(read(digest)) for digest in _digests(scene))
    assert len(single) == 5
    for notice in made:
        assert told.count(f"[#{notice.ticket_number}]") == (0 if notice in single else 1)
    assert len(_digests(scene)) <= 6
    assert {n.state for n in made} == {"queued", "gathered"}


def test_when_it_is_calm_again_they_go_out_one_by_one(scene: Scene) -> None:
    _storm(scene, 8)
    scene.session.flush()
    ticket = _ticket(scene, 6000)
    late = queue(scene.session, DESK_IDENTITY, Wish(scene.district["tom"], "assigned", "mail:x", ticket), later(minutes=30))
    assert late.state == "queued"


def test_nothing_is_added_to_a_digest_that_is_on_its_way(scene: Scene) -> None:
    _storm(scene, 6)
    (first,) = _digests(scene)
    assert first in claim_due(scene.session, "w", later(minutes=11), 50)
    more = _storm(scene, 7, start=5100, seconds=1)
    assert more[-1].state == "queued" or more[-1].gathered_into is not first
    assert len(first.context["facts"]["tickets"]) == 1


@pytest.mark.parametrize("case", ["urgent", "file", "long", "thread", "requester", "receipt", "reply"])
def test_what_a_digest_cannot_tell_whole_goes_out_on_its_own(scene: Scene, case: str) -> None:
    _storm(scene, 6)
    ticket = _ticket(scene, 6000, **({"priority": "urgent"} if case == "urgent" else {}))
    entry = scene.say("tess", "x" * 2_000 if case == "long" else "It is dark.")
    entry.ticket = ticket
    if case == "file":
        entry.attachments = [Attachment(position=0, filename="a.png", content_type="image/png", size=1, inline=False, sha256="0" * 64)]
    facts = {"thread": [{"text": "so far"}]} if case == "thread" else {}
    template = {"receipt": "receipt", "reply": "reply"}.get(case, "assigned")
    if case == "requester":
        ticket.requester_id = scene.district["tom"].id
    scene.session.flush()
    notice = queue(scene.session, DESK_IDENTITY, Wish(scene.district["tom"], template, "mail:own", ticket, entry, facts=facts), later(minutes=1))
    assert notice.state == "queued"
    plain = _ticket(scene, 6001)
    other = queue(scene.session, DESK_IDENTITY, Wish(scene.district["tom"], "assigned", "mail:y", plain), later(minutes=1))
    assert other.state == "gathered"


def test_requesters_are_never_gathered_for(scene: Scene) -> None:
    answer = scene.say("tom", "On my way.")
    notices = [scene.queue("tess", "reply", entry=answer, cause=f"mail:{n}") for n in range(12)]
    assert {notice.state for notice in notices} == {"queued"}


def test_the_same_cause_twice_is_told_once(scene: Scene) -> None:
    _storm(scene, 6)
    ticket = _ticket(scene, 6000)
    wish = Wish(scene.district["tom"], "assigned", "mail:twice", ticket)
    first, second = (queue(scene.session, DESK_IDENTITY, wish, NOW) for _ in range(2))
    assert first is second
    assert len(_digests(scene)[0].context["facts"]["tickets"]) == 2


def test_digests_stay_under_what_gmail_shows_whatever_is_in_them(plain_scene: Scene) -> None:
    made = _storm(plain_scene, 60, text=HOSTILE[:1_500], seconds=1)
    digests = _digests(plain_scene)
    assert len(digests) > 1
    assert sum(len(digest.context["facts"]["tickets"]) for digest in digests) == 55 == sum(n.state == "gathered" for n in made)
    for digest in digests:
        page = text_of(read(digest), "html")
        assert len(page.encode()) < 102_000
        assert "<b>" not in page and "{{7*7}}" in page and "\u202e" not in page


def test_a_district_may_gather_sooner_or_later(plain_scene: Scene) -> None:
    desk = replace(DESK_IDENTITY, habits=Habits(digest_after=1, digest_minutes=30))
    made = [
        queue(plain_scene.session, desk, Wish(plain_scene.district["tom"], "assigned", f"mail:{n}", _ticket(plain_scene, n)), NOW)
        for n in (1, 2)
    ]
    assert [notice.state for notice in made] == ["queued", "gathered"]
    assert made[1].gathered_into is not None and made[1].gathered_into.due_at == later(minutes=30)


def test_what_was_gathered_is_no_reference_for_the_next_mail(scene: Scene) -> None:
    made = _storm(scene, 6)
    ticket = scene.session.get_one(Ticket, made[5].ticket_number)
    ticket.priority = "urgent"
    following = queue(scene.session, DESK_IDENTITY, Wish(scene.district["tom"], "follow_up", "mail:n", ticket, ticket.entries[0]), NOW)
    assert (following.state, following.in_reply_to, following.references) == ("queued", None, [])


def test_workers_at_once_lose_nothing(store) -> None:  # type: ignore[no-untyped-def]
    """Many transactions at the same time gather for one person, while the sender claims."""
    import threading

    with Session(store.engine, expire_on_commit=False) as session:
        scene = make_scene(session)
        numbers = [_ticket(scene, number).number for number in range(7000, 7040)]
        tom = scene.district["tom"].id
        session.commit()
    sent: list[int] = []

    def work(mine: list[int]) -> None:
        from models import Person

        for number in mine:
            with store.writing() as session:
                wish = Wish(session.get_one(Person, tom), "assigned", f"mail:{number}", session.get_one(Ticket, number))
                queue(session, DESK_IDENTITY, wish, NOW)

    def claim() -> None:
        for minute in range(20):
            with store.writing() as session:
                for notice in claim_due(session, "s", later(minutes=minute), 50):
                    sent.extend(item["ticket"]["number"] for item in notice.context.get("facts", {}).get("tickets", []))
                    if notice.template == "assigned":
                        sent.append(notice.ticket_number or 0)
                    notice.state = "sent"

    threads = [threading.Thread(target=work, args=(numbers[n::4],)) for n in range(4)] + [threading.Thread(target=claim)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    claim()
    assert sorted(sent) == numbers


def test_an_empty_digest_and_lists_render_at_all() -> None:
    for template in ("digest", "daily", "weekly"):
        for language in ("en", "es"):
            text = render(template, language, {"to": {}, "facts": {}, "district": "Oak"}, "UTC").text
            assert not re.search(r"None|Undefined|\{[{%]", text)
