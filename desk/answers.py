"""One-tap answers of requesters: what it is, and whether it is done, in the words we offered or close to them.

In:       the new words of a reply.
Out:      the kind they name, or how it stands, or None: anything else is an ordinary follow-up.
Not here: the offered words (notifier.templates), what an answer does (desk.answering), commands (desk.commands).
"""

import re
from functools import cache

from models.words import KINDS
from notifier.wording import vocabulary

LANGUAGES = ("en", "es")
WORKS, BROKEN = "works", "broken"
# How people say the same by hand; the whole reply must be one of these, for precision.
_BY_HAND = {
    WORKS: """
        it works|it works now|it works again|works|works now|works again|works great|works perfectly|working now
        it is working|it is working now|it's working|it's working now|it's working again|all good|all good now|all set
        fixed|it's fixed|it is fixed now|problem solved|that worked|that fixed it|that did it|yes it works
        yes it works now|funciona|ya funciona|ya funciona bien|ya está|ya esta|ya quedó|ya quedo|todo bien|todo listo
        resuelto|ya sirve
    """,
    BROKEN: """
        still broken|it's still broken|it is still broken|still not working|it's still not working|doesn't work
        it still doesn't work|still doesn't work|it doesn't work|not working|no change|same problem|not fixed
        not solved|broken again|it's broken again|it is broken again|not yet|no still broken|sigue igual
        sigue sin funcionar|no funciona|todavía no funciona|todavia no funciona|aún no funciona|aun no funciona
        sigue fallando|no sirve
    """,
}
_OFFERED = {"works": WORKS, "settled": WORKS, "broken": BROKEN, "unsettled": BROKEN}
_THANKS = re.compile(
    r"^(?:thanks?(?: you)?(?: so much| very much)?|gracias) |"
    r"(?: (?:thanks?(?: you)?(?: so much| very much)?|(?:muchas )?gracias))+$"
)
_SIGNS = re.compile(r"[^\w\s']+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")


def read_answer(text: str) -> str | None:
    """The kind that a reply of exactly these words names, whatever the phone did to capitals and full stops."""
    return _kinds().get(_plain(text)) if len(text) < 200 else None


def read_outcome(text: str) -> str | None:
    """WORKS or BROKEN where a whole reply says no more than that, perhaps with thanks; else None."""
    if len(text) >= 200 or "?" in text:
        return None
    plain = _plain(text)
    return _outcomes().get(plain) or _outcomes().get(_THANKS.sub("", plain))


@cache
def _kinds() -> dict[str, str]:
    return {_plain(vocabulary(one)["answers"][kind]): kind for one in LANGUAGES for kind in KINDS}


@cache
def _outcomes() -> dict[str, str]:
    offered = {_plain(vocabulary(one)["answers"][key]): what for one in LANGUAGES for key, what in _OFFERED.items()}
    said = {_plain(part): what for what, lines in _BY_HAND.items() for part in re.split(r"[|\n]", lines.strip())}
    return {**said, **offered}


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text.translate(_APOSTROPHES)).casefold().split())
