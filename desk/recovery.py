"""After a crash: giving back what a process of this machine held when it died.

In:       claims and leases named "host:pid", or "host:pid:part".
Out:      the same rows free at once, instead of when their lease runs out.
Not here: claims of other machines; those wait for their lease.
"""

import os

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import InboundMail, Lease, Notice


def release_dead_claims(session: Session, host: str) -> int:
    """Free the claims of this host's processes that are no more; returns how many processes that were.

    A number that another program has got since counts as alive: then the lease decides, as it would have.
    """
    dead = 0
    for table, waiting in ((InboundMail, "received"), (Notice, "queued")):
        held = table.claimed_by.startswith(f"{host}:", autoescape=True)
        query = select(table.claimed_by).where(table.state == waiting, held).distinct()
        for name in session.scalars(query).all():
            if name is None or _is_alive(name):
                continue
            dead += 1
            if table is InboundMail:
                _acquit(session, name)
            session.execute(
                update(table)
                .where(table.claimed_by == name, table.state == waiting)
                .values(claimed_by=None, lease_until=None)
                .execution_options(synchronize_session=False)
            )
    return dead + _release_leases(session, host)


def _acquit(session: Session, worker: str) -> None:
    """Of a batch that a dead worker had claimed only the first was in its hands: the others' attempt never was.

    Without this a machine that loses power six times in a morning would set innocent mails aside.
    """
    mine = (InboundMail.claimed_by == worker, InboundMail.state == "received")
    in_hand = session.scalar(select(func.min(InboundMail.id)).where(*mine))
    session.execute(
        update(InboundMail)
        .where(*mine, InboundMail.id != in_hand, InboundMail.attempts > 0)
        .values(attempts=InboundMail.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def _release_leases(session: Session, host: str) -> int:
    """Mailboxes that a dead process was reading, or nobody reads them until its lease has run out."""
    holders = session.scalars(select(Lease.holder).where(Lease.holder.startswith(f"{host}:", autoescape=True))).all()
    dead = [name for name in set(holders) if not _is_alive(name)]
    session.execute(delete(Lease).where(Lease.holder.in_(dead)))
    return len(dead)


def _is_alive(name: str) -> bool:
    pid = name.rsplit(":", 2)[1] if name.count(":") > 1 else name.rpartition(":")[2]
    if not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
