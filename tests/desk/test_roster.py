"""Importing rosters: OneRoster folders and zips, plain sheets, what changes, what is refused."""

import threading
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.directory import CoverageSetting, PersonSetting, SchoolSetting, apply_directory
from desk.roster import Counts, RosterError, import_roster
from intake.message import NameAddr
from intake.requester import identify
from models import Address, Mailbox, Person, School, Ticket

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORGS = """sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
d-1,,,Oak District,district,,
s-1,,,Oak Elementary,school,oak,d-1
s-2,,,Elm Middle School,school,,d-1
x-9,,,Transportation,department,,d-1
"""
USERS_HEAD = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
)
MANIFEST = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,{0}\nfile.users,{1}\n"


def user(number: int, name: str = "", *, role="teacher", orgs="s-1", email=None, status="", enabled="true") -> str:
    given, _, family = (name or f"Tess{number} Turner").partition(" ")
    mail = f"{given.lower()}@oakdistrict.example" if email is None else email
    return f'u-{number},{status},,{enabled},"{orgs}",{role},{given},,{given},{family},,,{mail},,,,,\n'


ANN, TOM, KIM = (
    user(1, "Ann Lee"),
    user(2, "Tom Ash", orgs="s-1,s-2"),
    user(3, "Kim Poe", role="administrator", orgs="d-1"),
)


def folder(tmp_path: Path, *users: str, orgs: str | None = ORGS, manifest: str | None = None, **files: str) -> Path:
    """A OneRoster folder; each call makes a new one."""
    path = tmp_path / f"roster{len(list(tmp_path.iterdir()))}"
    path.mkdir()
    found = {"users.csv": USERS_HEAD + "".join(users), "orgs.csv": orgs, "manifest.csv": manifest}
    for name, text in {**found, **{f"{key}.csv": value for key, value in files.items()}}.items():
        if text is not None:
            (path / name).write_text(text, encoding="utf-8")
    return path


def sheet(tmp_path: Path, text: str, name: str = "staff.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def load(session: Session, path: Path, dry_run: bool = False, **options):
    return import_roster(session, path, dry_run, **options)


def person_of(session: Session, address: str) -> Person:
    return session.scalars(select(Person).join(Address).where(Address.address == address)).one()


def codes(person: Person) -> list[str]:
    return sorted(school.code for school in person.schools)


def counted(session: Session, table=Person) -> int:
    return session.scalar(select(func.count(table.id)))


# -- OneRoster


def test_a_oneroster_folder_fills_schools_and_people(session, tmp_path):
    report = load(session, folder(tmp_path, ANN, TOM, KIM))
    assert (report.schools, report.people) == (Counts(added=2), Counts(added=3))
    assert sorted(session.execute(select(School.code, School.name, School.source_id))) == [
        ("elm-middle-school", "Elm Middle School", "s-2"),
        ("oak", "Oak Elementary", "s-1"),
    ]
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.name, tom.role, tom.rostered, tom.active, tom.source_id) == (
        "Tom Ash",
        "requester",
        True,
        True,
        "u-2",
    )
    assert codes(tom) == ["elm-middle-school", "oak"]
    assert codes(person_of(session, "kim@oakdistrict.example")) == []  # the district's office is no school
    assert report.problems == ()
    assert "added school Oak Elementary (oak)" in report.lines
    assert "added Ann Lee <ann@oakdistrict.example> (requester, oak)" in report.lines


def test_the_same_roster_again_changes_nothing(session, tmp_path):
    path = folder(tmp_path, ANN, TOM, KIM)
    load(session, path)
    report = load(session, path)
    assert (report.schools, report.people, report.lines) == (Counts(unchanged=2), Counts(unchanged=3), ())
    assert not report.changes_anything


def test_a_dry_run_tells_the_same_and_changes_nothing(session, tmp_path):
    path = folder(tmp_path, ANN, TOM)
    told = load(session, path, dry_run=True)
    assert (counted(session), counted(session, School), told.dry_run) == (0, 0, True)
    done = load(session, path)
    assert (told.schools, told.people, told.lines) == (done.schools, done.people, done.lines)


def test_a_dry_run_needs_only_a_reading_session(store, tmp_path):
    with store.reading() as session:
        assert load(session, folder(tmp_path, ANN), dry_run=True).people == Counts(added=1)


