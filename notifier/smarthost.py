"""The way out by SMTP: one connection for a batch, and what the server's answers mean.

In:       the smarthost's settings, a mail's bytes and its envelope.
Out:      delivered, or one of three errors: this mail never, this mail later, the server later.
Not here: which notices are due, when to try again (notifier.sender).
"""

import re
import smtplib
import socket
import ssl

from notifier.header import wire_address
from notifier.settings import DeliverySettings
from notifier.way import NotDelivered, Refused, Unreachable, Wait

TIMEOUT = 45.0
# The connection's fault and not the mail's: wrong order, login or encryption wanted or refused (RFC 4954
# section 6).
_OUR_SETUP = frozenset({502, 503, 504, 530, 534, 535, 538})
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Smarthost:
    """One SMTP connection, opened at the first mail and again when the server has hung up."""

    def __init__(self, delivery: DeliverySettings) -> None:
        self._delivery = delivery
        self._connection: smtplib.SMTP | None = None
        self._carried = 0
        self._null_path = True

    def deliver(self, name: str, to_address: str, mail: bytes, automatic: bool) -> None:
        """Hand over one mail; Refused, Wait or Unreachable when it did not work.

        An automatic answer goes out under the null reverse-path: RFC 3834 section 3.3 asks for one that
        makes loops unlikely and names `<>`, which no responder and no bounce ever answers. Hosts that
        insist on the account's own address refuse that; the mail is then offered once more with it,
        because an answer that arrives is worth more than a clean envelope.
        """
        if automatic and self._null_path:
            try:
                self._offer("", to_address, mail)
                return
            except Refused:
                self._offer(self._delivery.sender, to_address, mail)
                self._null_path = False
                return
        self._offer(self._delivery.sender, to_address, mail)

    def close(self) -> None:
        """Say goodbye (RFC 5321 section 4.1.1.10); never raises."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def _offer(self, mail_from: str, to_address: str, mail: bytes) -> None:
        worn = self._carried > 0
        try:
            self._send(mail_from, to_address, mail)
        except _HungUp:
            if not worn:
                raise
            # Hosts take so many mails per connection; the next one is welcome on a new one.
            self._send(mail_from, to_address, mail)
        self._carried += 1

    def _send(self, mail_from: str, to_address: str, mail: bytes) -> None:
        connection = self._connected()
        recipient = wire_address(to_address)
        try:
            connection.sendmail(mail_from, [recipient], mail, _options(connection, mail_from + recipient))
        except smtplib.SMTPRecipientsRefused as error:
            raise self._verdict(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPSenderRefused as error:
            verdict = self._verdict(error.smtp_code, error.smtp_error)
            raise _HungUp(str(verdict)) if error.smtp_code in (421, -1) else verdict from None
        except smtplib.SMTPResponseException as error:
            raise self._verdict(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            # Whether the mail was taken is unknown; it goes again, the same to the byte.
            self._drop()
            raise Wait(f"the connection broke ({type(error).__name__})") from None

    def _verdict(self, code: int, text: bytes | str) -> NotDelivered:
        said = f"the mail server answered {plain_code(code, text)}"
        if code in _OUR_SETUP:
            self._drop()
            return Unreachable(said)
        if code in (421, -1):
            self._drop()
        return Refused(said) if 500 <= code < 600 else Wait(said)

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None and self._connection.sock is not None:
            return self._connection
        self._drop()
        try:
            self._connection = _connect(self._delivery)
        except smtplib.SMTPResponseException as error:
            said = plain_code(error.smtp_code, error.smtp_error)
            raise Unreachable(f"the mail server refuses us ({said})") from None
        except (OSError, ValueError, smtplib.SMTPException) as error:
            raise Unreachable(f"the mail server is out of reach ({type(error).__name__})") from None
        self._carried = 0
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


class _HungUp(Wait):
    """The server ended the connection before it saw the mail."""


def plain_code(code: int, text: bytes | str) -> str:
    """The reply code and, where given, the enhanced one (RFC 3463); never the text, which may name people."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    enhanced = _ENHANCED.search(words)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _options(connection: smtplib.SMTP, addresses: str) -> list[str]:
    if addresses.isascii():
        return []
    if not connection.has_extn("smtputf8"):
        raise Refused("the mail server does not take addresses in other scripts (SMTPUTF8)")
    return ["SMTPUTF8", "BODY=8BITMIME"]


def _connect(delivery: DeliverySettings) -> smtplib.SMTP:
    host, ourselves = delivery.smarthost or "localhost", _our_name(delivery)
    connection: smtplib.SMTP
    if delivery.tls == "implicit":
        trusted = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(host, delivery.port, ourselves, timeout=TIMEOUT, context=trusted)
    else:
        connection = smtplib.SMTP(host, delivery.port, ourselves, timeout=TIMEOUT)
    try:
        connection.ehlo_or_helo_if_needed()
        if delivery.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if delivery.username:
            connection.login(delivery.username, delivery.password or "")
    except BaseException:
        connection.close()
        raise
    return connection


def _our_name(delivery: DeliverySettings) -> str:
    # smtplib would ask DNS for it at every connection, and wait where there is none.
    own = socket.gethostname()
    return own if "." in own and own.isascii() else wire_address(delivery.sender).rpartition("@")[2]
