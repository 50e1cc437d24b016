"""Who may come in by the SMTP door now: places in all, places and mails for each client.

In:       a client's address, the time.
Out:      None for yes, else the reply that sends it away for a while (RFC 3463 codes).
Not here: sockets, which address is a relay (intake.listener).
"""

import ipaddress
from collections import Counter

MOST_CONNECTIONS = 800
REMEMBERED = 10_000
MINUTE = 60.0

Place = ipaddress.IPv4Address | ipaddress.IPv4Network | ipaddress.IPv6Network | str


def place_of(host: str) -> Place:
    """What counts as one client: an IPv4 address, or the /64 that one household of IPv6 has."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6:
        mapped = address.ipv4_mapped
        return mapped if mapped is not None else ipaddress.ip_network((address, 64), strict=False)
    return address


class Clients:
    """Counts of the clients that are no relays of the district; relays have no limit of their own."""

    def __init__(self, connections: int, mails_a_minute: int) -> None:
        self.connections = connections
        self.mails_a_minute = mails_a_minute
        self._open: Counter[Place] = Counter()
        self._mails: dict[Place, tuple[float, float]] = {}

    def enter(self, place: Place) -> bytes | None:
        """Note one more connection; the reply that refuses it when the client has too many. `leave` either way."""
        self._open[place] += 1
        if self._open[place] > self.connections:
            return b"421 4.7.0 Too many connections from you, try again later\r\n"
        return None

    def leave(self, place: Place) -> None:
        """One connection less."""
        self._open[place] -= 1
        if self._open[place] <= 0:
            del self._open[place]

    def may_send(self, place: Place, ticks: float) -> str | None:
        """Count one mail; a reply when the client has sent too many of late.

        A bucket that refills evenly: a minute's worth may come at once, and then one whenever one is due.
        """
        rate = self.mails_a_minute / MINUTE
        left, when = self._mails.get(place, (float(self.mails_a_minute), ticks))
        left = min(float(self.mails_a_minute), left + (ticks - when) * rate)
        allowed = left >= 1.0
        self._mails[place] = (left - 1.0 if allowed else left, ticks)
        if len(self._mails) > REMEMBERED:
            self._forget(ticks)
        return None if allowed else "450 4.7.0 Too many mails from you, try again later"

    def _forget(self, ticks: float) -> None:
        """Drop those that have sent nothing for a minute: they would have their whole allowance again."""
        self._mails = {place: kept for place, kept in self._mails.items() if ticks - kept[1] < MINUTE}
        while len(self._mails) > REMEMBERED:
            self._mails.pop(next(iter(self._mails)))
