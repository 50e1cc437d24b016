"""Who may command, from outside: mails by real SMTP in and out, and the command line that tells why."""

from pathlib import Path

import pytest

from tests.acceptance.desk_process import DOMAIN, RunningDesk, configure, serving
from tests.make import make_mail

TESS = f"Tess Turner <tess.turner@{DOMAIN}>"
TOM_AT = f"tom.tanner@{DOMAIN}"
TOM = f"Tom Tanner <{TOM_AT}>"
PASS = f"Authentication-Results: mx.{DOMAIN}; dmarc=pass header.from={DOMAIN}\r\n".encode()


def desk_folder(tmp_path: Path, sink, auth: str = "") -> Path:
    configure(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", sink.address)
    file = tmp_path / "districtdesk.toml"
    file.write_text(f"{file.read_text()}\n[auth]\n{auth}\n")
    return tmp_path


def story(desk: RunningDesk) -> dict:
    (row,) = desk.json("show", "1")
    return row


@pytest.mark.parametrize("auth", ["", f'trusted_results = "mx.{DOMAIN}"'])
def test_a_mail_in_a_technicians_name_waits_for_his_word(tmp_path, smtp_sink, auth):
    with serving(desk_folder(tmp_path, smtp_sink, auth)) as desk:
        desk.send(make_mail(sender=TESS, subject="The projector is broken", text="It does not work any more."))
        smtp_sink.wait_for(2)
        (told,) = smtp_sink.to(TOM_AT)
        desk.send(make_mail(sender=TOM, subject=str(told["Subject"]), text="#done"))
        smtp_sink.wait_for(3)
        asked = smtp_sink.to(TOM_AT)[-1]
        assert story(desk)["status"] == "new" and [event["what"] for event in story(desk)["events"]].count("held") == 1
        to = asked["Reply-To"].addresses[0].addr_spec
        assert to.startswith("help+h") and "Was it you?" in asked.get_body(("plain",)).get_content()
        desk.send(make_mail(sender=TOM, to=to, subject=str(asked["Subject"]), text="#release\n"), to)
        desk.wait_settled(3)
        row = story(desk)
        assert row["status"] == "resolved"
        assert [event["what"] for event in row["events"]][-4:] == ["held", "released", "proved", "status"]
        assert {mail["state"] for mail in desk.json("mail")} == {"ticketed", "screened"}


def test_the_servers_word_and_the_signed_address_together_are_obeyed_and_told(tmp_path, smtp_sink):
    with serving(desk_folder(tmp_path, smtp_sink, f'trusted_results = "mx.{DOMAIN}"')) as desk:
        desk.send(make_mail(sender=TESS, subject="The projector is broken", text="It does not work any more."))
        smtp_sink.wait_for(2)
        (told,) = smtp_sink.to(TOM_AT)
        to = told["Reply-To"].addresses[0].addr_spec
        desk.send(PASS + make_mail(sender=TOM, to=to, subject=str(told["Subject"]), text="#done"), to)
        desk.wait_settled(2)
        row = story(desk)
        (proved,) = [event for event in row["events"] if event["what"] == "proved"]
        assert row["status"] == "resolved"
        assert proved["because"] == f"header in order; own signed address; 'mx.{DOMAIN}' says dmarc=pass for {DOMAIN}"
