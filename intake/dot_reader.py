"""The text of one mail as it comes over SMTP, until the line that holds one dot alone.

In:       blocks of bytes as the network cuts them (RFC 5321 section 4.1.1.4, transparency section 4.5.2).
Out:      the mail without its dot-stuffing, or word that it was too large; the bytes behind it.
Not here: sockets, timers, replies.

Only CRLF, dot, CRLF ends a mail. A dot between bare line feeds is a line of the mail like any other: servers that
took it for the end would let a stranger smuggle a second mail in behind a first one.
"""

END = b"\r\n.\r\n"
_LONGEST_TAIL = len(END) - 1


class DotReader:
    """Gathers one mail. `feed` until it says where the mail ended, then `content()`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen = 0
        """Bytes received, also those that were not kept."""
        self.is_too_large = False
        self._kept = bytearray(b"\r\n")  # the text begins a line, as if CRLF stood before it

    @property
    def held(self) -> int:
        """Bytes in memory now."""
        return len(self._kept)

    def feed(self, block: bytes) -> bytes | None:
        """Take one block; None while the mail goes on, else the bytes that came behind its end."""
        kept = self._kept
        start = max(0, len(kept) - _LONGEST_TAIL)
        kept += block
        self.seen += len(block)
        end = kept.find(END, start)
        if end < 0:
            if self.is_too_large or len(kept) > self.limit + len(END) + 2:
                self.drop()
            return None
        behind = bytes(kept[end + len(END) :])
        self.seen -= len(behind)
        del kept[end + 2 :]
        # Counted as received, with the dots that transparency adds, as one reading line by line would.
        if len(kept) - 2 > self.limit:
            self.drop()
        return behind

    def drop(self) -> None:
        """Keep no more of this mail than is needed to find its end."""
        self.is_too_large = True
        del self._kept[:-_LONGEST_TAIL]

    def content(self) -> bytes:
        """The mail, each line without the dot that the client has put before one."""
        kept, self._kept = self._kept, bytearray()
        if b"\r\n." in kept:
            return bytes(kept.replace(b"\r\n.", b"\r\n")[2:])
        return bytes(memoryview(kept)[2:])
