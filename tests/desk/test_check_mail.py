"""`check` mails itself by the real way out and looks for the mail in the real mailbox."""

import threading
from pathlib import Path

import pytest

from desk import check_mail
from desk.check import run_checks
from desk.check_mail import what_is_said
from desk.config import read_settings
from intake.message import read_message
from intake.screen import screen
from tests.acceptance.desk_process import configure, serving
from tests.make import DESK, make_mail

GOOGLE = b"Authentication-Results: mx.google.com; spf=pass smtp.mailfrom=x; dkim=pass header.d=oakdistrict.example; dmarc=pass header.from=oakdistrict.example\r\n"
OUTLOOK = b"Authentication-Results: spf=pass smtp.mailfrom=x; dkim=none (message not signed) header.d=none;dmarc=none action=none header.from=oakdistrict.example;\r\n"
OURS = make_mail(sender=DESK, to=DESK)


def settings(tmp_path: Path, smtp_sink, imap_server, **auth: object):
    mailbox = {"name": "help", "host": imap_server.host, "port": imap_server.port, "tls": False,
               "username": imap_server.username, "password": imap_server.password}  # fmt: skip
    return read_settings(
        {"district": {"address": DESK}, "database": {"url": f"sqlite:///{tmp_path / 'desk.db'}"},
         "smtp": {"listen": "127.0.0.1:0"}, "delivery": {"smarthost": smtp_sink.address}, "mailbox": [mailbox],
         "auth": auth}, "f.toml", {},
    )  # fmt: skip


def deliver(smtp_sink, lay, on_top: bytes) -> threading.Thread:
    """A mail host: what is handed to it arrives in the mailbox with its own fields on top."""

    def carry() -> None:
        (_, raw), *_ = smtp_sink.wait_for(1)
        lay(on_top + raw)

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    return thread


def test_the_mail_comes_back_and_the_servers_word_is_shown(tmp_path, smtp_sink, imap_server):
    host = deliver(smtp_sink, imap_server.append, GOOGLE)
    found = {row.what: row for row in run_checks(settings(tmp_path, smtp_sink, imap_server, trusted_results="mx.google.com"))}
    host.join()
    assert found["mail to itself"].as_line() == "ok    mail to itself: it came back; 'mx.google.com' says spf=pass, dkim=pass, dmarc=pass"
    assert "'mx.google.com' vouches for it" in found["commands"].said and not found["commands"].note
    assert imap_server.count("UNSEEN") == 1  # looked at without a trace
    envelope, raw = smtp_sink.mails[0]
    assert envelope.rcpt_tos == [DESK]
    assert screen(read_message(raw), envelope.mail_from, (DESK,)).stops  # no desk will ever ticket it


def test_a_mail_that_does_not_come_back_is_a_note_and_no_failure(tmp_path, smtp_sink, dovecot, monkeypatch):
    monkeypatch.setattr(check_mail, "PATIENCE", 2.0)
    (found,) = [row for row in run_checks(settings(tmp_path, smtp_sink, dovecot)) if row.what == "mail to itself"]
    assert (found.status, found.note) == (0, True) and "has not come back within 2 seconds" in found.said
    smtp_sink.on_data = "550 5.7.1 no"
    (found,) = [row for row in run_checks(settings(tmp_path, smtp_sink, dovecot)) if row.what == "mail to itself"]
    assert found.note and "could not be sent (SMTPDataError)" in found.said


def test_beside_a_running_desk_the_mail_is_found_in_its_database(tmp_path, smtp_sink, dovecot, monkeypatch):
    folder = configure(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", smtp_sink.address)
    with serving(folder) as desk:
        deliver(smtp_sink, lambda raw: desk.send(raw, DESK), b"")
        monkeypatch.setattr(check_mail, "_in_mailbox", lambda *_: None)
        (found,) = [row for row in run_checks(settings(tmp_path, smtp_sink, dovecot)) if row.what == "mail to itself"]
        assert found.note and "has written no Authentication-Results" in found.said
        assert desk.json("tickets") == []


@pytest.mark.parametrize(
    "on_top, trusted, status, note, said",
    [
        (GOOGLE, None, 0, True, "set [auth] trusted_results = 'mx.google.com'"),
        (OUTLOOK, None, 0, True, "set [auth] trusted_results = 'microsoft'"),
        (GOOGLE, "mx.oak.example", 2, False, "set [auth] trusted_results = 'mx.google.com', not 'mx.oak.example'"),
        (GOOGLE, "mx.google.com", 0, False, "it came back; 'mx.google.com' says spf=pass, dkim=pass, dmarc=pass"),
        (OUTLOOK, "microsoft", 0, True, "mail that stays within one host is often not examined at all"),
        (GOOGLE.replace(b"dmarc=pass", b"dmarc=fail"), "mx.google.com", 0, True, "says dmarc=fail"),
        (b"", "mx.google.com", 2, False, "every command would be held"),
        (b"", None, 0, True, "so no verdict can be had from it"),
        (b"Authentication-Results: (\r\n", None, 0, True, "cannot be read"),
    ],
)
def test_what_the_server_wrote_is_told_with_what_to_set(on_top, trusted, status, note, said):
    (found,) = what_is_said(on_top + OURS, trusted, "oakdistrict.example")
    assert (found.status, found.note) == (status, note) and said in found.said