def test_people_who_are_no_longer_in_a_bulk_roster_are_deactivated_and_come_back(session, tmp_path):
    everybody = [user(number) for number in range(1, 11)]
    load(session, folder(tmp_path, *everybody))
    report = load(session, folder(tmp_path, *everybody[:8]))
    assert report.people == Counts(deactivated=2, unchanged=8)
    assert report.lines == (
        "deactivated Tess9 Turner <tess9@oakdistrict.example> (requester, oak)",
        "deactivated Tess10 Turner <tess10@oakdistrict.example> (requester, oak)",
    )
    gone = person_of(session, "tess9@oakdistrict.example")
    assert (gone.active, gone.rostered) == (False, False)
    assert load(session, folder(tmp_path, *everybody)).people == Counts(changed=2, unchanged=8)
    gone = person_of(session, "tess9@oakdistrict.example")
    assert (gone.active, gone.rostered) == (True, True)


def test_a_row_that_cannot_be_read_does_not_deactivate_its_person(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM))
    report = load(session, folder(tmp_path, ANN, user(2, "Tom Ash", email="")), force=True)
    assert report.people == Counts(unchanged=1)
    assert report.skipped == (("no e-mail address", 1),)
    assert person_of(session, "tom@oakdistrict.example").active


def test_a_delta_roster_touches_only_its_rows(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM, KIM))
    delta = MANIFEST.format("delta", "delta")
    rows = (user(1, "Ann Lee", status="tobedeleted"), user(4, "Zoe Day", status="active"))
    report = load(session, folder(tmp_path, *rows, manifest=delta))
    assert report.people == Counts(added=1, deactivated=1)
    assert not person_of(session, "ann@oakdistrict.example").active
    assert person_of(session, "kim@oakdistrict.example").active


def test_a_delta_may_come_without_the_schools_it_refers_to(session, tmp_path):
    load(session, folder(tmp_path, ANN))
    path = folder(tmp_path, user(4, "Zoe Day", orgs="s-2"), orgs=None, manifest=MANIFEST.format("absent", "delta"))
    report = load(session, path)
    assert codes(person_of(session, "zoe@oakdistrict.example")) == ["elm-middle-school"]
    assert report.problems == ()


def test_a_disabled_user_is_deactivated(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM, KIM, user(4, "Zoe Day")))
    load(session, folder(tmp_path, ANN, TOM, KIM, user(4, "Zoe Day", enabled="FALSE")))
    assert not person_of(session, "zoe@oakdistrict.example").active


def test_more_leavers_than_a_third_are_refused_unless_forced(session, tmp_path):
    load(session, folder(tmp_path, *[user(number) for number in range(1, 11)]))
    few = folder(tmp_path, *[user(number) for number in range(1, 7)])
    with pytest.raises(RosterError, match=r"4 of 10 people.*more than 30%.*--force"):
        load(session, few)
    session.expire_all()
    assert session.scalar(select(func.count(Person.id)).where(Person.active)) == 10
    told = load(session, few, dry_run=True)
    assert told.people.deactivated == 4
    assert "--force" in told.warnings[0]
    assert load(session, few, force=True).people == Counts(deactivated=4, unchanged=6)


def test_exactly_thirty_percent_may_leave(session, tmp_path):
    load(session, folder(tmp_path, *[user(number) for number in range(1, 11)]))
    assert load(session, folder(tmp_path, *[user(number) for number in range(1, 8)])).people.deactivated == 3


def test_an_empty_user_file_is_refused_rather_than_obeyed(session, tmp_path):
    load(session, folder(tmp_path, ANN))
    with pytest.raises(RosterError, match="1 of 1 people"):
        load(session, folder(tmp_path))


def test_students_and_families_are_not_taken_over(session, tmp_path):
    rows = (
        user(5, "Sid Young", role="student"),
        user(6, "Pat Young", role="guardian"),
        user(7, role="student", email=""),
    )
    report = load(session, folder(tmp_path, ANN, *rows))
    assert counted(session) == 1
    assert report.skipped == (("parents and guardians", 1), ("students", 2))
    assert not any("Young" in line for line in report.lines)


def test_a_student_who_has_written_is_recognised(session, tmp_path):
    sid = identify(session, NameAddr("sid", "sid@oakdistrict.example"), NOW)
    session.flush()
    report = load(session, folder(tmp_path, ANN, user(5, "Sid Young", role="student")))
    session.refresh(sid)
    assert (sid.name, sid.role, sid.rostered) == ("Sid Young", "student", True)
    assert "role requester → student" in " ".join(report.lines)


def test_a_stranger_who_turns_out_to_be_staff_stays_the_same_person(session, tmp_path):
    stranger = identify(session, NameAddr("Annie", "ANN@oakdistrict.example"), NOW)
    session.flush()
    before = stranger.id
    report = load(session, folder(tmp_path, ANN))
    assert person_of(session, "ann@oakdistrict.example").id == before
    assert "was a stranger, is in the roster now" in report.lines[-1]


