"""`classify --json`: a line for a line, in order, whatever comes in.

In:       classifier.stream with the shipped judge.
Out:      nothing.
Not here: exit status.
"""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.corpus import CATEGORIES, LABELS
from classifier.stream import answer_lines
from classifier.triage import load_triage

TRIAGE = load_triage()


def ask(*lines):
    return list(answer_lines(lines, TRIAGE))


def test_answers_come_in_order_with_the_ids_as_given():
    lines = [json.dumps({"id": n, "subject": "printer", "text": "jam"}) for n in (3, "x", None, 1.5)]
    assert [json.loads(answer.text)["id"] for answer in ask(*lines)] == [3, "x", None, 1.5]


def test_an_answer_has_every_promised_field():
    (answer,) = ask('{"id": "1", "subject": "Projector", "text": "It won\'t turn on"}')
    fields = json.loads(answer.text)
    assert list(fields) == ["id", "kind", "kinds", "category", "categories", "confident", "because"]
    assert fields["kind"] == max(fields["kinds"], key=fields["kinds"].get) == "fault"
    assert fields["category"] == max(fields["categories"], key=fields["categories"].get)
    assert tuple(fields["kinds"]) == LABELS
    assert tuple(fields["categories"]) == CATEGORIES
    assert math.isclose(sum(fields["categories"].values()), 1, abs_tol=1e-4)
    assert isinstance(fields["confident"], bool)
    assert fields["because"]
    assert all(isinstance(reason, str) for reason in fields["because"])


@pytest.mark.parametrize(
    "line",
    [
        "nonsense", "[1]", '"text"', "{", '{"id": NaN}', '{"id": 1, "text": 5}', '{"id": 1, "subject": []}',
        '{"id": {}}', '{"id": [1]}', "[" * 100_000, '{"id": ' + "9" * 5000 + "}",
    ],
)  # fmt: skip
def test_a_line_that_is_no_question_is_answered_with_an_error_and_the_rest_goes_on(line):
    bad, good = ask(line, '{"id": 2, "text": "no wifi"}')
    assert not bad.ok
    assert "line 1" in json.loads(bad.text)["error"]
    assert good.ok
    assert json.loads(good.text)["id"] == 2


def test_blank_lines_and_a_byte_order_mark_are_no_error():
    answers = ask('\ufeff{"id": 1}\r\n', "\n", "  \n", '{"id": 2, "subject": null}')
    assert [(answer.ok, json.loads(answer.text)["id"]) for answer in answers] == [(True, 1), (True, 2)]


def test_lines_are_answered_as_they_come():
    def endless():
        while True:
            yield '{"id": 1, "text": "copier jam"}'

    assert next(iter(answer_lines(endless(), TRIAGE))).ok


def test_half_a_character_does_not_break_the_output():
    (answer,) = ask('{"id": "\\ud800", "text": "\\udfff printer"}')
    answer.text.encode("utf-8")
    assert json.loads(answer.text)["id"] == "\ud800"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=1500))
def test_any_mail_gets_an_answer_on_one_line(subject, text):
    (answer,) = ask(json.dumps({"id": 1, "subject": subject, "text": text}))
    assert answer.ok
    assert "\n" not in answer.text
    answer.text.encode("utf-8")
