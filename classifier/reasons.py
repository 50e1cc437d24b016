"""Why the judge thinks so, in words a technician understands.

In:       a Judgement and the weights behind it.
Out:      `reasons()`: a few lines, the strongest evidence first.
Not here: judging.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from classifier.corpus import LABELS
from classifier.serving import Judge, Judgement
from classifier.vectors import Floats

_SPEAKS_FOR = {
    "fault": "a fault", "training": "training", "request": "a request", "none": "a mail that wants nothing",
}  # fmt: skip
_KIND_REASONS = 3
# A message further off than this is no precedent.
_ALIKE = 0.9
# Evidence weaker than this would only puzzle the reader.
_LEAST_SHARE = 0.05
_CATEGORY_REASONS = 2
# Words that decide nothing by themselves, however often they stood in one kind of mail.
_DULL_WORDS = """
    a an the and or of in on at to is are was it its i im me my we our us you your he she they this that be for with
    as so do if hi hello good morning room please thanks ? ! el la los las de en y que un una es mi por con se
    am been has have had will would can could do does did get got not no any some more very only than then there here
    what which who when where how about from by at into out up if or because since until again now today this these
    those their them us her him his she sure right want need know think see say said one two all every each new
    del al lo le les su sus mis para pero porque como cuando donde muy mas este esta esto ese esa hay ser estar
    0 00 000 0000 00000 000000
"""
_DULL = frozenset(_DULL_WORDS.split())


def reasons(judge: Judge, judgement: Judgement) -> tuple[str, ...]:
    """The telling words and rules for the likeliest kind and category, the strongest first, and the nearest message."""
    kind, category = int(judgement.kinds.argmax()), int(judgement.categories.argmax())
    said = _evidence(judge, judgement, kind)[:_KIND_REASONS]
    said += _evidence(judge, judgement, len(LABELS) + category)[:_CATEGORY_REASONS]
    nearest = judge.nearest(judgement.heard, category)
    if nearest is not None and nearest[1] >= _ALIKE:
        said.append(f"most like {nearest[0]}")
    return tuple(said)


def _evidence(judge: Judge, judgement: Judgement, column: int) -> list[str]:
    """The words with the largest share in this score, a sentence each, rules first; no word twice."""
    label = (*LABELS, *judge.weights.categories)[column]
    block = "k" if label in LABELS else "r"
    rules = {f"{block}:{match.label}: {match.rule}": match for match in judgement.matches if match.label == label}
    by_rule: list[tuple[str, str]] = []
    by_word: list[tuple[str, str]] = []
    for feature in _strongest(judge, judgement, column):
        if feature in rules:
            by_rule.append((rules[feature].words, f" (rule: {rules[feature].rule})"))
        elif feature[0] in "sw" and (telling := _telling(feature)):
            by_word.append((telling, ""))
    said: list[str] = []
    told: set[str] = set()
    for words, rule in (*by_rule, *by_word):
        if told.isdisjoint(words.split()):
            told |= set(words.split()) - _DULL
            said.append(f"'{words}' speaks for {_SPEAKS_FOR.get(label, label)}{rule}")
    return said


@lru_cache(maxsize=4_000)
def _telling(feature: str) -> str:
    """What is left of a feature's words without the dull ones."""
    return "" if "|" in feature else " ".join(word for word in feature[2:].split() if word not in _DULL)


def _strongest(judge: Judge, judgement: Judgement, column: int) -> Iterator[str]:
    """Features that speak for the label, strongest first, measured against what they say of its rivals."""
    weight: Floats = judge.weights.coefficients[judgement.ids, column].astype(np.float64)
    if column >= len(LABELS):
        weight -= judge.weights.coefficients[judgement.ids, len(LABELS) :].mean(axis=1)
    shares = judgement.values * weight
    telling = np.flatnonzero(shares > _LEAST_SHARE)
    strongest = telling[np.argsort(-shares[telling], kind="stable")[:200]]
    vocabulary = judge.weights.vocabulary
    yield from [vocabulary[n] for n in judgement.ids[strongest].tolist()]
