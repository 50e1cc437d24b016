"""What receiving servers write about a sender: their real forms, and what a forger may write beneath or within."""

import time

import pytest

from intake.authentication_results import MICROSOFT, read_results, trusted_verdict

OAK = "oak.example"
GOOGLE = (
    b'mx.google.com;\r\n       dkim=pass header.i=@oak.example header.s=google header.b="Ab3/x=Q1";\r\n'
    b"       spf=pass (google.com: domain of tom@oak.example designates 209.85.220.41 as permitted sender)"
    b" smtp.mailfrom=tom@oak.example;\r\n       dmarc=pass (p=QUARANTINE sp=REJECT dis=NONE) header.from=oak.example"
)
OUTLOOK = (
    b"spf=pass (sender IP is 40.107.1.2)\r\n smtp.mailfrom=oak.example; dkim=pass (signature was verified)\r\n"
    b" header.d=oak.example;dmarc=pass action=none\r\n header.from=oak.example;compauth=pass reason=100"
)
FASTMAIL = (
    b"mx5.messagingengine.com;\r\n    arc=none (no signatures found);\r\n    dkim=pass (2048-bit rsa key sha256)"
    b" header.d=oak.example header.i=@oak.example header.b=Zp4g;\r\n    dmarc=pass policy.published-domain-policy=none"
    b" policy.applied-disposition=none (p=none,d=none,d.eval=none) policy.policy-from=p header.from=oak.example;\r\n"
    b"    iprev=pass smtp.remote-ip=209.85.1.1 (mail.oak.example)"
)
PROOFPOINT = (
    b"ppops.net; spf=pass smtp.mailfrom=tom@oak.example; dkim=pass header.s=s1 header.d=oak.example;"
    b" dmarc=pass header.from=oak.example"
)


def verdict(*values: bytes, trusted: str = "mx.google.com", domain: str = OAK, between: tuple[str, ...] = ()) -> str:
    """The verdict of a header with these fields, other fields standing between them."""
    fields: list[tuple[str, bytes]] = [("received", b"by host")]
    for value in values:
        fields += [("authentication-results", value), *((name, b"x") for name in between)]
    return trusted_verdict([*fields, ("from", b"tom@oak.example")], trusted, domain).value


@pytest.mark.parametrize(
    "value, trusted",
    [
        (GOOGLE, "mx.google.com"),
        (GOOGLE, "MX.Google.Com"),
        (OUTLOOK, MICROSOFT),
        (FASTMAIL, "mx5.messagingengine.com"),
        (FASTMAIL, "*.messagingengine.com"),  # which of its hosts took the mail changes
        (PROOFPOINT, "ppops.net"),
        (b"mx.oak.example 1; dmarc=pass header.from=oak.example", "mx.oak.example"),  # with the version
        (b"mx.oak.example; dmarc/1=pass header.from=oak.example;", "mx.oak.example"),
        (b'mx.oak.example; dmarc = pass (all (is) well) reason="fine; dmarc=fail" header.from = oak.example', "mx.oak.example"),
        (b"(by us) mx.oak.example (really); DMARC=PASS header.from=Oak.Example", "mx.oak.example"),
        (b"mx.oak.example; dmarc=pass header.from=tom@oak.example", "mx.oak.example"),
        (b'mx.oak.example; spf=pass smtp.mailfrom="a;dmarc=fail"@x.example; dmarc=pass header.from=oak.example', "mx.oak.example"),
    ],
)  # fmt: skip
def test_the_forms_of_real_servers_are_read(value, trusted):
    assert verdict(value, trusted=trusted) == "pass"


