"""The sender: what is due goes out, what fails waits or ends, and nothing twice."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Notice, Store
from notifier.files import OutgoingFile
from notifier.sender import BATCH, Sender
from notifier.settings import DeliverySettings
from tests.notifier.scene import DESK, DESK_IDENTITY, NOW, later, make_scene
from tests.servers.smtp_sink import SmtpSink

Queue = Callable[..., list[int]]


@pytest.fixture
def queue_some(store: Store) -> Queue:
    """Queue notices to one person each time it is called; their ids."""
    made: list[int] = []
    with store.writing() as session:
        scene = make_scene(session)

    def add(count: int = 1, template: str = "closed", who: str = "tess", **more: object) -> list[int]:
        with store.writing() as session:
            scene.session = session
            for thing in (scene.ticket, scene.first, *scene.district.people.values()):
                session.add(thing)
            ids = [
                scene.queue(who, template, cause=f"mail:{len(made)}.{number}", **more).id
                for number in range(count)
            ]
        made.extend(ids)
        return ids

    return add


def _sender(
    store: Store, sink: SmtpSink | None = None, files: list[OutgoingFile] | None = None, **more: object
) -> Sender:
    way = {"smarthost": sink.host, "port": sink.port} if sink else {}
    delivery = replace(DeliverySettings(sender=DESK), **(way | more))  # type: ignore[arg-type]
    return Sender(store, DESK_IDENTITY, delivery, lambda entry_id: files or [])


def _rows(store: Store) -> list[Notice]:
    with store.reading() as session:
        rows = list(session.scalars(select(Notice).order_by(Notice.id)))
        session.expunge_all()
    return rows


def test_what_is_due_is_sent_once(store: Store, smtp_sink: SmtpSink, queue_some: Queue) -> None:
    queue_some(3)
    sender = _sender(store, smtp_sink)
    assert sender.send_due(later(seconds=1)) == 3
    assert sender.send_due(later(seconds=2)) == 0
    assert [mail["Message-ID"] for mail in smtp_sink.messages] == [f"<{n.message_id}>" for n in _rows(store)]
    assert {(row.state, row.sent_at) for row in _rows(store)} == {("sent", later(seconds=1))}
    assert smtp_sink.sessions == 1


def test_a_full_outbox_goes_out_batch_by_batch(store: Store, smtp_sink: SmtpSink, queue_some: Queue) -> None:
    queue_some(BATCH + 5)
    sender = _sender(store, smtp_sink)
    assert [sender.send_due(NOW), sender.send_due(NOW), sender.send_due(NOW)] == [BATCH, 5, 0]


def test_silent_notices_are_never_sent(store: Store, smtp_sink: SmtpSink, queue_some: Queue) -> None:
    queue_some(5, "acknowledgement", answers_mail=True)
    assert _sender(store, smtp_sink).send_due(NOW) == 2
    assert [row.state for row in _rows(store)] == ["sent"] * 2 + ["silent"] * 3


def test_without_a_mail_server_mails_lie_in_the_outbox(
    store: Store, tmp_path: Path, queue_some: Queue
) -> None:
    (first,) = queue_some(1)
    assert _sender(store, outbox=tmp_path / "out").send_due(NOW) == 1
    (file,) = (tmp_path / "out" / "new").iterdir()
    assert f".N{first}." in file.name
    assert file.suffix == ".eml"


def test_a_temporary_refusal_is_tried_again_and_then_sent(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(2)
    smtp_sink.next_on_rcpt = ["451 4.7.1 Greylisted"]
    sender = _sender(store, smtp_sink)
    assert sender.send_due(NOW) == 1
    waiting = _rows(store)[0]
    assert (waiting.state, waiting.attempts, waiting.reason) == (
        "queued",
        1,
        "the mail server answered 451 4.7.1",
    )
    assert sender.send_due(later(seconds=59)) == 0
    assert sender.send_due(later(minutes=2)) == 1
    assert (_rows(store)[0].state, _rows(store)[0].reason) == ("sent", None)


def test_a_final_refusal_ends_that_notice_alone(store: Store, smtp_sink: SmtpSink, queue_some: Queue) -> None:
    queue_some(3)
    smtp_sink.next_on_rcpt = [None, "550 5.1.1 No such user", None]
    assert _sender(store, smtp_sink).send_due(NOW) == 3
    assert [row.state for row in _rows(store)] == ["sent", "failed", "sent"]
    assert _rows(store)[1].reason == "the mail server answered 550 5.1.1"


def test_after_the_retry_hours_a_notice_is_given_up(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some()
    smtp_sink.on_data = "452 4.3.1 Mailbox full"
    sender = _sender(store, smtp_sink, retry_hours=3)
    now, tries = NOW, 0
    while _rows(store)[0].state == "queued" and tries < 50:
        sender.send_due(now)
        now, tries = now + timedelta(minutes=1), tries + (_rows(store)[0].attempts > tries)
        now = max(now, _rows(store)[0].due_at)
    row = _rows(store)[0]
    assert row.state == "failed"
    assert row.reason == "the mail server answered 452 4.3.1; given up after 3 hours"
    assert timedelta(hours=3) < now - NOW < timedelta(hours=5)
    assert 7 <= tries <= 10


# A host that wants a login which we do not have is as good as none: the fault is not the mail's.
CLOSED = "530 5.7.0 Authentication required"


def test_an_outage_costs_one_attempt_and_not_one_per_notice(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(6)
    smtp_sink.on_rcpt = CLOSED
    sender = _sender(store, smtp_sink)
    assert sender.send_due(NOW) == 0
    assert [row.attempts for row in _rows(store)] == [1, 0, 0, 0, 0, 0]
    assert sender.send_due(later(seconds=30)) == 0
    assert smtp_sink.sessions == 1  # not even asked again
    smtp_sink.on_rcpt = None
    assert sender.send_due(later(minutes=3)) == 6
    assert len(smtp_sink.mails) == 6


def test_a_host_that_nobody_answers_at_is_an_outage(store: Store, queue_some: Queue) -> None:
    queue_some(2)
    sender = Sender(store, DESK_IDENTITY, DeliverySettings("127.0.0.1", 1, DESK), lambda entry_id: [])
    assert sender.send_due(NOW) == 0
    assert [row.attempts for row in _rows(store)] == [1, 0]
    assert _rows(store)[0].reason == "the mail server is out of reach (ConnectionRefusedError)"


def test_a_long_outage_is_asked_about_ever_more_rarely_and_ends_what_is_too_old(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(3)
    smtp_sink.on_rcpt = CLOSED
    sender = _sender(store, smtp_sink)
    for minute in range(0, 24 * 60, 2):
        sender.send_due(later(minutes=minute))
    assert 20 < smtp_sink.sessions < 40
    assert {row.state for row in _rows(store)} == {"queued"}
    for minute in range(24 * 60, 52 * 60, 5):
        sender.send_due(later(minutes=minute))
    assert {row.state for row in _rows(store)} == {"failed"}
    assert "given up after 48 hours" in str(_rows(store)[2].reason)


def test_a_desk_that_was_switched_off_for_days_still_sends_what_it_owes(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some()
    smtp_sink.next_on_data = ["451 4.3.0 Later"]
    sender = _sender(store, smtp_sink)
    assert sender.send_due(later(days=9)) == 0
    assert sender.send_due(later(days=9, minutes=2)) == 1
    assert _rows(store)[0].state == "sent"


def test_a_crash_between_sending_and_settling_repeats_the_same_mail(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_some()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr("notifier.sender.settle_sent", die)
        _sender(store, smtp_sink).send_due(NOW)
    assert _rows(store)[0].state == "queued"
    survivor = _sender(store, smtp_sink)
    assert survivor.send_due(later(minutes=4)) == 0  # the lease of the dead one still runs
    assert survivor.send_due(later(minutes=6)) == 1
    first, second = (envelope.content for envelope, _ in smtp_sink.mails)
    assert first == second


def test_a_notice_that_cannot_be_written_holds_up_no_other(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    broken, _ = queue_some(2)
    with store.writing() as session:
        session.get_one(Notice, broken).template = "nonsense"
    assert _sender(store, smtp_sink).send_due(NOW) == 1
    assert [row.state for row in _rows(store)] == ["queued", "sent"]
    assert _rows(store)[0].reason == "the mail could not be written (TemplatesNotFound)"


def test_files_go_along_and_stay_behind_when_the_host_refuses_them(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(2, "assigned", "tom")
    with store.writing() as session:
        for row in session.scalars(select(Notice)):
            row.entry_id = 1
    smtp_sink.next_on_data = [None, "552 5.7.0 This content presents a security issue"]
    files = [("sheet.docm", "application/vnd.ms-word", b"PK")]
    assert _sender(store, smtp_sink, files).send_due(NOW) == 2
    with_file, without = smtp_sink.messages
    assert [part.get_filename() for part in with_file.iter_attachments()] == ["sheet.docm"]
    assert list(without.iter_attachments()) == []
    assert "sheet.docm" in without.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_file_that_cannot_be_read_any_more_keeps_no_words_back(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(1, "assigned", "tom")
    with store.writing() as session:
        session.scalars(select(Notice)).one().entry_id = 1

    def gone(entry_id: int) -> list[OutgoingFile]:
        raise LookupError(entry_id)

    sender = Sender(store, DESK_IDENTITY, DeliverySettings(smtp_sink.host, smtp_sink.port, DESK), gone)
    sent = [sender.send_due(later(hours=hour)) for hour in range(5)]
    assert sent == [0, 0, 0, 1, 0]
    assert len(smtp_sink.mails) == 1


def test_no_address_and_no_name_is_logged(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    queue_some(3)
    smtp_sink.next_on_rcpt = [
        None,
        "550 5.1.1 <tess.turner@oakdistrict.example>",
        "451 tess.turner@oakdistrict.example",
    ]
    with caplog.at_level(logging.DEBUG, "notifier"):
        _sender(store, smtp_sink).send_due(NOW)
    assert len(caplog.records) >= 3
    assert "tess" not in caplog.text.lower()


def test_two_senders_at_once_send_each_notice_once(
    store: Store, smtp_sink: SmtpSink, queue_some: Queue
) -> None:
    queue_some(30)
    senders = [_sender(store, smtp_sink) for _ in range(3)]
    threads = [threading.Thread(target=sender.send_due, args=(NOW,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    ids = [mail["Message-ID"] for mail in smtp_sink.messages]
    assert len(ids) == len(set(ids)) == 30
    assert {row.state for row in _rows(store)} == {"sent"}
