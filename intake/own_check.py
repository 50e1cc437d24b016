"""Our own check of a sender, where no mail server's word can be had: DKIM of From's domain, aligned as DMARC asks.

In:       the raw bytes of a mail, the domain of its From, a way to ask the DNS.
Out:      Verdict.
Not here: Authentication-Results (intake.authentication_results), who may command (desk.authority).

RFC 6376 with the strictness a command deserves: the whole body is signed (`l=` is refused: text can be added behind
it), and From, To, Subject and Date are; SHA-256 alone; no key in testing. SPF is not looked at: it speaks of the
envelope and of a machine's address that is long gone when a mail is read. ARC alone proves nothing, so it is not read.
Needs the extra `verify` (dkimpy and dnspython).
"""

import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from intake.authentication_results import Verdict, is_domain

FindText = Callable[[str], list[str] | None]
"""The TXT records of a name; [] when it has none, None when the DNS could not be asked."""
MAX_SIGNATURES = 5
DNS_SECONDS = 5.0
_MUST_SIGN = (b"from", b"to", b"subject", b"date")
_ALGORITHMS = (b"rsa-sha256", b"ed25519-sha256")
_SEPARATOR = re.compile(rb"\s*:\s*")
_UNSURE = "its domain's signature could not be checked, because the DNS gave no answer"


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("dkim") is not None and find_spec("dns") is not None


def ask_dns(name: str) -> list[str] | None:
    """The TXT records of a name, by the machine's own resolver."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name.rstrip("."), "TXT", lifetime=DNS_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return [b"".join(record.strings).decode("latin-1") for record in answer]


def check_sender(raw: bytes, domain: str, find_text: FindText = ask_dns) -> Verdict:
    """Whether a signature of From's own domain covers this mail: `pass` or `none`, with the reason.

    Never `fail`: lists and gateways break signatures of honest mails.
    """
    if not is_installed():
        return Verdict("none", "the extra 'verify' is not installed, so no signature could be checked")
    import dkim

    try:
        signer = dkim.DKIM(raw, timeout=int(DNS_SECONDS))
    except (dkim.DKIMException, ValueError, IndexError):
        return Verdict("none", "its header cannot be checked for a signature")
    count = min(sum(1 for name, _ in signer.headers if name.lower() == b"dkim-signature"), MAX_SIGNATURES)
    if not count:
        return Verdict("none", f"it carries no signature of {domain}")
    verdicts = [_check_one(raw, index, domain, find_text) for index in range(count)]
    return next((verdict for verdict in verdicts if verdict.value == "pass"), verdicts[0])


def _check_one(raw: bytes, index: int, domain: str, find_text: FindText) -> Verdict:
    import dkim

    asked: dict[str, list[str] | None] = {}

    def look_up(name: Any, timeout: float = DNS_SECONDS) -> bytes | None:
        text = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)
        asked[text] = find_text(text.rstrip("."))
        records = asked[text] or []
        return records[0].encode("latin-1", "replace") if len(records) == 1 else None

    signer = dkim.DKIM(raw, minkey=1024, timeout=int(DNS_SECONDS))
    try:
        prepared = signer.verify_headerprep(index)
        if not prepared:
            return Verdict("none", f"it carries no signature of {domain}")
        tags = prepared[0]
        refused = _refused(tags, domain, find_text)
        if refused is not None:
            return Verdict("none", refused)
        good = signer.verify(idx=index, dnsfunc=look_up)
    except (dkim.DKIMException, ValueError, TypeError, IndexError, KeyError):
        good = False
    if any(records is None for records in asked.values()):
        return Verdict("none", _UNSURE)
    if any("y" in _flags(record) for records in asked.values() for record in records or []):
        return Verdict("none", f"the signing key of {domain} is only on trial")
    if not good:
        return Verdict("none", f"its signature of {domain} does not fit")
    return Verdict("pass", f"a signature of {domain} covers it, checked by ourselves")


def _refused(tags: Mapping[bytes, bytes], domain: str, find_text: FindText) -> str | None:
    """Why a signature counts for nothing, before any arithmetic; None when it is worth checking."""
    if not _is_aligned(tags[b"d"].decode("latin-1").lower(), domain, find_text):
        return f"it carries no signature of {domain}"
    if b"l" in tags:
        return f"the signature of {domain} covers only a part of the body"
    if tags[b"a"] not in _ALGORITHMS:
        return f"the signature of {domain} is made in a weak way"
    signed = [name.strip().lower() for name in _SEPARATOR.split(tags[b"h"])]
    missing = [name.decode() for name in _MUST_SIGN if name not in signed]
    if missing:
        return f"the signature of {domain} does not cover {', '.join(missing)}"
    return None


def _is_aligned(signing: str, domain: str, find_text: FindText) -> bool:
    """The same domain; or one above it that publishes DMARC for what lies below and does not ask for more.

    RFC 7489 section 3.1.1 goes by lists of public suffixes, which nobody here keeps up to date; a DMARC record of
    the upper domain says it better, unless it is that of a public suffix itself (RFC 9091, `psd=y`).
    """
    if not is_domain(signing) or "." not in signing:
        return False
    if signing == domain.lower():
        return True
    if not domain.lower().endswith("." + signing):
        return False
    own = _dmarc(domain, find_text)
    above = _dmarc(signing, find_text)
    if above is None or above.get("psd") == "y":
        return False
    return (own or above).get("adkim", "r") != "s"


def _dmarc(domain: str, find_text: FindText) -> dict[str, str] | None:
    records = [one for one in find_text(f"_dmarc.{domain}") or [] if one.lower().startswith("v=dmarc1")]
    return _tags(records[0]) if len(records) == 1 else None


def _flags(record: str) -> list[str]:
    return [flag.strip() for flag in _tags(record).get("t", "").split(":")]


def _tags(record: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in record.split(";")]
    return {key.strip().lower(): value.strip().lower() for key, _, value in pairs if key.strip()}