def test_the_roster_never_takes_a_role_from_the_configuration_or_a_csv(session, tmp_path):
    schools = (SchoolSetting("oak", "Oak Elementary"),)
    people = (PersonSetting("Ann (desk)", "ann@oakdistrict.example", "itf", None, ("oak",)),)
    apply_directory(session, schools, people, (), (), ("help@oakdistrict.example",))
    load(session, sheet(tmp_path, "email,role,level\ntom@oakdistrict.example,technician,2\n"))
    report = load(session, folder(tmp_path, user(1, "Ann Lee", orgs="s-2"), TOM))
    ann, tom = (person_of(session, f"{name}@oakdistrict.example") for name in ("ann", "tom"))
    assert (ann.name, ann.role, codes(ann), ann.source_id) == ("Ann (desk)", "itf", ["oak"], "u-1")
    assert (tom.role, tom.level, codes(tom), tom.name) == ("technician", 2, [], "Tom Ash")
    assert report.people == Counts(changed=2)
    assert any("in OneRoster now" in line for line in report.lines)


def test_who_leaves_the_roster_but_stands_in_the_configuration_stays(session, tmp_path):
    people = (PersonSetting("Ann", "ann@oakdistrict.example", "itf"),)
    apply_directory(session, (), people, (), (CoverageSetting("training", person=people[0].address),), ())
    load(session, folder(tmp_path, ANN, TOM))
    report = load(session, folder(tmp_path, user(1, "Ann Lee", status="tobedeleted"), TOM))
    ann = person_of(session, "ann@oakdistrict.example")
    assert (ann.role, ann.active, ann.works_here) == ("itf", True, True)
    assert "the configuration still names them" in report.problems[0].what


def test_an_address_that_changes_keeps_the_person_and_the_old_address(session, tmp_path):
    load(session, folder(tmp_path, ANN))
    ann = person_of(session, "ann@oakdistrict.example")
    report = load(session, folder(tmp_path, user(1, "Ann Park", email="Ann.Park@oakdistrict.example")))
    same = person_of(session, "ann.park@oakdistrict.example")
    assert (same.id, same.name, same.address) == (ann.id, "Ann Park", "ann.park@oakdistrict.example")
    assert person_of(session, "ann@oakdistrict.example").id == ann.id  # mail on its way still finds her
    assert (
        "addresses ann@oakdistrict.example → ann.park@oakdistrict.example, ann@oakdistrict.example" in report.lines[0]
    )


@pytest.mark.parametrize("swap_first", [True, False])
def test_an_address_may_pass_to_somebody_else_in_one_import(session, tmp_path, swap_first):
    load(session, folder(tmp_path, ANN))
    old = person_of(session, "ann@oakdistrict.example")
    rows = [
        user(1, "Ann Lee", email="ann.lee@oakdistrict.example"),
        user(8, "Ann Day", email="ann@oakdistrict.example"),
    ]
    load(session, folder(tmp_path, *(rows if swap_first else rows[::-1])))
    assert person_of(session, "ann.lee@oakdistrict.example").id == old.id
    new = person_of(session, "ann@oakdistrict.example")
    assert (new.name, new.source_id, new.id != old.id) == ("Ann Day", "u-8", True)


def test_two_people_may_swap_addresses(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM))
    ann, tom = (person_of(session, f"{name}@oakdistrict.example").id for name in ("ann", "tom"))
    swapped = (
        user(1, "Ann Lee", email="tom@oakdistrict.example"),
        user(2, "Tom Ash", email="ann@oakdistrict.example"),
    )
    load(session, folder(tmp_path, *swapped))
    assert person_of(session, "tom@oakdistrict.example").id == ann
    assert person_of(session, "ann@oakdistrict.example").id == tom


def test_an_address_of_a_stranger_with_tickets_is_not_taken_by_guesswork(session, tmp_path, clock):
    load(session, folder(tmp_path, ANN))
    stranger = identify(session, NameAddr("Ann?", "ann.new@oakdistrict.example"), NOW)
    session.add(Ticket(subject="Hello", requester=stranger, opened_at=clock.now, updated_at=clock.now))
    session.flush()
    report = load(session, folder(tmp_path, user(1, "Ann Lee", email="ann.new@oakdistrict.example")))
    assert "belongs to somebody who has written in" in report.problems[0].what
    assert person_of(session, "ann@oakdistrict.example").address == "ann@oakdistrict.example"


