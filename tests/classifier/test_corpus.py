"""The corpus: every line usable, every category there, nobody's words twice.

In:       classifier.corpus, the shipped corpus, the gold set.
Out:      nothing.
Not here: training.
"""

import json
import re
from collections import Counter

import pytest

from classifier.corpus import (
    CATEGORIES,
    CORPUS_FOLDER,
    GOLD_FILE,
    KINDS,
    CorpusError,
    corpus_sha256,
    read_corpus,
    read_rows,
)
from classifier.text import read_words
from models.words import CATEGORIES as TICKET_CATEGORIES
from models.words import KINDS as TICKET_KINDS

LINE = {
    "id": "a-1", "subject": "s", "text": "t", "kinds": ["fault"], "category": "printing", "lang": "en", "voice": "v",
}  # fmt: skip


def test_kinds_and_categories_are_those_of_a_ticket():
    assert KINDS == TICKET_KINDS
    assert CATEGORIES == TICKET_CATEGORIES


def test_the_corpus_is_large_and_covers_every_category_and_kind():
    rows = read_corpus()
    categories = Counter(row.category for row in rows)
    kinds = Counter(label for row in rows for label in row.labels)
    assert len(rows) >= 10_000
    assert min(categories[category] for category in CATEGORIES) >= 400
    assert min(kinds[label] for label in (*KINDS, "none")) >= 1000
    assert sum(row.lang == "es" for row in rows) >= 1500


def test_no_message_stands_twice_and_none_of_the_gold_set_is_learnt():
    learnt = Counter(_plain(row) for row in read_corpus())
    assert not [text for text, times in learnt.items() if times > 1 and len(text) > 20]
    gold = {_plain(row) for row in read_rows(GOLD_FILE)}
    assert not {text for text in gold & set(learnt) if len(text) > 20}


def test_only_example_domains_and_invented_numbers_appear():
    for row in (*read_corpus(), *read_rows(GOLD_FILE)):
        for domain in re.findall(r"@([\w.-]+\.\w+)", row.text):
            assert domain.endswith(".example"), row.id


@pytest.mark.parametrize(
    "change",
    [
        {"kinds": ["question"]}, {"kinds": ["fault", "training", "request"]}, {"category": "printers"},
        {"text": None}, {"voice": 7}, {"kinds": 3},
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_named(tmp_path, change):
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE) + "\n" + json.dumps({**LINE, "id": "a-2", **change}) + "\n")
    with pytest.raises(CorpusError, match=r"a\.jsonl:2"):
        read_corpus(tmp_path)


def test_the_same_id_twice_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE) + "\n" + json.dumps(LINE) + "\n")
    with pytest.raises(CorpusError, match="twice"):
        read_corpus(tmp_path)


def test_the_hash_follows_the_words_and_not_the_line_ends(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": 1}\n')
    before = corpus_sha256(tmp_path)
    file.write_bytes(b'{"a": 1}\r\n')
    assert corpus_sha256(tmp_path) == before
    file.write_bytes(b'{"a": 2}\n')
    assert corpus_sha256(tmp_path) != before


def test_the_corpus_lies_in_the_package():
    assert CORPUS_FOLDER.is_dir()


def _plain(row):
    return " ".join(read_words(row.subject, row.text).all)
