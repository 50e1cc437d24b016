"""The ticket's reply address and our own Message-IDs: writing and reading side by side.

In:       a ticket's number or a held mail's id, a person's id, the desk's address, the signing keys.
Out:      `help+t4711.p12.<token>@district`, `<t4711.p12.<token>.<nonce>@district>` and, for a held mail,
          `help+h88.p12.<token>@district`; and back.
Not here: who may do what with a token (desk.authority, desk.holding).

The token is an HMAC-SHA256 (RFC 2104) over ticket and person, cut to 120 bits: 24 characters of base32
(RFC 4648), which survive hosts that fold the case of a local part. What is signed names its purpose, so that
a ticket's token never releases a held mail, nor the other way round.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"t(\d{1,12})\.p(\d{1,12})\.([a-z2-7]{24})", re.ASCII | re.IGNORECASE)
_HOLD = re.compile(r"\+h(\d{1,12})\.p(\d{1,12})\.([a-z2-7]{24})@", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Claim:
    """What a reply address says of itself; `genuine` once a key of ours has confirmed it."""

    ticket_number: int
    person_id: int
    genuine: bool


@dataclass(frozen=True)
class HoldClaim:
    """What the reply address of a held mail says of itself."""

    mail_id: int
    person_id: int
    genuine: bool


def sign(ticket_number: int, person_id: int, key: bytes) -> str:
    """The 24 characters that prove a mail of ours told this person this ticket."""
    return _token(b"reply", ticket_number, person_id, key)


def sign_hold(mail_id: int, person_id: int, key: bytes) -> str:
    """The 24 characters that prove we asked this person about this held mail."""
    return _token(b"release", mail_id, person_id, key)


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


def hold_address(desk_address: str, mail_id: int, person_id: int, key: bytes) -> str:
    """The address to which the supposed author of a held mail answers whether it was his."""
    local, _, domain = desk_address.rpartition("@")
    return f"{local}+h{mail_id}.p{person_id}.{sign_hold(mail_id, person_id, key)}@{domain}"


def read_hold(text: str, keys: Sequence[bytes]) -> HoldClaim | None:
    """The claim in the address of a held mail, checked in constant time against every key; None without one."""
    found = _HOLD.search(text)
    if found is None:
        return None
    mail_id, person, token = int(found[1]), int(found[2]), found[3].lower()
    fits = [hmac.compare_digest(sign_hold(mail_id, person, key), token) for key in keys]
    return HoldClaim(mail_id, person, any(fits))


def base_address(address: str) -> str:
    """An address in lower case without its subaddress: `Help+t1@x.org` is `help@x.org`."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def is_desk_address(address: str, desk_addresses: Iterable[str]) -> bool:
    """Whether mail to this address is for the desk, with or without a subaddress."""
    plain = address.strip().lower()
    ours = {own.lower() for own in desk_addresses}
    return plain in ours or base_address(plain) in ours


@lru_cache(maxsize=4_096)
def _token(purpose: bytes, number: int, person_id: int, key: bytes) -> str:
    digest = hmac.new(key, b"districtdesk %s %d %d" % (purpose, number, person_id), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode("ascii").lower()
