"""Queueing: once, for these eyes, in one conversation."""

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from models import Address, Notice, Person, Store, Ticket
from models.address import read_claim
from notifier.outbox import Wish, queue
from notifier.settings import DeskIdentity
from tests.notifier.scene import DESK_IDENTITY, NOW, Scene, later, make_scene


def test_the_same_cause_is_told_once(scene: Scene) -> None:
    first = scene.queue("tess", "acknowledgement", cause="mail:12")
    again = scene.queue("tess", "acknowledgement", cause="mail:12", now=later(hours=3))
    assert again is first
    assert scene.session.scalar(select(func.count()).select_from(Notice)) == 1
    assert scene.queue("tess", "resolved", cause="mail:12") is not first


def test_another_address_of_a_person_is_another_notice(scene: Scene) -> None:
    first = scene.queue("tess", "closed")
    second = scene.queue("tess", "closed", address="Tess@Home.Example")
    assert second is not first
    assert second.to_address == "tess@home.example"


def test_reply_address_and_message_id_prove_person_and_ticket(scene: Scene) -> None:
    notice = scene.queue("tom", "assigned", entry=scene.first)
    for carrier in (notice.reply_to, notice.message_id):
        claim = read_claim(carrier, DESK_IDENTITY.signing_keys[:1])
        assert claim is not None
        assert (claim.ticket_number, claim.person_id, claim.genuine) == (4711, scene.district["tom"].id, True)


def test_without_a_ticket_the_desk_itself_is_the_reply_address(scene: Scene) -> None:
    notice = queue(scene.session, DESK_IDENTITY, Wish(scene.district["tom"], "help", "mail:1"), NOW)
    assert notice.reply_to == DESK_IDENTITY.address
    assert notice.subject == "Re: Commands for the help desk"
    assert read_claim(notice.message_id, DESK_IDENTITY.signing_keys) is None


def test_a_desk_without_a_key_cannot_write(scene: Scene) -> None:
    with pytest.raises(ValueError, match="signing key"):
        queue(scene.session, DeskIdentity(), scene.wish("tess", "closed"), NOW)


def test_the_subject_is_the_same_on_every_notice_of_a_ticket(scene: Scene) -> None:
    subjects = {
        scene.queue("tess", template).subject for template in ("acknowledgement", "resolved", "closed")
    }
    assert subjects == {"Re: [#4711] The projector in room 12 stays dark"}


def test_a_ticket_without_subject_gets_one_in_the_requesters_language(scene: Scene) -> None:
    scene.ticket.subject, scene.ticket.language = "", "es"
    assert scene.queue("tess", "closed").subject == "Re: [#4711] Su solicitud"


def test_the_requester_is_answered_in_the_language_she_wrote_in(scene: Scene) -> None:
    scene.ticket.language = "es"
    scene.district["lena"].language = "es"
    found = [scene.queue(who, "closed").language for who in ("tess", "tom", "lena")]
    assert found == ["es", "en", "es"]


def test_the_requesters_conversation_hangs_under_her_own_first_mail(scene: Scene) -> None:
    told = scene.queue("tess", "acknowledgement", answers_message_id="first@mail.example")
    assert (told.in_reply_to, told.references) == ("first@mail.example", ["first@mail.example"])
    again = scene.queue("tess", "resolved")
    assert again.references == ["first@mail.example", told.message_id]
    assert again.in_reply_to == told.message_id


def test_an_answer_stands_last_in_its_references(scene: Scene) -> None:
    told = scene.queue("tess", "acknowledgement", answers_message_id="first@mail.example")
    answer = scene.queue("tess", "reopened", answers_message_id="second@mail.example")
    assert answer.references == ["first@mail.example", told.message_id, "second@mail.example"]
    assert answer.in_reply_to == "second@mail.example"


def test_a_technicians_conversation_begins_with_his_first_notice(scene: Scene) -> None:
    assigned = scene.queue("tom", "assigned", entry=scene.first)
    assert (assigned.in_reply_to, assigned.references) == (None, [])
    more = scene.queue("tom", "follow_up", entry=scene.say("tess", "It blinks."))
    assert more.references == [assigned.message_id]


def test_a_notice_that_never_went_out_is_no_reference(scene: Scene) -> None:
    scene.district["tom"].active = False
    scene.queue("tom", "assigned")
    scene.district["tom"].active = True
    assert scene.queue("tom", "follow_up").references == []


def test_references_keep_the_root_and_the_latest(scene: Scene) -> None:
    told = [scene.queue("tess", "reply", cause=f"mail:{number}").message_id for number in range(30)]
    last = scene.queue("tess", "closed")
    assert last.references == ["first@mail.example", *told[-19:]]


@pytest.mark.parametrize("unusable", ["a b@x", "a>\r\nBcc: x", "ü@x", "x" * 999])
def test_an_unusable_message_id_is_never_referred_to(scene: Scene, unusable: str) -> None:
    notice = scene.queue("tom", "follow_up", answers_message_id=unusable)
    assert notice.references == []


