"""Learning from a district's own corrections: train, measure on the gold set, say what changed.

In:       the corpus, corrections as rows, the judge that serves now.
Out:      Learnt: the new weights, figures before and after, whether the new judge may serve.
Not here: where corrections come from and weights are kept (desk.learning).

The whole is trained anew each time (about ten seconds): weights that are only nudged drift (`partial_fit` forgets).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.corpus import Row
from classifier.evaluate import Figures, figures_of, format_figures
from classifier.triage import Found, Triage
from classifier.weights import Weights

# What a technician says counts as much as so many messages of the corpus.
CORRECTION_WEIGHT = 3.0
# Of the gold set the new judge may lose this share at most, net; below it lies chance.
TOLERATED_LOSS = 0.01
_TOLD = ("joint", "kind", "category", "training_f1", "fault_f1", "coverage", "confident_joint")


@dataclass(frozen=True)
class Learnt:
    """The outcome of one training; `right_before` and `right_after` count corrections judged right by either judge."""

    weights: Weights
    gold_before: Figures
    gold_after: Figures
    corrections: int
    right_before: int
    right_after: int
    may_serve: bool


def learn(corpus: Sequence[Row], corrections: Sequence[Row], gold: Sequence[Row], now: Triage, sha256: str) -> Learnt:
    """Train on corpus and corrections together; the new judge may serve when the gold set does not suffer."""
    from classifier.estimator import train  # only here: nothing else needs scikit-learn

    weights = train([*corpus, *corrections], sha256, now.calibration)
    new = Triage(weights)
    before, after = _judge(gold, now), _judge(gold, new)
    gold_before, gold_after = figures_of(gold, before), figures_of(gold, after)
    right_before, right_after = _right(corrections, now), _right(corrections, new)
    not_worse = gold_after.joint >= gold_before.joint - TOLERATED_LOSS
    return Learnt(
        weights, gold_before, gold_after, len(corrections), right_before, right_after,
        may_serve=not_worse and right_after >= right_before,
    )  # fmt: skip


def format_learnt(learnt: Learnt) -> str:
    """One screen for the operator: what was learnt from, what became better or worse, what is done about it."""
    columns = {"gold, before": learnt.gold_before, "gold, now": learnt.gold_after}
    shown = [
        f"learnt from {learnt.corrections} corrections beside the corpus",
        f"of the corrections right: {learnt.right_before} before, {learnt.right_after} now",
        format_figures(columns, _TOLD).rstrip(),
    ]
    worse = "the judge that serves goes on serving: the new one is worse"
    done = "the new judge serves from now on" if learnt.may_serve else worse
    return "\n".join([*shown, done])


def _judge(rows: Sequence[Row], triage: Triage) -> list[Found]:
    return [triage.classify(row.subject, row.text) for row in rows]


def _right(rows: Sequence[Row], triage: Triage) -> int:
    found = zip(rows, _judge(rows, triage), strict=True)
    return sum(one.kind in row.labels and row.category in ("", one.category) for row, one in found)
