"""One conversation per ticket in every client: the same subject, and a chain whose root is in the reader's mailbox."""

import re

import pytest

from models import Notice, Participant, Ticket, TicketEvent
from models.words import STATUSES
from notifier.conversation import MAX_REFERENCES
from tests.notifier.scene import NOW, Scene, later, read

ROOT = "first@mail.example"
WORKERS = ("assigned", "follow_up", "reopened", "receipt", "help", "held")
REQUESTERS = ("acknowledgement", "reply", "reminder", "resolved", "closed")


def _all(scene: Scene, who: str, templates: tuple[str, ...], rounds: int = 1) -> list[Notice]:
    entry = scene.say("tom", "On my way.")
    made = []
    for number in range(rounds):
        for template in templates:
            scene.ticket.status = STATUSES[number % len(STATUSES)]
            made.append(scene.queue(who, template, entry=entry, cause=f"mail:{number}", now=later(hours=number)))
    return made


@pytest.mark.parametrize(("who", "templates"), [("tess", REQUESTERS), ("tom", WORKERS), ("lena", WORKERS)])
def test_one_subject_through_the_whole_life_of_a_ticket(scene: Scene, who: str, templates: tuple[str, ...]) -> None:
    made = _all(scene, who, templates, rounds=3)
    assert {str(read(notice)["Subject"]) for notice in made} == {"Re: [#4711] The projector in room 12 stays dark"}


@pytest.mark.parametrize("subject", ["", "???", "🖨️", "RE: FW:"])
def test_a_subject_that_says_nothing_is_replaced_by_one_and_the_same(scene: Scene, subject: str) -> None:
    scene.ticket.subject = subject
    assert len({notice.subject for notice in _all(scene, "tom", WORKERS)}) == 1


@pytest.mark.parametrize(("who", "root"), [("tess", ROOT), ("tom", None)])
def test_each_mail_answers_the_one_before_and_names_the_root_first(scene: Scene, who: str, root: str | None) -> None:
    made = _all(scene, who, REQUESTERS if who == "tess" else WORKERS, rounds=2)
    ids = [*([root] if root else []), *(notice.message_id for notice in made)]
    for position, notice in enumerate(made):
        before = ids[: position + (1 if root else 0)]
        assert notice.references == before
        assert notice.in_reply_to == (before[-1] if before else None)
        mail = read(notice)
        assert re.findall(r"<([^>]+)>", str(mail["References"] or "")) == before


def test_a_colleague_in_copy_finds_it_under_the_mail_she_has(scene: Scene) -> None:
    emil = scene.district["emil"]
    scene.session.add(Participant(ticket_number=4711, person_id=emil.id))
    scene.session.flush()
    first, second = _all(scene, "emil", ("reply", "resolved"))
    assert (first.in_reply_to, first.references) == (ROOT, [ROOT])
    assert second.references == [ROOT, first.message_id]


def test_after_it_was_opened_again_the_conversation_goes_on(scene: Scene) -> None:
    resolved = scene.queue("tess", "resolved", entry=scene.say("tom", "Done."))
    answered = "again@mail.example"
    scene.ticket.status = "open"
    reply = scene.queue("tess", "reply", entry=scene.say("tom", "Sorry."), answers_message_id=answered)
    assert reply.references == [ROOT, resolved.message_id, answered]
    assert reply.subject == resolved.subject


def test_after_a_merge_her_own_conversation_is_the_beginning(scene: Scene) -> None:
    emil = scene.district["emil"]
    other = Ticket(number=4700, subject="Dark", requester_id=emil.id, opened_at=NOW, updated_at=NOW)
    scene.session.add(other)
    scene.session.flush()
    his = scene.say("emil", "It is dark here too.", message_id="his@mail.example")
    his.ticket = other
    acknowledged = scene.queue("emil", "acknowledgement", ticket=other, entry=his)
    scene.session.add(Participant(ticket_number=4711, person_id=emil.id))
    scene.session.add(TicketEvent(ticket_number=4711, at=NOW, what="merged", before="#4700", after=None, because="#same-as"))
    scene.session.flush()
    (resolved,) = _all(scene, "emil", ("resolved",))
    assert resolved.references == ["his@mail.example", acknowledged.message_id]
    (to_tess,) = _all(scene, "tess", ("resolved",))
    assert to_tess.references[0] == ROOT and "his@mail.example" not in to_tess.references


def test_a_long_conversation_keeps_its_root_and_its_end(scene: Scene) -> None:
    made = _all(scene, "tess", REQUESTERS, rounds=8)
    last = made[-1]
    assert len(last.references) == MAX_REFERENCES
    assert last.references[0] == ROOT and last.references[-1] == made[-2].message_id
    assert all(len(line) < 998 for line in read(last).as_string().splitlines())
