"""What migrations alone have made, so that no comparison with the model takes it for a leftover.

In:       the name of a table or an index.
Out:      is_of_words().
Not here: making it (migration 0009), asking it (desk.search).
"""


def is_of_words(name: str | None) -> bool:
    """Whether this belongs to the index of words."""
    return (name or "").startswith(("ticket_words", "ix_words_"))
