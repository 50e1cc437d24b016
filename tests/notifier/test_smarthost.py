"""SMTP against a real server: envelopes, encryption, login, and what answers mean."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from notifier.settings import DeliverySettings
from notifier.smarthost import Smarthost, plain_code
from notifier.way import Refused, Unreachable, Wait
from tests.servers.smtp_sink import SmtpSink, running_sink

MAIL = b"Subject: x\r\n\r\n.a line with a dot\r\n"
DESK = "help@oakdistrict.example"


def _settings(sink: SmtpSink, **more: object) -> DeliverySettings:
    return replace(DeliverySettings(smarthost=sink.host, port=sink.port, sender=DESK), **more)  # type: ignore[arg-type]


@pytest.fixture
def smarthost(smtp_sink: SmtpSink) -> Iterator[Smarthost]:
    way = Smarthost(_settings(smtp_sink))
    yield way
    way.close()


def test_a_mail_arrives_as_it_was_written(smtp_sink: SmtpSink, smarthost: Smarthost) -> None:
    smarthost.deliver("n", "tess@oak.example", MAIL, automatic=False)
    envelope, raw = smtp_sink.mails[0]
    assert (envelope.mail_from, envelope.rcpt_tos) == (DESK, ["tess@oak.example"])
    assert raw.endswith(MAIL)


def test_one_connection_carries_a_batch(smtp_sink: SmtpSink, smarthost: Smarthost) -> None:
    for _ in range(5):
        smarthost.deliver("n", "tess@oak.example", MAIL, automatic=False)
    assert (len(smtp_sink.mails), smtp_sink.sessions) == (5, 1)


def test_an_automatic_answer_has_the_null_reverse_path(smtp_sink: SmtpSink, smarthost: Smarthost) -> None:
    smarthost.deliver("n", "tess@oak.example", MAIL, automatic=True)
    assert smtp_sink.mails[0][0].mail_from == "<>"


class _NoNullPath(SMTP):
    """A host that lets accounts send under their own address alone."""

    async def smtp_MAIL(self, arg: str | None) -> None:
        if arg is not None and "<>" in arg:
            await self.push("550 5.7.60 Not permitted to send as this sender")
            return
        await super().smtp_MAIL(arg)


def test_a_host_that_refuses_the_null_reverse_path_gets_ours() -> None:
    with running_sink(_NoNullPath) as sink:
        way = Smarthost(_settings(sink))
        for _ in range(2):
            way.deliver("n", "tess@oak.example", MAIL, automatic=True)
        way.close()
        assert [envelope.mail_from for envelope, _ in sink.mails] == [DESK, DESK]


@pytest.mark.parametrize("stage", ["next_on_rcpt", "next_on_data"])
def test_a_temporary_answer_means_later(smtp_sink: SmtpSink, smarthost: Smarthost, stage: str) -> None:
    setattr(smtp_sink, stage, ["451 4.3.0 Busy with tess@oak.example"])
    with pytest.raises(Wait, match=r"^the mail server answered 451 4\.3\.0$"):
        smarthost.deliver("n", "tess@oak.example", MAIL, automatic=False)
    smarthost.deliver("n", "tess@oak.example", MAIL, automatic=False)
    assert len(smtp_sink.mails) == 1


@pytest.mark.parametrize("stage", ["on_rcpt", "on_data"])
def test_a_final_answer_means_never_and_the_next_mail_still_goes(
    smtp_sink: SmtpSink, smarthost: Smarthost, stage: str
) -> None:
    setattr(smtp_sink, stage, "550 5.1.1 No such user tess@oak.example")
    with pytest.raises(Refused, match=r"^the mail server answered 550 5\.1\.1$"):
        smarthost.deliver("n", "tess@oak.example", MAIL, automatic=True)
    setattr(smtp_sink, stage, None)
    smarthost.deliver("n", "lena@oak.example", MAIL, automatic=True)
    # One bad recipient does not prove that the host dislikes the null reverse-path.
    assert smtp_sink.mails[0][0].mail_from == "<>"


class _TwoPerConnection(SMTP):
    """A host that ends a connection after two mails."""

    taken = 0

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.taken += 1
        if self.taken > 2:
            await self.push("421 4.7.0 Too many mails on this connection")
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_MAIL(arg)


def test_a_host_that_hangs_up_after_some_mails_is_called_again() -> None:
    with running_sink(_TwoPerConnection) as sink:
        way = Smarthost(_settings(sink))
        for _ in range(5):
            way.deliver("n", "tess@oak.example", MAIL, automatic=False)
        way.close()
        assert (len(sink.mails), sink.sessions) == (5, 3)


class _HangsUpAfterData(SMTP):
    """A host that dies when the mail is on its way."""

    async def smtp_DATA(self, arg: str) -> None:
        assert self.transport is not None
        self.transport.close()


def test_a_connection_that_breaks_means_later() -> None:
    with running_sink(_HangsUpAfterData) as sink:
        way = Smarthost(_settings(sink))
        with pytest.raises(Wait, match="the connection broke"):
            way.deliver("n", "tess@oak.example", MAIL, automatic=False)
        way.close()


def test_nobody_listening_is_no_mails_fault() -> None:
    way = Smarthost(DeliverySettings(smarthost="127.0.0.1", port=1, sender=DESK))
    with pytest.raises(Unreachable, match="out of reach"):
        way.deliver("n", "tess@oak.example", MAIL, automatic=False)


def test_login(smtp_sink: SmtpSink) -> None:
    way = Smarthost(_settings(smtp_sink, username="desk", password="secret"))
    way.deliver("n", "tess@oak.example", MAIL, automatic=False)
    way.close()
    assert smtp_sink.logins == [(b"desk", b"secret")]


def test_a_refused_login_is_no_mails_fault(smtp_sink: SmtpSink) -> None:
    way = Smarthost(_settings(smtp_sink, username="desk", password="wrong"))
    with pytest.raises(Unreachable, match=r"refuses us \(535 5\.7\.8\)"):
        way.deliver("n", "tess@oak.example", MAIL, automatic=False)


def test_an_address_in_another_script_goes_by_smtputf8(smtp_sink: SmtpSink, smarthost: Smarthost) -> None:
    smarthost.deliver("n", "zoë@bücher.example", MAIL, automatic=False)
    envelope, _ = smtp_sink.mails[0]
    assert envelope.rcpt_tos == ["zoë@xn--bcher-kva.example"]
    assert envelope.smtp_utf8


class _AsciiOnly(SMTP):
    """A host without SMTPUTF8."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **(named | {"enable_SMTPUTF8": False}))  # type: ignore[arg-type]


