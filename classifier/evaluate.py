"""How well the judge does, told in figures.

In:       labelled rows; for cross-validation the corpus itself.
Out:      Figures, `figures_of()`, `cross_validate()`, `measure()`, `format_figures()`; for the command line
          `evaluate()`, `format_evaluation()` and `train_report()`.
Not here: training (classifier.estimator), which this module imports only where it must.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.corpus import CATEGORIES, CORPUS_FOLDER, GOLD_FILE, LABELS, Row, corpus_sha256, read_corpus, read_rows
from classifier.triage import Found, Triage, load_triage
from classifier.weights import SHIPPED, save

_BINS = 10
# Sets written to be hard: half-said wishes, words of one kind used for another.
TRICKY_SETS = frozenset({"blurry", "edges", "tricky", "pairs"})


@dataclass(frozen=True)
class Figures:
    """What was measured on some rows; shares from 0 to 1.

    `joint`: kind and category both right. `training_f1` and `fault_f1`: telling these two apart, among
    messages that are one of them. `calibration_error`: how far the stated chance of the likeliest kind lies
    from how often it is right (expected calibration error, ten bins), `category_calibration_error` likewise.
    `coverage`: how many are judged with confidence; `confident_joint`: how many of those are right in both.
    """

    rows: int
    kind: float
    category: float
    joint: float
    kind_macro_f1: float
    category_macro_f1: float
    training_f1: float
    fault_f1: float
    calibration_error: float
    category_calibration_error: float
    coverage: float
    confident_joint: float


def figures_of(rows: Sequence[Row], found: Sequence[Found]) -> Figures:
    """Hold judgements against labels; both in the same order, at least one."""
    kind = np.array([f.kind in row.labels for row, f in zip(rows, found, strict=True)])
    category = np.array([f.category == row.category for row, f in zip(rows, found, strict=True)])
    sure = np.array([f.confident for f in found])
    # Where a row has two kinds, the found one stands for it when it is among them.
    wanted = [f.kind if f.kind in row.labels else row.labels[0] for row, f in zip(rows, found, strict=True)]
    kinds, categories = [f.kind for f in found], [f.category for f in found]
    either = [n for n, label in enumerate(wanted) if label in ("fault", "training")]
    apart = [wanted[n] for n in either], [_fault_or_training(found[n]) for n in either]
    return Figures(
        rows=len(rows), kind=float(kind.mean()), category=float(category.mean()),
        joint=float((kind & category).mean()),
        kind_macro_f1=_macro_f1(wanted, kinds, LABELS),
        category_macro_f1=_macro_f1([row.category for row in rows], categories, CATEGORIES),
        training_f1=_f1(*apart, "training"), fault_f1=_f1(*apart, "fault"),
        calibration_error=_calibration_error([max(f.kinds.values()) for f in found], kind),
        category_calibration_error=_calibration_error([max(f.categories.values()) for f in found], category),
        coverage=float(sure.mean()),
        confident_joint=float((kind & category)[sure].mean()) if sure.any() else 0.0,
    )  # fmt: skip


def cross_validate(rows: Sequence[Row]) -> list[Found]:
    """Every row judged by a judge that never met its author, in the order of the rows.

    Calibration and thresholds are chosen on the other authors' rows as well, so nothing leaks.
    """
    from classifier.calibration import calibrate
    from classifier.estimator import fold_scores, read_all, weights_of

    read = read_all(rows)
    folds, scores, known = fold_scores(rows, read)
    found: dict[int, Found] = {}
    for seen, unseen, heads in folds:
        calibration = calibrate([rows[n] for n in seen], scores[seen], known[seen])
        triage = Triage(weights_of(heads, [rows[n] for n in seen], [read[n] for n in seen], calibration))
        found |= {n: triage.classify(rows[n].subject, rows[n].text) for n in unseen}
    return [found[n] for n in range(len(rows))]


def measure(rows: Sequence[Row], triage: Triage) -> Figures:
    """Figures of a ready judge on rows it was not trained on."""
    return figures_of(rows, [triage.classify(row.subject, row.text) for row in rows])


def coverage_curve(rows: Sequence[Row], triage: Triage) -> list[tuple[float, float]]:
    """(share of mails judged, joint accuracy on them), most certain first, in steps of a tenth."""
    judged = []
    for row in rows:
        found = triage.classify(row.subject, row.text)
        both = found.kind in row.labels and found.category == row.category
        judged.append((triage.sureness(row.subject, row.text), both))
    right = np.array([both for _, both in sorted(judged, key=lambda pair: -pair[0])])
    steps = [max(1, round(len(right) * n / 10)) for n in range(1, 11)]
    return [(n / len(right), float(right[:n].mean())) for n in steps]


def format_figures(columns: dict[str, Figures], names: Sequence[str] = ()) -> str:
    """A table, one column for each set of rows; `names` chooses among the figures."""
    names = names or [field.name for field in fields(Figures)]
    lines = ["".join([f"{'':28}", *[f"{title:>16}" for title in columns]])]
    for name in names:
        values = [getattr(figures, name) for figures in columns.values()]
        shown = [f"{value:>16d}" if isinstance(value, int) else f"{value:>16.3f}" for value in values]
        lines.append(f"{name.replace('_', ' '):28}" + "".join(shown))
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Evaluation:
    """What `districtdesk evaluate` shows: judged rows of the corpus, by judges that never met their authors."""

    rows: Sequence[Row]
    found: Sequence[Found]
    columns: dict[str, Figures]


def evaluate(corpus: Path = CORPUS_FOLDER, gold: Path = GOLD_FILE) -> Evaluation:
    """Cross-validate over authors, and measure the serving judge on the gold set."""
    rows = read_corpus(corpus)
    found = cross_validate(rows)
    chosen = {
        "other authors": range(len(rows)),
        "of these Spanish": [n for n, row in enumerate(rows) if row.lang == "es"],
        "written tricky": [n for n, row in enumerate(rows) if row.set in TRICKY_SETS],
    }
    columns = {
        title: figures_of([rows[n] for n in some], [found[n] for n in some]) for title, some in chosen.items() if some
    }
    columns["gold set"] = measure(read_rows(gold), load_triage(corpus=corpus))
    return Evaluation(rows, found, columns)


def format_evaluation(evaluation: Evaluation) -> str:
    """The figures, and the confusions that happen most, each with an example."""
    lines = [format_figures(evaluation.columns), "most confused:"]
    for name, pairs in (("kind", kind_pairs(evaluation)), ("category", category_pairs(evaluation))):
        for (wanted, got), places in confusions(pairs)[:6]:
            example = evaluation.rows[places[0]]
            words = " ".join(f"{example.subject} | {example.text}".split())[:90]
            lines.append(f"  {name}: {wanted} taken for {got}, {len(places)} times ({example.id}: {words})")
    return "\n".join(lines)


def kind_pairs(evaluation: Evaluation) -> list[tuple[str, str]]:
    """(wanted, found) for each row; where a row has two kinds either is right."""
    both = zip(evaluation.rows, evaluation.found, strict=True)
    return [(f.kind if f.kind in row.labels else row.labels[0], f.kind) for row, f in both]


def category_pairs(evaluation: Evaluation) -> list[tuple[str, str]]:
    """(wanted, found) for each row."""
    return [(row.category, f.category) for row, f in zip(evaluation.rows, evaluation.found, strict=True)]


def confusions(pairs: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], list[int]]]:
    """Which label was taken for which, with the rows' places, the most frequent first."""
    places: dict[tuple[str, str], list[int]] = {}
    for n, (wanted, got) in enumerate(pairs):
        if wanted != got:
            places.setdefault((wanted, got), []).append(n)
    return sorted(places.items(), key=lambda item: -len(item[1]))


