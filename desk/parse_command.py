"""`districtdesk parse`: how a mail is read, without a desk.

In:       a file's path.
Out:      the object of contracts/parse.md.
Not here: reading and screening.
"""

import os
from pathlib import Path
from typing import Any

from intake.message import read_message
from intake.report import failure_report, parse_report
from intake.screen import screen


def parse_file(path: str, desk_addresses: list[str]) -> dict[str, Any]:
    """Read one file as one raw mail; a file that is none gives an object that says so."""
    place = Path(path)
    path = os.fsencode(path).decode("utf-8", "replace")  # a name in another charset is no reason for broken JSON
    try:
        raw = place.read_bytes()
    except OSError as error:
        return failure_report(path, f"cannot be read: {error.strerror or type(error).__name__}")
    message = read_message(raw)
    if not message.holds_mail:
        return failure_report(path, "holds no mail: not one header field was found")
    return parse_report(path, message, screen(message, None, desk_addresses))
