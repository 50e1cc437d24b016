"""Delivery reports: whether a mail is one, and whom it could not reach.

In:       a Message and its reverse-path.
Out:      a Bounce and the reason, or None; whether a report says that all went well.
Not here: other automatic mail (intake.automatic).

RFC 3464 reports are read by their fields. Before and beside it every mail system has words of its own;
those are believed only with a second sign (sender, null reverse-path, subject), because people forward
bounces and ask what they mean.
"""

import re
from collections.abc import Iterator
from itertools import islice

from intake.answer_words import ANSWER_SUBJECT
from intake.bounce_words import (
    BODY,
    DAEMON,
    DAEMON_NAME,
    DELAY,
    MACHINE_SAYS,
    NOBODY,
    ORIGINAL,
    OTHER_REPORT,
    PERSON_ACTS,
    PERSON_SAYS,
    REPLY_PREFIX,
    SENDER,
    SENDER_NAME,
    SUBJECT,
    SUBJECT_ANYWHERE,
    SUCCESS,
)
from intake.message import Message, MessageFile, read_message
from intake.verdict import Bounce

SCANNED = 40_000
# Of a mail that carries more reports, or more mails than one passed on, the first tell what it is.
_MOST_REPORTS, _MOST_WRAPPED, _LONGEST_WRAPPED = 20, 5, 200_000
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_SMTP_CODE = re.compile(r"(?<![\d.-])(?<!\d:)([45])[0-5]\d(?=[ :,-]|\)|$)(?!-\d{3}|:\d)", re.MULTILINE)
_REFUSAL = re.compile(r"(?<![\d.:-])[45]\d\d[ :-]{1,3}#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_TRACE = re.compile(r"message-?id|(?:^|\s)from\s{1,3}[<\w]*$|received:", re.IGNORECASE)
_TYPED_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,120}@\w(?:[\w.-]{0,200}\w)?")  # RFC 6533 section 3
_FIELD_TO = re.compile(r"^[ \t>]{0,4}To:[ \t]*(.{1,300})$", re.IGNORECASE | re.MULTILINE)
# Fields that people's mail programs never write, and mail systems not on bounces.
_NOT_A_BOUNCE = ("x-autoreply", "x-autorespond", "x-vacation", "list-unsubscribe", "feedback-id")
_GOOD_ACTIONS = frozenset({"delivered", "relayed", "expanded"})
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")


def find_bounce(message: Message, null_path: bool) -> Bounce | None:
    """The first failed recipient when this mail is a delivery report of a failure or a delay."""
    wrapped = _wrapped_report(message, null_path)
    if wrapped is not None:
        return wrapped
    blocks = list(_status_blocks(message))
    structured = _is_report(message)
    if blocks and (structured or _has_machine_sign(message, null_path)):
        chosen = next((b for b in blocks if _action(b) == "failed"), None)
        chosen = chosen or next((b for b in blocks if _action(b) not in _GOOD_ACTIONS), None)
        return _from_block(message, chosen) if chosen is not None else None
    if structured or _is_by_words(message, null_path):
        return _from_text(message)
    return None


def _wrapped_report(message: Message, null_path: bool) -> Bounce | None:
    """A report that a list's software passes on to the list's owner, attached whole."""
    if not (_has_machine_sign(message, null_path) and "bounce" in message.subject.lower()):
        return None
    wrapped = (file for file in message.files if file.content_type == "message/rfc822")
    for file in islice(wrapped, _MOST_WRAPPED):
        inner = read_message(file.content[:_LONGEST_WRAPPED])
        blocks = list(_status_blocks(inner))
        if blocks or _is_by_words(inner, null_path=True):
            return _from_block(inner, blocks[0]) if blocks else _from_text(inner)
    return None


def is_success_report(message: Message) -> bool:
    """Whether this is a report that says that everything arrived: a receipt, not a bounce."""
    blocks = list(_status_blocks(message))
    return bool(blocks) and all(_action(block) in _GOOD_ACTIONS for block in blocks)


def _is_report(message: Message) -> bool:
    kind = (message.field_named("content-type") or "").lower()
    return kind.startswith("multipart/report") and ("delivery-status" in kind or "report-type" not in kind)


