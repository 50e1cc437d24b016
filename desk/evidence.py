"""Pictures that come with every mail of a person are no evidence: a school's logo, a signature's portrait.

In:       an entry just added to a ticket.
Out:      its attachments marked where they came on other tickets before.
Not here: what one file says of itself (intake.attachments).
"""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intake.attachments import ORNAMENT
from models import Attachment, Entry

OTHER_TICKETS = 2
"""On so many other tickets the same picture must have come before it counts as an ornament."""


def may_be_repeated(entry: Entry) -> bool:
    """Whether the entry has pictures of which it is to be asked."""
    return any(row.mark is None and _is_shown_picture(row) for row in entry.attachments)


def mark_repeated(session: Session, entry: Entry) -> None:
    """Mark the pictures of this entry that came on other tickets already, there as well as here.

    Only pictures the mail shows inside its text: one photo of a broken screen may be sent to many tickets.
    """
    if not may_be_repeated(entry):
        return
    digests = {row.sha256 for row in entry.attachments if row.mark is None and _is_shown_picture(row)}
    often = select(Attachment.sha256).join(Entry).where(
        Attachment.sha256.in_(digests), Attachment.inline, Entry.ticket_number != entry.ticket_number
    ).group_by(Attachment.sha256).having(func.count(func.distinct(Entry.ticket_number)) >= OTHER_TICKETS)  # fmt: skip
    repeated = set(session.scalars(often))
    if repeated:
        session.execute(
            update(Attachment)
            .where(Attachment.sha256.in_(repeated), Attachment.inline, Attachment.mark.is_(None))
            .values(mark=ORNAMENT)
            .execution_options(synchronize_session="fetch")
        )


def _is_shown_picture(row: Attachment) -> bool:
    return row.inline and row.content_type.startswith("image/")
