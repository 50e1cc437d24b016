"""The one-tap answer to "what is it?": a requester says the kind in the words we offered.

In:       the new words of a reply.
Out:      the kind they name, or None: anything else is an ordinary follow-up.
Not here: the words (notifier.templates), commands (desk.commands).
"""

import re
from functools import cache

from models.words import KINDS
from notifier.wording import vocabulary

LANGUAGES = ("en", "es")
_SIGNS = re.compile(r"[^\w\s]+")


def read_answer(text: str) -> str | None:
    """The kind that a reply of exactly these words names, whatever the phone did to capitals and full stops."""
    return _answers().get(_plain(text)) if len(text) < 200 else None


@cache
def _answers() -> dict[str, str]:
    return {_plain(vocabulary(one)["answers"][kind]): kind for one in LANGUAGES for kind in KINDS}


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text).casefold().split())
