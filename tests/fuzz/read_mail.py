"""A coverage-guided search for a mail that breaks reading, cutting or screening (atheris, libFuzzer).

In:       seconds to search; the mails of tests/mail as seeds.
Out:      nothing when all held; else the bytes that broke it, in a file `crash-…`, and the reason.
Not here: the same checks on random mails at every test run (tests.intake.test_hostile, test_nothing_lost).

Run: pip install atheris && python -m tests.fuzz.read_mail [SECONDS]
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["intake"]):
    from intake.bodies import read_content
    from intake.message import Message
    from intake.reading import read_unguarded
    from intake.report import parse_report
    from intake.screen import screen

from tests.intake.test_hostile import check_message
from tests.intake.test_nothing_lost import is_woven

DESK = ("help@oakdistrict.example",)
# A mail of libFuzzer's length that takes longer than this is a hang, on any machine.
SLOWEST = 10.0
assert read_content  # the rooms behind it are loaded while imports are instrumented


def try_mail(raw: bytes) -> None:
    """Read, cut and screen one mail; whatever must hold, does."""
    began = time.process_time()
    message: Message = read_unguarded(raw)
    check_message(message)
    assert is_woven(message.text, message.new_text, message.folded), "a word was lost"
    for mail_from in (None, "", "a@b.example"):
        parse_report("mail", message, screen(message, mail_from, DESK))
    assert time.process_time() - began < SLOWEST, "too slow"


def main(seconds: int) -> None:
    """Search from the corpus on."""
    seeds = Path(tempfile.mkdtemp(prefix="districtdesk-fuzz-"))
    for file in (Path(__file__).parents[1] / "mail").glob("*/*.eml"):
        shutil.copy(file, seeds)
    options = [sys.argv[0], f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=1500", str(seeds)]
    atheris.Setup(options, try_mail)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
