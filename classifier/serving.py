"""Judging from exported weights: numpy and the standard library alone.

In:       Weights, the words of a mail.
Out:      Judge: probabilities and the evidence behind them.
Not here: training; wording the reasons (classifier.reasons). scikit-learn would cost every start 1.5 s.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.corpus import LABELS
from classifier.keywords import Match, find_matches
from classifier.text import Words, read_words
from classifier.vectors import Floats, Ids, Vectors
from classifier.weights import HEARD_LENGTH, NETWORK_LIMIT, NETWORK_SHARE, Calibration, Layers, Weights


@dataclass(frozen=True)
class Judgement:
    """The numbers for one mail. `sureness`: the chance that likeliest kind and category are both right;
    `known`: which share of its words was met in training."""

    kinds: Floats
    categories: Floats
    sureness: float
    known: float
    words: Words
    matches: tuple[Match, ...]
    ids: Ids
    values: Floats
    heard: Floats
    """The hidden layer of the network: mails about the same thing light up the same units."""


class Judge:
    """Weights made ready to judge; holds no state that changes a judgement, so threads may share it."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.vectors = Vectors(weights.vocabulary, weights.idf.astype(np.float64))
        self._intercepts = weights.intercepts.astype(np.float64)

    def judge(self, subject: str, text: str) -> Judgement:
        """Judge one mail."""
        words, matches, ids, values, heard, scores = self._scores(subject, text)
        kinds = kind_probabilities(scores[None, : len(LABELS)], self.weights.calibration)
        categories = category_probabilities(scores[None, len(LABELS) :], self.weights.calibration)
        known = self.vectors.known_share(words)
        signals = sureness_signals(kinds, categories, np.array([known]))
        sureness = float(sureness_of(signals, self.weights.calibration)[0])
        return Judgement(kinds[0], categories[0], sureness, known, words, matches, ids, values, heard)

    def judge_kinds(self, text: str) -> Floats:
        """The chances of the kinds alone, for a part of a mail."""
        scores = self._scores("", text)[-1]
        return kind_probabilities(scores[None, : len(LABELS)], self.weights.calibration)[0]

    def _scores(self, subject: str, text: str) -> tuple[Words, tuple[Match, ...], Ids, Floats, Floats, Floats]:
        words = read_words(subject, text)
        matches = find_matches(words.all)
        ids, values = self.vectors.row(words, matches)
        heard = hear(self.weights.layers, ids, values)
        scores = values @ self.weights.coefficients[ids] + self._intercepts
        scores += NETWORK_SHARE * _network_scores(self.weights.layers, heard)
        return words, matches, ids, values, heard, scores

    def nearest(self, heard: Floats, category: int) -> tuple[str, float] | None:
        """The line of the message of this category that the network heard most alike, and the cosine between them."""
        examples = self.weights.examples
        length = float(np.sqrt(heard @ heard))
        among = np.flatnonzero(examples.about == category)
        if not length or not len(among):
            return None
        alike = _sums((heard / length).astype(np.float32), examples.heard[among].T.astype(np.float32))
        best = int(alike.argmax())
        return examples.lines[among[best]], float(alike[best]) / HEARD_LENGTH


def hear(layers: Layers, ids: Ids, values: Floats) -> Floats:
    """The hidden layer, as scikit-learn's MLPClassifier reckons it."""
    sums = _sums(values, layers.hidden[ids].astype(np.float64)) * layers.hidden_scale.astype(np.float64)
    return np.asarray(np.maximum(sums + layers.hidden_bias, 0.0))


def _sums(row: NDArray[Any], matrix: NDArray[Any]) -> NDArray[Any]:
    """row @ matrix without BLAS: for so few numbers its threads cost more than they bring."""
    return np.asarray(np.einsum("i,ij->j", row, matrix))


def _network_scores(layers: Layers, heard: Floats) -> Floats:
    return np.asarray(np.clip(heard @ layers.out + layers.out_bias, -NETWORK_LIMIT, NETWORK_LIMIT))


def kind_probabilities(scores: Floats, calibration: Calibration) -> Floats:
    """Each head's own probability: Platt's line, then the logistic curve."""
    return logistic(scores * np.array(calibration.slopes) + np.array(calibration.offsets))


def category_probabilities(scores: Floats, calibration: Calibration) -> Floats:
    """Softmax of the softened scores; a row adds up to one."""
    softened = scores / calibration.temperature
    powers = np.exp(softened - softened.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def sureness_signals(kinds: Floats, categories: Floats, known: Floats) -> Floats:
    """What tells a good judgement from a guess: both answers' odds, the runners-up, how many words are known."""
    kinds, categories = np.sort(kinds, axis=1), np.sort(categories, axis=1)
    return np.column_stack([
        kinds[:, -1] * categories[:, -1], _odds(kinds[:, -1]), _odds(categories[:, -1]),
        kinds[:, -2], categories[:, -2], known,
    ])  # fmt: skip


def _odds(chances: Floats) -> Floats:
    """Log odds, held within what a few thousand messages can teach."""
    held = np.clip(chances, 0.002, 0.998)
    return np.asarray(np.log(held / (1.0 - held)))


def sureness_of(signals: Floats, calibration: Calibration) -> Floats:
    """The chance of being right in both, from the signals."""
    line = np.array(calibration.confidence)
    return logistic(signals @ line[:-1] + line[-1])


def logistic(scores: Floats) -> Floats:
    """Scores to probabilities; far-off scores do not overflow."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -40.0, 40.0))))
