"""The IMAP door against real servers: nothing lost, nothing doubled, whatever the server does meanwhile."""

import contextlib
import logging
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from intake.cursor import Cursor, find_cursor, keep_cursor
from intake.inbox import Arrival, accept_all
from intake.poller import Poller, check_mailbox
from intake.settings import MailboxSettings
from models import InboundMail, Store
from tests.conftest import Clock
from tests.make import make_mail
from tests.servers.imap_account import ImapAccount
from tests.servers.imap_dovecot import Dovecot
from tests.servers.imap_pymap import Pymap

Server = Dovecot | Pymap


class Shelf:
    """Where deposited mails go: like the inbox, it knows a mail again; it may be told to refuse."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.references: list[str] = []
        self.cursor: Cursor | None = None
        self.refuses: Callable[[bytes], bool] = lambda raw: False
        self.refused = 0

    def deposit(self, raw: bytes, reference: str) -> None:
        if self.refuses(raw):
            self.refused += 1
            raise OSError(28, "No space left on device")
        self.mails.append(raw)
        self.references.append(reference)

    def deposit_all(self, mails: Sequence[tuple[bytes, str]]) -> list[object]:
        outcomes: list[object] = []
        for mail in mails:
            try:
                outcomes.append(self.deposit(*mail))
            except OSError as error:
                outcomes.append(error)
        return outcomes

    def load(self) -> Cursor | None:
        return self.cursor

    def save(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def subjects(self) -> list[str]:
        lines = [line for raw in self.mails for line in raw.splitlines() if line.startswith(b"Subject: ")]
        return [line.removeprefix(b"Subject: ").decode() for line in lines]


class Relay:
    """A line to a server that may fall mute, or break every answer into pieces."""

    def __init__(self, to_port: int, piece: int = 65536) -> None:
        self.to_port, self.piece = to_port, piece
        self.is_mute = threading.Event()
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        for sock in (self._listening, *self._open):
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self.to_port))
                near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [near, far]
                threading.Thread(target=self._carry, args=(near, far, 65536), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, self.piece), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, piece: int) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                for start in range(0, len(block), piece):
                    if not self.is_mute.is_set():
                        target.sendall(block[start : start + piece])
                    if piece < 65536:
                        time.sleep(0.002)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def settings_of(server: ImapAccount, **overrides: object) -> MailboxSettings:
    plain = MailboxSettings(
        name="front", host=server.host, port=server.port, tls=False, username=server.username,
        password=server.password, poll_seconds=60.0,
    )  # fmt: skip
    return replace(plain, **overrides)  # type: ignore[arg-type]


def poller_of(server: ImapAccount, shelf: Shelf, **overrides: object) -> Poller:
    return Poller(settings_of(server, **overrides), shelf.deposit_all, shelf.load, shelf.save)


@contextmanager
def running(poller: Poller) -> Iterator[threading.Event]:
    """The poller in its thread; at the end it must be gone within two seconds."""
    stop = threading.Event()
    thread = threading.Thread(target=poller.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        asked = time.monotonic()
        thread.join(10)
        assert not thread.is_alive()
        assert time.monotonic() - asked < 2.0


def eventually(what: Callable[[], bool], patience: float = 10.0) -> float:
    """Wait until `what` holds; the seconds it took."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < patience, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def lines(raw: bytes) -> list[bytes]:
    """A mail without regard to its line ends, which pymap's Maildir does not keep."""
    return raw.rstrip(b"\r\n").splitlines()


# What is taken, and what becomes of it on the server


def test_a_taken_mail_is_flagged_seen_and_stays(imap_server: Server, shelf: Shelf) -> None:
    mail = make_mail(subject="The printer is out of toner")
    imap_server.append(mail)
    assert poller_of(imap_server, shelf).read_once() == 1
    assert [lines(raw) for raw in shelf.mails] == [lines(mail)]
    assert imap_server.uids("SEEN") == imap_server.uids() == [1]
    assert shelf.references == [f"front/{imap_server.uidvalidity()}/1"]


def test_a_taken_mail_is_moved_where_a_done_folder_is_set(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="one"), make_mail(subject="two"))
    poller = poller_of(imap_server, shelf, done_folder="Erledigt – fertig")
    assert poller.read_once() == 2
    assert imap_server.count() == 0
    assert imap_server.count(folder="Erledigt – fertig") == 2
    assert poller.read_once() == 0


