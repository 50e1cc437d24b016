"""What a line of the script is: who writes what, by which door, and what must have come of it.

In:       nothing.
Out:      Step, Later.
Not here: the script, playing it (tests.acceptance.day.play).

`then` is everything that must have happened after a step and before the next, and nothing else may have:

    ticketed #1                          what became of the mail
    #1 tom: status new > open            one line of a ticket's history: who, what, from, to
    ✉ tess: reply #1                     one notice, sent unless it says otherwise: "(queued)", "(silent)" …
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One mail of the day."""

    who: str
    door: str
    """smtp or imap."""
    program: str
    """A mail program of tests.acceptance.day.programs; `away` and `bounce` are machines."""
    words: str
    then: str
    subject: str = ""
    """Of a new mail; an answer has the subject of what it answers."""
    answers: str = ""
    """A notice that this person has really got: "assigned #1", the latest such one."""
    drops_plus: bool = False
    """Whether a host on the way drops what follows the plus sign, so that only our Message-ID is left."""
    verdict: str = "pass"
    """What the district's mail server says of From: pass, none or fail (DMARC)."""
    forwards: tuple[str, str, str] | None = None
    """Who wrote the mail inside it, its subject, its words."""
    again: bool = False
    """Whether it is the mail of the step before once more, byte for byte."""


@dataclass(frozen=True)
class Later:
    """The desk's own clock, so many days after the day, at this hour."""

    days: int
    hour: int
    then: str
