"""A connection to an IMAP server, logged in; given up at once when the desk stops.

In:       MailboxSettings.
Out:      an IMAPClient; MailboxTrouble or what sockets and imapclient raise.
Not here: folders (intake.imap_folder).
"""

import contextlib
import queue
import socket
import threading

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from intake.imap_trouble import MailboxTrouble
from intake.settings import MailboxSettings

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0


class Line:
    """What another thread holds of a connection: it can break it, so that a read that hangs ends."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()
        self._socket: socket.socket | None = None

    def joins(self, client: IMAPClient) -> None:
        """The line is up."""
        self._socket = client.socket()

    def cut(self) -> None:
        """Break the connection, if there is one."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def connect(settings: MailboxSettings, line: Line) -> IMAPClient:
    """Connect and log in."""
    client = _reach(settings, line.stop)
    try:
        line.joins(client)
        _keep_alive(client.socket())
        _log_in(client, settings)
    except BaseException:
        hang_up(client)
        raise
    return client


def hang_up(client: IMAPClient) -> None:
    """Close the socket without a word."""
    with contextlib.suppress(OSError, IMAPClientError):
        client.shutdown()


def _reach(settings: MailboxSettings, stop: threading.Event) -> IMAPClient:
    """TCP, TLS and greeting: imapclient does them in one call that nothing can interrupt, so in a thread aside."""
    outcome: queue.SimpleQueue[IMAPClient | BaseException] = queue.SimpleQueue()
    given_up = threading.Event()

    def attempt() -> None:
        timeout = SocketTimeout(CONNECT_SECONDS, READ_SECONDS)
        try:
            client = IMAPClient(settings.host, settings.port, ssl=settings.tls, timeout=timeout)
        except BaseException as error:
            outcome.put(error)
            return
        outcome.put(client)
        if given_up.is_set():
            hang_up(client)

    threading.Thread(target=attempt, name=f"imap-connect-{settings.name}", daemon=True).start()
    while True:
        try:
            found = outcome.get(timeout=0.25)
        except queue.Empty:
            if stop.is_set():
                given_up.set()
                raise MailboxTrouble("given up, because the desk stops") from None
            continue
        if isinstance(found, BaseException):
            raise found
        return found


def _log_in(client: IMAPClient, settings: MailboxSettings) -> None:
    if client.has_capability("LOGINDISABLED"):
        raise MailboxTrouble("no password is taken in the clear: set tls = true and port 993", lasting=True)
    if settings.username.isascii() and settings.password.isascii():
        client.login(settings.username, settings.password)
    else:  # LOGIN carries ASCII alone; SASL PLAIN is UTF-8 (RFC 4616)
        client.plain_login(settings.username, settings.password)


def _keep_alive(sock: socket.socket) -> None:
    """Let the kernel notice a peer that has vanished, also where a firewall forgets idle connections."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
