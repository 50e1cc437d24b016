"""A notice of ours that came back: the bounce says so later than the smarthost did.

In:       a bounce (RFC 3464) with the returned mail or its header in it.
Out:      the notice marked failed, and a line in its ticket's history.
Not here: recognising bounces (intake.bounce).
"""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.act import Act, record
from intake.message import Message
from intake.verdict import Bounce
from models import Notice, Ticket
from models.address import read_claim

# Our own Message-IDs, as models.address writes them.
_OURS = re.compile(r"t\d{1,12}\.p\d{1,12}\.[a-z2-7]{24}\.[0-9a-f]{12}@[A-Za-z0-9.-]{1,253}")
SCANNED = 60_000


def note_undelivered(session: Session, act: Act, message: Message, bounce: Bounce | None) -> None:
    """Mark the notice a failure report is about; a delay, or a report about a foreign mail, changes nothing.

    Only an id that our own key confirms counts: anybody can write a bounce.
    """
    if bounce is None or bounce.action == "delayed" or (bounce.status or "5").startswith("4"):
        return
    for found in _own_ids(message):
        claim = read_claim(found, act.desk.signing_keys)
        if claim is None or not claim.genuine:
            continue
        notice = session.scalar(select(Notice).where(Notice.message_id == found))
        if notice is None or notice.state != "sent":
            continue
        notice.state, notice.reason = "failed", f"came back: {bounce.status or 'no status given'}"
        ticket = session.get(Ticket, notice.ticket_number) if notice.ticket_number else None
        if ticket is not None:
            record(session, act, ticket, "undelivered", None, notice.template, notice.reason)
        return


def _own_ids(message: Message) -> list[str]:
    texts = [*message.references, *message.in_reply_to, message.text[:SCANNED]]
    texts += [
        file.content[:SCANNED].decode("utf-8", "replace")
        for file in message.files
        if file.content_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
    ]
    found = [match[0] for text in texts for match in _OURS.finditer(text)]
    return list(dict.fromkeys(found))[:20]
