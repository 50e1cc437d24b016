"""What a mail is about: kinds, category, how sure, and because of what.

In:       a subject and a text.
Out:      Found.
Not here: training (classifier.estimator), who gets the ticket (desk.routing).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The judgement on one mail.

    `kind` is the likeliest of fault, training, request, none; `kinds` gives each label's own
    probability (they need not add up to 1); `ticket_kinds` is what a ticket takes over: one or two
    kinds, or none while unsure or when the mail wants nothing.
    """

    kind: str
    kinds: Mapping[str, float]
    category: str
    categories: Mapping[str, float]
    confident: bool
    because: tuple[str, ...]
    ticket_kinds: tuple[str, ...]


class Triage:
    """A judge of mails, loaded once and asked often; safe to share between threads."""

    def classify(self, subject: str, text: str) -> Found:
        """Judge one mail."""
        raise NotImplementedError


def load_triage() -> Triage:
    """The judge from the shipped weights."""
    raise NotImplementedError
