"""The words we offer are the words we read."""

import pytest

from desk.answers import LANGUAGES, read_answer
from models.words import KINDS
from notifier.wording import vocabulary


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_offered_answer_is_read_back(language, kind):
    words = vocabulary(language)["answers"][kind]
    for text in (words, f"{words}.", words.upper(), f"\n {words}\n"):
        assert read_answer(text) == kind


@pytest.mark.parametrize("text", ["", "Something is broken in room 4", "no", "x" * 5000])
def test_anything_else_is_no_answer(text):
    assert read_answer(text) is None