def test_internal_words_reach_technicians_alone(scene: Scene) -> None:
    secret = scene.say("tom", "The spare key lies under the mat.", "internal")
    shown = scene.queue("lena", "follow_up", entry=secret)
    assert shown.context["entry"]["text"] == secret.text
    for who in ("tess", "sami", "emil"):
        hidden = scene.queue(who, "follow_up", entry=secret)
        assert (hidden.state, hidden.reason) == ("silent", "the words are not for this reader")
        assert "spare key" not in str(hidden.context)
        assert "spare key" not in str(scene.queue(who, "resolved", entry=secret).context)


def test_a_role_without_a_place_on_the_roster_opens_nothing(scene: Scene) -> None:
    secret = scene.say("tom", "The spare key lies under the mat.", "internal")
    claimed = Person(name="Eve", role="technician", rostered=False)
    claimed.addresses.append(Address(address="eve@mail.example"))
    scene.session.add(claimed)
    assert "spare key" not in str(scene.queue(claimed, "resolved", entry=secret).context)


def test_a_stranger_gets_none_of_his_words_back(scene: Scene) -> None:
    stranger = scene.stranger(name="WIN MONEY www.evil.example")
    scene.ticket.requester_id = stranger.id
    scene.ticket.subject = "Your code is 482913, see https://evil.example"
    entry = scene.say(stranger, "Confirm with 482913")
    notice = scene.queue(stranger, "acknowledgement", entry=entry, answers_mail=True)
    assert notice.state == "queued"
    assert notice.subject == "Re: [#4711] Your code is …, see …"
    for word in ("482913", "evil", "WIN"):
        assert word not in str(notice.context["entry"]) + str(notice.context["to"])


def test_a_strangers_subject_of_nothing_but_a_code_is_replaced(scene: Scene) -> None:
    stranger = scene.stranger()
    scene.ticket.requester_id, scene.ticket.subject = stranger.id, "482 913"
    assert scene.queue(stranger, "acknowledgement").subject == "Re: [#4711] Your request"


def test_a_teacher_is_not_shown_what_a_stranger_wrote_on_her_ticket(scene: Scene) -> None:
    entry = scene.say(scene.stranger(), "Your sign-up code is 482913")
    assert scene.queue("tess", "reply", entry=entry).state == "silent"


def test_a_technician_sees_a_strangers_words_and_address(scene: Scene) -> None:
    stranger = scene.stranger()
    scene.ticket.requester_id = stranger.id
    notice = scene.queue("tom", "assigned", entry=scene.say(stranger, "My child cannot log in."))
    assert notice.context["entry"]["text"] == "My child cannot log in."
    assert notice.context["ticket"]["requester_address"] == "pat@mail.example"


def test_an_earlier_ticket_is_named_to_its_own_requester_alone(scene: Scene) -> None:
    scene.session.add(
        Ticket(
            number=118, subject="Old", requester_id=scene.district["emil"].id, opened_at=NOW, updated_at=NOW
        )
    )
    scene.session.flush()
    scene.ticket.follow_up_of = 118
    assert scene.queue("tess", "acknowledgement").context["ticket"]["follow_up_of"] is None
    assert scene.queue("tom", "assigned").context["ticket"]["follow_up_of"] == 118


def test_the_snapshot_does_not_change_with_the_ticket(scene: Scene) -> None:
    notice = scene.queue("tess", "acknowledgement")
    scene.ticket.assignee_id = scene.district["lena"].id
    scene.session.flush()
    scene.session.expire_all()
    assert notice.context["ticket"]["assignee"] == "Tom Tanner"


def test_facts_may_hold_anything_a_mail_can_hold(scene: Scene) -> None:
    facts = {"results": [{"command": "#\x00\ud800 \\u0000", "ok": True, "at": NOW}], "names": ("a", "b")}
    notice = scene.queue("tom", "receipt", facts=facts)
    scene.session.expire(notice)
    assert notice.context["facts"]["results"][0]["command"] == "#? \\u0000"
    assert notice.context["facts"]["names"] == ["a", "b"]


def test_the_budget_holds_when_workers_queue_at_once(store: Store) -> None:
    with store.writing() as session:
        scene = make_scene(session)
        person_id, number = scene.stranger().id, scene.ticket.number
    start = threading.Barrier(6)

    def answer(cause: str) -> None:
        start.wait(10)
        with store.writing() as session:
            person, ticket = session.get_one(Person, person_id), session.get_one(Ticket, number)
            queue(
                session, DESK_IDENTITY, Wish(person, "acknowledgement", cause, ticket, answers_mail=True), NOW
            )

    _at_once(answer, [f"mail:{number}" for number in range(6)])
    assert _states(store) == ["queued"] * 2 + ["silent"] * 4


def test_two_workers_that_are_told_the_same_write_one_notice(store: Store) -> None:
    with store.writing() as session:
        person_id = make_scene(session).district["tess"].id
    start = threading.Barrier(4)

    def tell(cause: str) -> None:
        start.wait(10)
        with store.writing() as session:
            person, ticket = session.get_one(Person, person_id), session.get_one(Ticket, 4711)
            queue(session, DESK_IDENTITY, Wish(person, "closed", cause, ticket), NOW)

    _at_once(tell, ["mail:7"] * 4)
    assert _states(store) == ["queued"]


def _at_once(work: object, causes: Sequence[str]) -> None:
    errors: list[BaseException] = []

    def guarded(cause: str) -> None:
        try:
            work(cause)  # type: ignore[operator]
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(cause,)) for cause in causes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def _states(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.scalars(select(Notice.state)))
