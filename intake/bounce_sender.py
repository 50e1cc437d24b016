"""Who sends: a mail system, a role, a program that takes no answer, or a person.

In:       a Message.
Out:      its SenderKind, from the From field alone.
Not here: what the mail says (intake.bounce_signs), the words (intake.sender_words, intake.bounce_words).
"""

import re
from enum import Enum

from intake.bounce_words import DAEMON, DAEMON_NAME, NOBODY, SENDER, SENDER_NAME
from intake.message import Message
from intake.sender_words import ROOM, SERVICE, SYSTEM


class SenderKind(Enum):
    """From the surest machine to the surest person."""

    DAEMON = "a name that no person has: MAILER-DAEMON, or none at all"
    POSTMASTER = "a mail system's name, behind which a person may sit as well"
    SYSTEM = "a name with a mail system's word in it"
    NOBODY = "an address that takes no answer"
    SERVICE = "a service"
    ROOM = "an office where people sit"
    UNKNOWN = "a word that may be anything"
    BARE = "an address alone, none of a system"
    NAMED = "a name of several words, none of them a system's"
    PERSON = "a name of several words that the address repeats"


_DOTTED = re.compile(r"[a-z]{1,30}[._][a-z]{1,30}(?:[._][a-z]{1,30})?\d{0,4}$", re.IGNORECASE)
_NAME_WORD = re.compile(r"[^\W\d_]{1,40}")
_NOT_LATIN = re.compile(r"[^a-z]")


def sender_kind(message: Message) -> SenderKind:
    """What the author's name and address say of him; of two that fit, the surer machine."""
    address = message.author.address or ""
    local, name = address.partition("@")[0], (message.author.name or "")[:300]
    if is_daemon(message):
        return SenderKind.DAEMON
    if SENDER.match(local) or SENDER_NAME.search(name):
        return SenderKind.POSTMASTER
    if NOBODY.match(address):
        return SenderKind.NOBODY
    words = _NAME_WORD.findall(name)
    if _is_made_of(words, local) or (len(words) > 1 and _is_repeated(words, local)):
        return SenderKind.PERSON
    if ROOM.search(local) or ROOM.search(name):
        return SenderKind.ROOM
    if SYSTEM.search(local) or SYSTEM.search(name):
        return SenderKind.SYSTEM
    if SERVICE.search(local) or SERVICE.search(name):
        return SenderKind.SERVICE
    if len(words) > 1 or (_DOTTED.match(local) and not words):
        return SenderKind.NAMED if address else SenderKind.UNKNOWN
    return SenderKind.BARE if address and not words else SenderKind.UNKNOWN


def is_daemon(message: Message) -> bool:
    """Whether the sender is a name that no person has: MAILER-DAEMON, or none at all (`From: <>`)."""
    local = (message.author.address or "").partition("@")[0]
    written = (message.field_named("from") or "").replace(" ", "")
    nobody = message.author.address is None and written.endswith(("<>", "<@>"))
    return nobody or bool(DAEMON.match(local)) or bool(DAEMON_NAME.search((message.author.name or "")[:300]))


def is_system_name(name: str) -> bool:
    """Whether a word of a system or an office stands in the name."""
    return any(form.search(word) for form in (SYSTEM, SERVICE, SENDER_NAME) for word in (name, *name.split()))


def has_persons_name(message: Message) -> bool:
    """Whether the displayed name is two capitalised words or more, none of them a system's or a service's."""
    words = _NAME_WORD.findall((message.author.name or "")[:300])
    return len(words) > 1 and all(word[0].isupper() for word in words) and not is_system_name(" ".join(words))


def _is_made_of(words: list[str], local: str) -> bool:
    """Whether the address is the name in one of the forms that only people's have: `Mia Post` as mpost@, mia.post@."""
    if len(words) != 2 or SYSTEM.search(words[0]):
        return False
    first, last = (word.lower() for word in words)
    letters = _NOT_LATIN.sub("", local.lower())
    dotted = "." in local or "_" in local
    made = (first[0] + last, last + first[0], last[0] + first, first + last[0])
    return len(letters) > 3 and (letters in made or (dotted and letters in (first + last, last + first)))


def _is_repeated(words: list[str], local: str) -> bool:
    """Whether the address is made of the name: `Ann Lee` as alee@, ann.lee@, lee@.

    A title may stand behind the name ("Ann Lee, Mail Coordinator"); `Argo Mail` as argo@ is no person.
    """
    if SENDER.match(local) or SYSTEM.search(local) or SERVICE.search(local):
        return False
    own = [word for word in words if not (SYSTEM.search(word) or SERVICE.search(word) or _is_acronym(word))]
    letters = _NOT_LATIN.sub("", local.lower())
    latin = (_NOT_LATIN.sub("", word.lower()) for word in own if word.isascii() and len(word) > 2)
    return len(own) > 1 and any(word[:5] in letters for word in latin)


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) < 5
