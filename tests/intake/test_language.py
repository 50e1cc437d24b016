"""The language of short mails."""

import pytest

from intake.language import language_of


@pytest.mark.parametrize(
    "text, language",
    [
        ("no imprime la impresora", "es"),
        ("Buenos días, ¿me pueden ayudar con el proyector?", "es"),
        ("Hola, necesito una contraseña nueva", "es"),
        ("impresora no sirve", "es"),
        ("The printer does not work", "en"),
        ("projector broken", "en"),
        ("no sound in room 12", "en"),
        ("No internet", "en"),
        ("Please help Ms. de la Cruz with her printer", "en"),
        ("Can you install El Capitan on my Mac?", "en"),
        ("wifi", "en"),
        ("", "en"),
    ],
)
def test_language(text, language):
    assert language_of(text, "en") == language


def test_the_default_holds_when_the_words_do_not_tell():
    assert language_of("wifi 204", "es") == "es"
