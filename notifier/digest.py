"""One digest instead of a storm: what comes too thick for one worker is gathered into one mail.

In:       a Notice about to be queued for somebody who works here.
Out:      the same row `gathered` into a digest, which goes out at the end of the window; or left as it is.
Not here: who is told what (desk.telling), the look (notifier.templates).

Nothing is lost by gathering: only what a digest can tell whole is gathered. Files, a thread so far, very long
words and what is urgent go out on their own, and a requester is never gathered for.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence, Set
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
GATHERABLE = frozenset({"assigned", "assigned_team", "follow_up"})
MAX_WORDS = 1_500
# Gmail cuts a mail at 102 kB of HTML: a digest that is full goes, and the next one begins.
MAX_WEIGHT = 88_000
_FRAME_WEIGHT = 2_200  # an item's buttons and head


class _Digest:
    """A digest that is still open, and what it tells so far."""

    def __init__(self, row: Notice) -> None:
        self.row = row
        self.items: list[dict[str, Any]] = list(row.context["facts"]["tickets"])
        # What was weighed is noted: weighing it all again for every ticket of a storm would grow with its square.
        self.weight = int(row.context.get("weight") or sum(map(_weight, self.items)))

    def write(self) -> None:
        """Put what it tells into its row."""
        self.row.context = {**self.row.context, "facts": {"tickets": self.items}, "weight": self.weight}
        self.row.subject = _subject(self.row.language, len(self.items))


def gather(session: Session, desk: DeskIdentity, notices: Sequence[tuple[Person, Notice]], now: datetime) -> None:
    """Turn queued notices into parts of digests, where enough others went to a worker within the window.

    The notices are written already, or will be after this; new digests are written here.
    """
    candidates = [notice for person, notice in notices if _can_be_gathered(person, notice)]
    if not candidates:
        return
    counts = _count_lately(session, desk, notices, {notice.to_address for notice in candidates}, now)
    storm = [notice for notice in candidates if counts[id(notice)] > desk.habits.digest_after]
    digests = _open_digests(session, {notice.to_address for notice in storm}, now) if storm else {}
    touched: dict[int, _Digest] = {}
    people = {id(notice): person for person, notice in notices}
    for notice in storm:
        item, digest = item_of(notice), digests.get(notice.to_address)
        weight = _weight(item)
        if digest is not None and digest.weight + weight > MAX_WEIGHT:
            digest.row.due_at = now
            digest = None
        if digest is None:
            digest = digests[notice.to_address] = _Digest(_begin(session, desk, people[id(notice)], notice, now))
        digest.items.append(item)
        digest.weight += weight
        touched[id(digest)] = digest
        notice.state, notice.reason, notice.gathered_into_id = "gathered", "told in one mail with others", digest.row.id
    for digest in touched.values():
        digest.write()


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


def _count_lately(
    session: Session, desk: DeskIdentity, notices: Sequence[tuple[Person, Notice]], addresses: Set[str], now: datetime
) -> dict[int, int]:
    """By a notice's identity, how many went to its worker lately, itself among them.

    Counts the gathered ones too: while the storm lasts, it stays at one mail a window.
    """
    since = now - timedelta(minutes=desk.habits.digest_minutes)
    mine = [number for _, notice in notices if (number := getattr(notice, "id", None)) is not None]
    lately = select(Notice.to_address, func.count()).where(
        Notice.to_address.in_(addresses), Notice.created_at > since,
        Notice.template.in_(GATHERABLE), Notice.state != "silent", Notice.id.not_in(mine),
    ).group_by(Notice.to_address)  # fmt: skip
    before = Counter({row.to_address: row[1] for row in session.execute(lately)})
    counts: dict[int, int] = {}
    for _, notice in notices:
        if notice.template in GATHERABLE and notice.state != "silent":
            before[notice.to_address] += 1
        counts[id(notice)] = before[notice.to_address]
    return counts


def _open_digests(session: Session, addresses: Set[str], now: datetime) -> dict[str, _Digest]:
    # The locks are held until commit: the sender's claim skips a locked row, so nothing is added to a mail that has
    # gone. Taken in one order, so that two workers never wait for each other.
    query = (
        select(Notice)
        .where(
            Notice.to_address.in_(addresses), Notice.template == TEMPLATE, Notice.state == "queued",
            Notice.due_at > now, Notice.claimed_by.is_(None),
        )
        .order_by(Notice.to_address, Notice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    last = {notice.to_address: notice for notice in session.scalars(query)}
    return {address: _Digest(notice) for address, notice in last.items()}


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
    session.flush()
    return digest


def _subject(language: str, count: int) -> str:
    words = vocabulary(language)["subjects"]
    return str(words["digest_one"] if count == 1 else words["digest"].replace("%s", str(count)))


def _weight(item: dict[str, Any]) -> int:
    """About how many bytes of HTML this makes."""
    said = (item["text"], item["because"], item["author"], *item["ticket"].values())
    return _FRAME_WEIGHT + sum(bytes_in_html(str(word or "")) for word in said)
