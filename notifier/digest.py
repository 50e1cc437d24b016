"""One digest instead of a storm: what comes too thick for one worker is gathered into one mail.

In:       a Notice about to be queued for somebody who works here.
Out:      the same row `gathered` into a digest, which goes out at the end of the window; or left as it is.
Not here: who is told what (desk.telling), the look (notifier.templates).

Nothing is lost by gathering: only what a digest can tell whole is gathered. Files, a thread so far, very long
words and what is urgent go out on their own, and a requester is never gathered for.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.mail import Notice
from models.people import Person
from notifier.fitting import bytes_in_html
from notifier.settings import DeskIdentity
from notifier.wording import vocabulary

TEMPLATE = "digest"
GATHERABLE = frozenset({"assigned", "assigned_team", "follow_up", "reopened"})
MAX_WORDS = 1_500
# Gmail cuts a mail at 102 kB of HTML: a digest that is full goes, and the next one begins.
MAX_WEIGHT = 88_000
_FRAME_WEIGHT = 2_200  # an item's buttons and head


def gather(session: Session, desk: DeskIdentity, person: Person, notice: Notice, now: datetime) -> None:
    """Turn a queued notice into a part of a digest, when enough others went to this worker within the window."""
    if not _can_be_gathered(person, notice) or not _is_storm(session, desk, notice.to_address, now):
        return
    item = item_of(notice)
    digest = _open_digest(session, notice.to_address, now)
    if digest is not None and _weight([*digest.context["facts"]["tickets"], item]) > MAX_WEIGHT:
        digest.due_at = now
        digest = None
    if digest is None:
        digest = _begin(session, desk, person, notice, now)
    items = [*digest.context["facts"]["tickets"], item]
    digest.context = {**digest.context, "facts": {"tickets": items}}
    digest.subject = _subject(notice.language, len(items))
    notice.state, notice.reason, notice.gathered_into = "gathered", "told in one mail with others", digest
    session.flush()


def item_of(notice: Notice) -> dict[str, Any]:
    """What a digest says of one notice, fixed now."""
    ticket, entry, facts = (notice.context.get(part) or {} for part in ("ticket", "entry", "facts"))
    return {
        "template": notice.template, "subject_line": notice.subject, "reply_to": notice.reply_to,
        "is_assignee": bool(notice.context["to"]["is_assignee"]),
        "handed_by": facts.get("handed_by"), "because": facts.get("because"),
        "author": entry.get("author"), "internal": bool(entry.get("internal")), "text": entry.get("text") or "",
        "ticket": {
            key: ticket.get(key)
            for key in ("number", "subject", "status", "kinds", "level", "priority", "school", "requester", "team")
        },
    }  # fmt: skip


def _can_be_gathered(person: Person, notice: Notice) -> bool:
    to, ticket = notice.context["to"], notice.context.get("ticket")
    if notice.state != "queued" or notice.template not in GATHERABLE or ticket is None:
        return False
    if not person.works_here or to["is_requester"] or ticket["priority"] == "urgent":
        return False
    entry, facts = notice.context.get("entry") or {}, notice.context.get("facts") or {}
    whole = not (entry.get("files") or facts.get("thread") or facts.get("folded"))
    return whole and len(entry.get("text") or "") <= MAX_WORDS


def _is_storm(session: Session, desk: DeskIdentity, address: str, now: datetime) -> bool:
    """Counts this one, and the gathered ones too: while the storm lasts, it stays at one mail a window."""
    since = now - timedelta(minutes=desk.habits.digest_minutes)
    lately = select(func.count()).where(
        Notice.to_address == address, Notice.created_at > since,
        Notice.template.in_(GATHERABLE), Notice.state != "silent",
    )  # fmt: skip
    return (session.scalar(lately) or 0) > desk.habits.digest_after


def _open_digest(session: Session, address: str, now: datetime) -> Notice | None:
    # The lock is held until commit: the sender's claim skips a locked row, so nothing is added to a mail that has gone.
    query = (
        select(Notice)
        .where(
            Notice.to_address == address, Notice.template == TEMPLATE, Notice.state == "queued",
            Notice.due_at > now, Notice.claimed_by.is_(None),
        )
        .order_by(Notice.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.scalar(query)


def _begin(session: Session, desk: DeskIdentity, person: Person, first: Notice, now: datetime) -> Notice:
    to: Mapping[str, Any] = {**first.context["to"], "is_requester": False, "is_assignee": False}
    nonce = secrets.token_hex(12)
    digest = Notice(
        ticket_number=None, person_id=person.id, to_address=first.to_address, template=TEMPLATE,
        language=first.language, cause=f"digest:{nonce}", answers_mail=False, topic="", subject="",
        context={"to": to, "ticket": None, "entry": None, "facts": {"tickets": []}},
        message_id=f"n.p{person.id}.{nonce}@{desk.address.rpartition('@')[2]}", references=[],
        reply_to=desk.address, state="queued", created_at=now,
        due_at=now + timedelta(minutes=desk.habits.digest_minutes), attempts=0,
    )  # fmt: skip
    session.add(digest)
    return digest


def _subject(language: str, count: int) -> str:
    words = vocabulary(language)["subjects"]
    return str(words["digest_one"] if count == 1 else words["digest"].replace("%s", str(count)))


def _weight(items: list[dict[str, Any]]) -> int:
    """About how many bytes of HTML these make."""
    said = ([item["text"], item["because"], item["author"], *item["ticket"].values()] for item in items)
    return sum(_FRAME_WEIGHT + sum(bytes_in_html(str(word or "")) for word in words) for words in said)
