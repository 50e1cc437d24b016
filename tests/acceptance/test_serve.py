"""The real command, seen from outside: mail in by SMTP and IMAP, mail out by SMTP."""

import threading
import time

import pytest

from tests.acceptance.desk_process import DESK, command, configure, serving
from tests.make import make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
TOM = "Tom Tanner <tom.tanner@oakdistrict.example>"
TESS_AT, TOM_AT = "tess.turner@oakdistrict.example", "tom.tanner@oakdistrict.example"
FAULT = "The projector in room 12 does not turn on at all, no light. Please help, it is broken."


@pytest.fixture
def folder(tmp_path, database_url, smtp_sink):
    return configure(tmp_path, database_url, smtp_sink.address)


def by_template(sink, address, word):
    return [mail for mail in sink.to(address) if word in mail.get_body(("plain",)).get_content()]


def wait_for(sink, address, count, patience=20.0):
    end = time.monotonic() + patience
    while len(sink.to(address)) < count:
        assert time.monotonic() < end, [mail["To"] for mail in sink.messages]
        time.sleep(0.05)
    return sink.to(address)


def answer(mail, sender, text, **fields):
    """Reply to a mail of ours as a mail program does."""
    return make_mail(
        sender=sender, to=mail["Reply-To"], subject=str(mail["Subject"]), text=text,
        in_reply_to=mail["Message-ID"], references=[*str(mail["References"] or "").split(), mail["Message-ID"]], **fields,
    )  # fmt: skip


def test_a_mail_in_by_smtp_is_acknowledged_by_smtp_and_solved_by_reply(folder, smtp_sink):
    with serving(folder) as desk:
        first = make_mail(sender=TESS, subject="projector broken", text=FAULT, message_id="first@mail.example")
        assert desk.send(first, mail_from=TESS_AT)[0] == 250
        ack = wait_for(smtp_sink, TESS_AT, 1)[0]
        assert ack["Auto-Submitted"] == "auto-replied"
        assert ack["In-Reply-To"] == "<first@mail.example>" and "<first@mail.example>" in ack["References"]
        assert "projector broken" in ack["Subject"]

        assert desk.send(answer(ack, TESS, "The remote is dead too."), ack["Reply-To"], mail_from=TESS_AT)[0] == 250
        told = wait_for(smtp_sink, TOM_AT, 2)
        assert "The remote is dead too." in told[1].get_body(("plain",)).get_content()

        done = answer(told[0], TOM, "There is a new lamp in it.\n\n#done")
        assert desk.send(done, told[0]["Reply-To"], mail_from=TOM_AT)[0] == 250
        final = wait_for(smtp_sink, TESS_AT, 2)[1]
        assert "There is a new lamp in it." in final.get_body(("plain",)).get_content()
        assert "#done" not in final.get_body(("plain",)).get_content()
        assert "<first@mail.example>" in final["References"]

        (ticket,) = desk.json("tickets")
        assert (ticket["status"], ticket["entries"], ticket["assignee"]) == ("resolved", 3, TOM_AT)
        (story,) = desk.json("show", str(ticket["number"]))
        assert [entry["author"]["address"] for entry in story["thread"]] == [TESS_AT, TESS_AT, TOM_AT]


def test_the_same_mails_by_both_doors_give_each_ticket_and_acknowledgement_once(
    tmp_path, database_url, smtp_sink, imap_server
):
    folder = configure(tmp_path, database_url, smtp_sink.address, imap_server)
    mails = [
        make_mail(
            sender=f"Teacher {n} <teacher{n}@oakdistrict.example>",
            subject=f"projector {n} broken",
            text=f"{FAULT} ({n})",
        )
        for n in range(60)
    ]
    with serving(folder) as desk:
        for raw in mails[:30]:
            assert desk.send(raw)[0] == 250
        imap_server.append(*mails[30:])
        desk.wait_settled(60)
        # Now each by the other door as well.
        for raw in mails[30:]:
            assert desk.send(raw)[0] == 250
        imap_server.append(*mails[:30])
        # An acknowledgement each; whoever has them all gets five singly, and a digest when it is full.
        smtp_sink.wait_for(66, patience=60)
        end = time.monotonic() + 30
        rows = desk.wait_settled(60)
        while any(len(row["deliveries"]) < 2 for row in rows):
            assert time.monotonic() < end, "not every mail has come by both doors"
            time.sleep(0.3)
            rows = desk.wait_settled(60)
        time.sleep(1.0)  # a second acknowledgement would come now
        assert len(rows) == 60 and {row["state"] for row in rows} == {"ticketed"}
        tickets = desk.json("tickets")
        assert len(tickets) == 60 and {ticket["entries"] for ticket in tickets} == {1}
        for n in range(60):
            assert len(smtp_sink.to(f"teacher{n}@oakdistrict.example")) == 1
        (newest,) = desk.json("show", "60")
        assert [n["state"] for n in newest["notices"] if n["template"] == "assigned_team"] == ["gathered"]
        assert imap_server.count("UNSEEN") == 0


