"""`classify --json`: JSON Lines in, JSON Lines out, in the same order.

In:       lines with `id`, `subject`, `text`; a judge.
Out:      Answer: one line, and whether the question could be read.
Not here: reading standard input, exit status (desk.cli).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifier.triage import Found, Triage


@dataclass(frozen=True)
class Answer:
    """One line of output without its line end; `ok` is false when the line in was no question."""

    text: str
    ok: bool


class _BadLine(ValueError):
    """The line is no question; the text says why, in a sentence."""


def answer_lines(lines: Iterable[str], triage: Triage) -> Iterator[Answer]:
    """Judge line by line, keeping the order; a blank line is skipped, a bad one answered with `error`.

    `id` may be a string or a number and comes back as it was; a missing or null subject or text is empty.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        asked: object = None
        try:
            question = _question(line)
            asked = question.get("id")
            found = triage.classify(_words(question, "subject"), _words(question, "text"))
        except _BadLine as problem:
            yield Answer(_json({"id": asked, "error": f"line {number}: {problem}"}), False)
        else:
            yield Answer(_json({"id": asked, **as_json(found)}), True)


def as_json(found: Found) -> dict[str, object]:
    """A judgement in the form the command line promises."""
    return {
        "kind": found.kind,
        "kinds": {label: round(p, 6) for label, p in found.kinds.items()},
        "category": found.category,
        "categories": {name: round(p, 6) for name, p in found.categories.items()},
        "confident": found.confident,
        "because": list(found.because),
    }


def _question(line: str) -> dict[str, object]:
    try:
        question = json.loads(line.strip("\ufeff \t\r\n"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _BadLine("not JSON") from error
    if not isinstance(question, dict):
        raise _BadLine("not a JSON object")
    if not isinstance(question.get("id"), (str, int, float, type(None))):
        raise _BadLine("id is neither a string nor a number")
    return question


def _refuse(constant: str) -> object:
    """NaN and Infinity are Python's, not JSON's (RFC 8259 section 6)."""
    raise ValueError(constant)


def _words(question: dict[str, object], key: str) -> str:
    value = question.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _BadLine(f"{key} is not a string")
    return value


def _json(fields: dict[str, object]) -> str:
    # A lone surrogate ("\ud800" in the input) cannot be written as UTF-8; escaped it can.
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False)
    return text if _is_writable(text) else json.dumps(fields, ensure_ascii=True)


def _is_writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
