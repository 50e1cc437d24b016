"""What a mail is about: kinds, category, how sure, and because of what.

In:       a subject and a text.
Out:      Found.
Not here: training (classifier.estimator), who gets the ticket (desk.routing).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.corpus import CORPUS_FOLDER, KINDS, LABELS, corpus_sha256, read_corpus
from classifier.own import OwnCategory, named_by
from classifier.reasons import reasons
from classifier.serving import Judge, Judgement
from classifier.text import clauses
from classifier.weights import SHIPPED, Weights, WeightsError, load, save

# A mail of which we know fewer words is unlike anything we learnt from, whatever the numbers say.
LEAST_KNOWN = 0.6
LIKELY_CATEGORY = 0.5
# A second kind needs a clause of its own that says so this clearly, while another says the first.
CLAUSE_SAYS, CLAUSE_DENIES, SECOND_LIKELY = 0.95, 0.3, 0.05
HIDDEN_FAULT_SAYS = 0.9
# How much a word that a district has listed for a category of its own is believed.
OWN_LIKELY = 0.9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """The judgement on one mail.

    `kind` is the likeliest of fault, training, request, none; `kinds` gives each label's own
    probability (they need not add up to 1); `ticket_kinds` is what a ticket takes over: one or two
    kinds, or none while unsure or when the mail wants nothing.
    """

    kind: str
    kinds: Mapping[str, float]
    category: str
    categories: Mapping[str, float]
    confident: bool
    because: tuple[str, ...]
    ticket_kinds: tuple[str, ...]

    @property
    def ticket_category(self) -> str | None:
        """The category a ticket takes over: a likely one beside a kind that is sure; it may be corrected."""
        likely = self.categories.get(self.category, 0.0) >= LIKELY_CATEGORY
        return self.category if self.confident or (likely and self.ticket_kinds) else None


class Triage:
    """A judge of mails, loaded once and asked often; safe to share between threads."""

    def __init__(self, weights: Weights, own: Sequence[OwnCategory] = ()) -> None:
        """`own`: the district's categories beside ours; those the weights have learnt need no words any more."""
        self._own = tuple(one for one in own if one.slug not in weights.categories)
        self._judge = Judge(weights)
        self.calibration = weights.calibration
        self._threshold = weights.calibration.threshold
        self._kind_threshold = weights.calibration.kind_threshold

    def classify(self, subject: str, text: str) -> Found:
        """Judge one mail; any text is fine, an empty one is never judged with confidence."""
        seen = self._judge.judge(subject, text)
        confident = seen.known >= LEAST_KNOWN and seen.sureness >= self._threshold
        kinds = {label: float(p) for label, p in zip(LABELS, seen.kinds, strict=True)}
        kind = max(kinds, key=lambda label: kinds[label])
        # The kind decides who gets a ticket: where it alone is sure, nobody need ask what the mail is.
        decided = confident or (seen.known >= LEAST_KNOWN and kind != "none" and self._is_sure(kinds))
        categories = dict(zip(self._judge.weights.categories, seen.categories.tolist(), strict=True))
        because = _because(self._judge, seen, confident, decided)
        named = named_by(self._own, seen.words.all)
        if named is not None:
            categories = {name: chance * (1 - OWN_LIKELY) for name, chance in categories.items()}
            categories[named[0]] = OWN_LIKELY
            because = (f"'{named[1]}' speaks for {named[0]} (the district's own category)", *because)
        return Found(
            kind=kind,
            kinds=kinds,
            category=max(categories, key=lambda name: categories[name]),
            categories=categories,
            confident=confident or (named is not None and decided),
            because=because,
            ticket_kinds=_ticket_kinds(kind, kinds, self._also(text, kind, kinds)) if decided else (),
        )

    def _also(self, text: str, kind: str, kinds: Mapping[str, float]) -> str | None:
        """A second kind that a clause of the mail asks for: "the board is dead, and could you show me …".

        A fault beside a wish to be taught is looked for in any case: a coach must not be left with it.
        """
        hidden = {"fault"} if kind == "training" else set()
        others = [label for label in KINDS if label != kind and (kinds[label] >= SECOND_LIKELY or label in hidden)]
        if kind == "none" or not others:
            return None
        first, parts = LABELS.index(kind), clauses(text)
        wanted = [(LABELS.index(label), HIDDEN_FAULT_SAYS if label in hidden else CLAUSE_SAYS) for label in others]
        said: list[set[int]] = []  # by place in `wanted`, 2n: a clause says the second kind, 2n + 1: the first
        for left, clause in zip(range(len(parts) - 1, -1, -1), parts, strict=True):
            one = self._judge.judge_kinds(clause)
            said.append({2 * n for n, (second, enough) in enumerate(wanted)
                         if one[second] >= enough and one[first] < CLAUSE_DENIES}
                        | {2 * n + 1 for n, (second, _) in enumerate(wanted)
                           if one[first] >= CLAUSE_SAYS and one[second] < CLAUSE_DENIES})  # fmt: skip
            if sum(map(bool, said)) + left < 2:  # no clause says both, so it takes two
                return None
        heard = set().union(*said)
        return next((label for n, label in enumerate(others) if {2 * n, 2 * n + 1} <= heard), None)

    def _is_sure(self, kinds: Mapping[str, float]) -> bool:
        """Whether one kind stands out, and no other is half likely."""
        first, second = sorted(kinds.values(), reverse=True)[:2]
        return first >= self._kind_threshold and second < 0.5

    def sureness(self, subject: str, text: str) -> float:
        """The chance that kind and category are both right, by which `confident` is decided."""
        return self._judge.judge(subject, text).sureness