def test_what_got_a_250_is_a_ticket_after_kill_9_once(folder, smtp_sink):
    accepted: list[int] = []
    offered = [
        make_mail(sender=f"T{n} <t{n}@oakdistrict.example>", subject=f"printer {n}", text=FAULT) for n in range(120)
    ]

    def pour(desk) -> None:
        for n, raw in enumerate(offered):
            try:
                if desk.send(raw)[0] == 250:
                    accepted.append(n)
            except Exception:
                return

    with serving(folder) as desk:
        thread = threading.Thread(target=pour, args=(desk,))
        thread.start()
        while len(accepted) < 40 and thread.is_alive():
            time.sleep(0.005)
        desk.kill()
        thread.join()
    assert 40 <= len(accepted) < 120
    with serving(folder) as desk:
        desk.wait_settled(len(accepted))
        for n in accepted[-5:]:  # a sender that saw no reply sends again; so may one that did
            assert desk.send(offered[n])[0] == 250
        desk.wait_settled(len(accepted))
        subjects = [ticket["subject"] for ticket in desk.json("tickets")]
        assert len(subjects) == len(set(subjects))
        assert {f"printer {n}" for n in accepted} <= set(subjects)
        smtp_sink.wait_for(len(accepted), patience=60)


def test_sigterm_finishes_and_ends_with_zero(folder):
    with serving(folder) as desk:
        assert desk.send(make_mail(sender=TESS))[0] == 250
        desk.process.terminate()
        assert desk.process.wait(20) == 0


def test_the_log_names_no_address_and_no_words(folder, smtp_sink):
    with serving(folder) as desk:
        desk.send(make_mail(sender=TESS, subject="secret subject", text="private words"), mail_from=TESS_AT)
        desk.send(b"\x00\x01\x02 no mail\xff", mail_from=TESS_AT)
        wait_for(smtp_sink, TESS_AT, 1)
        desk.wait_settled(2)
    log = (folder / "serve.log").read_text()
    assert "m1" in log
    for private in ("tess", "tom.tanner", "secret subject", "private words"):
        assert private not in log.lower()


@pytest.mark.parametrize(
    "change, status, words",
    [
        (('listen = "127.0.0.1:0"', 'listen = "8025"'), 2, ["districtdesk.toml", "[smtp] listen", "8025", "expected"]),
        (('role = "itf"', 'role = "boss"'), 2, ["role", "'boss'"]),
        (('schools = ["oak"]', 'schools = ["ash"]'), 2, ["ash"]),
    ],
)
def test_a_wrong_configuration_is_one_sentence_and_status_2(tmp_path, change, status, words):
    configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1")
    file = tmp_path / "districtdesk.toml"
    file.write_text(file.read_text().replace(*change))
    done = command(tmp_path, "serve")
    assert done.returncode == status and "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_a_port_in_use_is_one_sentence_and_status_2(tmp_path):
    import socket

    configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = tmp_path / "districtdesk.toml"
        file.write_text(file.read_text().replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        done = command(tmp_path, "serve")
    assert done.returncode == 2 and "in use" in done.stderr and done.stderr.count("\n") == 1


def test_a_database_that_is_gone_is_status_75(tmp_path):
    configure(tmp_path, "postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:1")
    done = command(tmp_path, "tickets")
    assert done.returncode == 75 and done.stderr.count("\n") == 1 and "cannot be reached" in done.stderr


def test_a_file_that_is_no_database_is_status_2(tmp_path):
    (tmp_path / "desk.db").write_text("just a text, and long enough to be looked at " * 50)
    configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1")
    done = command(tmp_path, "tickets")
    assert done.returncode == 2 and "not a database" in done.stderr


def test_a_smarthost_that_is_away_delays_and_loses_nothing(tmp_path, database_url, smtp_sink):
    smtp_sink.next_on_data = ["451 4.3.0 later"]
    folder = configure(tmp_path, database_url, smtp_sink.address)
    with serving(folder) as desk:
        desk.send(make_mail(sender=TESS, text=FAULT), mail_from=TESS_AT)
        desk.wait_settled(1)
        time.sleep(1.5)
        (ticket,) = desk.json("tickets")
        (story,) = desk.json("show", str(ticket["number"]))
        states = [notice["state"] for notice in story["notices"]]
    assert sorted(states) == ["queued", "sent"]


def test_an_unknown_recipient_is_refused_at_the_door(folder):
    import smtplib

    with serving(folder) as desk, smtplib.SMTP("127.0.0.1", desk.smtp_port) as client:
        client.ehlo("x")
        client.mail("a@b.example")
        assert client.rcpt("nobody@oakdistrict.example") == (550, b"5.1.1 No such address here")
        assert client.rcpt(DESK)[0] == 250


def test_commands_take_no_traceback_to_the_user(tmp_path):
    for arguments in (["show", "99"], ["parse", "--json", "nowhere.eml"], ["ingest", "nowhere"], ["retry", "5"]):
        done = command(tmp_path, *arguments)
        assert done.returncode in (1, 2) and "Traceback" not in done.stderr
