"""The end of a mail's text, wherever the network cuts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.dot_reader import DotReader


def read(wire: bytes, cuts: list[int] | None = None, limit: int = 10_000) -> tuple[DotReader, bytes | None]:
    """Feed the bytes in pieces of these lengths; what came behind the end, or None when there was none."""
    reader = DotReader(limit)
    places = [0]
    for cut in cuts or []:
        places.append(min(len(wire), places[-1] + cut))
    pieces = [wire[start:end] for start, end in zip(places, [*places[1:], len(wire)], strict=True)]
    for number, piece in enumerate(pieces):
        behind = reader.feed(piece)
        if behind is not None:
            return reader, behind + b"".join(pieces[number + 1 :])
    return reader, None


def by_lines(wire: bytes) -> tuple[bytes, bytes] | None:
    """The same, read as RFC 5321 section 4.5.2 tells it, a line at a time."""
    kept, rest = b"", wire
    while True:
        line, end, rest = rest.partition(b"\r\n")
        if not end:
            return None
        if line == b".":
            return kept, rest
        kept += (line.removeprefix(b".")) + b"\r\n"


@pytest.mark.parametrize(
    "wire, content",
    [
        (b".\r\n", b""),  # nothing at all
        (b"\r\n.\r\n", b"\r\n"),  # an empty line
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),  # a line of one dot
        (b"..a\r\n...\r\n.\r\n", b".a\r\n..\r\n"),
        (b".a\r\n.\r\n", b"a\r\n"),  # a client that stuffed nothing
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),  # bare line feeds end nothing
        (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n"),
        (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n"),  # ".\n" begins a line: its dot goes, the mail goes on
        (b"a\r.\r\nb\r\n.\r\n", b"a\r.\r\nb\r\n"),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n"),
    ],
)
def test_only_a_lone_dot_between_true_line_ends_ends_a_mail(wire: bytes, content: bytes) -> None:
    for cut in range(1, len(wire) + 1):
        reader, behind = read(wire + b"QUIT\r\n", [cut])
        assert (reader.content(), behind) == (content, b"QUIT\r\n")
    reader, behind = read(wire, [1] * len(wire))
    assert (reader.content(), behind) == (content, b"")


_TRICKY = st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a", b"..", b"\r\n.", b"\r\n.\r\n"])).map(b"".join)


@given(_TRICKY, st.lists(st.integers(1, 7)))
def test_it_reads_what_reading_line_by_line_would(wire: bytes, cuts: list[int]) -> None:
    reader, behind = read(wire, cuts)
    expected = by_lines(wire)
    if expected is None:
        assert behind is None
    else:
        assert (reader.content(), behind) == expected


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5, 1000])
def test_a_mail_that_is_too_large_keeps_little_and_still_ends(piece: int) -> None:
    wire = b"x" * 5_000 + b"\r\n.\r\nRSET\r\n"
    reader, behind = read(wire, [piece] * (len(wire) // piece), limit=1_000)
    assert reader.is_too_large and behind == b"RSET\r\n"
    assert reader.seen == len(wire) - len(b"RSET\r\n")


def test_memory_stays_within_the_limit_however_long_the_mail() -> None:
    reader = DotReader(10_000)
    for _ in range(500):
        assert reader.feed(b"y" * 1_000) is None
        assert reader.held < 12_000
    assert reader.is_too_large and reader.seen == 500_000


def test_the_limit_is_the_size_of_the_text_itself() -> None:
    for size, large in ((998, False), (999, True)):
        reader, _ = read(b"z" * size + b"\r\n.\r\n", limit=1_000)
        assert reader.is_too_large is large
