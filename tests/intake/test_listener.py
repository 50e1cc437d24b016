"""The SMTP door, with a real client: refuse at RCPT, 250 only when kept, never aiosmtpd's own slips."""

import asyncio
import contextlib
import smtplib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.group_commit import GroupCommit, Parcel
from intake.inbox import Arrival
from intake.listener import MAX_RECIPIENTS, Listener
from intake.settings import ListenerSettings

DESK = "help@oak.example"


@dataclass
class Kept:
    """What the door's store function was given; `fault` is raised instead when set."""

    mails: list[tuple[bytes, Arrival]] = field(default_factory=list)
    fault: Exception | None = None
    slow: float = 0.0

    def store_all(self, parcels: Sequence[Parcel]) -> list[int]:
        time.sleep(self.slow)
        if self.fault is not None:
            raise self.fault
        first = len(self.mails) + 1
        self.mails += parcels
        return list(range(first, first + len(parcels)))


@contextlib.contextmanager
def listening(kept: Kept, **settings: object) -> Iterator[int]:
    drawer = GroupCommit(kept.store_all)
    listener = Listener(ListenerSettings(port=0, **settings), lambda: (DESK,), drawer)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(listener.start(), loop).result(10)
    try:
        yield port
    finally:
        try:
            asyncio.run_coroutine_threadsafe(listener.stop(), loop).result(20)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
            drawer.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def client(kept: Kept) -> Iterator[smtplib.SMTP]:
    with listening(kept, max_size=100_000) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as opened:
        opened.ehlo("test")
        yield opened


def begin(client: smtplib.SMTP, *recipients: str, sender: str = "maria@oak.example") -> None:
    client.mail(sender)
    for address in recipients or (DESK,):
        assert client.rcpt(address)[0] == 250


def test_a_mail_is_kept_with_its_envelope(client, kept):
    begin(client, DESK, "Help+t1.p2.x@oak.example", sender="")
    assert client.data(b"Subject: x\r\n\r\nhello\r\n")[0] == 250
    assert kept.mails == [
        (b"Subject: x\r\n\r\nhello\r\n", Arrival("smtp", (DESK, "Help+t1.p2.x@oak.example"), "", True))
    ]


@pytest.mark.parametrize("address", ["other@oak.example", "help@elm.example", "helper@oak.example"])
def test_recipients_outside_the_desk_are_refused_with_an_enhanced_code(client, address):
    client.mail("a@b.example")
    code, text = client.rcpt(address)
    assert (code, text[:5]) == (550, b"5.1.1")


def test_dots_are_unstuffed_and_only_a_true_end_ends(client, kept):
    begin(client)
    assert client.data(b"a\r\n.\r\n..b\r\nc\r\n")[0] == 250
    assert kept.mails[0][0] == b"a\r\n.\r\n..b\r\nc\r\n"


def test_a_bare_line_feed_cannot_smuggle_a_second_mail(kept):
    with listening(kept) as port, socket.create_connection(("127.0.0.1", port), 10) as raw:
        raw.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\n")
        raw.sendall(b"Subject: one\r\n\r\nx\n.\nMAIL FROM:<eve@evil.example>\n.\r\ny\r\n.\r\nQUIT\r\n")
        while raw.recv(4096):
            pass
    assert len(kept.mails) == 1
    assert b"eve@evil.example" in kept.mails[0][0]


def test_a_line_of_any_length_is_taken_within_the_size(client, kept):
    begin(client)
    long_line = b"y" * 90_000
    assert client.data(b"Subject: x\r\n\r\n" + long_line + b"\r\n")[0] == 250
    assert long_line in kept.mails[0][0]


@pytest.mark.parametrize("body", [b"z" * 200_000, b"z\r\n" * 70_000])
def test_a_mail_over_the_size_is_refused_for_good_and_the_session_goes_on(client, kept, body):
    begin(client)
    code, text = client.data(b"Subject: x\r\n\r\n" + body)
    assert (code, text[:5]) == (552, b"5.3.4")
    begin(client)
    assert client.data(b"Subject: y\r\n\r\nsmall\r\n")[0] == 250
    assert len(kept.mails) == 1


def test_endless_data_is_cut_off(kept):
    with listening(kept, max_size=50_000) as port, socket.create_connection(("127.0.0.1", port), 10) as raw:
        raw.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\n")
        with pytest.raises(OSError):
            for _ in range(2_000):
                raw.sendall(b"w" * 50_000)
                time.sleep(0.001)
    assert not kept.mails


@pytest.mark.parametrize(
    "fault, code",
    [
        (OSError(28, "No space left on device"), (452, b"4.3.1")),
        (OSError(5, "Input/output error"), (451, b"4.3.0")),
        (ValueError("secret of maria@oak.example"), (451, b"4.3.0")),
    ],
)
def test_what_cannot_be_kept_is_put_off_and_says_nothing_of_the_inside(client, kept, fault, code):
    kept.fault = fault
    begin(client)
    answer = client.data(b"Subject: x\r\n\r\nhello\r\n")
    assert (answer[0], answer[1][:5]) == code
    assert b"secret" not in answer[1]


def test_too_many_recipients_are_put_off(client):
    begin(client, *[f"help+{n}@oak.example" for n in range(MAX_RECIPIENTS)])
    assert client.rcpt("help+more@oak.example")[0] == 452


def test_data_needs_a_recipient(client):
    client.mail("a@b.example")
    assert client.docmd("DATA")[0] == 503


def test_stopping_finishes_the_mail_in_flight(kept):
    kept.slow = 0.5
    with listening(kept) as port:
        client = smtplib.SMTP("127.0.0.1", port, timeout=20)
        client.ehlo("test")
        begin(client)
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(client.data(b"Subject: x\r\n\r\nx\r\n")[0]))
        thread.start()
        time.sleep(0.1)
    thread.join()
    client.close()
    assert answers == [250] and len(kept.mails) == 1


def test_starttls_is_offered_with_a_certificate(kept, tmp_path: Path):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", key, "-out", cert], capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl could not make a certificate; install openssl")
    trusting = ssl.create_default_context(cafile=str(cert))
    trusting.check_hostname = False
    with (
        listening(kept, tls_cert=cert, tls_key=key) as port,
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        client.starttls(context=trusting)
        client.ehlo("test")
        begin(client)
        assert client.data(b"Subject: x\r\n\r\nsealed\r\n")[0] == 250
    assert kept.mails[0][0].endswith(b"sealed\r\n")


def test_a_district_relay_is_known_by_its_network(kept):
    with (
        listening(kept, relays=("10.0.0.0/8",)) as port,
        smtplib.SMTP("127.0.0.1", port, timeout=20) as client,
    ):
        client.ehlo("test")
        begin(client)
        client.data(b"Subject: x\r\n\r\nx\r\n")
    assert kept.mails[0][1].trusted_peer is False
