"""A thank-you wakes nobody; anything more does."""

import pytest

from intake.thanks import is_only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!", "thank you so much, it works now!", "Gracias, ya funciona", "THANK YOU!!!", "Thx",
        "Thanks Mr. Okafor", "Perfect, thanks again!", "👍", "Muchas gracias por su ayuda", "It works again, thanks.",
        "Thank you! Have a great weekend",
    ],
)  # fmt: skip
def test_only_thanks(text):
    assert is_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks but it is still broken", "Thanks, can you also look at the printer?", "thank you, room 14 has it too",
        "It is broken again, thanks", "Gracias, pero todavía no funciona", "", "ok", "Thanks. Now the sound is gone",
        "Thank you for coming, however the screen flickers", "no thanks, I need it today",
        "thanks in advance for the new laptop and the dock",
    ],
)  # fmt: skip
def test_more_than_thanks(text):
    assert not is_only_thanks(text)


def test_a_long_text_is_never_only_thanks() -> None:
    assert is_only_thanks("Thanks! " + "👍" * 100)
    assert not is_only_thanks("Thanks! " + "👍" * 2_000)