@pytest.mark.parametrize(
    "value, trusted",
    [
        (GOOGLE, "mx.oak.example"),  # another server's
        (GOOGLE, MICROSOFT),
        (OUTLOOK, "mx.google.com"),
        (GOOGLE, "google.com"),  # no part of a name
        (b"mx.google.com.evil.example; dmarc=pass header.from=oak.example", "mx.google.com"),
        (b"evil.messagingengine.com.evil.example; dmarc=pass header.from=oak.example", "*.messagingengine.com"),
        (b"xmessagingengine.com; dmarc=pass header.from=oak.example", "*.messagingengine.com"),
        (GOOGLE.replace(b"header.from=oak.example", b"header.from=evil.example"), "mx.google.com"),
        (GOOGLE.replace(b"header.from=oak.example", b"header.from=oak.example.evil.example"), "mx.google.com"),
        (GOOGLE.replace(b"header.from=oak.example", b"header.from=sub.oak.example"), "mx.google.com"),
        (GOOGLE.replace(b" header.from=oak.example", b""), "mx.google.com"),
        (GOOGLE + b" header.from=evil.example", "mx.google.com"),  # two of them
        (GOOGLE + b"; dmarc=pass header.from=oak.example", "mx.google.com"),  # two results
        (GOOGLE.replace(b"dmarc=pass", b"dmarc=none"), "mx.google.com"),
        (GOOGLE.replace(b"dmarc=pass", b"dmarc=bestguesspass"), "mx.google.com"),
        (GOOGLE.replace(b"dmarc=pass", b"x-dmarc=pass"), "mx.google.com"),
        (b"mx.google.com; spf=pass (dmarc=pass header.from=oak.example) smtp.mailfrom=x", "mx.google.com"),
        (b'mx.google.com; spf=pass reason="; dmarc=pass header.from=oak.example"', "mx.google.com"),
        (b'mx.google.com; spf=pass smtp.mailfrom="x; dmarc=pass header.from=oak.example"@evil.example', "mx.google.com"),
        (b"mx.google.com; arc=pass (i=1 dmarc=pass fromdomain=oak.example)", "mx.google.com"),  # ARC alone
        (b"mx.google.com; dkim=pass header.d=oak.example; spf=pass smtp.mailfrom=oak.example", "mx.google.com"),
        (b"mx.google.com; none", "mx.google.com"),
        (b"", "mx.google.com"),
        (b'mx.google.com; dmarc=pass header.from=oak.example "', "mx.google.com"),  # a quote without an end
        (b"mx.google.com; dmarc=pass header.from=oak.example (", "mx.google.com"),
        (b"mx.google.com; dmarc=pass header.from=oak.example )", "mx.google.com"),
        (b'mx.google.com; "dmarc"=pass header.from=oak.example', "mx.google.com"),
        (b'mx.google.com; dmarc="pass" header.from=oak.example', "mx.google.com"),
        (b"mx.google.com; =?utf-8?q?dmarc=3Dpass_header.from=3Doak.example?=", "mx.google.com"),
        (b"mx.google.com 1 2; dmarc=pass header.from=oak.example", "mx.google.com"),
        (b"; dmarc=pass header.from=oak.example", MICROSOFT),  # an empty name is no form of Microsoft's
        (b"mx.google.com; dmarc=pass header.from=" + b"x" * 20_000, "mx.google.com"),
    ],
)  # fmt: skip
def test_whatever_is_less_is_no_verdict(value, trusted):
    assert verdict(value, trusted=trusted) == "none"


def test_a_failure_is_said():
    assert verdict(GOOGLE.replace(b"dmarc=pass", b"dmarc=fail")) == "fail"
    assert verdict(OUTLOOK.replace(b"dmarc=pass action=none", b"dmarc=fail action=quarantine"), trusted=MICROSOFT) == "fail"


FAIL = GOOGLE.replace(b"dmarc=pass", b"dmarc=fail")
OTHER = GOOGLE.replace(b"mx.google.com", b"mx.evil.example")


@pytest.mark.parametrize(
    "values, between, said",
    [
        ((FAIL, GOOGLE), ("received",), "fail"),  # forged below the true one
        ((FAIL, GOOGLE), (), "fail"),  # right below
        ((GOOGLE, FAIL), ("received",), "none"),  # forged above, by a host that adds below: they disagree
        ((OTHER, GOOGLE), ("received",), "none"),  # another server above
        ((GOOGLE, OTHER), ("received",), "pass"),  # what others said before is of no interest
        ((GOOGLE, GOOGLE), ("received",), "pass"),  # twice through the same host, as groups do
        ((b"mx.google.com; spf=pass", GOOGLE), (), "none"),  # the one below may have come with the mail
        ((GOOGLE, b"mx.google.com; spf=pass"), (), "pass"),
        ((b"mx.google.com (", GOOGLE), ("received",), "none"),  # the topmost cannot be read
        ((), (), "none"),
    ],
)
def test_only_the_topmost_field_counts(values, between, said):
    assert verdict(*values, between=between) == said


def test_the_name_is_kept_for_whoever_sets_it_up():
    assert read_results("mx5.messagingengine.com; none").server == "mx5.messagingengine.com"
    assert read_results(OUTLOOK.decode()).server == ""


@pytest.mark.parametrize("unit", ["(", ")", '"', "\\", "a=", ";", "a;", "(a", "((", '\\"', "a=b ", " ", "=", '"a" '])
def test_reading_takes_linear_time(unit):
    begun = time.perf_counter()
    read_results("mx.google.com; " + unit * (16_000 // len(unit)))
    read_results(unit * 200_000)
    assert time.perf_counter() - begun < 1