def test_a_folder_with_a_name_beyond_ascii_is_read(imap_server: Server, shelf: Shelf) -> None:
    imap_server.make_folder("Störungen & Wünsche")
    imap_server.append(make_mail(subject="here"), folder="Störungen & Wünsche")
    assert poller_of(imap_server, shelf, folder="Störungen & Wünsche").read_once() == 1
    assert shelf.subjects() == ["here"]


def test_a_second_run_takes_nothing_twice(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(), make_mail())
    assert poller_of(imap_server, shelf).read_once() == 2
    assert poller_of(imap_server, shelf).read_once() == 0
    assert len(shelf.mails) == 2


def test_many_mails_come_in_once_each_and_in_order(imap_server: Server, shelf: Shelf) -> None:
    count = 500 if imap_server.name == "dovecot" else 110  # pymap takes 60 ms a mail, and more with each
    subjects = [f"request {number}" for number in range(count)]
    imap_server.append(*(make_mail(subject=subject) for subject in subjects))
    assert poller_of(imap_server, shelf).read_once() == count
    assert shelf.subjects() == subjects
    assert imap_server.count("UNSEEN") == 0
    assert shelf.cursor == Cursor(imap_server.uidvalidity(), count)


def test_odd_bytes_arrive_as_the_server_has_them(imap_server: Server, shelf: Shelf) -> None:
    head = b"From: tess@oakdistrict.example\r\nSubject: odd\r\nMessage-ID: <odd@mail.example>\r\n\r\n"
    odd = [
        head + b"caf\xe9 \xf0\x9f\x98\x80 \xff\xfe raw eight bits\r\n",
        head + b"x" * 200_000 + b"\r\n",
        b"Subject: no body, no end of header",
        b"\r\n\r\n* 9 EXISTS\r\nA1 OK fake (BODY[] {3}\r\n)\r\n",
    ]
    imap_server.append(*odd)
    assert poller_of(imap_server, shelf).read_once() == len(odd)
    assert [lines(raw) for raw in shelf.mails] == [lines(raw) for raw in odd]


def test_a_mail_with_nul_bytes_is_taken(dovecot: Dovecot, shelf: Shelf) -> None:
    dovecot.lay_file(make_mail(subject="nul").replace(b"projector", b"pro\0jector"))
    assert poller_of(dovecot, shelf).read_once() == 1
    assert shelf.subjects() == ["nul"]
    assert dovecot.count("UNSEEN") == 0


def test_a_large_mail_is_taken_beside_small_ones(imap_server: Server, shelf: Shelf) -> None:
    large = make_mail(subject="large", attachments=[("video.bin", "application/octet-stream", b"\x07" * 7_000_000)])
    imap_server.append(make_mail(subject="before"), large, make_mail(subject="after"))
    assert poller_of(imap_server, shelf).read_once() == 3
    assert shelf.subjects() == ["before", "large", "after"]
    assert lines(shelf.mails[1]) == lines(large)


# What is not done yet


def test_the_first_start_leaves_old_read_mail_alone(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="old and read"), seen=True)
    imap_server.append(make_mail(subject="old and unread"))
    imap_server.append(make_mail(subject="also read"), seen=True)
    assert poller_of(imap_server, shelf).read_once() == 1
    assert shelf.subjects() == ["old and unread"]
    assert shelf.cursor is not None and shelf.cursor.last_uid == 3


def test_a_mail_that_a_person_opened_first_is_still_taken(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="old"), seen=True)
    poller_of(imap_server, shelf).read_once()
    imap_server.append(make_mail(subject="opened by a colleague"), seen=True)
    assert poller_of(imap_server, shelf).read_once() == 1
    assert shelf.subjects() == ["opened by a colleague"]


def test_a_deleted_mail_is_not_wanted(imap_server: Server, shelf: Shelf) -> None:
    poller_of(imap_server, shelf).read_once()
    imap_server.append(make_mail(subject="deleted"), make_mail(subject="kept"))
    with imap_server.look("INBOX") as client:
        client.add_flags([1], [b"\\Deleted"])
    assert poller_of(imap_server, shelf).read_once() == 1
    assert shelf.subjects() == ["kept"]


