"""How good the judge must stay, on messages that were never learnt.

In:       the shipped weights, the gold set.
Out:      nothing.
Not here: cross-validation over the whole corpus (`districtdesk evaluate`).
"""

import pytest

from classifier.corpus import GOLD_FILE, read_rows
from classifier.evaluate import Figures, coverage_curve, figures_of, format_figures, measure
from classifier.triage import Found, load_triage

GOLD = read_rows(GOLD_FILE)
TRIAGE = load_triage()


@pytest.fixture(scope="module")
def figures():
    return measure(GOLD, TRIAGE)


def test_kind_and_category_are_both_right_often_enough(figures):
    assert figures.joint >= 0.75


def test_training_and_fault_are_told_apart(figures):
    assert figures.training_f1 >= 0.9
    assert figures.fault_f1 >= 0.9


def test_when_the_judge_is_sure_it_is_right(figures):
    assert figures.coverage > 0.2
    assert figures.confident_joint >= 0.93


def test_spanish_is_understood():
    assert measure([row for row in GOLD if row.lang == "es"], TRIAGE).joint >= 0.7


def test_the_surer_the_more_often_right():
    curve = coverage_curve(GOLD, TRIAGE)
    assert curve[2][1] > curve[-1][1]


def found(kind, category, confident=True):
    chances = {label: 0.8 if label == kind else 0.1 for label in ("fault", "training", "request", "none")}
    return Found(kind, chances, category, {category: 0.9}, confident, (), ())


def test_figures_count_what_they_say():
    rows = GOLD[:2]  # a fault and a wish to be taught, both displays-projection
    assert [row.labels for row in rows] == [("fault",), ("training",)]
    result = figures_of(rows, [found("fault", "displays-projection"), found("fault", "printing", False)])
    assert (result.kind, result.category, result.joint) == (0.5, 0.5, 0.5)
    assert (result.coverage, result.confident_joint) == (0.5, 1.0)
    assert (result.training_f1, result.fault_f1) == (0.0, pytest.approx(2 / 3))
    assert result.calibration_error == pytest.approx(0.3)


def test_a_table_shows_every_figure(figures):
    table = format_figures({"gold": figures})
    for name in Figures.__dataclass_fields__:
        assert name.replace("_", " ") in table
