"""Who may command: a From line proves nothing.

In:       a Message and its raw header, who it says it is from, the token it carries.
Out:      Standing: whether commands are obeyed, and why.
Not here: what the commands do (desk.commands, desk.tickets).
"""

import re
from dataclasses import dataclass

from intake.message import Message
from models import Person
from models.address import Claim

_HEADER_END = re.compile(rb"\r\n\r\n|\n\n")


@dataclass(frozen=True)
class Standing:
    """Whether this mail has a technician's authority on the ticket its token names."""

    proved: bool
    because: str


def standing(raw: bytes, message: Message, sender: Person, claim: Claim | None) -> Standing:
    """Judge one mail: gate, then token and From of one person who works here."""
    if not sender.works_here:
        return Standing(False, "the sender does not work at the desk")
    fault = gate(raw, message)
    if fault is not None:
        return Standing(False, fault)
    if (message.author.address or "").lower() not in {row.address for row in sender.addresses}:
        return Standing(False, "its From is not the technician's own address")  # a group's rewriting, for one
    if claim is None:
        return Standing(False, "it did not come to the technician's own signed address")
    if claim.person_id != sender.id:
        return Standing(False, "it came to another person's signed address")
    return Standing(True, "signed address and From belong to one technician")


def gate(raw: bytes, message: Message) -> str | None:
    """Why this header can carry no authority, or None: one From, one ASCII mailbox, no stray controls.

    Mail programs disagree about headers with several authors or bare line ends, and what they disagree
    about is how a forged author hides (RFC 5322 section 3.6.2, RFC 7489 section 6.6.1).
    """
    if len(message.fields_named("from")) != 1 or len(message.authors) != 1:
        return "it does not have exactly one author"
    address = message.author.address or ""
    if not address.isascii() or address.count("@") != 1:
        return "its author's address is not a plain one"
    end = _HEADER_END.search(raw)
    head = raw[: end.start()] if end else raw
    lines = head.replace(b"\r\n", b"\n")
    if b"\x00" in head or b"\r" in lines or (b"\r\n" in head and b"\n" in head.replace(b"\r\n", b"")):
        return "its header has stray control characters"
    return None