def train_report(out: Path = SHIPPED, corpus: Path = CORPUS_FOLDER) -> str:
    """Train on the corpus, write the weights, say what was done: what `districtdesk train` prints."""
    from classifier.estimator import train

    rows = read_corpus(corpus)
    weights = train(rows, corpus_sha256(corpus))
    save(weights, out)
    return (
        f"{len(rows)} messages, {len({row.voice for row in rows})} voices, {len(weights.vocabulary)} features\n"
        f"{out}: {out.stat().st_size / 1e6:.1f} MB, corpus {weights.corpus_sha256[:12]}\n"
    )


def _fault_or_training(found: Found) -> str:
    return "training" if found.kinds["training"] > found.kinds["fault"] else "fault"


def _f1(wanted: Sequence[str], found: Sequence[str], label: str) -> float:
    hits = sum(1 for a, b in zip(wanted, found, strict=True) if a == b == label)
    return 2 * hits / max(1, sum(a == label for a in wanted) + sum(b == label for b in found))


def _macro_f1(wanted: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> float:
    present = [label for label in labels if label in wanted]
    return float(np.mean([_f1(wanted, found, label) for label in present]))


def _calibration_error(stated: Sequence[float], right: NDArray[np.bool_]) -> float:
    chances = np.array(stated)
    bins = np.minimum((chances * _BINS).astype(int), _BINS - 1)
    gaps = [
        (bins == n).mean() * abs(chances[bins == n].mean() - right[bins == n].mean())
        for n in range(_BINS) if (bins == n).any()
    ]  # fmt: skip
    return float(sum(gaps))
