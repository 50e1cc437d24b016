"""How long reading one ordinary mail takes, beside Python's own parser.

In:       the mails of tests/mail/ordinary, or the files named on the command line.
Out:      a table of microseconds a mail: read_message, the same without cutting the body, and the
          standard library with each of its policies, every part decoded.
Not here: growth with size (parse_growth).

Run: python -m benchmarks.parse_mail [FILE...]
"""

import sys
import time
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from statistics import median

from intake import reading
from intake.body import Cut
from intake.reading import read_unguarded

_FIELDS = ("subject", "from", "to", "cc", "reply-to", "message-id", "references", "in-reply-to")


def compat32(raw: bytes) -> None:
    """Decode every part and the fields we read, the old way."""
    mail = message_from_bytes(raw)
    for name in _FIELDS:
        str(make_header(decode_header(mail.get(name, ""))))
    getaddresses(mail.get_all("from", []) + mail.get_all("to", []) + mail.get_all("cc", []))
    if mail["date"]:
        parsedate_to_datetime(mail["date"])
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if content is not None and part.get_content_maintype() == "text":
            content.decode(part.get_content_charset() or "utf-8", "replace")


def policy_default(raw: bytes) -> None:
    """Decode every part and the fields we read, the new way."""
    mail = message_from_bytes(raw, policy=default)
    for name in (*_FIELDS, "date"):
        str(mail.get(name, ""))
    for part in mail.walk():
        if not part.is_multipart():
            part.get_filename()
            part.get_content()


def without_cutting(raw: bytes) -> None:
    """All of it except the search for quotes and signatures, which the standard library has not."""
    whole, reading.cut = reading.cut, lambda *_: Cut("", "", "")
    try:
        reading.read_unguarded(raw)
    finally:
        reading.cut = whole


def micros(read: Callable[[bytes], object], mails: list[bytes], rounds: int) -> float:
    """The median over rounds of the mean time of one mail."""
    means = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for raw in mails:
            read(raw)
        means.append((time.perf_counter() - begun) / len(mails) * 1e6)
    return median(means)


def main(paths: list[str]) -> None:
    """Print the table."""
    here = Path(__file__).parent.parent / "tests" / "mail" / "ordinary"
    files = [Path(path) for path in paths] or sorted(here.glob("*.eml"))
    mails = [file.read_bytes() for file in files]
    print(f"{len(mails)} mails, {sum(map(len, mails)) / len(mails):.0f} bytes a mail")
    readers = [read_unguarded, without_cutting, compat32, policy_default]
    for read in readers:
        micros(read, mails, 2)  # first runs load and compile
    for read in readers:
        print(f"{read.__name__:20}{micros(read, mails, 15):10.0f} µs a mail")


if __name__ == "__main__":
    main(sys.argv[1:])
