"""One page that shows how good the judge is: no script, no network, readable as it is.

In:       an Evaluation.
Out:      `evaluation_page()`: HTML with figures, reliability and coverage curves (SVG), confusions with examples.
Not here: measuring (classifier.evaluate).
"""

from collections.abc import Sequence
from html import escape

from classifier.evaluate import Evaluation, category_pairs, confusions, format_figures, kind_pairs

_SIZE, _EDGE = 320, 40
_BINS = 10
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "pre{overflow:auto;font-size:13px}svg{max-width:100%}td,th{padding:.2rem .8rem .2rem 0;text-align:left;"
    "vertical-align:top}figure{display:inline-block;margin:0 1rem 1rem 0}figcaption{font-size:14px}"
)


def evaluation_page(evaluation: Evaluation) -> str:
    """The whole page."""
    rows, found = evaluation.rows, evaluation.found
    kind_right = [f.kind in row.labels for row, f in zip(rows, found, strict=True)]
    category_right = [f.category == row.category for row, f in zip(rows, found, strict=True)]
    both = [a and b for a, b in zip(kind_right, category_right, strict=True)]
    kind_chance = [max(f.kinds.values()) for f in found]
    category_chance = [max(f.categories.values()) for f in found]
    joint_chance = [a * b for a, b in zip(kind_chance, category_chance, strict=True)]
    stated = "what it says, and how often it is right"
    share = "the surest share of mails, and how many of them are right in both"
    charts = [
        (f"The kind: {stated}", _chart(reliability(kind_chance, kind_right), diagonal=True)),
        (f"The category: {stated}", _chart(reliability(category_chance, category_right), diagonal=True)),
        (f"Coverage: {share}", _chart(coverage(joint_chance, both))),
    ]
    drawn = "".join(f"<figure>{chart}<figcaption>{title}</figcaption></figure>" for title, chart in charts)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>How good the judge is</title>'
        f"<style>{_STYLE}</style><h1>How good the judge is</h1>"
        f"<p>Each of {len(rows)} messages was judged by a judge that never met its author.</p>"
        f"<pre>{escape(format_figures(evaluation.columns))}</pre>{drawn}"
        f"<h2>Taken for something else</h2>{_table(evaluation, 'kind', kind_pairs(evaluation))}"
        f"{_table(evaluation, 'category', category_pairs(evaluation))}</html>\n"
    )


def reliability(chances: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(mean stated chance, share that was right) of each tenth that has at least five messages."""
    points = []
    for n in range(_BINS):
        inside = [m for m, chance in enumerate(chances) if min(int(chance * _BINS), _BINS - 1) == n]
        if len(inside) >= 5:
            points.append((sum(chances[m] for m in inside) / len(inside), sum(right[m] for m in inside) / len(inside)))
    return points


def coverage(chances: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(share of mails judged, share of these that is right), the surest first, in steps of a twentieth."""
    ranked = [right[n] for n in sorted(range(len(chances)), key=lambda n: -chances[n])]
    steps = [max(1, len(ranked) * n // 20) for n in range(1, 21)]
    return [(n / len(ranked), sum(ranked[:n]) / n) for n in steps]


def _chart(points: Sequence[tuple[float, float]], *, diagonal: bool = False) -> str:
    """A square from 0 to 1 both ways and the points joined; the diagonal is where stated chances hold."""

    def place(x: float, y: float) -> str:
        return f"{_EDGE + x * _SIZE:.1f},{10 + (1 - y) * _SIZE:.1f}"

    grid = "".join(
        f'<path d="M{place(0, n / 5)} L{place(1, n / 5)}" stroke="#8884"/>'
        f'<text x="{_EDGE - 6}" y="{14 + (1 - n / 5) * _SIZE:.0f}" text-anchor="end">{n / 5:.1f}</text>'
        f'<text x="{_EDGE + n / 5 * _SIZE:.0f}" y="{_SIZE + 28}" text-anchor="middle">{n / 5:.1f}</text>'
        for n in range(6)
    )
    line = " ".join(place(x, y) for x, y in points)
    dots = "".join(f'<circle cx="{place(x, y).replace(",", chr(34) + " cy=" + chr(34))}" r="3"/>' for x, y in points)
    across = f'<path d="M{place(0, 0)} L{place(1, 1)}" stroke="#888" stroke-dasharray="4"/>' if diagonal else ""
    width, height = _SIZE + _EDGE + 12, _SIZE + 36
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" font-size="12" fill="currentColor">{grid}'
        f"{across}"
        f'<polyline points="{line}" fill="none" stroke="#2f6fde" stroke-width="2"/><g fill="#2f6fde">{dots}</g></svg>'
    )


def _table(evaluation: Evaluation, name: str, pairs: Sequence[tuple[str, str]]) -> str:
    lines = []
    for (wanted, got), places in confusions(pairs)[:12]:
        examples = [evaluation.rows[n] for n in places[:2]]
        words = "<br>".join(escape(" ".join(f"{row.subject} | {row.text}".split())[:160]) for row in examples)
        lines.append(f"<tr><td>{escape(wanted)}<td>{escape(got)}<td>{len(places)}<td>{words}")
    return f"<h3>{name}</h3><table><tr><th>is<th>taken for<th>times<th>for example{''.join(lines)}</table>"
