"""A notice as the mail that goes out.

In:       a Notice row (or anything with its fields), who we are, files to carry along.
Out:      the bytes of one mail, CRLF, ASCII; the same bytes each time, because a crash may send it twice.
Not here: whether it may be sent (notifier.policy), sending (notifier.sender).
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

from models.words import KINDS
from notifier.files import OutgoingFile, choose_files
from notifier.fitting import fit
from notifier.header import ids_value, mailbox_value, text_value, wire_address, write_fields
from notifier.links import CommandLink, answer_links, command_links, hold_links, list_links
from notifier.settings import DeliverySettings, DeskIdentity
from notifier.wording import Rendered, render, vocabulary

LOOP_MARK = "X-District-Desk"
# Answers to a mail by their nature; the rest is our own initiative (RFC 3834 section 5).
ANSWERS = frozenset({"acknowledgement", "receipt", "help", "held", "released"})
# Who works on a ticket needs the screenshot, and so does who gets a technician's answer.
CARRIES_FILES = frozenset({"reply", "resolved", "helped", "assigned", "assigned_team", "follow_up", "reopened"})
# Words to the requester; who works here reads them as a requester or watcher does.
FOR_REQUESTERS = frozenset(
    {"acknowledgement", "reply", "resolved", "closed", "reminder", "helped", "merged", "watching"}
)

log = logging.getLogger(__name__)


class NoticeView(Protocol):
    """What compose reads of a Notice."""

    id: int
    to_address: str
    template: str
    language: str
    answers_mail: bool
    subject: str
    context: dict[str, Any]
    message_id: str
    in_reply_to: str | None
    references: list[str]
    reply_to: str
    created_at: datetime


def compose(
    notice: NoticeView, desk: DeskIdentity, delivery: DeliverySettings,
    files: Sequence[OutgoingFile] = (), refused: Sequence[str] = (), strict: bool = False,
) -> bytes:  # fmt: skip
    """The whole mail: one recipient, text and HTML, perhaps files; `refused` names files that stay behind.

    A template of the district's that fails gives way to ours, unless `strict`: then its error is raised.

    Date is the moment the notice was queued (RFC 5322 section 3.6.1: when it was complete), so that a
    second sending is the same mail to the byte.
    """
    carried, left_out = choose_files(files if notice.template in CARRIES_FILES else ())
    values = _values(notice, desk, (*refused, *left_out))
    rendered = _render(notice, desk, delivery.templates, values, strict)
    body = _body(rendered, (*_whole_text(notice), *carried), notice)
    return write_fields(_fields(notice, desk, delivery)) + body


def is_automatic_answer(notice: NoticeView) -> bool:
    """Whether the notice answers a mail by itself, without a person behind it."""
    return notice.answers_mail or notice.template in ANSWERS


def _fields(notice: NoticeView, desk: DeskIdentity, delivery: DeliverySettings) -> list[tuple[str, str]]:
    us = f"{desk.district} Help Desk"
    answers = is_automatic_answer(notice)
    fields = [
        ("From", mailbox_value(_sender_name(notice, us), delivery.sender)),
        ("To", mailbox_value(notice.context.get("to", {}).get("name"), wire_address(notice.to_address))),
        ("Reply-To", mailbox_value(us, notice.reply_to)),
        ("Subject", text_value("Subject", notice.subject)),
        ("Date", format_datetime(notice.created_at)),
        ("Message-ID", ids_value([notice.message_id])),
    ]
    if notice.in_reply_to:
        fields.append(("In-Reply-To", ids_value([notice.in_reply_to])))
    if notice.references:
        fields.append(("References", ids_value(notice.references)))
    # No Precedence: it is written to one person, and "bulk" would send it to the junk folder.
    return [
        *fields,
        ("Auto-Submitted", "auto-replied" if answers else "auto-generated"),
        ("X-Auto-Response-Suppress", _suppressed(notice)),
        (LOOP_MARK, desk.address),
        ("Content-Language", notice.language),
    ]


def _sender_name(notice: NoticeView, us: str) -> str:
    """A person's words come under the person's name: "Tom Reyes (Oak District Help Desk)"."""
    entry = notice.context.get("entry") or {}
    spoken = notice.template in ("reply", "resolved", "helped") and entry.get("by_desk") and entry.get("text")
    return f"{entry['author']} ({us})" if spoken and entry.get("author") else us


def _suppressed(notice: NoticeView) -> str:
    # "All" also suppresses Exchange's report that a mail did not arrive; for a person's words we want it.
    return "DR, RN, NRN, OOF, AutoReply" if notice.template == "reply" else "All"


def _values(notice: NoticeView, desk: DeskIdentity, left_out: Sequence[str]) -> dict[str, Any]:
    context = notice.context
    ticket = context.get("ticket") or {}
    reader = context.get("to") or {}
    shown = fit(context.get("entry"), context.get("facts") or {})
    return {
        "to": reader,
        "ticket": ticket or None,
        "entry": shown.entry,
        "facts": _with_links(notice.template, shown.facts),
        "links": _links(notice, ticket, reader),
        "left_out": list(left_out),
        "district": desk.district,
        "desk_address": desk.address,
        "reply_to": notice.reply_to,
        "subject": notice.subject,
        "template": notice.template,
    }


def _links(
    notice: NoticeView, ticket: Mapping[str, Any], reader: Mapping[str, Any]
) -> tuple[CommandLink, ...]:
    if notice.template == "held":
        return hold_links(notice.reply_to, notice.subject)
    if not ticket:
        return ()
    asks = notice.template != "acknowledgement" or not ticket.get("confident")  # sure that it wants nothing
    keys = _answers_to(notice.template, tuple(ticket.get("kinds") or ())) if asks and reader.get("is_requester") else ()
    if keys:
        answers = vocabulary(notice.language).get("answers", {})
        return answer_links(notice.reply_to, notice.subject, answers, keys)
    if not reader.get("works_here") or notice.template in FOR_REQUESTERS:
        return ()
    return command_links(notice.reply_to, notice.subject, ticket, bool(reader.get("is_assignee")))


def _answers_to(template: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Which answers a requester is offered: what it is, while we are unsure; else whether it is done."""
    if template == "acknowledgement":
        return () if kinds else KINDS
    if template in ("resolved", "reminder"):
        return ("works", "broken") if "fault" in kinds or not kinds else ("settled", "unsettled")
    return ()


