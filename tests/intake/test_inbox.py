"""The one way in: the same mail twice is one row, two mails are two."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from intake.inbox import Arrival, accept, fingerprint
from models import Delivery, InboundMail

NOW = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
MAIL = (
    b"Received: from a by b\r\nFrom: Maria <maria@oak.example>\r\nTo: help@oak.example\r\nSubject: projector\r\n"
    b"Date: Mon, 9 Nov 2026 08:00:00 -0500\r\nMessage-ID: <1@oak.example>\r\n\r\nIt is dead.\r\n"
)
SMTP = Arrival("smtp", ("help@oak.example",), "maria@oak.example")


def rows(session) -> int:
    return session.scalar(select(func.count()).select_from(InboundMail))


def test_bytes_are_kept_as_they_came(session):
    raw = MAIL + b"\x00\xff\xfe"
    mail_id = accept(session, raw, SMTP, NOW).id
    session.expire_all()
    assert session.get(InboundMail, mail_id).raw == raw


@pytest.mark.parametrize(
    "again",
    [
        MAIL,
        MAIL.replace(b"\r\n", b"\n"),  # IMAP servers hand out what they stored
        b"Received: from x by y\r\nX-Spam: no\r\n" + MAIL,  # another way through the world
        MAIL.replace(b"Subject: projector", b"subject:  projector"),
        MAIL + b"\r\n",
    ],
)
def test_the_same_mail_by_another_door_is_one_row_with_two_deliveries(session, again):
    first = accept(session, MAIL, SMTP, NOW)
    second = accept(session, again, Arrival("imap", ("help@oak.example",)), NOW + timedelta(hours=3))
    assert first.id == second.id and rows(session) == 1
    assert [row.door for row in second.deliveries] == ["smtp", "imap"]


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"It is dead", b"It is alive"),  # a copier: one Message-ID for every scan
        MAIL.replace(b"<1@", b"<2@"),
        MAIL.replace(b"08:00:00", b"08:00:01"),
        MAIL.replace(b"Maria <maria@", b"Marta <marta@"),
    ],
)
def test_another_mail_is_another_row(session, other):
    accept(session, MAIL, SMTP, NOW)
    accept(session, other, SMTP, NOW)
    assert rows(session) == 2


def test_a_mail_without_id_and_date_counts_as_the_same_for_an_hour_only():
    bare = b"From: copier@oak.example\r\n\r\nscan"
    assert fingerprint(bare, NOW) == fingerprint(bare, NOW + timedelta(minutes=20))
    assert fingerprint(bare, NOW) != fingerprint(bare, NOW + timedelta(hours=2))


def test_every_recipient_of_one_transaction_is_noted_once(session):
    arrival = Arrival("smtp", ("help@oak.example", "HELP@oak.example", "network@oak.example"), "")
    inbound = accept(session, MAIL, arrival, NOW)
    accept(session, MAIL, arrival, NOW)
    assert [(row.rcpt_to, row.mail_from) for row in inbound.deliveries] == [
        ("help@oak.example", ""),
        ("network@oak.example", ""),
    ]


def test_a_settled_mail_that_comes_to_a_further_address_goes_the_way_again(session):
    inbound = accept(session, MAIL, SMTP, NOW)
    inbound.state = "ticketed"
    accept(session, MAIL, SMTP, NOW)
    assert inbound.state == "ticketed"
    accept(session, MAIL, Arrival("imap", ("help@oak.example",)), NOW)
    assert inbound.state == "ticketed"
    accept(session, MAIL, Arrival("smtp", ("network@oak.example",), "maria@oak.example"), NOW)
    assert inbound.state == "received"


def test_a_header_without_end_is_not_read_to_its_end(session):
    endless = b"X: y\r\n" * 200_000
    assert accept(session, endless, SMTP, NOW).size == len(endless)


def test_two_doors_at_once_store_one_row(store):
    import threading

    def put(number: int) -> None:
        with store.writing() as session:
            accept(session, MAIL, Arrival("smtp", (f"{number}@oak.example",), ""), NOW)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert rows(session) == 1
        assert session.scalar(select(func.count()).select_from(Delivery)) == 6
