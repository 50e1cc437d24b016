"""`districtdesk ingest` and `retry`: feeding by hand, with a line for each mail.

In:       paths or ids.
Out:      lines or JSON on standard output, problems on standard error, the exit status.
Not here: finding mails in files (desk.ingest).
"""

import json
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from desk.config import Settings
from desk.ingest import read_paths, release, settle_all, store_raw
from desk.opening import OpenDesk, Unready, open_desk

STORED, NOT_STORED = 0, 75


def ingest_stdin(settings: Settings) -> int:
    """One mail from a mail server's pipe: stored is 0, anything else 75, so that the server tries again."""
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        print("standard input held no mail", file=sys.stderr)
        return NOT_STORED
    try:
        opened = open_desk(settings)
        mail_id = store_raw(opened, raw)
    except (Unready, SQLAlchemyError, OSError) as error:
        print(f"not stored: {error if isinstance(error, Unready) else type(error).__name__}", file=sys.stderr)
        return NOT_STORED
    settle_all(opened, [mail_id])
    opened.close()
    return STORED


def ingest_paths(opened: OpenDesk, paths: list[str], *, as_json: bool) -> int:
    """Store every mail first, then wait until all are settled, and say what became of each."""
    status, found = 0, []
    for fed in read_paths(paths):
        if fed.raw is None:
            print(fed.problem, file=sys.stderr)
            status = 1
        else:
            found.append((fed.path, store_raw(opened, fed.raw)))
    rows = settle_all(opened, list(dict.fromkeys(mail_id for _, mail_id in found)))
    for path, mail_id in found:
        row = rows.get(mail_id)
        status = max(status, _say(path, mail_id, row, as_json))
    return status


def retry_mails(opened: OpenDesk, ids: list[int] | None, *, as_json: bool) -> int:
    """Send quarantined mails the way again."""
    chosen = release(opened, ids)
    missing = sorted(set(ids or ()) - set(chosen))
    for mail_id in missing:
        print(f"m{mail_id} is not in quarantine", file=sys.stderr)
    rows = settle_all(opened, chosen)
    return max([_say(f"m{i}", i, rows.get(i), as_json) for i in chosen] + [1 if missing else 0])


def _say(path: str, mail_id: int, row: dict[str, Any] | None, as_json: bool) -> int:
    if row is None:
        print(f"{path}: stored as m{mail_id}, not settled yet", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({"path": path, **row}, ensure_ascii=False))
    else:
        print(f"{path}: m{mail_id} {row['state']}: {row['reason']}")
    return 1 if row["state"] == "quarantined" else 0
