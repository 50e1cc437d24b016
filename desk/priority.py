"""How urgent a mail is, by rules a person can read: impact times urgency (ITIL).

In:       subject and words of a mail.
Out:      Urgency: a priority and the words that made it.
Not here: kinds and categories (classifier).
"""

import re
from dataclasses import dataclass

# Something burns or somebody may be hurt: nothing else comes first.
_DANGER = re.compile(
    r"\b(smok(?:e|ing)|sparks?|sparking|burn(?:ing|t)? smell|smell(?:s|ing)? (?:of )?burn\w*|on fire|caught fire|"
    r"electric shock|shocked me|swollen battery|battery (?:is )?(?:swollen|bulging)|humo|chispas|quemad[oa])\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\b((?:whole|entire) (?:school|building|hall(?:way)?|grade|wing|floor|campus|class)|every(?:one|body)|"
    r"all (?:of us|teachers|staff|students|classrooms|rooms|the (?:teachers|students|kids|rooms))|school-?wide|"
    r"building-?wide|toda la escuela|todos los (?:maestros|estudiantes|salones)|nadie puede)\b",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\b(urgent(?:ly)?|urgente|emergency|emergencia|asap|right now|immediately|ahora mismo|"
    r"(?:test(?:ing|s)?|exam(?:s)?|assessment|observation|board meeting|presentation) (?:is |starts? )?"
    r"(?:today|now|this (?:morning|afternoon)|in (?:\d+|ten|five|twenty) min\w*)|"
    r"in the middle of (?:a |the )?(?:test|lesson|class|exam)\w*|class (?:is )?waiting)\b",
    re.IGNORECASE,
)
SCANNED = 20_000


@dataclass(frozen=True)
class Urgency:
    """A priority of models.ticket.PRIORITIES and why; `because` is empty for the ordinary case."""

    priority: str = "normal"
    because: str = ""


def read_urgency(subject: str, words: str, kinds: tuple[str, ...]) -> Urgency:
    """Danger is urgent; many people hit, and soon, is urgent; either alone is high; the rest is normal.

    A wish to be taught is never above normal: how many want it makes it a good course, not an outage.
    """
    text = f"{subject}\n{words}"[:SCANNED]
    danger = _DANGER.search(text)
    if danger:
        return Urgency("urgent", f"danger: '{danger[0]}'")
    if kinds == ("training",):
        return Urgency()
    many, soon = _MANY.search(text), _SOON.search(text)
    if many and soon:
        return Urgency("urgent", f"many are hit ('{many[0]}') and it cannot wait ('{soon[0]}')")
    if soon:
        return Urgency("high", f"it cannot wait: '{soon[0]}'")
    if many and "fault" in kinds:
        return Urgency("high", f"many are hit: '{many[0]}'")
    return Urgency()