def test_when_uids_start_again_nothing_is_lost(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="one"), make_mail(subject="two"), make_mail(subject="three"))
    poller_of(imap_server, shelf).read_once()
    imap_server.remove(1, 2)
    imap_server.append(make_mail(subject="opened while UIDs changed"), seen=True)
    imap_server.reset_uidvalidity()
    assert imap_server.uids() == [1, 2]  # lower than what the cursor of old says
    poller_of(imap_server, shelf).read_once()
    assert set(shelf.subjects()) == {"one", "two", "three", "opened while UIDs changed"}
    assert shelf.cursor == Cursor(imap_server.uidvalidity(), 2)
    before = len(shelf.mails)
    assert poller_of(imap_server, shelf).read_once() == 0
    assert len(shelf.mails) == before


def test_uids_that_start_again_under_a_running_poller_are_noticed(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="one"), make_mail(subject="two"))
    with running(poller_of(imap_server, shelf)):
        eventually(lambda: shelf.cursor is not None and imap_server.count("UNSEEN") == 0)
        imap_server.remove(1, 2)
        imap_server.reset_uidvalidity()
        imap_server.append(make_mail(subject="three"), seen=True)
        eventually(lambda: "three" in shelf.subjects(), 15)
        eventually(lambda: shelf.cursor == Cursor(imap_server.uidvalidity(), 1))
    assert shelf.subjects() == ["one", "two", "three"]


def test_when_uids_start_again_the_read_mail_of_years_stays(dovecot: Dovecot, shelf: Shelf, clock: Clock) -> None:
    with dovecot.look() as client:
        client.append("INBOX", make_mail(subject="from last year"), [b"\\Seen"], clock.now.replace(year=2025))
        client.append("INBOX", make_mail(subject="from Friday"), [b"\\Seen"], clock.now)
    shelf.cursor = Cursor(1, 700)
    clock.advance(days=3)
    poller = Poller(settings_of(dovecot), shelf.deposit_all, shelf.load, shelf.save, clock)
    assert poller.read_once() == 1
    assert shelf.subjects() == ["from Friday"]


def test_uids_that_went_down_under_the_same_uidvalidity_start_again(imap_server: Server, shelf: Shelf) -> None:
    shelf.cursor = Cursor(imap_server.uidvalidity(), 5000)
    imap_server.append(make_mail(subject="restored"), seen=True)
    assert poller_of(imap_server, shelf).read_once() == 1
    assert shelf.cursor == Cursor(imap_server.uidvalidity(), 1)


def test_with_the_real_inbox_a_reread_makes_no_second_row(imap_server: Server, store: Store, clock: Clock) -> None:
    arrival = Arrival("imap", ("help@oakdistrict.example",))

    def deposit_all(mails: Sequence[tuple[bytes, str]]) -> list[int]:
        with store.engine.begin() as connection:
            return accept_all(connection, [(raw, arrival) for raw, _ in mails], clock.now)

    def load() -> Cursor | None:
        with store.reading() as session:
            return find_cursor(session, "front")

    def save(cursor: Cursor) -> None:
        with store.writing() as session:
            keep_cursor(session, "front", cursor)

    imap_server.append(*(make_mail(subject=f"request {number}") for number in range(12)))
    assert Poller(settings_of(imap_server), deposit_all, load, save).read_once() == 12
    assert load() == Cursor(imap_server.uidvalidity(), 12)
    imap_server.reset_uidvalidity()
    assert Poller(settings_of(imap_server), deposit_all, load, save).read_once() == 12
    assert Poller(settings_of(imap_server), deposit_all, load, save).read_once() == 0
    with store.reading() as session:
        assert session.query(InboundMail).count() == 12


# Failures


def test_a_mail_that_could_not_be_stored_is_neither_flagged_nor_lost(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="precious"))
    shelf.refuses = lambda raw: True
    with running(poller_of(imap_server, shelf)):
        eventually(lambda: shelf.refused >= 2)
        assert imap_server.count("UNSEEN") == 1
        assert shelf.cursor is not None
        shelf.refuses = lambda raw: False
        eventually(lambda: shelf.subjects() == ["precious"])
        eventually(lambda: imap_server.count("UNSEEN") == 0)
    assert shelf.subjects() == ["precious"]


