"""The page that shows how good the judge is, and the figures behind its curves."""

from html.parser import HTMLParser

import pytest

from classifier.corpus import GOLD_FILE, read_rows
from classifier.evaluate import Evaluation, category_pairs, confusions, figures_of, format_evaluation, kind_pairs
from classifier.picture import coverage, evaluation_page, reliability
from classifier.triage import load_triage


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    rows, triage = read_rows(GOLD_FILE), load_triage()
    found = [triage.classify(row.subject, row.text) for row in rows]
    return Evaluation(rows, found, {"gold set": figures_of(rows, found)})


def test_the_page_stands_alone_and_shows_three_curves(evaluation):
    page = evaluation_page(evaluation)
    seen: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, dict(attrs)))

    Reader().feed(page)
    tags = [tag for tag, _ in seen]
    assert tags.count("svg") == tags.count("polyline") == 3 and tags.count("table") == 2
    assert not {"script", "link", "img"} & set(tags)
    assert not any("src" in given or "href" in given for _, given in seen)


def test_words_of_messages_are_never_markup(evaluation):
    from dataclasses import replace

    rows = [replace(row, subject="<b>bold</b>") for row in evaluation.rows]
    assert "<b>bold" not in evaluation_page(replace(evaluation, rows=rows))


def test_what_was_taken_for_what_is_told_with_an_example(evaluation):
    for pairs in (kind_pairs(evaluation), category_pairs(evaluation)):
        for (wanted, got), places in confusions(pairs):
            assert wanted != got and all(pairs[n] == (wanted, got) for n in places)
    assert "most confused" in format_evaluation(evaluation)


def test_curves_are_counted_right():
    assert reliability([0.95] * 10, [True] * 9 + [False]) == [(pytest.approx(0.95), 0.9)]
    assert reliability([0.95] * 4, [True] * 4) == []  # too few to say anything
    curve = coverage([0.9, 0.8, 0.3, 0.2], [True, True, False, False])
    assert curve[0][1] == 1.0 and curve[-1] == (1.0, 0.5)
