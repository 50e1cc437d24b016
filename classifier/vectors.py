"""From words to numbers: weighted counts of word pairs, letter groups, subject words and rules.

In:       words of a mail (classifier.text), a vocabulary with its idf weights.
Out:      `features_of()` for building a vocabulary, Vectors for turning a mail into a sparse row.
Not here: learning (classifier.estimator), judging (classifier.serving).

One code for training and for serving, numpy alone. A feature's first letter names its block; every block is
scaled to length one, so that long mails and many letter groups do not drown the rules.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.corpus import LABELS
from classifier.keywords import Match
from classifier.senses import Senses, load_senses
from classifier.text import Words

Floats = NDArray[np.float64]
Ids = NDArray[np.intp]

# c: letter groups, k: rules for kinds, o: how sentences open, r: rules for categories, s: words of the subject,
# w: words and pairs, z: the mean sense of all words, a feature a number.
BLOCKS = "ckorswz"
BLOCK_WEIGHT = {"c": 1.8, "k": 0.4, "o": 0.6, "r": 0.5, "s": 0.6, "w": 1.3, "z": 1.0}
_SEEN_IN_TRAINING, _SEEN_WORDS = 50_000, 8_000


def letter_groups(word: str) -> tuple[str, ...]:
    """Three to five letters in a row, within one word and its edges: what survives a typo."""
    padded = f" {word} "
    return tuple(f"c:{padded[i : i + n]}" for n in (3, 4, 5) for i in range(max(1, len(padded) - n + 1)))


# Training looks at the same words again and again; serving keeps of each word only its ids, of the first so many.
_known_groups = lru_cache(maxsize=_SEEN_IN_TRAINING)(letter_groups)


def word_features(words: Words) -> list[str]:
    """Single words and pairs of the whole mail, then of the subject apart."""
    everything = words.all
    found = [f"w:{word}" for word in everything if word != "|"]
    found += [f"w:{a} {b}" for a, b in pairwise(everything)]
    found += [f"s:{word}" for word in words.subject]
    found += [f"s:{a} {b}" for a, b in pairwise(words.subject)]
    for mark, *opening in words.openings:
        found += [f"o:{mark}{' '.join(opening[:n])}" for n in range(1, len(opening) + 1)]
    return found


def rule_features(matches: Sequence[Match]) -> list[str]:
    """Each rule that spoke, and which category was named first: people open with what it is about."""
    found = [f"{'k' if match.label in LABELS else 'r'}:{match.label}: {match.rule}" for match in matches]
    first = next((match.label for match in matches if match.label not in LABELS), None)
    return [*found, f"r:first: {first}"] if first else found


def sense_features(senses: Senses) -> list[str]:
    """The names of the numbers of a sense, in their order."""
    return [f"z:{n:03d}" for n in range(senses.size)]


def features_of(words: Words, matches: Sequence[Match]) -> Counter[str]:
    """Every feature of a mail with its count."""
    found = Counter(word_features(words))
    found.update(rule_features(matches))
    for word in words.all:
        found.update(_known_groups(word))
    return found


class Vectors:
    """A fixed vocabulary: turns a mail into ids and values of the features it knows."""

    def __init__(self, vocabulary: Sequence[str], idf: Floats, senses: Senses | None = None) -> None:
        """`vocabulary` must be sorted, because each block is then one stretch of ids."""
        self.vocabulary = vocabulary
        self._senses = load_senses() if senses is None else senses
        first = next((n for n, feature in enumerate(vocabulary) if feature.startswith("z:")), len(vocabulary))
        self._sense_ids = np.arange(first, len(vocabulary), dtype=np.intp)
        self._idf = np.asarray(idf, dtype=np.float64)
        self._index = {feature: n for n, feature in enumerate(vocabulary)}
        starts = [sum(1 for feature in vocabulary if feature[0] < block) for block in BLOCKS]
        self._edges = np.array([*starts, len(vocabulary)])
        self._groups: dict[str, tuple[int, ...]] = {}

    def row(self, words: Words, matches: Sequence[Match]) -> tuple[Ids, Floats]:
        """Ids in rising order and their values."""
        index = self._index
        ids = [index[f] for f in word_features(words) + rule_features(matches) if f in index]
        for word in words.all:
            ids += self._group_ids(word)
        known, counts = np.unique(np.array(ids, dtype=np.intp), return_counts=True)
        values = 1.0 + np.log(counts.astype(np.float64))
        values *= self._idf[known]
        if len(self._sense_ids):
            known = np.concatenate([known, self._sense_ids])
            values = np.concatenate([values, self._senses.of(words)])
        return known, self._to_length_one(known, values)

    def known_share(self, words: Words) -> float:
        """Which share of the different words was met in training: low means unlike anything seen."""
        different = {word for word in words.all if word.isalpha()}
        if not different:
            return 0.0
        # A word that only has a sense is half known.
        met = [1.0 if f"w:{word}" in self._index else 0.5 * self._senses.knows(word) for word in different]
        return sum(met) / len(met)

    def _group_ids(self, word: str) -> tuple[int, ...]:
        ids = self._groups.get(word)
        if ids is None:
            ids = tuple(self._index[group] for group in letter_groups(word) if group in self._index)
            if len(self._groups) < _SEEN_WORDS:
                self._groups[word] = ids
        return ids

    def _to_length_one(self, known: Ids, values: Floats) -> Floats:
        places = np.searchsorted(known, self._edges)
        for block, start, end in zip(BLOCKS, places, places[1:], strict=False):
            length = np.sqrt(np.dot(values[start:end], values[start:end]))
            if length > 0:
                values[start:end] *= BLOCK_WEIGHT[block] / length
        return values
