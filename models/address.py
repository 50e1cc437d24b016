"""The ticket's reply address and our own Message-IDs: writing and reading side by side.

In:       a ticket's number, a person's id, the desk's address, the signing keys.
Out:      `help+t4711.p12.<token>@district` and `<t4711.p12.<token>.<nonce>@district>`, and back.
Not here: who may do what with a token (desk.authority).

The token is an HMAC-SHA256 (RFC 2104) over ticket and person, cut to 120 bits: 24 characters of base32
(RFC 4648), which survive hosts that fold the case of a local part.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"t(\d{1,12})\.p(\d{1,12})\.([a-z2-7]{24})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """What a reply address says of itself; `genuine` once a key of ours has confirmed it."""

    ticket_number: int
    person_id: int
    genuine: bool


def sign(ticket_number: int, person_id: int, key: bytes) -> str:
    """The 24 characters that prove a mail of ours told this person this ticket."""
    digest = hmac.new(key, b"districtdesk reply %d %d" % (ticket_number, person_id), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode("ascii").lower()


def reply_address(desk_address: str, ticket_number: int, person_id: int, key: bytes) -> str:
    """The address to which this person replies on this ticket (RFC 5233 subaddress)."""
    local, _, domain = desk_address.rpartition("@")
    return f"{local}+t{ticket_number}.p{person_id}.{sign(ticket_number, person_id, key)}@{domain}"


def new_message_id(desk_address: str, ticket_number: int, person_id: int, key: bytes) -> str:
    """A fresh Message-ID without brackets that carries the token too, for hosts that drop subaddresses."""
    domain = desk_address.rpartition("@")[2]
    token = sign(ticket_number, person_id, key)
    return f"t{ticket_number}.p{person_id}.{token}.{secrets.token_hex(6)}@{domain}"


def read_claim(text: str, keys: Sequence[bytes]) -> Claim | None:
    """The claim in an address or Message-ID, checked in constant time against every key; None without one."""
    found = _TOKEN.search(text)
    if found is None:
        return None
    number, person, token = int(found[1]), int(found[2]), found[3].lower()
    # Every key is compared, whichever fits: the time taken tells nothing.
    fits = [hmac.compare_digest(sign(number, person, key), token) for key in keys]
    genuine = any(fits)
    return Claim(number, person, genuine)


def base_address(address: str) -> str:
    """An address in lower case without its subaddress: `Help+t1@x.org` is `help@x.org`."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def is_desk_address(address: str, desk_addresses: Iterable[str]) -> bool:
    """Whether mail to this address is for the desk, with or without a subaddress."""
    plain = address.strip().lower()
    ours = {own.lower() for own in desk_addresses}
    return plain in ours or base_address(plain) in ours
