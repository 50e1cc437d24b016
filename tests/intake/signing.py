"""Signing keys and a small DNS for tests of signatures.

In:       a domain.
Out:      Zone: its TXT records and private key; sign_mail.
Not here: checking (intake.own_check).
"""

import base64
import subprocess
from functools import cache

import dkim


@cache
def rsa_key(bits: int = 2048) -> tuple[bytes, str]:
    """A private key as PEM, and its public half as DKIM writes it; made once a run."""
    private = subprocess.run(["openssl", "genrsa", str(bits)], capture_output=True, check=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"], input=private, capture_output=True, check=True).stdout
    return private, base64.b64encode(public).decode()


class Zone:
    """One domain's records, answering as the DNS does."""

    def __init__(self, domain: str, *, bits: int = 2048, flags: str = "", policy: str | None = None) -> None:
        self.domain = domain
        self.private, public = rsa_key(bits)
        self.records = {f"s1._domainkey.{domain}": [f"v=DKIM1; k=rsa; {flags}p={public}"]}
        if policy is not None:
            self.records[f"_dmarc.{domain}"] = [f"v=DMARC1; {policy}"]
        self.asked: list[str] = []

    def __call__(self, name: str) -> list[str]:
        self.asked.append(name)
        return self.records.get(name, [])


def sign_mail(raw: bytes, zone: Zone, canonical: str = "relaxed/relaxed", **more: object) -> bytes:
    """The mail with a signature of that domain on top."""
    head, body = canonical.encode().split(b"/")
    headers = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"mime-version", b"content-type"]
    there = {line.partition(b":")[0].strip().lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    more.setdefault("include_headers", [name for name in headers if name in there or name in (b"from", b"to", b"subject", b"date")])
    try:
        signature = dkim.sign(raw, b"s1", zone.domain.encode(), zone.private, canonicalize=(head, body), **more)
    except dkim.DKIMException:  # a header that cannot be signed
        return raw
    return signature + raw