def test_a_new_system_with_new_ids_finds_people_and_schools_again(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM))
    before = counted(session), counted(session, School)
    renumbered = [row.replace("u-", "new-").replace("s-", "site-") for row in (ANN, TOM)]
    report = load(session, folder(tmp_path, *renumbered, orgs=ORGS.replace("s-", "site-")))
    assert (counted(session), counted(session, School)) == before
    assert (report.people, report.schools) == (Counts(changed=2), Counts(changed=2))
    assert codes(person_of(session, "tom@oakdistrict.example")) == ["elm-middle-school", "oak"]


def test_an_old_deleted_record_does_not_hide_the_new_one(session, tmp_path):
    load(session, folder(tmp_path, ANN))
    old = user(1, "Ann Lee", status="tobedeleted")
    load(session, folder(tmp_path, old, user(77, "Ann Lee"), manifest=MANIFEST.format("bulk", "delta")))
    ann = person_of(session, "ann@oakdistrict.example")
    assert (ann.active, ann.source_id) == (True, "u-77")


def test_schools_keep_their_code_follow_their_name_and_never_vanish(session, tmp_path):
    load(session, folder(tmp_path, ANN, TOM))
    renamed = ORGS.replace("Oak Elementary,school,oak", "Oak Academy,school,4711").replace("s-2,", "s-5,", 1)
    renamed = renamed.replace("Elm Middle School", "Ash High")
    report = load(session, folder(tmp_path, ANN, TOM.replace("s-2", "s-5"), orgs=renamed))
    assert sorted(session.execute(select(School.code, School.name))) == [
        ("ash-high", "Ash High"),
        ("elm-middle-school", "Elm Middle School"),
        ("oak", "Oak Academy"),
    ]
    assert report.schools == Counts(added=1, changed=1, deactivated=1)
    assert (
        "no longer in the roster: school Elm Middle School (elm-middle-school); it stays, with its tickets"
        in report.lines
    )


def test_the_configurations_name_for_a_school_outranks_the_rosters(session, tmp_path):
    apply_directory(session, (SchoolSetting("oak", "Oak Elementary (main)"),), (), (), (), ())
    load(session, folder(tmp_path, ANN))
    oak = session.scalars(select(School).where(School.code == "oak")).one()
    assert (oak.name, oak.source_id) == ("Oak Elementary (main)", "s-1")


def test_two_schools_of_one_name_get_two_codes(session, tmp_path):
    orgs = "sourcedId,name,type\ns-1,Lincoln,school\ns-2,Lincoln,school\ns-3,Škola Ľ,school\ns-4,学校,school\n"
    load(session, folder(tmp_path, ANN, orgs=orgs))
    assert sorted(session.scalars(select(School.code))) == ["lincoln", "lincoln-2", "school", "skola-l"]


def test_odd_files_are_read_all_the_same(session, tmp_path):
    """A byte-order mark, CRLF, blank lines, columns in another order and case, cells over two lines."""
    users = (
        "\ufeffEMAIL,Role,sourcedid,familyName,givenName,orgSourcedIds,enabledUser\r\n\r\n"
        '"ANN@oakdistrict.example","Teacher",u-1,"Lee,\r\n  Park",Ann,"s-1, s-2",True\r\n,,,,,,\r\n'
    )
    path = folder(tmp_path)
    (path / "users.csv").rename(path / "Users.CSV")
    (path / "Users.CSV").write_bytes(users.encode("utf-8"))
    load(session, path)
    ann = person_of(session, "ann@oakdistrict.example")
    assert (ann.name, codes(ann)) == ("Ann Lee, Park", ["elm-middle-school", "oak"])


def test_windows_and_utf16_files_keep_their_letters(session, tmp_path):
    load(session, sheet(tmp_path, "name;email\nZoë Müller – Peña;zoe@oak.example\n", encoding="cp1252"))
    load(session, sheet(tmp_path, "name\temail\nNoël Škoda\tnoel@oak.example\n", "u.txt", encoding="utf-16"))
    assert person_of(session, "zoe@oak.example").name == "Zoë Müller – Peña"
    assert person_of(session, "noel@oak.example").name == "Noël Škoda"


