"""The words people read: templates and vocabularies in their language.

In:       a language, a template's name, the values it may show; a district's own folder.
Out:      rendered text and HTML, subjects for mails without a ticket.
Not here: what a notice may show (notifier.snapshot), headers (notifier.compose).

Every file is looked up on its own: the district's in this language, ours in this language, then both in
English. Values are never templates: what a person wrote is only ever inserted, and in HTML escaped.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, Template

from notifier import phrasing

_SENTENCES = re.compile(r"(?<=\.) ")
OURS = Path(__file__).parent / "templates"
FALLBACK = "en"


@dataclass(frozen=True)
class Rendered:
    """One notice in both its alternatives."""

    text: str
    html: str


def render(
    template: str, language: str, values: Mapping[str, Any], timezone: str, own: Path | None = None
) -> Rendered:
    """Both alternatives of a notice; jinja2's TemplateError when a template is missing or broken."""
    environment = _environment(own)
    speech = {"say": Words(language, own), "timezone": timezone, "language": plain_language(language)}
    names = {**speech, **values}
    text = _find(environment, template, language, "txt").render(names)
    html = _find(environment, template, language, "html").render(names)
    return Rendered(phrasing.tidy(text), html.strip() + "\n")


def fallback_subject(template: str, language: str, own: Path | None = None) -> str:
    """The subject of a mail whose ticket has none."""
    subjects = vocabulary(language, own).get("subjects", {})
    return str(subjects.get(template) or subjects["other"])


def plain_language(language: str) -> str:
    """`es-MX` and `ES_mx` are `es`."""
    return language.replace("_", "-").partition("-")[0].lower()


@lru_cache(maxsize=16)
def vocabulary(language: str, own: Path | None = None) -> dict[str, dict[str, Any]]:
    """The names of kinds, categories and the like: English, overlaid by ours, overlaid by the district's."""
    merged: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys((FALLBACK, plain_language(language))):
        for folder in (OURS, own):
            file = folder / name / "words.toml" if folder is not None else None
            if file is not None and file.is_file():
                for section, words in tomllib.loads(file.read_text("utf-8")).items():
                    merged.setdefault(section, {}).update(words)
    return merged


class Words:
    """`say.kinds("fault")`: the word for a key in a section, or the key itself where there is none."""

    def __init__(self, language: str, own: Path | None) -> None:
        self._sections = vocabulary(language, own)

    def __getattr__(self, section: str) -> Any:
        words = self._sections.get(section, {})
        return lambda key: words.get(str(key), str(key))

    def outcomes(self, said: object) -> str:
        """What became of a command, in the reader's language: the first pattern that fits, and so its parts."""
        return _say_by_pattern(str(said), self._sections.get("outcomes", {}))


def _say_by_pattern(said: str, words: Mapping[str, str], depth: int = 3) -> str:
    """The sentence whose "{}" take what stands at those of its key; what fits no key stays as it is."""
    if said in words:
        return words[said]
    sentences = _SENTENCES.split(said)
    for key in words if depth else ():
        if "{}" not in key or (key.endswith(".") and len(sentences) > key.count(". ") + 1):
            continue  # a sentence does not swallow those behind it
        found = _pattern(key).fullmatch(said)
        if found is not None:
            parts = [_say_by_pattern(part, words, depth - 1) for part in found.groups()]
            return words[key].format(*parts)
    return said if len(sentences) == 1 else " ".join(_say_by_pattern(one, words, depth) for one in sentences)


@lru_cache(maxsize=512)
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, key.split("{}"))), re.DOTALL)


def _find(environment: Environment, template: str, language: str, ending: str) -> Template:
    names = [f"{name}/{template}.{ending}" for name in dict.fromkeys((plain_language(language), FALLBACK))]
    return environment.select_template(names)


@lru_cache(maxsize=16)
def _environment(own: Path | None) -> Environment:
    folders = [folder for folder in (own, OURS) if folder is not None]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= phrasing.FILTERS
    return environment
