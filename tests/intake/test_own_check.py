"""Our own check of a signature: what it proves, and what proves nothing."""

import base64
import hashlib
import socket
import subprocess
import threading

import dkim
import pytest

from intake import own_check
from intake.own_check import ask_dns, check_sender
from tests.intake.signing import Zone, sign_mail
from tests.make import make_mail

OAK = "oak.example"
RAW = make_mail(sender="Tom <tom@oak.example>", to="help@oak.example", text="#done")


def verdict(raw: bytes, zone, domain: str = OAK) -> str:
    return check_sender(raw, domain, zone).value


@pytest.mark.parametrize("canonical", ["simple/simple", "relaxed/simple", "simple/relaxed", "relaxed/relaxed"])
def test_a_signature_of_the_authors_domain_proves_it(canonical):
    zone = Zone(OAK)
    found = check_sender(sign_mail(RAW, zone, canonical), OAK, zone)
    assert (found.value, found.because) == ("pass", "a signature of oak.example covers it, checked by ourselves")
    assert zone.asked == ["s1._domainkey.oak.example"]


def test_a_signature_made_by_hand_after_the_standard_is_accepted_too(tmp_path):
    """RFC 6376 section 3.7, simple/simple, with openssl: not by the library that checks."""
    zone = Zone(OAK)
    (tmp_path / "key.pem").write_bytes(zone.private)
    fields = [b"From: Tom <tom@oak.example>\r\n", b"To: help@oak.example\r\n", b"Subject: lamp\r\n",
              b"Date: Mon, 14 Sep 2026 08:00:00 +0000\r\n"]  # fmt: skip
    body = b"#done\r\n"
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    unsigned = f"DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d={OAK}; s=s1;\r\n h=from:to:subject:date; bh={digest}; b="
    command = ["openssl", "dgst", "-sha256", "-sign", str(tmp_path / "key.pem")]
    made = subprocess.run(command, input=b"".join(fields) + unsigned.encode(), capture_output=True, check=True).stdout
    raw = unsigned.encode() + base64.b64encode(made) + b"\r\n" + b"".join(fields) + b"\r\n" + body
    assert verdict(raw, zone) == "pass"
    assert verdict(raw.replace(b"lamp", b"lump"), zone) == "none"


def test_one_good_signature_among_others_is_enough():
    oak, post = Zone(OAK), Zone("post.example")
    raw = sign_mail(sign_mail(RAW, oak), post)
    assert verdict(raw, lambda name: oak(name) + post(name)) == "pass"


