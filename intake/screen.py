"""Which mail is a person's: an ordered table of rules, each with its reason.

In:       a Message, the reverse-path where known, the desk's own addresses.
Out:      Verdict.
Not here: the budget of automatic mails (notifier.policy).

The order is loop, bounce, automatic answer, bulk, empty, person. When in doubt a person wrote it: a lost
request is worse than one ticket too many.
"""

from collections.abc import Iterable

from intake.automatic import find_answer, find_bulk
from intake.bounce import find_bounce, is_success_report
from intake.message import Message
from intake.own_group import LIST_ADDRESS, is_of_own_group
from intake.verdict import MAIL_KINDS, Bounce, Verdict
from models.address import is_desk_address

__all__ = ["LOOP_MARK", "MAIL_KINDS", "Bounce", "Verdict", "screen"]

LOOP_MARK = "X-District-Desk"


def screen(message: Message, mail_from: str | None, desk_addresses: Iterable[str]) -> Verdict:
    """Say what kind of mail this is; `mail_from` is "" for the null reverse-path, None when unknown."""
    desk = tuple(desk_addresses)
    own_group = is_of_own_group(message, desk)
    loop = _loop(message, desk, own_group)
    if loop is not None:
        return loop
    null_path = _is_null_path(message, mail_from)
    if is_success_report(message):
        return Verdict("auto-reply", "success-report", "it is a report that a mail has arrived")
    bounce = find_bounce(message, null_path)
    if bounce is not None:
        return Verdict("bounce", "report", "a mail system reports that a mail did not arrive", bounce)
    answer = find_answer(message, null_path)
    if answer is not None:
        return Verdict("auto-reply", *answer)
    bulk = None if own_group else find_bulk(message, null_path)
    if bulk is not None:
        return Verdict("bulk", *bulk)
    if mail_from == "":  # RFC 5321 section 4.5.5, RFC 3834 section 2: what has no return path is never answered
        return Verdict("auto-reply", "null-path", "it came without a return path, as only machines write")
    if not (message.new_text.strip() or message.subject.strip() or message.files or message.forwarded):
        return Verdict("empty", "empty", "it has neither subject nor words nor files")
    return Verdict("human", "person", "nothing says that a machine wrote it")


def _loop(message: Message, desk: tuple[str, ...], own_group: bool) -> Verdict | None:
    if message.field_named(LOOP_MARK) is not None:
        return Verdict("loop", "own-mark", "it carries the desk's own mark")
    if own_group:
        return None
    sender = LIST_ADDRESS.search(message.field_named("sender") or "")
    authors = [message.author.address or "", sender[0] if sender else ""]
    if any(is_desk_address(address, desk) for address in authors if address):
        return Verdict("loop", "own-address", "it comes from an address of the desk itself")
    return None


def _is_null_path(message: Message, mail_from: str | None) -> bool:
    """The envelope knows; where it is unknown (IMAP, a file) the last server wrote it into Return-Path."""
    if mail_from is not None:
        return mail_from == ""
    written = (*message.fields_named("return-path"), *message.fields_named("sender"))
    return any(value.replace(" ", "") == "<>" for value in written)
