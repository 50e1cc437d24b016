"""Who wrote a stored mail and about what, read from the head of its bytes.

In:       the first bytes of a raw mail.
Out:      Head. Reading never raises, whatever the bytes.
Not here: the whole mail (intake.message), the list (desk.views).
"""

from dataclasses import dataclass

from intake.header import normal_start, split_header
from intake.message import NameAddr, read_message

# Enough for every honest header; an over-long one loses its end here, not in the ticket.
HEAD_BYTES = 64 * 1024
_LONGEST = 998


@dataclass(frozen=True)
class Head:
    """The author and the subject as the header gives them; "" and None where it does not."""

    author: NameAddr
    subject: str

    def says(self, words: str) -> bool:
        """Whether every one of these words stands in the sender's name or address, or in the subject."""
        said = f"{self.author.name or ''} {self.author.address or ''} {self.subject}".casefold()
        return all(word in said for word in words.casefold().split())


def read_head(raw: bytes) -> Head:
    """Read the header alone: a body of many megabytes costs nothing here."""
    start = normal_start(raw[:HEAD_BYTES])
    _, body = split_header(start, 0, len(start))
    message = read_message(start[:body])
    name, address = message.author.name, message.author.address
    return Head(NameAddr(name and name[:_LONGEST], address and address[:_LONGEST]), message.subject[:_LONGEST])
