"""A district's own categories: a word of theirs decides until its people's corrections have been learnt.

In:       slugs and words out of the configuration, the words of a mail.
Out:      OwnCategory, `named_by()`.
Not here: learning (a category named often enough becomes a column of the weights like ours).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classifier.text import read_words


@dataclass(frozen=True)
class OwnCategory:
    """A category that only this district has, and the words or phrases that speak of it."""

    slug: str
    words: tuple[str, ...] = ()


def named_by(own: Iterable[OwnCategory], words: Sequence[str]) -> tuple[str, str] | None:
    """(slug, phrase) of the category whose longest phrase stands in the mail, whole words only; None without one."""
    said = f" {' '.join(words)} "
    found = [
        (phrase, category.slug)
        for category in own
        for wording in category.words
        if (phrase := " ".join(read_words("", wording).all)) and f" {phrase} " in said
    ]
    if not found:
        return None
    phrase, slug = max(found, key=lambda one: len(one[0]))
    return slug, phrase