def test_a_store_that_fails_half_way_keeps_what_it_took(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(*(make_mail(subject=f"request {number}") for number in range(10)))
    shelf.refuses = lambda raw: len(shelf.mails) >= 4
    with pytest.raises(Exception, match="cannot be stored"):
        poller_of(imap_server, shelf).read_once()
    assert shelf.refused == 6
    assert imap_server.uids("SEEN") == [1, 2, 3, 4]
    assert shelf.cursor is not None
    shelf.refuses = lambda raw: False
    assert poller_of(imap_server, shelf).read_once() == 6
    assert len(shelf.subjects()) == len(set(shelf.subjects())) == 10


def test_one_mail_that_cannot_be_stored_does_not_hold_up_the_others(imap_server: Server, shelf: Shelf) -> None:
    imap_server.append(make_mail(subject="poison"), *(make_mail(subject=f"good {n}") for n in range(5)))
    shelf.refuses = lambda raw: b"poison" in raw
    poller = poller_of(imap_server, shelf)
    assert poller.read_once() == 5
    imap_server.append(make_mail(subject="later"))
    assert poller.read_once() == 1
    assert imap_server.uids("UNSEEN") == [1]


def test_one_mail_that_cannot_be_fetched_does_not_hold_up_the_others(
    dovecot: Dovecot, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    dovecot.lay_file(make_mail(subject="good 1"))
    dovecot.lay_file(make_mail(subject="bad"), readable=False)
    dovecot.lay_file(make_mail(subject="good 2"))
    with running(poller_of(dovecot, shelf, poll_seconds=0.2)):
        eventually(lambda: "passed over" in caplog.text, 30)
        dovecot.append(make_mail(subject="good 3"))
        eventually(lambda: len(shelf.mails) == 3)
    assert sorted(shelf.subjects()) == ["good 1", "good 2", "good 3"]
    assert "UID 2 cannot be fetched" in caplog.text
    assert shelf.cursor is not None and shelf.cursor.last_uid == 4


def test_a_server_that_was_killed_is_read_again_when_it_is_back(
    imap_server: Server, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    imap_server.append(make_mail(subject="before"))
    with running(poller_of(imap_server, shelf)):
        eventually(lambda: shelf.subjects() == ["before"])
        imap_server.stop()
        eventually(lambda: "Next try in" in caplog.text)
        imap_server.start()
        imap_server.append(make_mail(subject="after"))
        eventually(lambda: shelf.subjects() == ["before", "after"], 15)
    assert "mailbox front: " in caplog.text
    assert "@" not in caplog.text


def test_a_wrong_password_is_said_and_not_tried_every_second(
    imap_server: Server, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    with running(poller_of(imap_server, shelf, password="wrong")):
        eventually(lambda: "refuses the login" in caplog.text, 15)
        time.sleep(2)
    assert caplog.text.count("refuses the login") == 1
    assert "wrong" not in caplog.text and imap_server.password not in caplog.text


# Waiting


def test_a_mail_that_arrives_during_idle_is_taken_within_three_seconds(imap_server: Server, shelf: Shelf) -> None:
    with running(poller_of(imap_server, shelf)):
        eventually(lambda: shelf.cursor is not None)
        time.sleep(4)  # by then it stands in a long IDLE
        imap_server.append(make_mail(subject="hello"))
        assert eventually(lambda: shelf.subjects() == ["hello"]) < 3.0
        eventually(lambda: imap_server.count("UNSEEN") == 0)


def test_a_mail_that_arrives_during_idle_under_tls_is_taken(
    dovecot: Dovecot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl program to make a certificate with: install Debian's `openssl`")
    assert "cannot be trusted" in str(check_mailbox(settings_of(dovecot, port=dovecot.tls_port, tls=True)))
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    with running(poller_of(dovecot, shelf, port=dovecot.tls_port, tls=True)):
        eventually(lambda: shelf.cursor is not None)
        time.sleep(4)
        dovecot.append(make_mail(subject="hello"))
        assert eventually(lambda: shelf.subjects() == ["hello"]) < 3.0


def test_a_server_that_has_fallen_silent_does_not_hold_up_the_end(shelf: Shelf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = MailboxSettings("front", "127.0.0.1", mute.getsockname()[1], tls=False)
        with running(Poller(settings, shelf.deposit_all, shelf.load, shelf.save)):
            peer, _ = mute.accept()
            peer.sendall(b"* OK hello\r\n")
            time.sleep(0.3)
        peer.close()


def test_a_server_that_falls_silent_after_the_login_does_not_hold_up_the_end(imap_server: Server, shelf: Shelf) -> None:
    with Relay(imap_server.port) as relay, running(poller_of(imap_server, shelf, port=relay.port)):
        eventually(lambda: shelf.cursor is not None)
        time.sleep(0.5)
        relay.is_mute.set()


def test_a_line_that_comes_in_pieces_breaks_nothing(imap_server: Server, shelf: Shelf) -> None:
    with Relay(imap_server.port, piece=7) as relay, running(poller_of(imap_server, shelf, port=relay.port)):
        eventually(lambda: shelf.cursor is not None)
        time.sleep(1)
        for number in range(3):
            imap_server.append(make_mail(subject=f"piece {number}"))
            eventually(lambda: len(shelf.mails) == number + 1)  # noqa: B023 - called at once
    assert shelf.subjects() == ["piece 0", "piece 1", "piece 2"]
    assert relay.connections == 1


# What `check` says


def test_a_mailbox_in_order_has_nothing_to_say(imap_server: Server) -> None:
    assert check_mailbox(settings_of(imap_server)) is None


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"password": "wrong"}, "`password`"),
        ({"folder": "Helpdesk"}, "'INBOX'"),
        ({"port": 1}, "nothing listens"),
        ({"host": "no-such-host.invalid"}, "not known"),
        ({"tls": True}, "tls = false"),
        ({"done_folder": "INBOX"}, "`done_folder`"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(imap_server: Server, overrides: dict[str, object], says: str) -> None:
    sentence = check_mailbox(settings_of(imap_server, **overrides))
    assert sentence is not None and sentence.startswith("mailbox front: ")
    assert says in sentence
    assert imap_server.password not in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address, which Linux has")
def test_a_server_that_wants_tls_for_passwords_says_so(dovecot: Dovecot) -> None:
    dovecot.stop()
    dovecot.refuse_clear = True
    dovecot.start()
    assert "tls = true" in str(check_mailbox(settings_of(dovecot, host=dovecot.other_host)))


def test_a_password_beyond_ascii_opens_the_mailbox(dovecot: Dovecot) -> None:
    dovecot.stop()
    dovecot.password = "vier-grüne-Ähren"
    dovecot.start()
    assert check_mailbox(settings_of(dovecot)) is None
    assert "`password`" in str(check_mailbox(settings_of(dovecot, password="vier-grüne-Aehren")))


@pytest.mark.parametrize("capability", ["IMAP4rev1", "IMAP4rev1 UIDPLUS"])
def test_a_host_without_move_and_idle_is_served_too(dovecot: Dovecot, shelf: Shelf, capability: str) -> None:
    if dovecot.is_new:
        pytest.skip("Dovecot 2.4 lists its capabilities otherwise: run with Dovecot 2.3")
    dovecot.stop()
    dovecot.capability = capability
    dovecot.start()
    with running(poller_of(dovecot, shelf, done_folder="Done", poll_seconds=0.3)):
        eventually(lambda: shelf.cursor is not None)
        dovecot.append(make_mail(subject="one"), make_mail(subject="two"))
        eventually(lambda: len(shelf.mails) == 2, 5)
        eventually(lambda: dovecot.count() == 0, 5)
    assert dovecot.count(folder="Done") == 2


def test_expunging_spares_what_a_person_has_only_marked(dovecot: Dovecot, shelf: Shelf) -> None:
    if dovecot.is_new:
        pytest.skip("Dovecot 2.4 lists its capabilities otherwise: run with Dovecot 2.3")
    dovecot.stop()
    dovecot.capability = "IMAP4rev1"
    dovecot.start()
    dovecot.append(make_mail(subject="marked by a person"), make_mail(subject="new"))
    with dovecot.look("INBOX") as client:
        client.add_flags([1], [b"\\Deleted"])
    poller = poller_of(dovecot, shelf, done_folder="Done")
    assert poller.read_once() == 1
    assert poller.read_once() == 0
    assert 1 in dovecot.uids()
    assert dovecot.count(folder="Done") == 1


def test_a_host_that_keeps_folders_below_the_inbox_is_understood(dovecot: Dovecot, shelf: Shelf) -> None:
    dovecot.stop()
    dovecot.prefix = "INBOX."
    dovecot.start()
    dovecot.append(make_mail(subject="moved"))
    assert poller_of(dovecot, shelf, done_folder="Desk/Done").read_once() == 1
    assert "INBOX.Desk.Done" in dovecot.folders()
    assert dovecot.count(folder="INBOX.Desk.Done") == 1