def _status_blocks(message: Message) -> Iterator[dict[str, str]]:
    """The per-recipient groups of every delivery-status part (RFC 3464 section 2.3)."""
    reports = (f for f in message.files if f.content_type in _REPORT_TYPES or _is_disguised_report(f))
    for file in islice(reports, _MOST_REPORTS):
        yield from _groups(file.content[:SCANNED].decode("utf-8", "replace"))
    head = message.text[:SCANNED]
    if "final-recipient:" in head.lower() and not any(f.content_type in _REPORT_TYPES for f in message.files):
        yield from _groups(head)


def _is_disguised_report(file: MessageFile) -> bool:
    """The fields of a report under another type: gateways rename what they do not know."""
    plain = file.content_type.startswith("text/") or file.content_type == "application/octet-stream"
    head = file.content[:4_000].lower()
    return plain and b"final-recipient:" in head and (b"action:" in head or b"reporting-mta:" in head)


def _groups(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        if not line.strip():
            if "final-recipient" in fields or "original-recipient" in fields:
                yield {key: " ".join(values) for key, values in fields.items()}
            fields, name = {}, ""
        elif line[0] in " \t" and name:
            fields[name].append(line.strip())
        else:
            key, colon, value = line.partition(":")
            name = key.strip().lower().replace(" ", "-") if colon else ""
            if name and name not in fields:
                fields[name] = [value.strip()]


def _action(block: dict[str, str]) -> str:
    said = re.split(r"[\s(;]", block.get("action", "").strip().lower())[0]
    if said:
        return said
    status = block.get("status", "").strip()
    return "delayed" if status.startswith("4") else "delivered" if status.startswith("2") else "failed"


def _from_block(message: Message, block: dict[str, str]) -> Bounce:
    recipient = _typed_address(block.get("final-recipient")) or _typed_address(block.get("original-recipient"))
    status = _STATUS.search(block.get("status", "")) or _STATUS.search(block.get("diagnostic-code", ""))
    code = status[0] if status else _status_of(block.get("diagnostic-code", "") or message.text[:SCANNED])
    return Bounce(recipient or _recipient_in(message), code, _action(block))


def _typed_address(value: str | None) -> str | None:
    """An address field of RFC 3464 section 2.3.1: `rfc822; <a@b>`, with all that systems make of it."""
    if not value:
        return None
    typed = value.partition(";")[2] or value
    found = _TYPED_ADDRESS.search(typed)
    if found:
        return found[0]
    plain = typed.strip().strip("<>\"' ")
    return plain if "@" in plain and " " not in plain else None


def _has_machine_sign(message: Message, null_path: bool) -> bool:
    if REPLY_PREFIX.match(message.subject) and not null_path:
        return False
    return null_path or _is_system(message) or message.field_named("x-failed-recipients") is not None


def _is_system(message: Message) -> bool:
    local = (message.author.address or "").partition("@")[0]
    name = (message.author.name or "")[:300]
    return _is_daemon(message) or bool(SENDER.match(local)) or bool(SENDER_NAME.search(name))


def _is_daemon(message: Message) -> bool:
    """Whether the sender is a name that no person has: MAILER-DAEMON, or none at all (`From: <>`)."""
    local = (message.author.address or "").partition("@")[0]
    written = (message.field_named("from") or "").replace(" ", "")
    nobody = message.author.address is None and written.endswith(("<>", "<@>"))
    return nobody or bool(DAEMON.match(local)) or bool(DAEMON_NAME.search((message.author.name or "")[:300]))


def _is_by_words(message: Message, null_path: bool) -> bool:
    """Whether a mail without a report's fields is a bounce: the surer its sender, the fewer words it takes."""
    if message.field_named("x-failed-recipients") is not None:
        return True
    head = message.text[:6_000]
    if REPLY_PREFIX.match(message.subject) or OTHER_REPORT.search(f"{message.subject}\n{head[:300]}"):
        return False  # a person answers or forwards one; a machine tells of something else
    if _is_system(message):
        return _is_by_system(message, head, null_path)
    if ANSWER_SUBJECT.match(message.subject) or any(message.field_named(name) is not None for name in _NOT_A_BOUNCE):
        return False
    by_subject, by_body = bool(SUBJECT.match(message.subject)), bool(BODY.search(head))
    if null_path:
        return by_subject or (by_body and bool(_ADDRESS.search(head))) or _REFUSAL.search(head) is not None
    named = _other_address(message, head) is not None
    if _says_machine(message) and named and not PERSON_ACTS.search(message.new_text[:600]):
        # A program that quotes a mail server's refusal in full reports one.
        return by_subject or by_body or _REFUSAL.search(head) is not None
    # Nothing but words: both must say it, and a person's greeting or question speaks against it.
    if not (by_subject and by_body) or PERSON_SAYS.search(message.new_text[:600]):
        return False
    return named or _speaks_in_codes(head) or MACHINE_SAYS.search(head) is not None


def _is_by_system(message: Message, head: str, null_path: bool) -> bool:
    """A mail from a mail system, in whatever language: it names an address, or says that something failed."""
    if SUCCESS.search(f"{message.subject}\n{_report_text(message)[:6_000]}"):  # not in the returned mail
        return bool(SUBJECT.match(message.subject) and BODY.search(head))
    said = bool(SUBJECT_ANYWHERE.search(message.subject)) or bool(BODY.search(head))
    if null_path or _is_daemon(message):
        return said or _other_address(message, head) is not None
    if PERSON_ACTS.search(message.new_text[:1_000]):
        return False  # a postmaster is a person as well
    coded = _STATUS.search(head) is not None or _SMTP_CODE.search(head) is not None
    return said or (coded and _other_address(message, head) is not None)


def _says_machine(message: Message) -> bool:
    """Whether the mail says by its sender or by Auto-Submitted that no person stands behind it."""
    said = re.split(r"[;(\s]", (message.field_named("auto-submitted") or "no").strip().lower())[0]
    return said not in ("", "no", "auto-forwarded") or bool(NOBODY.match(message.author.address or ""))


def _speaks_in_codes(text: str) -> bool:
    return bool(_STATUS.search(text) or _SMTP_CODE.search(text) or ORIGINAL.search(text) or "rcpt to" in text.lower())


def _from_text(message: Message) -> Bounce:
    text = _report_text(message)
    status = _status_of(text)
    slow = DELAY.search(f"{message.subject}\n{text[:4_000]}") is not None and not (status or "4").startswith("5")
    return Bounce(_recipient_in(message), status, "delayed" if slow else "failed")


def _report_text(message: Message) -> str:
    """The system's own words, without the returned mail below them."""
    text = message.text[:SCANNED]
    cut = ORIGINAL.search(text, 1)
    return text[: cut.start()] if cut and _ADDRESS.search(text[: cut.start()]) else text


def _status_of(text: str) -> str | None:
    exact = next((m for m in _STATUS.finditer(text) if m[1] != "2"), None)
    if exact is not None:
        return exact[0]
    code = _SMTP_CODE.search(text)
    return f"{code[1]}.0.0" if code else None


def _recipient_in(message: Message) -> str | None:
    failed = _ADDRESS.search(message.field_named("x-failed-recipients") or "")
    if failed:
        return failed[0]
    return _other_address(message, _report_text(message)) or _returned_to(message)


def _other_address(message: Message, text: str) -> str | None:
    """The first address in a text that is not the mail's own; a mail system's only where no other stands."""
    second = None
    ours = {box.address.lower() for box in (*message.to, *message.cc, message.author) if box.address}
    for found in _ADDRESS.finditer(text):
        address = found[0].strip(".'")
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()][-200:]
        if address.lower().endswith("@localhost") or _TRACE.search(line):
            continue
        if address.lower() not in ours and not SENDER.match(address.partition("@")[0]):
            return address
        second = second or (address if address.lower() not in ours else None)
    return second


def _returned_to(message: Message) -> str | None:
    """The To of the returned mail, as a last resort."""
    texts = [message.text[:SCANNED]]
    for file in message.files:
        if file.content_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            texts.append(file.content[:SCANNED].decode("utf-8", "replace"))
    for text in reversed(texts):
        line = _FIELD_TO.search(text)
        found = _ADDRESS.search(line[1]) if line else None
        if found:
            return found[0]
    return None
