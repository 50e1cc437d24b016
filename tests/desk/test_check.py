"""`check`: what is well, what deserves a look, what fails, each with what to do."""

import shutil
import socket
import sqlite3
import ssl
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk.check import Finding, run_checks
from desk.config import read_settings
from tests.acceptance.desk_process import command, configure, serving
from tests.make import DESK

TOM = {"name": "Tom", "address": "tom@oakdistrict.example", "role": "technician"}


def findings(tmp_path: Path, **sections) -> dict[str, list[Finding]]:
    """What `check` finds, by what it looked at."""
    table = {
        "district": {"address": DESK}, "database": {"url": f"sqlite:///{tmp_path / 'desk.db'}"},
        "smtp": {"listen": "127.0.0.1:0"}, "delivery": {"outbox": str(tmp_path / "outbox")}, **sections,
    }  # fmt: skip
    found: dict[str, list[Finding]] = {}
    for finding in run_checks(read_settings(table, "f.toml", {})):
        found.setdefault(finding.what, []).append(finding)
    return found


def test_what_works_and_yet_deserves_a_look_is_a_note(tmp_path):
    found = findings(tmp_path)
    notes = [what for what, rows in found.items() if any(row.note for row in rows)]
    assert notes == ["people", "outbox", "commands"]
    assert all(row.status == 0 for rows in found.values() for row in rows)
    (people,) = found["people"]
    assert people.as_line().startswith("note  people: nobody works tickets") and people.as_row()["ok"]


def test_who_works_tickets_is_asked_of_the_database_so_that_a_roster_counts(tmp_path):
    assert findings(tmp_path, person=[TOM])["people"] == [Finding("people", "who work tickets: 1; schools: 0")]


def test_each_error_of_the_directory_is_a_line_of_its_own(tmp_path):
    rows = findings(tmp_path, person=[{**TOM, "schools": ["oka", "elm"]}])["directory"]
    assert [row.status for row in rows] == [2, 2]
    assert all("[[person]] 1 (Tom), schools: found '" in row.said and "\n" not in row.said for row in rows)


def test_a_running_desk_on_the_port_is_no_failure(tmp_path):
    with serving(configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1"), "--only", "smtp") as desk:
        (listener,) = findings(tmp_path, smtp={"listen": f"127.0.0.1:{desk.smtp_port}"})["smtp listener"]
    assert (listener.status, listener.note) == (0, True)
    assert listener.said == f"a running desk holds 127.0.0.1:{desk.smtp_port}"


def test_another_mail_server_on_the_port_is_a_failure_that_names_it(tmp_path, smtp_sink):
    (listener,) = findings(tmp_path, smtp={"listen": smtp_sink.address})["smtp listener"]
    assert listener.status == 75 and "held by another program (it greets with '220 " in listener.said


def test_a_silent_program_on_the_port_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr("desk.check.GREETING_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        (listener,) = findings(tmp_path, smtp={"listen": f"127.0.0.1:{taken.getsockname()[1]}"})["smtp listener"]
    assert listener.status == 75 and "it gives no greeting" in listener.said


def test_a_mailbox_is_named_once(tmp_path):
    box = {"name": "help", "host": "127.0.0.1", "port": 1, "username": "u", "password": "p", "tls": False}
    (row,) = findings(tmp_path, mailbox=[box])["mailbox help"]
    assert row.as_line().count("mailbox help") == 1 and "nothing listens" in row.said


@contextmanager
def tls_mail_server(folder: Path):
    """An SMTP server under TLS whose certificate no authority of this machine has signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the certificate is made by openssl, which is not installed: apt-get install openssl")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, context), daemon=True)
        thread.start()
        yield f"localhost:{server.getsockname()[1]}", cert
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def _serve(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        try:
            with context.wrap_socket(client, server_side=True) as line, line.makefile("rwb") as talk:
                talk.write(b"220 test\r\n")
                talk.flush()
                while said := talk.readline():
                    talk.write(b"221 bye\r\n" if said.upper().startswith(b"QUIT") else b"250 ok\r\n")
                    talk.flush()
        except OSError:
            continue


@pytest.mark.parametrize("part", ["smarthost", "mailbox help"])
def test_a_certificate_of_ones_own_authority_is_trusted_by_ssl_cert_file(tmp_path, monkeypatch, part):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with tls_mail_server(tmp_path) as (place, cert):
        host, _, port = place.partition(":")
        box = {"name": "help", "host": host, "port": int(port), "username": "u", "password": "p"}
        sections = {"delivery": {"smarthost": place, "tls": "implicit"}, "mailbox": [box]}
        (distrusted,) = findings(tmp_path, **sections)[part]
        assert distrusted.status == 75 and "SSL_CERT_FILE" in distrusted.said
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        (row,) = findings(tmp_path, **sections)[part]
        if part == "smarthost":
            assert row == Finding("smarthost", f"{place} takes our mail")
        else:  # it speaks no IMAP, but that is found out only after its certificate was taken
            assert "trusted" not in row.said and "certificate" not in row.said




def test_check_ends_with_0_when_there_are_notes_alone(tmp_path):
    configure(tmp_path, "sqlite:///desk.db", "127.0.0.1:1")
    file = tmp_path / "districtdesk.toml"
    file.write_text(file.read_text().replace('smarthost = "127.0.0.1:1"', ""))
    done = command(tmp_path, "check")
    assert done.returncode == 0, done.stdout
    assert "\nnote  commands: " in done.stdout and "FAIL" not in done.stdout


def test_a_database_without_an_index_of_words_is_a_note_that_says_what_to_do(tmp_path):
    assert "search" not in findings(tmp_path)
    with sqlite3.connect(tmp_path / "desk.db") as database:
        database.execute("DROP TABLE ticket_words")
    database.close()
    (search,) = findings(tmp_path)["search"]
    assert (search.status, search.note) == (0, True) and "FTS5" in search.said