CHANGES = {
    "the body": lambda raw: raw.replace(b"#done", b"#mine"),
    "the body's end": lambda raw: raw + b"#assign eve\r\n",
    "From": lambda raw: raw.replace(b"tom@oak.example", b"ann@oak.example", 1),
    "To": lambda raw: raw.replace(b"To: help@", b"To: other@"),
    "Subject": lambda raw: raw.replace(b"Subject: ", b"Subject: not "),
    "Date": lambda raw: raw.replace(b"Date: Mon", b"Date: Tue"),
    "Message-ID": lambda raw: raw.replace(b"Message-ID: <", b"Message-ID: <x"),
    "a second From": lambda raw: raw.replace(b"From: ", b"From: eve@evil.example\r\nFrom: "),
    "the signature": lambda raw: raw.replace(b"s=s1", b"s=s2"),
    "its domain": lambda raw: raw.replace(b"d=oak.example", b"d=evil.example"),
    "no signature": lambda raw: raw[raw.index(b"From:"):],
    "an empty one": lambda raw: b"DKIM-Signature: \r\n" + raw[raw.index(b"From:"):],
    "nonsense": lambda raw: b"DKIM-Signature: v=1; a=rsa-sha256; d=oak.example; s=s1; h=from:to:subject:date; bh=!; b=!\r\n" + raw[raw.index(b"From:"):],
    "no header": lambda raw: b"\r\n\r\n",
    "nothing": lambda raw: b"",
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_afterwards_breaks_it(what):
    zone = Zone(OAK)
    raw = sign_mail(RAW, zone)
    assert CHANGES[what](raw) != raw
    assert verdict(CHANGES[what](raw), zone) == "none"


@pytest.mark.parametrize("missing", [b"to", b"subject", b"date"])
def test_a_signature_covers_what_a_command_depends_on(missing):
    zone = Zone(OAK)
    names = [name for name in (b"from", b"to", b"subject", b"date") if name != missing]
    found = check_sender(sign_mail(RAW, zone, include_headers=names), OAK, zone)
    assert (found.value, found.because) == ("none", f"the signature of oak.example does not cover {missing.decode()}")


def test_a_part_of_the_body_is_not_the_mail():
    zone = Zone(OAK)
    found = check_sender(sign_mail(RAW, zone, length=True) + b"#assign eve\r\n", OAK, zone)
    assert (found.value, "only a part" in found.because) == ("none", True)


def test_sha1_a_short_key_and_a_key_on_trial_prove_nothing(monkeypatch):
    monkeypatch.setitem(dkim.HASH_ALGORITHMS, b"rsa-sha1", __import__("hashlib").sha1)
    zone = Zone(OAK)
    assert "weak way" in check_sender(sign_mail(RAW, zone, signature_algorithm=b"rsa-sha1"), OAK, zone).because
    short = Zone(OAK, bits=768)
    assert verdict(sign_mail(RAW, short), short) == "none"
    trial = Zone(OAK, flags="t=y:s; ")
    assert "on trial" in check_sender(sign_mail(RAW, trial), OAK, trial).because


@pytest.mark.parametrize(
    "signing, author, policy, below, wanted",
    [
        (OAK, "it.oak.example", "p=none", None, "pass"),  # one domain for all below it
        (OAK, "it.oak.example", "p=none; adkim=s", None, "none"),  # but not where the owner says: only the same
        (OAK, "it.oak.example", "p=none", "p=none; adkim=s", "none"),
        (OAK, "it.oak.example", None, None, "none"),  # nobody says that it speaks for what lies below
        ("k12.example", "oak.k12.example", "p=none; psd=y", None, "none"),  # a public suffix
        ("example", "oak.example", "p=none", None, "none"),
        ("it.oak.example", OAK, "p=none", None, "none"),  # from below upwards
        ("evil.example", OAK, "p=none", None, "none"),
        ("evil-oak.example", OAK, "p=none", None, "none"),
        ("ak.example", OAK, "p=none", None, "none"),  # the end of a name is not a domain above it
    ],
)
def test_which_domain_may_sign_for_which(signing, author, policy, below, wanted):
    zone = Zone(signing, policy=policy)
    if below is not None:
        zone.records[f"_dmarc.{author}"] = [f"v=DMARC1; {below}"]
    raw = make_mail(sender=f"Tom <tom@{author}>", text="#done")
    assert verdict(sign_mail(raw, zone), zone, author) == wanted


def test_a_dns_that_does_not_answer_proves_nothing_and_is_said():
    zone = Zone(OAK)
    found = check_sender(sign_mail(RAW, zone), OAK, lambda name: None)
    assert (found.value, "gave no answer" in found.because) == ("none", True)
    assert verdict(sign_mail(RAW, zone), lambda name: []) == "none"
    assert verdict(sign_mail(RAW, zone), lambda name: zone(name) * 2) == "none"  # two keys at one name


def test_many_signatures_are_not_all_worked_through():
    zone = Zone(OAK)
    bad = sign_mail(RAW, zone).replace(b"#done", b"#mine")
    signature = bad[: bad.index(b"From:")]
    zone.asked.clear()
    assert verdict(signature * 200 + bad, zone) == "none"
    assert len(zone.asked) <= 10


def test_arc_alone_proves_nothing():
    raw = b"ARC-Seal: i=1; cv=none; d=oak.example; s=s1; a=rsa-sha256; b=AA==\r\nARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=oak.example\r\n" + RAW
    assert verdict(raw, Zone(OAK)) == "none"


def test_without_the_extra_nothing_is_proved_and_that_is_said(monkeypatch):
    monkeypatch.setattr(own_check, "find_spec", lambda name: None)
    zone = Zone(OAK)
    assert "'verify' is not installed" in check_sender(sign_mail(RAW, zone), OAK, zone).because


@pytest.fixture
def name_server(monkeypatch):
    """A DNS server of this test's own, asked by the real resolver."""
    import dns.resolver

    zone = Zone(OAK)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, peer = server.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(raw)
            name = query.question[0].name.to_text().rstrip(".")
            answer = dns.message.make_response(query)
            for text in zone(name):
                pieces = " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200))
                answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", pieces))
            if name.startswith("no-such"):
                answer.set_rcode(3)
            server.sendto(answer.to_wire(), peer)

    threading.Thread(target=serve, daemon=True).start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    yield zone
    server.close()


def test_keys_are_asked_of_the_dns(name_server):
    assert ask_dns(f"s1._domainkey.{OAK}.") == name_server.records[f"s1._domainkey.{OAK}"]
    assert ask_dns("no-such.oak.example") == [] and ask_dns("nothing.oak.example") == []
    assert check_sender(sign_mail(RAW, name_server), OAK).value == "pass"


def test_a_silent_dns_is_no_answer(name_server, monkeypatch):
    import dns.resolver

    monkeypatch.setattr(own_check, "DNS_SECONDS", 0.3)
    dns.resolver.default_resolver.port = 1
    assert ask_dns("s1._domainkey.oak.example") is None
