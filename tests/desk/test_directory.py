"""The directory follows the configuration: on every start, without losing anybody, all errors at once."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.directory import (
    CoverageSetting,
    DirectoryError,
    PersonSetting,
    SchoolSetting,
    TeamSetting,
    apply_directory,
)
from intake.message import NameAddr
from intake.requester import identify
from models import Address, Coverage, Mailbox, Person, School, Team, Ticket

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OAK, ELM = SchoolSetting("oak", "Oak Elementary"), SchoolSetting("elm", "Elm Middle School")
ANN = PersonSetting("Ann Lee", "ann@oakdistrict.example", "itf", schools=("oak",))
TOM = PersonSetting("Tom Ash", "Tom@OakDistrict.example", "technician", 2, ("oak", "elm"))
DESK = "help@oakdistrict.example"


def apply(session: Session, schools=(OAK, ELM), people=(ANN, TOM), teams=(), coverage=(), mailboxes=(DESK,)) -> None:
    apply_directory(session, schools, people, teams, coverage, mailboxes)
    session.expire_all()


def person_of(session: Session, address: str) -> Person:
    return session.scalars(select(Person).join(Address).where(Address.address == address)).one()


def everything(session: Session) -> list:
    """Every row of the directory with its id, to see that nothing was made anew."""
    return [
        sorted((s.id, s.code, s.name) for s in session.scalars(select(School))),
        sorted((p.id, p.name, p.address, p.role, p.level) for p in session.scalars(select(Person))),
        sorted((t.id, t.name, tuple(m.id for m in t.members)) for t in session.scalars(select(Team))),
        sorted((c.id, c.kind, c.person_id, c.team_id) for c in session.scalars(select(Coverage))),
        sorted((m.id, m.address, m.team_id) for m in session.scalars(select(Mailbox))),
    ]


def test_the_tables_say_what_the_configuration_says(session):
    rows = (
        CoverageSetting("training", school="OAK", person="ANN@oakdistrict.example"),
        CoverageSetting(team="net"),
    )
    teams = (TeamSetting("Net", ("tom@oakdistrict.example",), "Network@oakdistrict.example"),)
    apply(session, teams=teams, coverage=rows)
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.name, tom.role, tom.level, tom.rostered, tom.works_here) == (
        "Tom Ash",
        "technician",
        2,
        True,
        True,
    )
    assert [school.code for school in tom.schools] == ["oak", "elm"]
    first, second = session.scalars(select(Coverage).order_by(Coverage.id))
    assert (first.kind, first.school.code, first.person.name, first.team) == (
        "training",
        "oak",
        "Ann Lee",
        None,
    )
    assert (second.kind, second.person, second.team.name) == (None, None, "Net")
    assert [member.name for member in second.team.members] == ["Tom Ash"]
    boxes = {box.address: box.team.name if box.team else None for box in session.scalars(select(Mailbox))}
    assert boxes == {DESK: None, "network@oakdistrict.example": "Net"}


def test_the_same_configuration_twice_changes_no_row(session):
    teams = (TeamSetting("Net", (TOM.address,), "network@oakdistrict.example"),)
    rows = (CoverageSetting("training", person=ANN.address), CoverageSetting(team="Net"))
    apply(session, teams=teams, coverage=rows)
    before = everything(session)
    apply(session, teams=teams, coverage=rows)
    assert everything(session) == before


def test_there_is_always_a_help_desk_team(session):
    apply(session, people=())
    assert session.scalars(select(Team.name)).all() == ["Help Desk"]
    apply(session, people=(ANN,), teams=(TeamSetting("help desk", (ANN.address,)),))  # the same team, with members
    team = session.scalars(select(Team)).one()
    assert (team.name, [member.name for member in team.members]) == ("help desk", ["Ann Lee"])


def test_a_stranger_whom_the_configuration_names_later_stays_the_same_person(session):
    stranger = identify(session, NameAddr("annie", ANN.address), NOW)
    session.flush()
    apply(session)
    ann = person_of(session, ANN.address)
    assert ann.id == stranger.id
    assert (ann.name, ann.role, ann.rostered) == ("Ann Lee", "itf", True)


def test_a_stranger_is_left_alone(session):
    identify(session, NameAddr("Sam", "sam@elsewhere.example"), NOW)
    apply(session)
    sam = person_of(session, "sam@elsewhere.example")
    assert (sam.rostered, sam.active, sam.role) == (False, True, "requester")


def test_who_is_taken_out_of_the_configuration_loses_role_and_place_but_stays(session):
    apply(session)
    apply(session, people=(ANN,))
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.role, tom.level, tom.active, tom.rostered, tom.works_here) == (
        "requester",
        None,
        False,
        False,
        False,
    )
    apply(session)
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.role, tom.level, tom.works_here) == ("technician", 2, True)


def test_what_a_plain_csv_said_holds_again_without_the_configuration(session):
    apply(session)
    tom = person_of(session, "tom@oakdistrict.example")
    tom.csv_role, tom.csv_level = "contractor", 3
    apply(session, people=(ANN,))
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.role, tom.level, tom.works_here) == ("contractor", 3, True)


def test_whom_only_oneroster_still_names_becomes_a_requester(session):
    apply(session)
    person_of(session, "tom@oakdistrict.example").in_oneroster = True
    apply(session, people=(ANN,))
    tom = person_of(session, "tom@oakdistrict.example")
    assert (tom.role, tom.rostered, tom.active, tom.works_here) == ("requester", True, True, False)


def test_a_changed_person_keeps_the_row(session):
    apply(session)
    before = person_of(session, ANN.address).id
    apply(session, people=(PersonSetting("Ann Lee-Park", "ANN@oakdistrict.example", "analyst", 3),))
    ann = person_of(session, ANN.address)
    assert (ann.id, ann.name, ann.role, ann.level, ann.schools) == (before, "Ann Lee-Park", "analyst", 3, [])


def test_changed_coverage_replaces_only_what_the_configuration_wrote(session):
    apply(session, coverage=(CoverageSetting("fault", person=TOM.address), CoverageSetting(team="Help Desk")))
    team = session.scalars(select(Team)).one()
    session.add(Coverage(origin="web", kind="request", team=team))
    apply(session, coverage=(CoverageSetting(team="Help Desk"), CoverageSetting("fault", person=TOM.address)))
    rows = session.scalars(select(Coverage).order_by(Coverage.id)).all()
    assert sorted((row.origin, row.kind) for row in rows if row.kind) == [
        ("config", "fault"),
        ("web", "request"),
    ]
    ours = [row.kind for row in rows if row.origin == "config"]
    assert ours == [None, "fault"]  # in the order of the file, which breaks ties


def test_a_school_known_to_a_roster_by_its_name_takes_the_code_of_the_configuration(session):
    session.add(School(code="0042", name="Oak Elementary", source_id="org-42"))
    session.flush()
    apply(session)
    assert sorted(session.scalars(select(School.code))) == ["elm", "oak"]
    assert session.scalar(select(School.source_id).where(School.code == "oak")) == "org-42"


def test_a_school_may_be_spelt_in_either_case_and_renamed(session):
    apply(session)
    before = session.scalar(select(School.id).where(School.code == "oak"))
    apply(session, schools=(SchoolSetting("Oak", "Oak Academy"), ELM))
    oak = session.get(School, before)
    assert (oak.code, oak.name) == ("Oak", "Oak Academy")


def test_given_up_schools_and_teams_go_unless_a_ticket_needs_them(session):
    teams = (TeamSetting("Net"), TeamSetting("Print", (TOM.address,)))
    third = SchoolSetting("ash", "Ash High")
    apply(session, schools=(OAK, ELM, third), people=(TOM,), teams=teams)
    open_ticket(session, team=session.scalars(select(Team).where(Team.name == "Print")).one())
    apply(session, schools=(OAK,), people=(PersonSetting("Tom Ash", TOM.address),))
    assert sorted(session.scalars(select(School.code))) == ["elm", "oak"]  # elm has the ticket
    kept = {team.name: list(team.members) for team in session.scalars(select(Team))}
    assert kept == {"Help Desk": [], "Print": []}


def open_ticket(session: Session, team: Team) -> None:
    tom = person_of(session, "tom@oakdistrict.example")
    elm = session.scalars(select(School).where(School.code == "elm")).one()
    ticket = Ticket(subject="No toner", requester=tom, school=elm, team=team, opened_at=NOW, updated_at=NOW)
    session.add(ticket)
    session.flush()


def test_desk_addresses_follow_the_configuration(session):
    apply(session, mailboxes=(DESK, "it@oakdistrict.example"))
    apply(session, mailboxes=("HELP@oakdistrict.example",))
    assert session.scalars(select(Mailbox.address)).all() == [DESK]


def test_every_problem_is_told_at_once_and_nothing_is_changed(session):
    people = (
        PersonSetting("Ann", "ann@oakdistrict.example", "technican", 4, ("oka",)),
        PersonSetting("Ann again", "Ann@OakDistrict.example"),
        PersonSetting("No address", "somewhere"),
        PersonSetting("The desk", DESK),
    )
    teams = (TeamSetting("Net", ("nobody@oakdistrict.example",)), TeamSetting("net"))
    rows = (
        CoverageSetting("trainings", "printer", 7, "oka", person="tim@oakdistrict.example"),
        CoverageSetting(person=people[0].address, team="Nett"),
        CoverageSetting("fault"),
    )
    with pytest.raises(DirectoryError) as caught:
        apply(session, people=people, teams=teams, coverage=rows)
    places = [(problem.where, problem.found) for problem in caught.value.problems]
    assert places == [
        ("[[person]] 2 (Ann again), address", "'Ann@OakDistrict.example'"),
        ("[[person]] 1 (Ann), role", "'technican'"),
        ("[[person]] 1 (Ann), level", "4"),
        ("[[person]] 1 (Ann), schools", "'oka'"),
        ("[[person]] 3 (No address), address", "'somewhere'"),
        ("[[person]] 4 (The desk), address", f"'{DESK}'"),
        ("[[team]] 2 (net), name", "'net'"),
        ("[[team]] 1 (Net), members", "'nobody@oakdistrict.example'"),
        ("[[coverage]] 1, kind", "'trainings'"),
        ("[[coverage]] 1, category", "'printer'"),
        ("[[coverage]] 1, level", "7"),
        ("[[coverage]] 1, school", "'oka'"),
        ("[[coverage]] 1, person", "'tim@oakdistrict.example'"),
        ("[[coverage]] 2", "both of person and team"),
        ("[[coverage]] 2, team", "'Nett'"),
        ("[[coverage]] 3", "neither of person and team"),
    ]
    told = str(caught.value)
    for hint in (
        "did you mean technician?",
        "did you mean oak?",
        "did you mean training?",
        "did you mean net?",
    ):
        assert hint in told
    assert session.scalar(select(func.count(School.id))) == 0


def test_people_of_a_roster_may_serve_and_strangers_may_not(session):
    known = Person(name="Kim", csv_role="technician", rostered=True, addresses=[Address(address="kim@oak.example")])
    stranger = Person(name="Sam", addresses=[Address(address="sam@elsewhere.example")])
    session.add_all((known, stranger))
    session.flush()
    apply(session, coverage=(CoverageSetting("fault", person="kim@oak.example"),))
    with pytest.raises(DirectoryError, match="imported roster"):
        apply(session, coverage=(CoverageSetting("fault", person="sam@elsewhere.example"),))


def test_before_a_roster_comes_what_refers_to_its_people_and_schools_may_wait(session):
    people = (PersonSetting("Ann Lee", ANN.address, "itf", schools=("oak", "0042")),)
    teams = (TeamSetting("Net", (ANN.address, "kim@oakdistrict.example")),)
    rows = (
        CoverageSetting("fault", person="kim@oakdistrict.example"),
        CoverageSetting(school="0042", team="Net"),
        CoverageSetting("training", person=ANN.address),
    )
    settings = ((OAK,), people, teams, rows, (DESK,))
    with pytest.raises(DirectoryError):
        apply_directory(session, *settings)
    apply_directory(session, *settings, roster_follows=True)
    assert [row.kind for row in session.scalars(select(Coverage))] == ["training"]
    kim = Person(name="Kim", csv_role="technician", rostered=True)
    kim.addresses.append(Address(address="kim@oakdistrict.example"))
    session.add_all((kim, School(code="0042", name="Elm Middle School")))
    session.flush()
    apply_directory(session, *settings)
    session.expire_all()
    assert [row.kind for row in session.scalars(select(Coverage))] == ["fault", None, "training"]
    team = session.scalars(select(Team).where(Team.name == "Net")).one()
    assert sorted(member.name for member in team.members) == ["Ann Lee", "Kim"]


def test_a_leaver_in_a_coverage_row_does_not_keep_the_desk_from_starting(session, caplog):
    gone = Person(name="Kim", active=False, addresses=[Address(address="kim@oak.example")])
    session.add(gone)
    session.flush()
    apply(session, coverage=(CoverageSetting("fault", person="kim@oak.example"),))
    assert f"person {gone.id}" in caplog.text
    assert "kim@" not in caplog.text  # ids, never addresses


def test_hosts_that_start_together_do_not_disturb_each_other(store):
    gate, failures = threading.Barrier(3), []

    def start() -> None:
        try:
            gate.wait()
            with store.writing() as session:
                apply(session, coverage=(CoverageSetting("fault", person=TOM.address),))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    with store.reading() as session:
        counted = [session.scalar(select(func.count(table.id))) for table in (School, Person, Team, Coverage, Mailbox)]
    assert counted == [2, 2, 1, 1, 1]
