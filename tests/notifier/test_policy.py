"""When the desk keeps silent."""

from dataclasses import replace

import pytest

from models import Address, Person
from notifier.outbox import queue
from notifier.policy import is_machine_address, is_usable_address, reason_by_address
from tests.notifier.scene import DESK_IDENTITY, NOW, Scene, later


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example",
        "anna.lopez+x@sub.oakdistrict.example",
        "help@localhost",
        "o'neil@x.example",
        "zoë@bücher.example",
    ],
)
def test_an_ordinary_address_is_usable(address: str) -> None:
    assert is_usable_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "a@", "@b.example", "plain",
        "a@b.example, c@d.example",  # two
        "a@b@c.example", "<a@b.example>", '"a b"@c.example',
        "a@b.example\r\nBcc: c@d.example",  # header injection
        "a\x00@b.example", "a\u202e@b.example", "a@[127.0.0.1]", "a..b@c.example", ".a@c.example",
        "a@-b.example", "a@b..example", "a@b.example.", "x" * 65 + "@b.example", "a@" + "b" * 64 + ".example",
        "a@" + "bcd." * 70 + "example",
    ],
)  # fmt: skip
def test_anything_but_one_exact_address_is_not_usable(address: str) -> None:
    assert not is_usable_address(address)


MACHINES = (
    "MAILER-DAEMON mailerdaemon postmaster noreply no-reply no_reply no.reply do-not-reply donotreply "
    "DoNotReply notifications-noreply noreply-classroom no-reply+abc bounce bounces bounce-123 "
    "bounces+tess=oak listserv owner-staff staff-request staff-bounces"
)


@pytest.mark.parametrize("local", MACHINES.split())
def test_behind_a_machine_address_nobody_reads(local: str) -> None:
    assert is_machine_address(f"{local}@x.example")


@pytest.mark.parametrize(
    "local", ["tess", "reply", "noreen", "bouncer.bob", "ownership", "nora.reply", "requests"]
)
def test_a_person_with_a_similar_name_is_no_machine(local: str) -> None:
    assert not is_machine_address(f"{local}@x.example")


@pytest.mark.parametrize(
    "address", ["help@oakdistrict.example", "Help+t1.p1.x@oakdistrict.example", "TECH@oakdistrict.example"]
)
def test_the_desk_never_writes_to_itself(address: str) -> None:
    assert reason_by_address(DESK_IDENTITY, address) == "the address is the desk's own"


def test_nobody_who_has_left_gets_mail(scene: Scene) -> None:
    scene.district["tess"].active = False
    assert scene.queue("tess", "closed").reason == "the person is no longer active"


def test_somebody_without_an_address_leaves_a_row_that_says_so(scene: Scene) -> None:
    nobody = [Person(name=name, rostered=True) for name in ("Ann", "Bob")]
    scene.session.add_all(nobody)
    notices = [scene.queue(person, "assigned") for person in nobody]
    assert [notice.state for notice in notices] == ["silent", "silent"]
    assert [notice.person_id for notice in notices] == [person.id for person in nobody]


def _acknowledge(
    scene: Scene, who: str | Person, count: int, subject: str = "Printer", **more: object
) -> list[str]:
    """Queue answers to as many mails of this person; each one's state."""
    states = []
    for number in range(count):
        scene.ticket.subject = subject.replace("%", "abcdefghijklmnop"[number])
        cause = f"mail:{subject}{number}{sorted(map(str, more.values()))}"[:64]
        notice = scene.queue(who, "acknowledgement", cause=cause, answers_mail=True, **more)
        states.append(notice.state)
    return states


def test_a_stranger_gets_two_automatic_answers_an_hour_whatever_the_topic(scene: Scene) -> None:
    assert _acknowledge(scene, scene.stranger(), 4, "Topic %") == ["queued", "queued", "silent", "silent"]


def test_a_teacher_gets_two_automatic_answers_an_hour_on_one_topic(scene: Scene) -> None:
    assert _acknowledge(scene, "tess", 3) == ["queued", "queued", "silent"]
    assert _acknowledge(scene, "tess", 1, "Something else") == ["queued"]


def test_a_teacher_gets_ten_automatic_answers_an_hour_in_all(scene: Scene) -> None:
    assert _acknowledge(scene, "tess", 12, "Topic %") == ["queued"] * 10 + ["silent"] * 2


def test_the_budget_is_whole_again_after_an_hour(scene: Scene) -> None:
    stranger = scene.stranger()
    _acknowledge(scene, stranger, 2)
    assert _acknowledge(scene, stranger, 1, now=later(minutes=59)) == ["silent"]
    assert _acknowledge(scene, stranger, 1, now=later(minutes=61)) == ["queued"]


def test_silence_costs_nothing(scene: Scene) -> None:
    stranger = scene.stranger()
    stranger.active = False
    assert _acknowledge(scene, stranger, 3) == ["silent"] * 3
    stranger.active = True
    assert _acknowledge(scene, stranger, 1, "Again") == ["queued"]


def test_one_correspondents_budget_is_not_anothers(scene: Scene) -> None:
    _acknowledge(scene, scene.stranger(), 2)
    assert _acknowledge(scene, scene.stranger(address="other@mail.example"), 1, "Mine") == ["queued"]


def test_a_persons_words_are_never_held_back_by_the_budget(scene: Scene) -> None:
    stranger = scene.stranger()
    _acknowledge(scene, stranger, 3)
    words = scene.say("tom", "I am on my way.")
    assert scene.queue(stranger, "reply", entry=words).state == "queued"


@pytest.mark.parametrize(("template", "most"), [("receipt", 60), ("held", 20)])
def test_receipts_and_questions_have_budgets_of_their_own_and_cost_no_acknowledgement(
    scene: Scene, template: str, most: int
) -> None:
    states = [
        scene.queue("tom", template, cause=f"mail:{number}", answers_mail=True).state for number in range(most + 1)
    ]
    assert states == ["queued"] * most + ["silent"]
    other = "held" if template == "receipt" else "receipt"
    assert scene.queue("tom", other, cause="mail:999", answers_mail=True).state == "queued"
    assert scene.queue("tom", "acknowledgement", answers_mail=True).state == "queued"


def test_a_reason_for_silence_names_no_address(scene: Scene) -> None:
    person = Person(name="Robot", addresses=[Address(address="noreply@mail.example")])
    scene.session.add(person)
    wish = replace(scene.wish(person, "acknowledgement"), answers_mail=True)
    notice = queue(scene.session, DESK_IDENTITY, wish, NOW)
    assert notice.state == "silent"
    assert notice.reason == "the address belongs to a machine"