def test_problems_name_file_and_line_and_the_first_of_two_wins(session, tmp_path):
    session.add(Mailbox(address="help@oakdistrict.example"))
    session.flush()
    rows = (
        ANN,
        user(2, "Tom Ash", email="ANN@oakdistrict.example"),
        user(1, "Ann Double", email="double@oakdistrict.example"),
        user(4, "Bad Mail", email="bad at oak"),
        user(5, "The Desk", email="help@oakdistrict.example"),
        user(6, "Lost Org", orgs="s-404"),
        user(7, "Astray Too", orgs="s-404"),
    )
    report = load(session, folder(tmp_path, *rows))
    assert [(problem.file, problem.line) for problem in report.problems] == [
        ("users.csv", line) for line in (3, 4, 5, 6, 7)
    ]
    told = [problem.what for problem in report.problems]
    assert "ann@oakdistrict.example stands in line 2 already" in told[0]
    assert "sourcedId 'u-1' stands in line 2 already" in told[1]
    assert "'bad at oak' is no e-mail address" in told[2]
    assert "address of the desk itself" in told[3]
    assert "'s-404' is in no orgs.csv" in told[4]  # once, however many belong to it
    assert person_of(session, "ann@oakdistrict.example").name == "Ann Lee"
    assert report.people == Counts(added=3)


def test_roles_of_version_1_2_are_read_from_roles_csv(session, tmp_path):
    users = "sourcedId,enabledUser,givenName,familyName,email\nu-1,true,Ann,Lee,ann@oak.example\n"
    users += "u-2,true,Sid,Young,sid@oak.example\n"
    roles = "sourcedId,userSourcedId,roleType,role,orgSourcedId\nr1,u-1,secondary,parent,s-2\n"
    roles += "r2,u-1,primary,teacher,s-1\nr3,u-2,primary,student,s-1\n"
    path = folder(tmp_path, roles=roles)
    (path / "users.csv").write_text(users)
    report = load(session, path)
    assert report.people == Counts(added=1)
    assert codes(person_of(session, "ann@oak.example")) == ["elm-middle-school", "oak"]


def test_a_file_that_the_manifest_calls_absent_is_not_read(session, tmp_path):
    report = load(session, folder(tmp_path, ANN, manifest=MANIFEST.format("bulk", "absent")))
    assert (report.schools.added, report.people) == (2, Counts())
    assert "users.csv was not read" in report.problems[0].what


# -- zip


def zipped(tmp_path: Path, files: dict[str, str | bytes], name: str = "roster.zip") -> Path:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, text in files.items():
            archive.writestr(inner, text)
    return path


def test_a_zip_is_read_like_a_folder_also_with_a_top_folder(session, tmp_path):
    files = {
        "export/orgs.csv": ORGS,
        "export/users.csv": USERS_HEAD + ANN,
        "__MACOSX/export/._users.csv": b"\0junk",
    }
    assert load(session, zipped(tmp_path, files, "roster.backup")).people == Counts(added=1)


def test_paths_in_a_zip_lead_nowhere(session, tmp_path):
    outside = tmp_path.parent / "users.csv"
    load(session, zipped(tmp_path, {"../users.csv": USERS_HEAD + ANN, "..\\orgs.csv": ORGS}))
    assert not outside.exists()
    assert counted(session) == 1


def test_a_zip_bomb_is_refused_without_being_unpacked(session, tmp_path, monkeypatch):
    monkeypatch.setattr("desk.roster_source.SIZE_LIMIT", 1024 * 1024)
    bomb = zipped(tmp_path, {"users.csv": b"a" * 50 * 1024 * 1024, "orgs.csv": ORGS})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(RosterError, match="unpacks to more than 1 MB"):
        load(session, bomb)


def test_damaged_and_foreign_zips_are_told_apart(session, tmp_path):
    good = zipped(tmp_path, {"users.csv": USERS_HEAD + ANN * 50, "orgs.csv": ORGS}).read_bytes()
    place = good.index(b"users.csv") + 20
    broken = tmp_path / "broken.zip"
    broken.write_bytes(good[:place] + bytes(byte ^ 0xFF for byte in good[place : place + 30]) + good[place + 30 :])
    with pytest.raises(RosterError, match="damaged zip"):
        load(session, broken)
    with pytest.raises(RosterError, match="office document"):
        load(session, zipped(tmp_path, {"[Content_Types].xml": "<x/>", "xl/sheet.xml": "<x/>"}, "staff.xlsx"))
    with pytest.raises(RosterError, match=r"two files named users\.csv"):
        load(session, zipped(tmp_path, {"a/users.csv": USERS_HEAD, "b/users.csv": USERS_HEAD}, "two.zip"))


