"""Small turns of phrase."""

import pytest

from notifier.phrasing import first_lines, first_name, paragraphs, quoted, spoken_list, tidy, when


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Maria Lopez", "Maria"),
        ("Lopez, Maria", "Maria"),  # as rosters write it
        ("LOPEZ, MARIA", "Maria"),
        ("Ms. Lopez", "Ms. Lopez"),  # a title alone is no name
        ("Sra. Núñez", "Sra. Núñez"),
        ("J. Smith", "J. Smith"),
        ("Al Green", "Al"),
        ("JP Morgan", "JP"),
        ("tess@oak.example", "tess@oak.example"),
        ("", ""),
    ],
)
def test_people_are_called_by_their_first_name_where_it_is_clear(name: str, called: str) -> None:
    assert first_name(name) == called


def test_only_the_beginning_is_quoted() -> None:
    assert first_lines("One\n\nTwo") == "One\nTwo"
    assert first_lines("1\n2\n3\n4\n5") == "1\n2\n3\n4 …"
    assert len(first_lines("word " * 500)) < 290
    assert quoted("a\n\nb") == "> a\n>\n> b"


def test_paragraphs_escape_and_link() -> None:
    page = paragraphs("a < b\nhttps://x.example/a(b).\n\nnext javascript:alert(1)")
    assert page.count("<p ") == 2
    assert "a &lt; b<br>" in page
    assert 'href="https://x.example/a(b"' in page
    assert 'href="javascript' not in page


def test_times_are_the_schools() -> None:
    assert when("2026-09-14T17:05:00+00:00", "America/Chicago") == "Sep 14, 12:05 PM"
    assert when("2026-09-14T04:05:00+00:00", "America/Chicago", "es") == "13 sept, 23:05"
    assert when("2026-09-14T04:05:00+00:00", "No/Where") == "Sep 14, 4:05 AM"


def test_lists_are_spoken() -> None:
    assert spoken_list(["a", "b", "c"], "and") == "a, b and c"
    assert spoken_list(["a"], "y") == "a"


def test_plain_text_is_tidy() -> None:
    assert tidy("\n\na  \n\n\n\nb\n") == "a\n\nb\n"