def load_triage(
    path: Path | None = None, cache: Path | None = None, corpus: Path = CORPUS_FOLDER, own: Sequence[OwnCategory] = ()
) -> Triage:
    """The judge from the shipped weights, or from the file named.

    Weights that are missing, damaged, of another version or learnt from another corpus than lies on disk
    are trained anew: kept in the folder `cache` where one is given, else in memory only. An installation
    without the corpus files uses the weights it has. WeightsError when there are neither.
    """
    if not any(corpus.glob("*.jsonl")):
        return Triage(load(path or SHIPPED), own)
    expected = corpus_sha256(corpus)
    kept = cache / f"weights-{expected[:16]}.npz" if cache else None
    for candidate in (path or SHIPPED, kept):
        weights = _fitting(candidate, expected)
        if weights is not None:
            return Triage(weights, own)
    return Triage(_retrain(corpus, expected, kept), own)


def _fitting(path: Path | None, expected: str) -> Weights | None:
    if path is None or not path.exists():
        return None
    try:
        weights = load(path)
    except WeightsError as error:
        log.warning("%s", error)
        return None
    return weights if weights.corpus_sha256 == expected else None


def _retrain(corpus: Path, sha256: str, kept: Path | None) -> Weights:
    from classifier.estimator import train  # only here: a normal start must not pay for scikit-learn

    log.warning("the classifier's weights do not fit its corpus; training anew")
    weights = train(read_corpus(corpus), sha256)
    if kept is not None:
        try:
            save(weights, kept)
        except OSError as error:
            log.warning("the trained weights could not be kept: %s", error.strerror)
    return weights


def _ticket_kinds(kind: str, kinds: Mapping[str, float], also: str | None) -> tuple[str, ...]:
    """The likeliest kind, and one more that is likelier than not or has a clause of its own; in the order of KINDS."""
    if kind == "none":
        return ()
    ranked = sorted(KINDS, key=lambda label: -kinds[label])
    chosen = [label for label in ranked[:2] if label == kind or kinds[label] >= 0.5]
    chosen = [kind, also] if also is not None else chosen
    return tuple(label for label in KINDS if label in chosen)


def _because(judge: Judge, seen: Judgement, confident: bool, decided: bool) -> tuple[str, ...]:
    """The evidence; and unless sure, why a person should look."""
    if not seen.words.all:
        return ("there is nothing to read: a person should look",)
    if confident:
        return reasons(judge, seen)
    if decided:
        return (*reasons(judge, seen), "the kind is clear, the category is a guess")
    doubt = "many of its words are unknown" if seen.known < LEAST_KNOWN else "the signs do not agree or are weak"
    return (*reasons(judge, seen), f"{doubt}: a person should look")
