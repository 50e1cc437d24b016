"""Reads the corpus of replies in tests/mail/replies.

In:       its text files.
Out:      lines of a list, or cases with text, HTML, subject and what should come out.
Not here: judging (tests.intake.test_body and its neighbours).
"""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "mail" / "replies"


@dataclass
class Case:
    """One mail: its parts and what should be read from it; a part that is not named is not checked."""

    name: str
    parts: dict[str, str] = field(default_factory=dict)


def read_lines(name: str) -> list[str]:
    """The entries of a list file; `\\n` and `\\u....` in them are resolved."""
    lines = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    entries = (line for line in lines if line and not line.startswith("# "))
    return [line.replace("\\n", "\n").replace("\\u202f", "\u202f") for line in entries]


def read_cases(name: str) -> list[Case]:
    """The cases of a file: `@@@ name` begins one, `@@ part` a part of it."""
    cases: list[Case] = []
    part = ""
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("@@@ "):
            cases.append(Case(line[4:]))
        elif line.startswith("@@ "):
            part, _, value = line[3:].partition(": ")
            cases[-1].parts[part] = value
        elif cases:
            before = cases[-1].parts[part]
            cases[-1].parts[part] = f"{before}\n{line}" if before else line or "\n"
    for case in cases:
        case.parts = {key: value.strip("\n") for key, value in case.parts.items()}
    return cases
