"""Who wrote: known people, strangers, subaddresses, and the school that a text names."""

import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.message import NameAddr
from intake.requester import clean_name, identify, school_named, school_of, usable_address
from models import Address, Person, School, Store

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def add_person(session: Session, address: str, **details) -> Person:
    person = Person(**({"name": "Ann Lee", "rostered": True} | details), addresses=[Address(address=address)])
    session.add(person)
    session.flush()
    return person


def test_a_known_person_is_found_whatever_the_case_of_the_address(session):
    ann = add_person(session, "ann.lee@oakdistrict.example")
    assert identify(session, NameAddr("A. Lee", "Ann.LEE@OakDistrict.example"), NOW) is ann
    assert ann.name == "Ann Lee"  # the roster's name, not what a From line says


def test_a_stranger_becomes_an_unrostered_requester(session):
    made = identify(session, NameAddr("  Sam\n Stone ", "sam@elsewhere.example"), NOW)
    session.flush()
    assert (made.name, made.role, made.rostered, made.active) == ("Sam Stone", "requester", False, True)
    assert made.address == "sam@elsewhere.example"
    assert identify(session, NameAddr(None, "SAM@elsewhere.example"), NOW) is made
    assert not made.works_here


def test_a_stranger_without_a_name_gets_it_from_a_later_mail(session):
    made = identify(session, NameAddr(None, "sam@elsewhere.example"), NOW)
    assert made.name is None
    identify(session, NameAddr("Sam Stone", "sam@elsewhere.example"), NOW)
    assert made.name == "Sam Stone"


def test_a_subaddress_is_the_rostered_person_behind_it(session):
    ann = add_person(session, "ann@oakdistrict.example")
    assert identify(session, NameAddr(None, "ann+phone@oakdistrict.example"), NOW) is ann
    assert session.scalar(select(func.count(Address.id))) == 1


def test_an_exact_address_goes_before_the_one_without_detail(session):
    add_person(session, "ann@oakdistrict.example")
    library = add_person(session, "ann+library@oakdistrict.example", name="Library")
    assert identify(session, NameAddr(None, "ann+library@oakdistrict.example"), NOW) is library


def test_a_subaddress_of_a_stranger_is_another_stranger(session):
    first = add_person(session, "sam@elsewhere.example", rostered=False)
    assert identify(session, NameAddr(None, "sam+x@elsewhere.example"), NOW) is not first


def test_dots_are_not_folded(session):
    ann = add_person(session, "ann.lee@oakdistrict.example")
    assert identify(session, NameAddr(None, "annlee@oakdistrict.example"), NOW) is not ann


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "ann",  # no domain
        "@oakdistrict.example",
        "ann@",
        "a@b@c.example",  # two readers would take two domains from it
        "ann lee@oakdistrict.example",
        "ann@oak\x00district.example",  # PostgreSQL cannot hold NUL
        "ann@oak\udcff.example",  # a stray byte, kept as a surrogate by the reader
        "ann@.oak.example",
        "ann@oak..example",
        "ann@oakdistrict.example.",
        "a" * 320 + "@oakdistrict.example",
    ],
)
def test_without_a_usable_address_there_is_nobody(session, address):
    assert usable_address(address) is None
    assert identify(session, NameAddr("Ann", address), NOW) is None
    assert session.scalar(select(func.count(Person.id))) == 0


def test_odd_but_usable_addresses_are_kept():
    odd = (
        "o'neil@oak.example",
        "ann_lee-2@oak.example",
        "help@localhost",
        "zoë@schüle.example",
        "a=b@c.example",
    )
    for address in odd:
        assert usable_address(f" {address.upper()} ") == address.upper().lower()


def test_a_name_is_one_clean_line_of_bounded_length(session):
    assert clean_name("Ann\x00\r\n\u202e Lee") == "Ann Lee"
    assert clean_name("x" * 500) == "x" * 200
    assert clean_name(" \t ") is None
    made = identify(session, NameAddr("Bad \udcff\x00 bytes", "bad@elsewhere.example"), NOW)
    session.flush()
    session.expire(made)
    assert made.name == "Bad bytes"


def test_two_workers_who_meet_one_stranger_make_one_person(store):
    gate, found, failures = threading.Barrier(4), [], []

    def work() -> None:
        try:
            gate.wait()
            with store.writing() as session:
                person = identify(session, NameAddr("Sam", "sam@elsewhere.example"), NOW)
                session.flush()
                found.append(person.id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert len(found) == 4 and len(set(found)) == 1
    with store.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 1


def test_a_lost_race_leaves_the_rest_of_the_transaction_alone(store):
    """The slower worker has found nobody and waits to insert when the faster one commits."""
    if store.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time, so nobody can be slower")
    found = []

    def work() -> None:
        with store.writing() as slow:
            slow.add(School(code="oak", name="Oak Elementary"))
            found.append(identify(slow, NameAddr("Second", "sam@elsewhere.example"), NOW).name)

    slower = threading.Thread(target=work)
    with store.writing() as fast:
        fast.add(Person(name="First", addresses=[Address(address="sam@elsewhere.example")]))
        fast.flush()
        slower.start()
        wait_until_somebody_waits(store)
    slower.join(30)
    assert found == ["First"]
    with store.reading() as session:
        assert session.scalar(select(func.count(School.id))) == 1
        assert session.scalar(select(func.count(Person.id))) == 1


def wait_until_somebody_waits(store: Store) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(200):
        with store.engine.connect() as watcher:
            if watcher.scalar(waiting):
                return
        time.sleep(0.05)
    raise AssertionError("the slower worker never came to wait")


def test_the_school_of_a_person_is_the_only_one():
    oak, elm = School(code="oak", name="Oak Elementary"), School(code="elm", name="Elm Middle School")
    assert school_of(Person(schools=[oak])) is oak
    assert school_of(Person(schools=[])) is None
    assert school_of(Person(schools=[oak, elm])) is None


OAK = School(code="oak", name="Oak Elementary School")
OAK_HILL = School(code="ohs", name="Oak Hill High School")
MARY = School(code="12", name="St. Mary's")
ARTS = School(code="pe", name="Park East")
SCHOOLS = (OAK, OAK_HILL, MARY, ARTS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The projector at Oak Elementary School is dark.", OAK),
        ("the projector at oak   elementary\nis dark", OAK),  # nobody writes "School", lines are folded
        ("Room 4 (OAK): no sound", OAK),
        ("I am at Oak Hill High today", OAK_HILL),  # the longer name, though it holds a code
        ("Oak Hill High has no Wi-Fi, OHS that is", OAK_HILL),  # twice the same is still one
        ("Both oak and Park East are down", None),
        ("Nothing is named here", None),
        ("The oaken door, the soak test, oaks", None),  # only whole words
        ("room 12 and pe class", None),  # too short or without letters to be a code
        ("st. mary’s printer", MARY),  # typographic apostrophe
        ("the oak's printer", OAK),
        ("ann@oak.example wrote from oak.example/park", None),  # addresses and links name nobody
        ("Write to Oak.", OAK),
        ("", None),
    ],
)
def test_a_school_named_in_the_text_is_found_when_it_is_the_only_one(words, expected):
    assert school_named(words, SCHOOLS) is expected


def test_a_name_that_two_schools_share_names_neither():
    twins = (School(code="lin-n", name="Lincoln"), School(code="lin-s", name="Lincoln"))
    assert school_named("Lincoln has no heat", twins) is None
    assert school_named("lin-n has no heat", twins) is twins[0]


def test_without_schools_none_is_named():
    assert school_named("Oak Elementary", ()) is None