def test_an_encrypted_zip_says_what_to_do(session, tmp_path):
    raw = bytearray(zipped(tmp_path, {"users.csv": USERS_HEAD + ANN, "orgs.csv": ORGS}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of every entry
        place = -1
        while (place := raw.find(mark, place + 1)) >= 0:
            raw[place + offset] |= 1
    path = tmp_path / "secret.zip"
    path.write_bytes(raw)
    with pytest.raises(RosterError, match="encrypted; unpack"):
        load(session, path)


# -- wrong files


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "staff.csv",
            "name,phone\nAnn,1\n",
            r"staff\.csv has no column 'email' or 'address'; found: name, phone",
        ),
        ("staff.csv", "", "is empty"),
        ("staff.csv", "\n\n  \n", "is empty"),
        ("page.csv", "<html><body>Sign in</body></html>", "is not a CSV file"),
        ("users.csv", USERS_HEAD + ANN, "give the folder or the zip"),
        ("staff.csv", 'email\n"' + "a" * 1_100_000, "cannot|can be read"),
    ],
)
def test_a_wrong_file_is_told_clearly(session, tmp_path, name, content, message):
    with pytest.raises(RosterError, match=message):
        load(session, sheet(tmp_path, content, name))


def test_a_wrong_folder_is_told_clearly(session, tmp_path):
    with pytest.raises(RosterError, match="no such file or folder"):
        load(session, tmp_path / "nowhere")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "classes.csv").write_text("a\n")
    with pytest.raises(RosterError, match=r"neither users\.csv nor orgs\.csv.*found: classes\.csv"):
        load(session, tmp_path / "other")
    path = folder(tmp_path)
    (path / "users.csv").write_text("sourcedId,role,givenName,mailbox\n")
    with pytest.raises(
        RosterError, match=r"users\.csv has no column 'email'; found: sourcedId, role, givenName, mailbox"
    ):
        load(session, path)


# -- one plain CSV


def test_a_plain_sheet_brings_technicians_itfs_and_schools(session, tmp_path):
    text = (
        "Last Name,First Name,E-Mail Address,Role,Level,Building,Language\n"
        "Ash,Tom,Tom@oak.example,Technician,Level 2,Oak Elementary; Elm Middle School,en\n"
        "Lee,Ann,ann@oak.example,ITF,,Oak Elementary,Spanish\n"
        "Poe,Kim,kim@oak.example,Teacher,,,\n"
        "Day,Zoe,zoe@oak.example,Network Analyst,3,district,\n"
    )
    report = load(session, sheet(tmp_path, text))
    assert report.problems == ()
    assert (report.schools, report.people) == (Counts(added=2), Counts(added=4))
    found = {
        person.name: (person.role, person.level, codes(person), person.language)
        for person in session.scalars(select(Person))
    }
    assert found == {
        "Tom Ash": ("technician", 2, ["elm-middle-school", "oak-elementary"], "en"),
        "Ann Lee": ("itf", None, ["oak-elementary"], "es"),
        "Kim Poe": ("requester", None, [], None),
        "Zoe Day": ("analyst", 3, [], None),
    }
    assert person_of(session, "tom@oak.example").works_here
    assert load(session, sheet(tmp_path, text)).people == Counts(unchanged=4)


def test_schools_are_found_by_code_by_name_and_without_the_word_school(session, tmp_path):
    apply_directory(
        session,
        (SchoolSetting("OAK", "Oak Elementary School"), SchoolSetting("elm", "Elm, North")),
        (),
        (),
        (),
        (),
    )
    text = (
        'name,address,schools\nA,a@oak.example,oak|ELM\nB,b@oak.example,oak elementary\nC,c@oak.example,"Elm, North"\n'
    )
    text += 'D,d@oak.example,"oak, elm"\n'
    report = load(session, sheet(tmp_path, text))
    assert report.schools == Counts(unchanged=2)
    by_name = {person.name: codes(person) for person in session.scalars(select(Person))}
    assert by_name == {"A": ["OAK", "elm"], "B": ["OAK"], "C": ["elm"], "D": ["OAK", "elm"]}


def test_a_school_that_looks_like_a_slip_is_pointed_out(session, tmp_path):
    apply_directory(session, (SchoolSetting("oak", "Oak Elementary"),), (), (), (), ())
    report = load(session, sheet(tmp_path, "name,email,school\nA,a@oak.example,Oak Elementry\n"), dry_run=True)
    assert "did you mean oak?" in report.problems[0].what
    assert report.new_schools == ("oak-elementry",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("rivr", "river"),
        ("Riverr", "river"),
        ("Elm Elementary", None),  # "Elementary" alone makes no likeness to Oak Elementary
        ("PS 102", None),  # a number is different on purpose
        ("Lakeside", None),
    ],
)
def test_a_new_school_near_a_known_one_is_made_and_pointed_out(session, tmp_path, said, meant):
    known = [("oak", "Oak Elementary"), ("river", "River High"), ("ps101", "PS 101")]
    apply_directory(session, [SchoolSetting(code, name) for code, name in known], (), (), (), ())
    report = load(session, sheet(tmp_path, f"name,email,school\nA,a@oak.example,{said}\n"))
    assert report.schools.added == len(report.new_schools) == 1
    hints = [problem.what for problem in report.problems]
    assert hints == ([] if meant is None else [f"school '{said}' is new; did you mean {meant}?"])


