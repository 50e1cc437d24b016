"""Delivery reports: whether a mail is one, and whom it could not reach.

In:       a Message and its reverse-path.
Out:      a Bounce, or None; whether a report says that all went well.
Not here: other automatic mail (intake.automatic), the signs of free text (intake.bounce_signs).

RFC 3464 reports are read by their fields. Before and beside it every mail system has words of its own;
those are weighed against the signs of a person, because people forward bounces and ask what they mean.
"""

from itertools import islice

from intake.bounce_fields import GOOD_ACTIONS, action_of, is_report, status_blocks, typed_address
from intake.bounce_signs import has_machine_sign, is_bounce_by_signs
from intake.bounce_text import SCANNED, STATUS, is_delay, recipient_in, report_text, status_of
from intake.message import Message, read_message
from intake.verdict import Bounce

# Of a mail that passes on more mails than one, the first tell what it is.
_MOST_WRAPPED, _LONGEST_WRAPPED = 5, 200_000


def find_bounce(message: Message, null_path: bool) -> Bounce | None:
    """The first failed recipient when this mail is a delivery report of a failure or a delay."""
    wrapped = _wrapped_report(message, null_path)
    if wrapped is not None:
        return wrapped
    blocks = list(status_blocks(message))
    structured = is_report(message)
    if blocks and (structured or has_machine_sign(message, null_path)):
        chosen = next((b for b in blocks if action_of(b) == "failed"), None)
        chosen = chosen or next((b for b in blocks if action_of(b) not in GOOD_ACTIONS), None)
        return _from_block(message, chosen) if chosen is not None else None
    if structured or is_bounce_by_signs(message, null_path):
        return _from_text(message)
    return None


def _wrapped_report(message: Message, null_path: bool) -> Bounce | None:
    """A report that a list's software passes on to the list's owner, attached whole."""
    if not (has_machine_sign(message, null_path) and "bounce" in message.subject.lower()):
        return None
    wrapped = (file for file in message.files if file.content_type == "message/rfc822")
    for file in islice(wrapped, _MOST_WRAPPED):
        inner = read_message(file.content[:_LONGEST_WRAPPED])
        blocks = list(status_blocks(inner))
        if blocks or is_bounce_by_signs(inner, null_path=True):
            return _from_block(inner, blocks[0]) if blocks else _from_text(inner)
    return None


def is_success_report(message: Message) -> bool:
    """Whether this is a report that says that everything arrived: a receipt, not a bounce."""
    blocks = list(status_blocks(message))
    return bool(blocks) and all(action_of(block) in GOOD_ACTIONS for block in blocks)


def _from_block(message: Message, block: dict[str, str]) -> Bounce:
    recipient = typed_address(block.get("final-recipient")) or typed_address(block.get("original-recipient"))
    status = STATUS.search(block.get("status", "")) or STATUS.search(block.get("diagnostic-code", ""))
    code = status[0] if status else status_of(block.get("diagnostic-code", "") or message.text[:SCANNED])
    return Bounce(recipient or recipient_in(message), code, action_of(block))


def _from_text(message: Message) -> Bounce:
    text = report_text(message)
    status = status_of(text)
    return Bounce(recipient_in(message), status, "delayed" if is_delay(message, text, status) else "failed")