def test_a_host_without_smtputf8_cannot_take_such_an_address() -> None:
    with running_sink(_AsciiOnly) as sink:
        way = Smarthost(_settings(sink))
        with pytest.raises(Refused, match="SMTPUTF8"):
            way.deliver("n", "zoë@oak.example", MAIL, automatic=True)
        way.deliver("n", "zoe@bücher.example", MAIL, automatic=True)
        way.close()
        assert len(sink.mails) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for "localhost", in one file."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text(key.read_text() + cert.read_text())
    return both


@pytest.fixture
def tls_sink(certificate: Path) -> Iterator[SmtpSink]:
    """A sink that offers STARTTLS and takes mail only over it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def make(*arguments: object, **named: object) -> SMTP:
        return SMTP(*arguments, **named, tls_context=context, require_starttls=True)  # type: ignore[arg-type]

    with running_sink(make) as sink:
        yield sink


def test_starttls_with_a_trusted_certificate(
    tls_sink: SmtpSink, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    way = Smarthost(replace(_settings(tls_sink), smarthost="localhost", tls="starttls"))
    way.deliver("n", "tess@oak.example", MAIL, automatic=False)
    way.close()
    assert len(tls_sink.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_sink: SmtpSink) -> None:
    way = Smarthost(replace(_settings(tls_sink), smarthost="localhost", tls="starttls"))
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        way.deliver("n", "tess@oak.example", MAIL, automatic=False)


def test_a_host_that_wants_encryption_is_our_settings_fault(tls_sink: SmtpSink) -> None:
    way = Smarthost(_settings(tls_sink))
    with pytest.raises(Unreachable, match="530"):
        way.deliver("n", "tess@oak.example", MAIL, automatic=False)


def test_a_host_without_starttls_gets_no_mail_in_the_clear(smtp_sink: SmtpSink) -> None:
    way = Smarthost(_settings(smtp_sink, tls="starttls"))
    with pytest.raises(Unreachable):
        way.deliver("n", "tess@oak.example", MAIL, automatic=False)
    assert smtp_sink.mails == []


def test_reasons_carry_codes_and_never_addresses() -> None:
    assert plain_code(550, b"5.1.1 <tess@oak.example>: no such user") == "550 5.1.1"
    assert plain_code(451, "try later, tess@oak.example") == "451"