def test_a_misspelt_role_is_pointed_out_and_brings_no_level(session, tmp_path):
    report = load(session, sheet(tmp_path, "name,email,role,level\nBob,bob@oak.example,techncian,1\n"))
    assert "did you mean technician?" in report.problems[0].what
    bob = person_of(session, "bob@oak.example")
    assert (bob.role, bob.level) == ("requester", None)


def test_a_language_without_templates_is_noted_once(session, tmp_path):
    text = "name,email,language\nA,a@oak.example,fr\nB,b@oak.example,fr-CA\nC,c@oak.example,es-MX\n"
    (note,) = load(session, sheet(tmp_path, text)).notes
    assert note.line == 2 and "language fr" in note.what and "people: 2" in note.what


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Instructional Technology Facilitator", "itf"),
        ("Media Coordinator", "media-coordinator"),
        ("Computer Technician", "technician"),
        ("Cafeteria Manager", "requester"),  # no manager of the desk
        ("HVAC Technician", "requester"),
        ("Manager", "requester"),
        ("Contractor", "requester"),
    ],
)
def test_a_job_title_gives_a_role_only_where_it_is_beyond_doubt(session, tmp_path, title, role):
    report = load(session, sheet(tmp_path, f"name,email,job title\nPat,pat@oak.example,{title}\n"))
    assert person_of(session, "pat@oak.example").role == role
    assert report.problems == ()


def test_an_email_column_goes_before_a_street_address(session, tmp_path):
    load(session, sheet(tmp_path, "Name,Address,Email\nAnn,12 Elm Street,ann@oak.example\n"))
    assert person_of(session, "ann@oak.example").name == "Ann"


def test_names_are_turned_as_people_are_greeted(session, tmp_path):
    load(
        session,
        sheet(tmp_path, 'name,email\n"Lee, Ann",a@oak.example\n"Tom Ash, Jr.",t@oak.example\n,n@oak.example\n'),
    )
    names = {person.address: person.name for person in session.scalars(select(Person))}
    assert names == {"a@oak.example": "Ann Lee", "t@oak.example": "Tom Ash, Jr.", "n@oak.example": None}


def test_odd_cells_are_problems_of_their_line_alone(session, tmp_path):
    text = "name,email,role,level,language\nA,a@oak.example,wizard,9,klingonese\nB,b@oak.example,itf,1,en-US\n"
    text += "C,nonsense,itf,,\nD,,itf,,\nE,B@oak.example,manager,,\n"
    report = load(session, sheet(tmp_path, text))
    assert [problem.line for problem in report.problems] == [2, 2, 2, 4, 6]
    assert report.skipped == (("no e-mail address", 1),)
    a, b = person_of(session, "a@oak.example"), person_of(session, "b@oak.example")
    assert (a.role, a.level, a.language) == ("requester", None, None)
    assert (b.role, b.level, b.language) == ("itf", 1, "en-us")


def test_what_a_sheet_does_not_say_stays_as_it_is(session, tmp_path):
    load(
        session,
        sheet(tmp_path, "name,email,role,level,school,language\nAnn,a@oak.example,technician,2,Oak,es\n"),
    )
    assert load(session, sheet(tmp_path, "email\na@oak.example\n")).people == Counts(unchanged=1)
    report = load(session, sheet(tmp_path, "email,level\na@oak.example,\n"))  # an empty cell does say something
    assert "level 2 → none" in report.lines[0]
    ann = person_of(session, "a@oak.example")
    assert (ann.role, ann.level, codes(ann), ann.language) == ("technician", None, ["oak"], "es")


def test_a_sheet_removes_only_whom_it_marks(session, tmp_path):
    load(session, sheet(tmp_path, "email,role\na@oak.example,itf\nb@oak.example,technician\nc@oak.example,\n"))
    report = load(
        session, sheet(tmp_path, "email,role,status\na@oak.example,itf,Inactive\nb@oak.example,technician,\n")
    )
    assert report.people == Counts(deactivated=1, unchanged=1)
    a, b, c = (person_of(session, f"{name}@oak.example") for name in "abc")
    assert (a.active, a.role, b.works_here, c.active) == (False, "requester", True, True)
    assert "1 people of earlier CSV imports" in report.warnings[0]