def _with_links(template: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a digest or a list, each of their tickets with its own one-tap links."""
    if template == "digest":
        return {**facts, "tickets": [_linked(item) for item in facts.get("tickets") or ()]}
    if template == "daily":
        parts = facts.get("sections") or ()
        return {**facts, "sections": [{**part, "tickets": [_linked(one) for one in part["tickets"]]} for part in parts]}
    return dict(facts)


def _linked(item: Mapping[str, Any]) -> dict[str, Any]:
    owned = bool(item.get("is_assignee"))
    return {**item, "links": list_links(item["reply_to"], item["subject_line"], item["ticket"], owned)}


def _whole_text(notice: NoticeView) -> tuple[OutgoingFile, ...]:
    whole = fit(notice.context.get("entry"), notice.context.get("facts") or {}).whole
    if not whole or notice.template not in CARRIES_FILES:
        return ()
    name = vocabulary(notice.language).get("labels", {}).get("whole_text", "full text")
    return ((f"{name}.txt", "text/plain; charset=utf-8", whole.encode("utf-8", "replace")),)


def _render(
    notice: NoticeView, desk: DeskIdentity, own: Path | None, values: Mapping[str, Any], strict: bool
) -> Rendered:
    try:
        return render(notice.template, notice.language, values, desk.timezone, own)
    except Exception as error:
        if own is None or strict:
            raise
        # A slip in a district's template must not keep a teacher waiting.
        log.error(
            "notice %s: the district's template %s fails (%s), ours is used; `districtdesk check` says where",
            notice.id, notice.template, type(error).__name__,
        )  # fmt: skip
        return render(notice.template, notice.language, values, desk.timezone, None)


def _body(rendered: Rendered, files: Sequence[OutgoingFile], notice: NoticeView) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    # Quoted-printable and not 8bit: a relay that re-encodes would break the signature (RFC 6376 section 5.3).
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for name, content_type, content in files:
        _attach(mail, name, content_type, content)
    containers = [part for part in mail.walk() if part.is_multipart()]
    for position, part in enumerate(containers):
        seed = f"{notice.message_id} {position}".encode()
        part.set_boundary(f"=_dd_{hashlib.sha256(seed).hexdigest()[:32]}")
    return mail.as_bytes()


def _attach(mail: EmailMessage, name: str, content_type: str, content: bytes) -> None:
    kind, _, parameter = content_type.partition(";")
    main, _, sub = kind.strip().partition("/")
    mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    if "charset=utf-8" in parameter:
        mail.get_payload()[-1].set_param("charset", "utf-8")  # type: ignore[union-attr, index]
