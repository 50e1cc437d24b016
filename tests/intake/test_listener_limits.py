"""The SMTP door under clients that are many, slow, silent or without end; and while its store is full."""

import contextlib
import smtplib
import socket
import threading
import time

import pytest

from intake import conversation, listener
from tests.intake.test_listener import DESK, Kept, begin, listening

STRANGERS = ("10.0.0.0/8",)  # so that loopback is no relay


@pytest.fixture
def kept() -> Kept:
    return Kept()


def greeting(port: int) -> tuple[socket.socket, bytes]:
    """A raw connection and the first thing the door says."""
    sock = socket.create_connection(("127.0.0.1", port), 10)
    return sock, sock.recv(200)


def send_one(port: int, subject: str = "x") -> float:
    """One ordinary mail by a fresh connection; the seconds it took."""
    begun = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo("test")
        begin(client)
        assert client.data(f"Subject: {subject}\r\n\r\nhello\r\n".encode())[0] == 250
    return time.monotonic() - begun


def last_words(sock: socket.socket) -> bytes:
    """Everything until the door hangs up."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while block := sock.recv(4096):
            said += block
    return said


def test_a_stranger_has_so_many_connections_and_a_relay_as_many_as_it_likes(kept):
    with listening(kept, relays=STRANGERS, client_connections=3) as port, contextlib.ExitStack() as stack:
        first = [stack.enter_context(contextlib.closing(greeting(port)[0])) for _ in range(3)]
        sock, said = greeting(port)
        assert said.startswith(b"421 4.7.0") and last_words(sock) == b""
        first[0].close()
        time.sleep(0.1)
        assert greeting(port)[1].startswith(b"220")
    with listening(kept, client_connections=3) as port, contextlib.ExitStack() as stack:
        for _ in range(10):
            sock, said = greeting(port)
            stack.enter_context(contextlib.closing(sock))
            assert said.startswith(b"220")


def test_a_stranger_sends_so_many_mails_a_minute_and_a_relay_as_many_as_it_likes(kept):
    with listening(kept, relays=STRANGERS, client_mails_a_minute=3) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("test")
        for _ in range(3):
            begin(client)
            assert client.data(b"Subject: x\r\n\r\nx\r\n")[0] == 250
        assert client.mail("maria@oak.example") == (450, b"4.7.0 Too many mails from you, try again later")
    with listening(kept, client_mails_a_minute=3) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo("test")
        for _ in range(10):
            begin(client)
            assert client.data(b"Subject: x\r\n\r\nx\r\n")[0] == 250


def test_five_hundred_silent_connections_leave_room_for_a_mail(kept):
    with listening(kept) as port, contextlib.ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", port), 10)))
        assert max(send_one(port) for _ in range(20)) < 2.0


def test_when_every_place_is_taken_the_longest_silent_client_gives_up_its_own(kept, monkeypatch):
    monkeypatch.setattr(listener, "MOST_CONNECTIONS", 5)
    monkeypatch.setattr(listener, "EVICTABLE_SECONDS", 0.3)
    with listening(kept) as port, contextlib.ExitStack() as stack:
        socks = []
        for _ in range(5):
            sock, said = greeting(port)
            socks.append(stack.enter_context(contextlib.closing(sock)))
            assert said.startswith(b"220")
            time.sleep(0.01)
        sock, said = greeting(port)
        assert said.startswith(b"421 4.3.2")  # nobody has been silent for long enough
        time.sleep(0.4)
        socks[0].sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\n")  # busy: keeps its place
        time.sleep(0.1)
        assert send_one(port) < 2.0
        assert last_words(socks[1]).startswith(b"421 4.3.2")
        socks[0].sendall(b"DATA\r\nSubject: first\r\n\r\nx\r\n.\r\nQUIT\r\n")
        assert b"250 2.0.0" in last_words(socks[0])


def test_a_client_that_drips_is_cut_off_and_others_are_served(kept, monkeypatch):
    monkeypatch.setattr(conversation, "DATA_SECONDS", 1.0)
    with listening(kept) as port:
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\n")
        begun, times = time.monotonic(), []
        with pytest.raises(OSError):
            while time.monotonic() - begun < 10:
                sock.sendall(b"x")
                times.append(send_one(port))
                time.sleep(0.05)
        assert 0.8 < time.monotonic() - begun < 5.0
        assert max(times) < 1.0
        assert not any(b"Subject: x" not in raw for raw, _ in kept.mails)


def test_a_client_that_falls_silent_is_hung_up_on(kept, monkeypatch):
    monkeypatch.setattr(conversation, "IDLE_SECONDS", 0.5)
    with listening(kept) as port:
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\n")
        assert b"421 4.4.2" in last_words(sock)


def test_a_client_that_only_talks_is_hung_up_on(kept):
    with listening(kept) as port:
        sock, _ = greeting(port)
        with contextlib.suppress(OSError):
            sock.sendall(b"EHLO a\r\n" + b"NOOP\r\n" * (conversation.MAX_COMMANDS + 10))
        assert b"421 4.7.0" in last_words(sock)


def test_commands_behind_a_mail_in_one_packet_are_obeyed(kept):
    with listening(kept) as port:
        sock, _ = greeting(port)
        one = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\nSubject: %d\r\n\r\n..x\r\n.\r\n"
        sock.sendall(b"EHLO a\r\n" + one % 1 + one % 2 + one % 3 + b"QUIT\r\n")
        assert last_words(sock).count(b"250 2.0.0") == 3
    assert [raw for raw, _ in kept.mails] == [b"Subject: %d\r\n\r\n.x\r\n" % n for n in (1, 2, 3)]


def test_a_large_mail_sent_before_it_was_asked_for_arrives_whole_and_in_order(kept):
    body = b"".join(b"line %07d\r\n" % number for number in range(60_000))
    with listening(kept) as port:
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\n" + body + b".\r\nQUIT\r\n")
        assert b"250 2.0.0" in last_words(sock)
    assert [raw for raw, _ in kept.mails] == [body]


def test_mails_that_together_are_too_much_for_memory_are_put_off(kept, monkeypatch):
    monkeypatch.setattr(listener, "MEMORY_BYTES", 1_000_000)
    with listening(kept, max_size=500_000) as port, contextlib.ExitStack() as stack:
        socks = [stack.enter_context(contextlib.closing(greeting(port)[0])) for _ in range(4)]
        for sock in socks:
            sock.sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\n")
        time.sleep(0.2)
        for sock in socks:
            with contextlib.suppress(OSError):
                sock.sendall(b"y" * 400_000)
            time.sleep(0.2)
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nQUIT\r\n")
        assert b"452 4.3.1" in last_words(sock)
        for sock in socks:
            with contextlib.suppress(OSError):
                sock.sendall(b"\r\n.\r\nQUIT\r\n")
        said = [last_words(sock) for sock in socks]
        assert sum(b"250 2.0.0" in words for words in said) == 2
        assert sum(b"452 4.3.1" in words for words in said) == 2
        time.sleep(0.1)
        assert send_one(port) < 2.0  # and all is as before


def test_when_too_much_waits_for_the_disk_mail_is_put_off_before_it_is_sent(kept, monkeypatch):
    monkeypatch.setattr("intake.group_commit.QUEUE_MAILS", 2)
    kept.slow = 1.0
    with listening(kept) as port:
        threads = [threading.Thread(target=send_one, args=(port,)) for _ in range(3)]
        for thread in threads:
            thread.start()
            time.sleep(0.15)
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.ehlo("test")
            code, text = client.mail("maria@oak.example")
            assert (code, text[:5]) == (452, b"4.3.1")
            for thread in threads:
                thread.join()
            begin(client)
            assert client.data(b"Subject: later\r\n\r\nx\r\n")[0] == 250
    assert len(kept.mails) == 4


def test_an_address_with_bytes_that_are_no_text_is_kept_as_far_as_it_can_be(kept):
    with listening(kept) as port:
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\nMAIL FROM:<\xff\xfe@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\nx: y\r\n\r\n.\r\nQUIT\r\n" % DESK.encode())
        said = last_words(sock)
    for _, arrival in kept.mails:
        assert (arrival.mail_from or "").encode()  # no lone surrogates, which no database takes
    assert len(kept.mails) == said.count(b"250 2.0.0")


def test_a_client_that_leaves_in_the_middle_leaves_nothing(kept):
    with listening(kept) as port:
        sock, _ = greeting(port)
        sock.sendall(b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@oak.example>\r\nDATA\r\nSubject: half\r\n\r\nhal")
        time.sleep(0.1)
        sock.close()
        assert send_one(port) < 2.0
    assert [raw.split(b"\r\n")[0] for raw, _ in kept.mails] == [b"Subject: x"]
