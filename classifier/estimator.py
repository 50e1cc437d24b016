"""Training: from the corpus to Weights, with scikit-learn.

In:       labelled rows.
Out:      `train()`; Heads, the fitted estimators; `out_of_fold()` for calibration and for measuring.
          `save()` and `load()` of classifier.weights are offered here too.
Not here: serving. Nothing that only judges mails imports this module (1.5 s, 130 MiB).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from classifier.calibration import calibrate
from classifier.corpus import CATEGORIES, LABELS, Row
from classifier.keywords import Match, find_matches
from classifier.senses import load_senses
from classifier.text import Words, read_words
from classifier.vectors import Floats, Vectors, features_of, sense_features
from classifier.weights import Calibration, Weights, load, save

__all__ = ["Heads", "fit", "load", "out_of_fold", "save", "train"]

FOLDS = 5
# A feature must occur with this many voices, else it is one person's habit.
LEAST_VOICES = {"c": 4, "k": 2, "o": 2, "r": 2, "s": 2, "w": 2}
KIND_STRENGTH = 6.0
CATEGORY_STRENGTH = 6.0

# The score of a category without a single message (in a fold of a small corpus).
UNHEARD_OF = -20.0

Read = tuple[Words, tuple[Match, ...]]


@dataclass(frozen=True)
class Heads:
    """Fitted estimators: a yes/no head for each kind and for `none`, one head for the category."""

    vectors: Vectors
    idf: Floats
    kinds: tuple[LogisticRegression, ...]
    category: LogisticRegression

    def scores(self, read: Sequence[Read]) -> Floats:
        """scikit-learn's decision values, columns as in Weights."""
        matrix = _matrix(self.vectors, read)
        kinds = [head.decision_function(matrix)[:, None] for head in self.kinds]
        categories = np.full((matrix.shape[0], len(CATEGORIES)), UNHEARD_OF)
        categories[:, self.category.classes_] = self.category.decision_function(matrix)
        return np.hstack([*kinds, categories])

    def exported(self) -> tuple[Floats, Floats]:
        """Coefficients and intercepts, columns as in Weights."""
        coefficients = np.zeros((len(self.vectors.vocabulary), len(LABELS) + len(CATEGORIES)))
        intercepts = np.full(len(LABELS) + len(CATEGORIES), UNHEARD_OF)
        for column, head in enumerate(self.kinds):
            coefficients[:, column], intercepts[column] = head.coef_[0], head.intercept_[0]
        places = len(LABELS) + self.category.classes_
        coefficients[:, places], intercepts[places] = self.category.coef_.T, self.category.intercept_
        return coefficients, intercepts


def train(rows: Sequence[Row], corpus_sha256: str = "", calibration: Calibration | None = None) -> Weights:
    """Fit on every row, calibrate on what other folds said; the same rows give the same weights.

    A `calibration` that is given is kept: a few corrections among thousands of rows do not change it.

    One thread: the sums are small, more threads only get in each other's way, and they add up in another order.
    """
    with threadpool_limits(1):
        read = read_all(rows)
        if calibration is None:
            calibration = calibrate(rows, *out_of_fold(rows, read))
        heads = fit(rows, read)
    coefficients, intercepts = heads.exported()
    return Weights(
        tuple(heads.vectors.vocabulary), heads.idf.astype(np.float32),
        np.ascontiguousarray(coefficients, dtype=np.float32), intercepts.astype(np.float32),
        calibration, corpus_sha256,
    )  # fmt: skip


def read_all(rows: Sequence[Row]) -> list[Read]:
    """Words and rules of every row, once for all folds."""
    words = [read_words(row.subject, row.text) for row in rows]
    return [(found, find_matches(found.all)) for found in words]


def fit(rows: Sequence[Row], read: Sequence[Read]) -> Heads:
    """Fit vocabulary and heads on these rows, on one thread."""
    with threadpool_limits(1):
        return _fit(rows, read)


def _fit(rows: Sequence[Row], read: Sequence[Read]) -> Heads:
    vocabulary, idf = _vocabulary(rows, read)
    vectors = Vectors(vocabulary, idf)
    matrix = _matrix(vectors, read)
    counts = np.array([row.weight for row in rows])
    kinds = tuple(_fit_kind(matrix, [label in row.labels for row in rows], counts) for label in LABELS)
    named = [n for n, row in enumerate(rows) if row.category]
    category = LogisticRegression(C=CATEGORY_STRENGTH, max_iter=300, tol=1e-3)
    category.fit(matrix[named], [CATEGORIES.index(rows[n].category) for n in named], sample_weight=counts[named])
    return Heads(vectors, idf, kinds, _rounded(category))


def out_of_fold(rows: Sequence[Row], read: Sequence[Read]) -> tuple[Floats, Floats]:
    """The scores of every row by heads fitted without its author, and its share of words known to them."""
    scores = np.zeros((len(rows), len(LABELS) + len(CATEGORIES)))
    known = np.zeros(len(rows))
    for seen, unseen in folds(rows):
        heads = fit([rows[n] for n in seen], [read[n] for n in seen])
        scores[unseen] = heads.scores([read[n] for n in unseen])
        known[unseen] = [heads.vectors.known_share(read[n][0]) for n in unseen]
    return scores, known


def folds(rows: Sequence[Row]) -> Iterator[tuple[list[int], list[int]]]:
    """Rows to learn from and rows to judge; never one voice on both sides, nor one file where there are many.

    A file is one author's work: many voices, but one ear for how people write. Only what carries from author to
    author will carry to people nobody has read yet.
    """
    sets = [row.set for row in rows]
    groups = sets if len(set(sets)) >= 2 * FOLDS else [row.voice for row in rows]
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        yield seen.tolist(), unseen.tolist()


def _fit_kind(matrix: csr_matrix, wanted: list[bool], counts: Floats) -> LogisticRegression:
    head = LogisticRegression(C=KIND_STRENGTH, solver="liblinear")
    return _rounded(head.fit(matrix, wanted, sample_weight=counts))


def _rounded(head: LogisticRegression) -> LogisticRegression:
    """The head as the file will hold it (single precision), so that training and serving agree."""
    head.coef_ = head.coef_.astype(np.float32).astype(np.float64)
    head.intercept_ = head.intercept_.astype(np.float32).astype(np.float64)
    return head


def _vocabulary(rows: Sequence[Row], read: Sequence[Read]) -> tuple[list[str], Floats]:
    """Features that enough voices use, sorted, with their smoothed idf (ln((1+n)/(1+df)) + 1)."""
    documents: Counter[str] = Counter()
    voices: dict[str, set[str]] = {}
    for row, (words, matches) in zip(rows, read, strict=True):
        for feature in features_of(words, matches):
            documents[feature] += 1
            voices.setdefault(feature, set()).add(row.voice)
    kept = sorted(feature for feature, who in voices.items() if len(who) >= LEAST_VOICES[feature[0]])
    frequency = np.array([documents[feature] for feature in kept], dtype=np.float64)
    idf = np.log((1 + len(rows)) / (1 + frequency)) + 1
    senses = sense_features(load_senses())
    idf = np.concatenate([idf, np.ones(len(senses))])
    return [*kept, *senses], idf.astype(np.float32).astype(np.float64)


def _matrix(vectors: Vectors, read: Sequence[Read]) -> csr_matrix:
    found = [vectors.row(words, matches) for words, matches in read]
    starts = np.cumsum([0, *[len(ids) for ids, _ in found]])
    ids = np.concatenate([ids for ids, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, ids, starts), shape=(len(found), len(vectors.vocabulary)))
