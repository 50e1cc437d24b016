"""Reading never raises, and its time and memory are bounded by the size of the mail."""

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.message import Message
from intake.reading import read_unguarded
from tests.intake.shapes import SHAPES, read_all_the_way
from tests.patience import HANG_SECONDS, examples

CORPUS = [file.read_bytes() for file in sorted((Path(__file__).parent.parent / "mail").glob("*/*.eml"))]
SIZE = 5_000_000
_SNIPPETS = st.sampled_from(
    [b"\r\n", b"\r", b"\n", b"\r\n\r\n", b"--b", b"--", b":", b";", b'"', b"=?", b"?=", b"=?utf-8?b?", b"=?x?q?=",
     b"<", b">", b"@", b"(", b",", b"\0", b"\xff", b"\xef\xbb\xbf", b"=", b"boundary=", b"charset=utf-7", b"*0*=",
     b"Content-Type: ", b"multipart/", b"Content-Transfer-Encoding: base64\r\n", b"begin 644 x\n", b"\x1b$B", b"+2AA-"]
)  # fmt: skip
_quiet = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check_message(message: Message) -> None:
    """What every Message keeps, whatever it was read from."""
    texts = [message.text, message.new_text, message.subject, message.folded, *(v for _, v in message.fields)]
    texts += [text for one in (*message.authors, *message.to) for text in (one.name, one.address) if text is not None]
    texts += [one.filename for one in message.files if one.filename]
    for text in texts:
        assert "\0" not in text
        text.encode("utf-8")  # no half of a surrogate pair
    assert not {"\r", "\n"} & set(message.subject)
    assert all("\n" not in value and "\r" not in value for _, value in message.fields)
    assert all(one.address is None or "@" in one.address for one in message.authors)
    assert all(one.size == len(one.content) for one in message.files)
    if message.date is not None:
        assert message.date.utcoffset() is not None


@settings(_quiet, max_examples=examples(100))
@given(st.binary(max_size=400))
def test_any_bytes_give_a_message(raw: bytes) -> None:
    check_message(read_unguarded(raw))


@settings(_quiet, max_examples=examples(100))
@given(st.lists(st.one_of(_SNIPPETS, st.binary(max_size=8)), max_size=60).map(b"".join))
def test_any_bytes_of_mails_give_a_message(raw: bytes) -> None:
    check_message(read_unguarded(raw))


@settings(_quiet, max_examples=examples(400))
@given(st.sampled_from(CORPUS), st.data())
def test_a_damaged_mail_gives_a_message(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.sampled_from([0, 1, 2, 30]))
        raw = raw[:at] + data.draw(st.one_of(_SNIPPETS, st.binary(max_size=4))) + raw[at + length :]
    check_message(read_unguarded(raw))


@pytest.mark.parametrize("shape", SHAPES)
def test_five_megabytes_of_any_shape_are_read_in_time(shape: str) -> None:
    raw = SHAPES[shape](SIZE)
    begun = time.process_time()
    _check_quickly(read_all_the_way(raw))
    assert time.process_time() - begun < HANG_SECONDS


@pytest.mark.parametrize(
    "shape",
    ["parts", "lines like delimiters", "short lines", "flowed", "html tags", "padded base64", "small uuencoded files",
     "promises of uuencoded lines", "preformatted lines", "carriage returns alone",
     "an emoji and short lines"],
)  # fmt: skip
def test_five_megabytes_of_any_shape_fit_into_memory(shape: str) -> None:
    raw = SHAPES[shape](SIZE)
    tracemalloc.start()
    try:
        read_all_the_way(raw)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def _check_quickly(message: Message) -> None:
    assert len(message.fields) <= 2_000
    assert len(message.files) <= 1_100
    assert "\0" not in message.text
