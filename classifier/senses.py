"""Word senses: a few numbers for each of many words, so that words never met in training still mean something.

In:       the file senses.npz, made by classifier.distil; the words of a mail.
Out:      Senses: the mean sense of a mail, as numbers that the estimator learns with.
Not here: making the file (classifier.distil), learning (classifier.estimator).

"Projector" and "beamer", "contraseña" and "password" lie close together: a sentence encoder learnt that from
texts of sixteen languages, and the file holds what is left of it for single words. numpy alone, no encoder.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.text import Words

SHIPPED = Path(__file__).parent / "senses.npz"
# A word of fewer letters says little by itself and is in every language another one.
SHORTEST = 3


@dataclass(frozen=True)
class Senses:
    """A vector for each word (`vectors`, whole numbers to be multiplied by `scale`) and its weight."""

    index: dict[str, int]
    vectors: NDArray[np.int8]
    scale: NDArray[np.float32]
    weights: NDArray[np.float32]

    @property
    def size(self) -> int:
        """How many numbers a sense has."""
        return int(self.vectors.shape[1]) if self.vectors.ndim == 2 else 0

    def knows(self, word: str) -> bool:
        """Whether the word has a sense."""
        return word in self.index

    def of(self, words: Words) -> NDArray[np.float64]:
        """The weighted mean sense of a mail's words, of length one; zeros when none is known."""
        places, shares = self.shares(words.all)
        if not places:
            return np.zeros(self.size)
        mean = np.asarray(shares) @ self.vectors[places].astype(np.float64) * self.scale
        length = float(np.sqrt(mean @ mean))
        return np.asarray(mean / length if length > 0 else mean, dtype=np.float64)

    def shares(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        """The words' places and how much each counts: seldom words more, repeated ones a little more."""
        counts = Counter(word for word in words if len(word) >= SHORTEST and word in self.index)
        places = [self.index[word] for word in counts]
        often = zip(places, counts.values(), strict=True)
        return places, [(1.0 + float(np.log(n))) * float(self.weights[place]) for place, n in often]


NO_SENSES = Senses({}, np.zeros((0, 0), np.int8), np.zeros(0, np.float32), np.zeros(0, np.float32))


@cache
def load_senses(path: Path = SHIPPED) -> Senses:
    """Read the file once; without it the judge works with the words it has learnt."""
    if not path.exists():
        return NO_SENSES
    with np.load(path, allow_pickle=False) as archive:
        words = archive["words"].tobytes().decode("ascii").split("\n")
        return Senses(
            {word: n for n, word in enumerate(words)}, archive["vectors"], archive["scale"], archive["weights"]
        )


def senses_sha256(path: Path = SHIPPED) -> str:
    """The hash of the file, "" when there is none: weights learnt with other senses do not fit."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
