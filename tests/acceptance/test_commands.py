"""The commands of the contract, run as a user runs them."""

import json
import mailbox
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.desk_process import DESK, command, configure
from tests.make import make_mail

TESS = "Tess Turner <tess.turner@oakdistrict.example>"
TICKET_KEYS = {
    "number", "subject", "status", "kinds", "category", "confident", "priority", "level", "requester", "school", "team",
    "assignee", "opened_at", "updated_at", "first_response_at", "resolved_at", "entries",
}  # fmt: skip
PARSE_KEYS = {
    "path", "ok", "error", "message_id", "in_reply_to", "references", "from", "reply_to", "to", "cc", "subject", "date",
    "text", "reply", "signature", "kind", "bounce", "attachments", "charset_repairs",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1")
    return tmp_path


def lines(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_demo_ends_with_the_table_of_its_tickets(tmp_path):
    done = command(tmp_path, "demo", "--once")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n      ticket #") >= 10
    for outcome in (
        "screened: auto-reply",
        "screened: bounce",
        "screened: bulk",
        "held:",
        "it is here already",
        "joins ticket #1",
    ):
        assert outcome in done.stdout, outcome
    assert "The tickets of this morning" in done.stdout
    assert list(tmp_path.iterdir()) == []  # nothing is left behind


def test_the_demo_prints_its_tickets_as_json_and_nothing_else(tmp_path):
    done = command(tmp_path, "demo", "--once", "--json")
    tickets = lines(done)
    assert done.returncode == 0 and len(tickets) >= 10
    assert all(set(ticket) >= TICKET_KEYS for ticket in tickets)
    assert [ticket["number"] for ticket in tickets] == sorted((t["number"] for t in tickets), reverse=True)
    assert tickets[-1]["status"] == "resolved"


def test_mails_are_fed_from_files_folders_and_mboxes(folder):
    (folder / "one.eml").write_bytes(make_mail(sender=TESS, subject="one"))
    (folder / "many").mkdir()
    for n in range(3):
        (folder / "many" / f"{n}.eml").write_bytes(
            make_mail(sender=TESS, subject=f"many {n}", text=f"{n}\n\nFrom here on")
        )
    box = mailbox.mbox(folder / "box.mbox")
    for n in range(2):
        box.add(mailbox.mboxMessage(make_mail(sender=TESS, subject=f"box {n}", text=f"x\nFrom the start {n}\n")))
    box.close()
    maildir = mailbox.Maildir(folder / "maildir")
    maildir.add(make_mail(sender=TESS, subject="maildir"))
    done = command(folder, "ingest", "--json", "one.eml", "many", "box.mbox", "maildir", "one.eml")
    assert done.returncode == 0, done.stderr
    assert [row["state"] for row in lines(done)] == ["ticketed"] * 8
    subjects = sorted(row["subject"] for row in lines(command(folder, "tickets", "--json")))
    assert subjects == ["box 0", "box 1", "maildir", "many 0", "many 1", "many 2", "one"]


def test_a_bad_file_is_told_and_the_others_are_taken(folder):
    (folder / "good.eml").write_bytes(make_mail(sender=TESS))
    (folder / "empty.eml").write_bytes(b"")
    (folder / "junk.eml").write_bytes(bytes(range(256)) * 20)
    done = command(folder, "ingest", "nowhere.eml", "empty.eml", "junk.eml", "good.eml")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "nowhere.eml" in done.stderr and "empty.eml" in done.stderr
    assert "junk.eml: m1 quarantined" in done.stdout and "good.eml: m2 ticketed" in done.stdout
    assert command(folder, "retry", "--all").returncode == 1  # it is still no mail


def test_a_mail_servers_pipe_gets_0_when_stored_and_75_when_not(folder):
    assert command(folder, "ingest", "-", stdin=make_mail(sender=TESS)).returncode == 0
    assert command(folder, "ingest", "-", stdin=b"").returncode == 75
    configure(folder, "postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:1")
    assert command(folder, "ingest", "-", stdin=make_mail(sender=TESS)).returncode == 75


def test_parse_prints_the_contract_for_each_file_in_order(tmp_path):
    (tmp_path / "a.eml").write_bytes(make_mail(sender=TESS, subject="a"))
    (tmp_path / "b.bin").write_bytes(b"\x00\x01\x02")
    (tmp_path / "c.eml").write_bytes(make_mail(sender=DESK, subject="c"))
    done = command(tmp_path, "parse", "--json", "--desk", DESK, "a.eml", "b.bin", "none.eml", "c.eml")
    rows = lines(done)
    assert done.returncode == 1
    assert [(row["path"], row["ok"]) for row in rows] == [
        ("a.eml", True),
        ("b.bin", False),
        ("none.eml", False),
        ("c.eml", True),
    ]
    assert set(rows[0]) == PARSE_KEYS and rows[0]["kind"] == "human" and rows[3]["kind"] == "loop"
    assert all(row["error"] for row in rows[1:3])
    assert command(tmp_path, "parse", "--json").returncode == 2


def test_classify_answers_each_line_in_order_without_a_desk(tmp_path):
    asked = [
        {"id": "a", "subject": "projector", "text": "The projector does not turn on."},
        {"id": 7, "subject": "", "text": "Could you show me how to share a rubric in Canvas?"},
    ]
    done = command(tmp_path, "classify", "--json", stdin="\n".join(map(json.dumps, asked)).encode())
    rows = lines(done)
    assert done.returncode == 0 and [row["id"] for row in rows] == ["a", 7]
    for row in rows:
        assert set(row) >= {"id", "kind", "kinds", "category", "categories", "confident", "because"}
        assert row["kind"] in ("fault", "training", "request", "none")
        assert 0.99 < sum(row["categories"].values()) < 1.01
    assert list(tmp_path.iterdir()) == []


def test_the_filters_of_the_list(folder):
    (folder / "a.eml").write_bytes(
        make_mail(sender=TESS, subject="projector", text="The projector is dead, it does not turn on.")
    )
    (folder / "b.eml").write_bytes(
        make_mail(sender="Pat <pat@x.example>", subject="100%_sure", text="Könnten Sie helfen?")
    )
    command(folder, "ingest", "a.eml", "b.eml")

    def numbers(*filters: str) -> list[int]:
        return [row["number"] for row in lines(command(folder, "tickets", "--json", *filters))]

    assert numbers() == [2, 1]
    assert numbers("--school", "OAK") == [1]
    assert numbers("--query", "PROJECTOR dead") == [1]
    assert numbers("--query", "%_") == [2]
    assert numbers("--status", "closed") == []
    assert numbers("--assignee", "nobody@x.example") == []
    assert numbers("--assignee", "tom tanner") == [1]
    assert numbers("--kind", "unsure") == [2]
    unknown = command(folder, "tickets", "--school", "oka", "--json")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "no school 'oka'; there are: oak" in unknown.stderr
    assert command(folder, "tickets", "--status", "odd").returncode == 2


def test_the_list_of_mails_answers_whether_a_mail_arrived(folder):
    for number in range(3):
        (folder / f"{number}.eml").write_bytes(make_mail(sender=TESS, subject=f"lamp {number}", text=f"lamp {number}"))
    command(folder, "ingest", "0.eml", "1.eml", "2.eml")
    rows = lines(command(folder, "mail", "--json"))
    assert [row["subject"] for row in rows] == ["lamp 2", "lamp 1", "lamp 0"]
    assert rows[0]["from"] == {"name": "Tess Turner", "address": "tess.turner@oakdistrict.example"}
    shown = command(folder, "mail", "--limit", "2")
    head, first, _ = shown.stdout.splitlines()
    assert head.startswith("mail") and "lamp 2" in first and "tess.turner" in first and " UTC " in first
    assert "only the newest 2" in shown.stderr
    assert len(lines(command(folder, "mail", "--json", "--query", "LAMP turner", "--limit", "1"))) == 1
    assert command(folder, "mail", "--query", "nobody").stdout.count("\n") == 1
    assert command(folder, "mail", "--limit", "few").returncode == 2


def test_a_number_that_is_none_is_answered_with_a_sentence(folder):
    for arguments in (("show", "abc"), ("show", "9" * 30), ("show", "#"), ("retry", "xyz"), ("retry", "m")):
        done = command(folder, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        wanted = "NUMBER is a ticket's number, such as 17" if arguments[0] == "show" else "such as m17"
        assert wanted in done.stderr and "_" not in done.stderr
    assert command(folder, "show", "#17").returncode == 1


def test_show_tells_local_time_and_json_utc(folder):
    text = (folder / "districtdesk.toml").read_text()
    (folder / "districtdesk.toml").write_text(text.replace("[database]", 'timezone = "Asia/Tokyo"\n[database]', 1))
    (folder / "a.eml").write_bytes(make_mail(sender=TESS, text="see below\n\n> an earlier line\n> and one more"))
    command(folder, "ingest", "a.eml")
    shown = command(folder, "show", "1").stdout
    assert " JST  Tess Turner" in shown and "Z  " not in shown
    (row,) = lines(command(folder, "show", "1", "--json"))
    assert row["thread"][0]["at"].endswith("Z") and "assignee_name" in row


def test_a_folder_without_a_desk_gets_a_hint_beside_the_answer(tmp_path):
    first = command(tmp_path, "tickets", "--json")
    assert (first.returncode, first.stdout) == (0, "")
    assert "no districtdesk.toml here" in first.stderr and "-c FILE" in first.stderr
    assert command(tmp_path, "tickets", "--json").stderr == ""  # the database is there now
    configure(tmp_path, "sqlite:///other.db", "127.0.0.1:1")
    assert command(tmp_path, "mail").stderr == ""


def test_the_version_is_told():
    done = command(Path.cwd(), "--version")
    assert done.returncode == 0 and done.stdout.startswith("districtdesk ")


def test_a_roster_is_told_first_and_then_imported(folder):
    (folder / "staff.csv").write_text("name,email,role,schools\nNew Teacher,new@oakdistrict.example,,oak\n,broken,,\n")
    dry = command(folder, "roster", "import", "staff.csv", "--dry-run")
    assert "1 new" in dry.stdout and "nothing has been changed" in dry.stdout
    done = command(folder, "roster", "import", "staff.csv")
    assert done.returncode == 1 and "staff.csv:3" in done.stderr
    again = command(folder, "roster", "import", "staff.csv", "--json")
    assert json.loads(again.stdout)["people"]["added"] == 0
    assert command(folder, "roster", "import", "nowhere.zip").returncode == 2


def test_a_roster_says_which_schools_it_makes_and_whose_word_wins(folder):
    (folder / "staff.csv").write_text(
        "name,email,role,schools,language\n"
        "Tess Turner,tess.turner@oakdistrict.example,technician,oak,\n"
        "New Teacher,new@oakdistrict.example,,Birch Academy,fr\n"
    )
    done = command(folder, "roster", "import", "staff.csv")
    assert done.returncode == 0, done.stderr
    assert "NEW SCHOOLS made by this roster: birch-academy" in done.stdout
    assert "note: staff.csv:2: tess.turner@oakdistrict.example is named in the configuration" in done.stdout
    assert "note: staff.csv:3: language fr" in done.stdout


def test_init_never_writes_over_a_file(tmp_path):
    assert command(tmp_path, "init").returncode == 0
    before = (tmp_path / "districtdesk.toml").read_bytes()
    done = command(tmp_path, "init")
    assert done.returncode == 2 and "exists already" in done.stderr
    assert (tmp_path / "districtdesk.toml").read_bytes() == before


def test_check_says_what_is_wrong_and_what_to_do(folder, smtp_sink):
    configure(folder, "sqlite:///desk.db", smtp_sink.address)
    fine = command(folder, "check")
    assert fine.returncode == 0, fine.stdout
    configure(folder, "sqlite:///desk.db", "127.0.0.1:1")
    wrong = command(folder, "check", "--json")
    assert wrong.returncode == 75
    (finding,) = [row for row in lines(wrong) if not row["ok"]]
    assert finding["what"] == "smarthost" and "cannot be reached" in finding["said"]


def test_postgresql_is_migrated_when_an_operator_says_so(tmp_path, empty_database_url):
    configure(tmp_path, empty_database_url, "127.0.0.1:1")
    first = command(tmp_path, "tickets")
    if empty_database_url.startswith("sqlite"):
        assert first.returncode == 0
        return
    assert first.returncode == 2 and "districtdesk migrate" in first.stderr
    assert command(tmp_path, "migrate").returncode == 0
    assert command(tmp_path, "tickets").returncode == 0


def test_looking_with_another_configuration_changes_nothing(folder, tmp_path_factory):
    """Whoever reads a desk without its own configuration must not empty its directory."""
    mail = tmp_path_factory.mktemp("mails") / "one.eml"
    mail.write_bytes(make_mail(sender=TESS, subject="projector", text="The projector is dead."))
    assert command(folder, "ingest", str(mail)).returncode == 0
    before = people(folder)
    assert before > 1
    other = tmp_path_factory.mktemp("other") / "other.toml"
    other.write_text(f'[database]\nurl = "sqlite:///{folder}/desk.db"\n')
    for words in (["tickets"], ["mail"], ["show", "1"]):
        assert command(folder, "-c", str(other), *words).returncode == 0
    assert people(folder) == before


def people(folder) -> int:
    with closing(sqlite3.connect(folder / "desk.db")) as database:
        return database.execute("SELECT count(*) FROM person WHERE rostered AND active").fetchone()[0]