def test_a_complete_sheet_removes_whom_it_does_not_name(session, tmp_path):
    rows = [f"p{number}@oak.example,technician\n" for number in range(10)]
    load(session, sheet(tmp_path, "email,role\n" + "".join(rows)))
    assert load(session, sheet(tmp_path, "email,role\n" + "".join(rows[:8])), complete=True).people.deactivated == 2
    with pytest.raises(RosterError, match="--force"):
        load(session, sheet(tmp_path, "email,role\n" + rows[0]), complete=True)


def test_a_sheet_does_not_overrule_the_configuration(session, tmp_path):
    people = (PersonSetting("Ann", "ann@oak.example", "manager"),)
    apply_directory(session, (), people, (), (), ())
    text = "name,email,role,level,school\nAnnie,ann@oak.example,technician,2,Oak\n"
    report = load(session, sheet(tmp_path, text))
    ann = person_of(session, "ann@oak.example")
    assert (ann.name, ann.role, ann.level, codes(ann)) == ("Ann", "manager", None, [])
    (note,) = report.notes
    assert "not taken: role technician (it stays manager), level 2 (it stays none), schools oak" in note.what
    assert report.lines[-1] == "changed Ann <ann@oak.example>: named in the CSV too; the configuration holds"
    apply_directory(session, (), (), (), (), ())
    session.expire_all()
    assert (ann.role, ann.level, ann.works_here) == ("technician", 2, True)


def test_who_has_no_role_in_the_configuration_is_a_requester_whatever_a_sheet_says(session, tmp_path):
    people = (PersonSetting("Maria Ruiz", "maria@oak.example", language="es"),)
    for _ in range(2):  # an import, a restart
        apply_directory(session, (), people, (), (), ())
        text = "name,email,role,language\nMaria Ruiz,maria@oak.example,technician,en\n"
        (note,) = load(session, sheet(tmp_path, text)).notes
        maria = person_of(session, "maria@oak.example")
        assert (maria.role, maria.works_here, maria.language) == ("requester", False, "es")
        assert "role technician (it stays requester), language en (it stays es)" in note.what


def test_a_blank_role_in_a_sheet_is_no_other_word(session, tmp_path):
    apply_directory(session, (), (PersonSetting("Ann", "ann@oak.example", "technician", 1),), (), (), ())
    assert load(session, sheet(tmp_path, "name,email,role\nAnn,ann@oak.example,\n")).notes == ()


def test_oneroster_does_not_deactivate_whom_a_sheet_brought(session, tmp_path):
    load(session, sheet(tmp_path, "email,role\ncal@vendor.example,contractor\n"))
    load(session, folder(tmp_path, ANN))
    assert load(session, folder(tmp_path, ANN)).people == Counts(unchanged=1)
    assert person_of(session, "cal@vendor.example").works_here


# -- size


def test_a_hundred_thousand_people_take_seconds(store, tmp_path):
    """Three imports: all new, all the same, every address of one domain moved to another."""
    if not store.is_sqlite:
        pytest.skip("measured once, on the embedded default")
    rows = [user(number, email=f"p{number}@oakdistrict.example") for number in range(30_000)]
    rows += [user(number, role="student", email=f"s{number}@oakdistrict.example") for number in range(30_000, 100_000)]
    first, moved = folder(tmp_path, *rows), [row.replace("@oakdistrict", "@oak") for row in rows]
    started = time.monotonic()
    with store.writing() as session:
        assert load(session, first).people == Counts(added=30_000)
    with store.writing() as session:
        assert load(session, first).people == Counts(unchanged=30_000)
    with store.writing() as session:
        assert load(session, folder(tmp_path, *moved)).people == Counts(changed=30_000)
    assert time.monotonic() - started < 60


def test_an_import_makes_a_strangers_first_mail_wait(store, tmp_path):
    """The stranger's mail comes while the import runs: it meets the person that the import has made."""
    found, started = [], threading.Event()

    def write_in() -> None:
        started.set()
        with store.writing() as session:
            found.append(identify(session, NameAddr("Annie", "ann@oakdistrict.example"), NOW).name)

    mail = threading.Thread(target=write_in)
    with store.writing() as session:
        load(session, folder(tmp_path, ANN))
        mail.start()
        started.wait()
        time.sleep(0.3)
        assert found == []
    mail.join(30)
    assert found == ["Ann Lee"]


def test_bytes_of_no_encoding_do_not_stop_an_import(session, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(b"name,email,school\nAnn \x81\x00 Lee,ann@oak.example,O\x00ak\n\xff\xfe,,\n")
    load(session, path)
    ann = person_of(session, "ann@oak.example")
    assert (ann.name.endswith("Lee"), codes(ann)) == (True, ["oak"])
