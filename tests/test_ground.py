"""The ground itself: a fresh database each time, servers that answer, a clock that stands still."""

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from models import School, Store, open_store
from models.schema import SchemaState, schema_state
from tests.conftest import Clock
from tests.make import make_district, make_mail
from tests.servers import required
from tests.servers.imap_account import ImapAccount
from tests.servers.smtp_sink import SmtpSink


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_store_is_fresh_and_migrated(store: Store, time: str) -> None:
    assert schema_state(store) is SchemaState.CURRENT
    with store.writing() as session:
        assert session.scalars(select(School)).all() == []
        session.add(School(code="oak", name=f"Oak, the {time} time"))


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    store = open_store(empty_database_url)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def test_postgresql_answers_only_after_the_commit_is_written(engine_name: str, session: Session) -> None:
    if engine_name == "postgresql":
        assert session.scalar(text("SHOW synchronous_commit")) == "on"
    else:
        assert session.scalar(text("PRAGMA synchronous")) == 2


def test_the_sample_district_can_be_overridden(session: Session) -> None:
    district = make_district(session, schools={"ash": "Ash Primary School"})
    assert sorted(district.schools) == ["ash"]
    assert session.scalars(select(School.code)).all() == ["ash"]


def test_the_clock_moves_only_when_told(clock: Clock) -> None:
    before = clock.now
    assert clock() == before
    assert clock.advance(minutes=5) - before == timedelta(minutes=5)


def test_the_sink_keeps_a_mail_and_fails_on_demand(smtp_sink: SmtpSink) -> None:
    mail = make_mail(subject="Grüße aus Zimmer 12")
    smtp_sink.next_on_data = ["451 4.3.0 Later", None]
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port, timeout=10) as client:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("tess@oakdistrict.example", ["help@oakdistrict.example"], mail)
        assert refusal.value.smtp_code == 451
        client.sendmail("tess@oakdistrict.example", ["help@oakdistrict.example"], mail)
    [(envelope, raw)] = smtp_sink.wait_for(1)
    assert envelope.rcpt_tos == ["help@oakdistrict.example"]
    assert smtp_sink.messages[0]["Subject"] == "Grüße aus Zimmer 12"
    assert b"X-Peer" not in raw


def test_an_imap_server_keeps_what_is_appended(imap_server: ImapAccount) -> None:
    mail = make_mail(subject="The projector is dark")
    imap_server.append(mail)
    imap_server.append(mail, seen=True)
    assert imap_server.count("UNSEEN") == 1
    # pymap's Maildir keeps LF line ends; that is its right, the mail is the same.
    kept = [raw.replace(b"\r\n", b"\n") for raw in imap_server.mails().values()]
    assert kept == [mail.replace(b"\r\n", b"\n")] * 2


def test_an_imap_server_comes_back_with_other_numbers(imap_server: ImapAccount) -> None:
    imap_server.append(make_mail())
    before = imap_server.uidvalidity()
    imap_server.reset_uidvalidity()
    assert imap_server.uidvalidity() != before
    assert imap_server.uids() == [1]


def test_a_typing_error_in_the_required_servers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICTDESK_REQUIRE", "imap, postgres")
    assert required() == {"dovecot", "pymap", "postgresql"}
    monkeypatch.setenv("DISTRICTDESK_REQUIRE", "dovekot")
    with pytest.raises(pytest.UsageError, match="dovekot"):
        required()
