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
from classifier.network import Network, fit_network
from classifier.senses import load_senses
from classifier.serving import hear
from classifier.text import Words, read_words
from classifier.vectors import Floats, Vectors, features_of, sense_features
from classifier.weights import HEARD_LENGTH, NETWORK_SHARE, Calibration, Examples, Layers, Weights, load, save

__all__ = ["Heads", "fit", "load", "out_of_fold", "save", "train"]

FOLDS = 5
# A feature must occur with this many voices, else it is one person's habit.
LEAST_VOICES = {"c": 5, "k": 2, "o": 3, "r": 2, "s": 2, "w": 2}
KIND_STRENGTH = 6.0
CATEGORY_STRENGTH = 6.0

# The score of a category without a single message (in a fold of a small corpus).
UNHEARD_OF = -20.0

# So many messages are kept to point at: more would cost memory and say the same.
MOST_EXAMPLES = 5_000
# Characters of a message that are quoted as the nearest known one.
SHOWN = 60
# So many tickets of a district's own category must have been named by a person before it is learnt.
LEAST_OWN = 5

Read = tuple[Words, tuple[Match, ...]]


@dataclass(frozen=True)
class Heads:
    """Fitted estimators: a yes/no head for each kind and for `none`, one head for the category, and the network
    that says all of it once more."""

    vectors: Vectors
    idf: Floats
    kinds: tuple[LogisticRegression, ...]
    category: LogisticRegression
    network: Network
    categories: tuple[str, ...]

    def scores(self, read: Sequence[Read]) -> Floats:
        """What scikit-learn says: decision values of heads and network together, columns as in Weights."""
        matrix = _matrix(self.vectors, read)
        kinds = [head.decision_function(matrix)[:, None] for head in self.kinds]
        categories = np.full((matrix.shape[0], len(self.categories)), UNHEARD_OF)
        categories[:, self.category.classes_] = self.category.decision_function(matrix)
        return np.hstack([*kinds, categories]) + NETWORK_SHARE * self.network.raw_scores(matrix)

    def exported(self) -> tuple[Floats, Floats]:
        """Coefficients and intercepts of the heads, columns as in Weights."""
        columns = len(LABELS) + len(self.categories)
        coefficients = np.zeros((len(self.vectors.vocabulary), columns))
        intercepts = np.full(columns, UNHEARD_OF)
        for column, head in enumerate(self.kinds):
            coefficients[:, column], intercepts[column] = head.coef_[0], head.intercept_[0]
        places = len(LABELS) + self.category.classes_
        coefficients[:, places], intercepts[places] = self.category.coef_.T, self.category.intercept_
        return coefficients, intercepts


Fold = tuple[list[int], list[int], Heads]


def train(rows: Sequence[Row], corpus_sha256: str = "", calibration: Calibration | None = None) -> Weights:
    """Fit on every row, calibrate on what other folds said; the same rows give the same weights.

    A `calibration` that is given is kept: a few corrections among thousands of rows do not change it. Categories
    that are a district's own become columns behind ours, as soon as LEAST_OWN rows name them.

    One thread: the sums are small, more threads only get in each other's way, and they add up in another order.
    """
    with threadpool_limits(1):
        read = read_all(rows)
        if calibration is None:
            calibration = calibrate(rows, *out_of_fold(rows, read))
        return weights_of(fit(rows, read, categories_of(rows)), rows, read, calibration, corpus_sha256)


def weights_of(
    heads: Heads, rows: Sequence[Row], read: Sequence[Read], calibration: Calibration, corpus_sha256: str = ""
) -> Weights:
    """Fitted heads as the numbers that serve."""
    coefficients, intercepts = heads.exported()
    layers = heads.network.exported()
    return Weights(
        tuple(heads.vectors.vocabulary), heads.idf.astype(np.float32),
        np.ascontiguousarray(coefficients, dtype=np.float16), intercepts.astype(np.float32),
        layers, _examples(heads, layers, rows, read), calibration, corpus_sha256, heads.categories,
    )  # fmt: skip


