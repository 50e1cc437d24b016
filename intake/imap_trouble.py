"""What can be wrong with a mailbox, said so that a person can mend it.

In:       exceptions of sockets, TLS and imapclient.
Out:      MailboxTrouble: a sentence with the remedy, and whether waiting alone may help.
Not here: retrying.

A server's own words are never repeated: they tend to hold the account's address.
"""

import socket
import ssl

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.settings import MailboxSettings

# RFC 5530 section 3: the server could not look, which says nothing about the password.
_PASSING_CODES = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]")


class MailboxTrouble(Exception):
    """Why a mailbox cannot be read now. `lasting`: until somebody changes something."""

    def __init__(self, sentence: str, lasting: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.lasting = lasting


def trouble_from(error: BaseException, settings: MailboxSettings) -> MailboxTrouble:
    """The trouble behind an exception; any exception has one."""
    if isinstance(error, MailboxTrouble):
        return error
    if isinstance(error, LoginError):
        return _login_trouble(error, settings)
    place = f"{settings.host}:{settings.port}"
    if isinstance(error, ssl.SSLError):
        return _tls_trouble(error, place)
    if isinstance(error, socket.gaierror):
        return MailboxTrouble(f"the host {settings.host} is not known: check `host` and this machine's DNS")
    if isinstance(error, ConnectionRefusedError):
        return MailboxTrouble(f"nothing listens on {place}: check `host` and `port`, or wait for the server")
    if isinstance(error, TimeoutError):
        return MailboxTrouble(f"{place} does not answer: check `host`, `port` and the firewall between")
    if isinstance(error, IMAPClientAbortError | OSError | EOFError):
        what = type(error).__name__
        return MailboxTrouble(f"the connection to {place} broke ({what}): does `tls` suit the port?")
    if isinstance(error, IMAPClientError):
        return MailboxTrouble(f"{place} refused a command ({type(error).__name__})")
    return MailboxTrouble(f"{place} said something that could not be understood ({type(error).__name__})")


def _login_trouble(error: LoginError, settings: MailboxSettings) -> MailboxTrouble:
    place = f"{settings.host}:{settings.port}"
    # imapclient wraps whatever happens during LOGIN; a broken connection says nothing about the password.
    if isinstance(error.__context__, IMAPClientAbortError):
        return MailboxTrouble(f"the connection to {place} broke during login")
    if any(code in str(error).upper() for code in _PASSING_CODES):
        return MailboxTrouble(f"{place} cannot check passwords at the moment")
    return MailboxTrouble(
        f"{place} refuses the login: check `username` and `password` (Google and others want an "
        "app password) and that IMAP is switched on for the account",
        lasting=True,
    )


def _tls_trouble(error: ssl.SSLError, place: str) -> MailboxTrouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxTrouble(
            f"the certificate of {place} cannot be trusted ({error.verify_message}): use the name it was "
            "made for as `host`, or make its authority known to this machine",
            lasting=True,
        )
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return MailboxTrouble(f"the connection to {place} broke")
    return MailboxTrouble(
        f"{place} does not speak TLS from the first byte ({error.reason}): use port 993, or set tls = false",
        lasting=True,
    )


def no_folder(folder: str, known: list[str]) -> MailboxTrouble:
    """The folder does not exist; names a few that do."""
    some = ", ".join(repr(name) for name in known[:12])
    return MailboxTrouble(f"there is no folder {folder!r}: check `folder`; there are {some}", lasting=True)
