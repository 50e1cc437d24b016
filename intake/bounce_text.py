"""What a report in free text tells: the system's own words, whom it did not reach, by which code.

In:       a Message.
Out:      report_text, reached_for, recipient_in, status_of, is_delay.
Not here: the fields of RFC 3464 (intake.bounce_fields), deciding (intake.bounce).
"""

import re
from collections.abc import Iterator
from itertools import islice

from intake.bounce_words import DELAY, ORIGINAL, OVER, SENDER
from intake.message import Message

SCANNED = 40_000
_MOST_ADDRESSES = 500
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?")
# A path of machines, as UUCP wrote an address: far!farther!ann.
BANG_PATH = re.compile(r"(?<![\w!@.-])[a-z0-9][\w.-]{0,60}(?:![\w.%-]{1,60}){1,9}(?![\w!@])")
STATUS = re.compile(r"(?<![\d.])(?<![vV])(?<!version )(?<!Version )([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
SMTP_CODE = re.compile(r"(?<![\d.-])(?<!\d:)([45])[0-5]\d(?=[ :,-]|\)|$)(?!-\d{3}|:\d)", re.MULTILINE)
MAIL_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_TRACE = re.compile(r"message-?id|(?:^|\s)from\s{1,3}[<\w]*$|received:", re.IGNORECASE)
# Before an address to ask at, not one that was not reached.
_CONTACT = re.compile(
    r"\b(?:contact|questions?|write to|call us|help(?: us)? at|e-?mail us|support at|reply to|wenden|kontakt|contactez|"
    r"contacte|escriba a|contatt\w{1,5}|contate|neem contact)\b[^:]{0,60}$",
    re.IGNORECASE,
)
_FIELD_TO = re.compile(r"^[ \t>]{0,4}To:[ \t]*(.{1,300})$", re.IGNORECASE | re.MULTILINE)


def report_text(message: Message) -> str:
    """The system's own words, without the returned mail below them."""
    text = message.text[:SCANNED]
    cut = ORIGINAL.search(text, 1)
    return text[: cut.start()] if cut and ADDRESS.search(text[: cut.start()]) else text


def reached_for(message: Message, text: str) -> str | None:
    """The first address in a text that is not the mail's own; a mail system's only where no other stands."""
    named = list(islice(_addresses(message, text, to_ask=False), _MOST_ADDRESSES))
    return next((one for one in named if not SENDER.match(one.partition("@")[0])), next(iter(named), None))


def _addresses(message: Message, text: str, to_ask: bool) -> Iterator[str]:
    ours = {box.address.lower() for box in (*message.to, *message.cc, message.author) if box.address}
    for found in ADDRESS.finditer(text):
        address = found[0].strip(".'")
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()][-200:]
        if address.lower() in ours or address.lower().endswith("@localhost") or _TRACE.search(line):
            continue
        if (_CONTACT.search(line) is not None) == to_ask:
            yield address


def recipient_in(message: Message) -> str | None:
    """The first recipient that was not reached, as far as the text names one."""
    failed = ADDRESS.search(message.field_named("x-failed-recipients") or "")
    if failed:
        return failed[0]
    return _any_address(message, report_text(message)) or _returned_to(message) or _path_in(message)


def _path_in(message: Message) -> str | None:
    found = BANG_PATH.search(f"{message.subject[:300]}\n{report_text(message)}")
    return found[0] if found else None


def _any_address(message: Message, text: str) -> str | None:
    return reached_for(message, text) or next(_addresses(message, text, to_ask=True), None)


def _returned_to(message: Message) -> str | None:
    """The To of the returned mail, as a last resort."""
    texts = [message.text[:SCANNED]]
    for file in message.files:
        if file.content_type in MAIL_TYPES:
            texts.append(file.content[:SCANNED].decode("utf-8", "replace"))
    for text in reversed(texts):
        line = _FIELD_TO.search(text)
        found = ADDRESS.search(line[1]) if line else None
        if found:
            return found[0]
    return None


def status_of(text: str) -> str | None:
    """The status of RFC 3463 in a text, or the class of its first SMTP reply code."""
    exact = next((m for m in STATUS.finditer(text) if m[1] != "2"), None)
    if exact is not None:
        return exact[0]
    code = SMTP_CODE.search(text)
    return f"{code[1]}.0.0" if code else None


def is_delay(message: Message, text: str, status: str | None) -> bool:
    """Whether the report says that the mail is late, not lost."""
    if (status or "4").startswith("5") or OVER.search(text[:4_000]):
        return False
    return DELAY.search(f"{message.subject}\n{text[:4_000]}") is not None