def _examples(heads: Heads, layers: Layers, rows: Sequence[Row], read: Sequence[Read]) -> Examples:
    """What the hidden layer hears in each message, for pointing at the nearest one; of very many, evenly some.

    The newest rows, a district's own, are always among them.
    """
    step = max(1, len(rows) // MOST_EXAMPLES)
    chosen = sorted({*range(0, len(rows), step), *(n for n, row in enumerate(rows) if row.name)})
    rows, read = [rows[n] for n in chosen], [read[n] for n in chosen]
    heard = np.array([hear(layers, *heads.vectors.row(*one)) for one in read])
    lengths = np.maximum(np.sqrt((heard**2).sum(axis=1, keepdims=True)), 1e-9)
    places = {name: place for place, name in enumerate(heads.categories)}
    about = np.array([places.get(row.category, -1) for row in rows], dtype=np.int8)
    return Examples(
        np.rint(heard / lengths * HEARD_LENGTH).astype(np.int8), about, tuple(_line_of(row) for row in rows)
    )


def _line_of(row: Row) -> str:
    """A line by which a person recognises the message: its name, else its first words."""
    words = " ".join(f"{row.subject} {row.text}".split())
    shown = row.name or (f"'{words}'" if len(words) <= SHOWN else f"'{words[:SHOWN].rpartition(' ')[0]} …'")
    return f"{shown} ({' and '.join(row.labels)}, {row.category or 'no category'})"


def categories_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Our categories, then a district's own that have been named often enough to be learnt."""
    named = Counter(row.category for row in rows if row.category)
    own = sorted(slug for slug, times in named.items() if slug not in CATEGORIES and times >= LEAST_OWN)
    return (*CATEGORIES, *own)


def read_all(rows: Sequence[Row]) -> list[Read]:
    """Words and rules of every row, once for all folds."""
    words = [read_words(row.subject, row.text) for row in rows]
    return [(found, find_matches(found.all)) for found in words]


def fit(rows: Sequence[Row], read: Sequence[Read], categories: tuple[str, ...] = CATEGORIES) -> Heads:
    """Fit vocabulary, heads and network on these rows, on one thread."""
    with threadpool_limits(1):
        return _fit(rows, read, categories)


def _fit(rows: Sequence[Row], read: Sequence[Read], categories: tuple[str, ...]) -> Heads:
    vocabulary, idf = _vocabulary(rows, read)
    vectors = Vectors(vocabulary, idf)
    matrix = _matrix(vectors, read)
    counts = np.array([row.weight for row in rows])
    kinds = tuple(_fit_kind(matrix, [label in row.labels for row in rows], counts) for label in LABELS)
    named = [n for n, row in enumerate(rows) if row.category in categories]
    category = LogisticRegression(C=CATEGORY_STRENGTH, max_iter=300, tol=1e-3)
    category.fit(matrix[named], [categories.index(rows[n].category) for n in named], sample_weight=counts[named])
    # The network says kind and category in one breath: where nobody named the category, it hears the head's guess.
    guesses = [categories[n] for n in category.predict(matrix)]
    said = [(row.labels, row.category or guess) for row, guess in zip(rows, guesses, strict=True)]
    network = fit_network(matrix, _wanted(said, categories), counts)
    return Heads(vectors, idf, kinds, _rounded(category), network, categories)


def _wanted(said: Sequence[tuple[tuple[str, ...], str]], categories: tuple[str, ...]) -> Floats:
    """One where a label fits, in the columns of Weights; a category too rare for a column leaves all of them dark."""
    wanted = np.zeros((len(said), len(LABELS) + len(categories)))
    for n, (labels, category) in enumerate(said):
        wanted[n, [LABELS.index(label) for label in labels]] = 1
        if category in categories:
            wanted[n, len(LABELS) + categories.index(category)] = 1
    return wanted


def out_of_fold(rows: Sequence[Row], read: Sequence[Read]) -> tuple[Floats, Floats]:
    """The scores of every row by heads fitted without its author, and its share of words known to them."""
    return fold_scores(rows, read)[1:]


def fold_scores(rows: Sequence[Row], read: Sequence[Read]) -> tuple[list[Fold], Floats, Floats]:
    """As `out_of_fold`, with the folds: rows learnt from, rows judged, the heads."""
    scores = np.zeros((len(rows), len(LABELS) + len(CATEGORIES)))
    known = np.zeros(len(rows))
    made: list[Fold] = []
    for seen, unseen in folds(rows):
        heads = fit([rows[n] for n in seen], [read[n] for n in seen])
        scores[unseen] = heads.scores([read[n] for n in unseen])
        known[unseen] = [heads.vectors.known_share(read[n][0]) for n in unseen]
        made.append((seen, unseen, heads))
    return made, scores, known


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
    """The head as the file will hold it (half precision), so that training and serving agree."""
    head.coef_ = head.coef_.astype(np.float16).astype(np.float64)
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
