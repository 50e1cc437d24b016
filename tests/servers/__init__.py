"""Real servers for the tests: PostgreSQL, two IMAP servers, an SMTP server.

In:       what is installed on this machine, DISTRICTDESK_REQUIRE.
Out:      `absent()`, which skips a test for want of a server or, where the server is required, fails it.
Not here: the fixtures (tests.conftest).
"""

import os
from typing import NoReturn

import pytest

# What may stand in DISTRICTDESK_REQUIRE, and which servers each word asks for.
WORDS = {
    "postgresql": {"postgresql"},
    "postgres": {"postgresql"},
    "dovecot": {"dovecot"},
    "pymap": {"pymap"},
    "imap": {"dovecot", "pymap"},
}


def required() -> set[str]:
    """The servers whose absence is a failure; an unknown word stops the run, lest a typing error hide it."""
    servers: set[str] = set()
    for word in os.environ.get("DISTRICTDESK_REQUIRE", "").replace(",", " ").lower().split():
        if word not in WORDS:
            raise pytest.UsageError(f"DISTRICTDESK_REQUIRE: {word!r} is not one of {', '.join(sorted(WORDS))}")
        servers |= WORDS[word]
    return servers


def absent(server: str, reason: str, remedy: str) -> NoReturn:
    """Skip this test because a server is missing; fail it where DISTRICTDESK_REQUIRE names the server."""
    words = f"{server}: {reason}. {remedy}"
    if server in required():
        pytest.fail(f"required by DISTRICTDESK_REQUIRE, but absent: {words}", pytrace=False)
    pytest.skip(words)
