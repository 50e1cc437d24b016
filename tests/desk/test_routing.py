"""Who gets a ticket: rows by their weight, roles where no row speaks, the default, and never a leaver."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from desk.routing import Route, route
from models import Address, Coverage, Person, School, Store, Team, Ticket

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class District:
    """Two schools and a help desk; tests add the people and rows they are about."""

    session: Session
    oak: School = field(default_factory=lambda: School(code="oak", name="Oak Elementary"))
    elm: School = field(default_factory=lambda: School(code="elm", name="Elm Middle School"))
    desk: Team = field(default_factory=lambda: Team(name="Help Desk"))

    def __post_init__(self) -> None:
        self.session.add_all((self.oak, self.elm, self.desk))
        self.session.flush()

    def person(self, name: str, role: str, *schools: School, **details) -> Person:
        address = Address(address=f"{name.lower()}@oakdistrict.example")
        person = Person(name=name, role=role, rostered=True, schools=list(schools), addresses=[address], **details)
        self.session.add(person)
        self.session.flush()
        return person

    def row(self, serves: Person | Team, **keys) -> None:
        who = {"person": serves} if isinstance(serves, Person) else {"team": serves}
        self.session.add(Coverage(**keys, **who))
        self.session.flush()

    def team(self, name: str) -> Team:
        team = Team(name=name)
        self.session.add(team)
        self.session.flush()
        return team

    def busy(self, person: Person, status: str = "open", tickets: int = 1) -> None:
        times = {"opened_at": NOW, "updated_at": NOW}
        for _ in range(tickets):
            ticket = Ticket(subject="Busy", status=status, requester=person, assignee=person, **times)
            self.session.add(ticket)
        self.session.flush()

    def route(self, *kinds: str, category: str | None = None, level: int = 1, school: School | None = None) -> Route:
        return route(self.session, kinds, category, level, school)


@pytest.fixture
def district(store: Store):
    with store.writing() as session:
        yield District(session)


def test_without_rows_and_roles_everything_goes_to_the_help_desk(district):
    found = district.route("fault", school=district.oak)
    assert (found.team, found.person) == (district.desk, None)
    assert found.because == "a fault at Oak Elementary goes to Help Desk (no coverage row and no role serves it)"


def test_an_empty_desk_still_gives_an_answer(store):
    with store.writing() as session:
        found = route(session, ("fault",), None, 1, None)
    assert (found.team, found.person) == (None, None)
    assert "nobody" in found.because


def test_a_row_is_explained_in_one_sentence(district):
    ann = district.person("Ann", "itf", district.oak)
    district.row(ann, school=district.oak, kind="training")
    found = district.route("training", school=district.oak)
    assert found.person is ann
    assert found.because == "training at Oak Elementary goes to Ann (coverage row: school oak, kind training)"


# Each row of keys loses to the next; the case is a printing fault of level 2 at Oak.
WEIGHTS = [
    ({}, {"level": 2}),  # any key beats none
    ({"level": 2}, {"category": "printing"}),
    ({"category": "printing"}, {"kind": "fault"}),
    ({"kind": "fault"}, {"school": "oak"}),
    ({"school": "oak"}, {"category": "printing", "level": 2}),  # two keys beat the strongest one
    ({"category": "printing", "level": 2}, {"kind": "fault", "level": 2}),
    ({"kind": "fault", "category": "printing"}, {"school": "oak", "level": 2}),
    ({"school": "oak", "kind": "fault"}, {"kind": "fault", "category": "printing", "level": 2}),
    (
        {"school": "oak", "kind": "fault", "level": 2},
        {"school": "oak", "kind": "fault", "category": "printing"},
    ),
]


@pytest.mark.parametrize(("weaker", "stronger"), WEIGHTS)
@pytest.mark.parametrize("strong_first", [True, False])
def test_the_more_specific_row_wins_wherever_it_stands(district, weaker, stronger, strong_first):
    weak, strong = district.team("Weak"), district.team("Strong")
    rows = [(strong, stronger), (weak, weaker)] if strong_first else [(weak, weaker), (strong, stronger)]
    for team, keys in rows:
        district.row(team, **{key: district.oak if key == "school" else value for key, value in keys.items()})
    assert district.route("fault", category="printing", level=2, school=district.oak).team is strong


def test_a_row_for_training_beats_rows_that_name_no_kind(district):
    ann, tom = district.person("Ann", "itf"), district.person("Tom", "technician", district.oak)
    district.row(tom, school=district.oak, level=1)
    district.row(ann, kind="training")
    assert district.route("training", school=district.oak).person is ann
    assert district.route("fault", school=district.oak).person is tom


def test_of_two_equal_rows_the_earlier_one_wins(district):
    first, second = district.team("First"), district.team("Second")
    district.row(first, kind="fault")
    district.row(second, kind="fault")
    assert district.route("fault").team is first


@pytest.mark.parametrize(
    "keys",
    [{"kind": "training"}, {"category": "devices"}, {"level": 3}, {"school": "elm"}, {"kind": "unsure"}],
)
def test_a_row_with_a_key_that_does_not_match_is_out(district, keys):
    other = district.team("Other")
    school = {"school": district.elm} if "school" in keys else {}
    district.row(other, **(keys | school | ({"category": "printing"} if "category" not in keys else {})))
    assert district.route("fault", category="printing", school=district.oak).team is district.desk


def test_a_row_for_a_school_does_not_serve_people_without_one(district):
    district.row(district.team("Oak team"), school=district.oak)
    assert district.route("fault").team is district.desk


def test_a_row_of_somebody_who_left_falls_on_to_the_next(district):
    gone = district.person("Gone", "technician", active=False)
    net = district.team("Net")
    district.row(gone, school=district.oak, kind="fault")
    district.row(net, kind="fault")
    assert district.route("fault", school=district.oak).team is net


def test_the_plain_row_is_the_default_and_a_left_one_is_passed_over(district):
    gone, net = district.person("Gone", "technician", active=False), district.team("Net")
    district.row(gone)
    district.row(net)
    found = district.route("request", level=3, school=district.elm)
    assert found.team is net
    assert found.because == "a level 3 request at Elm Middle School goes to Net (coverage row: the default)"


# -- kinds


def test_the_fault_decides_first_then_the_request_then_the_training(district):
    faults, requests, lessons = (district.team(name) for name in ("Faults", "Requests", "Lessons"))
    district.row(lessons, kind="training", school=district.oak)
    district.row(requests, kind="request")
    assert district.route("fault", "training", school=district.oak).team is lessons  # nothing serves the fault
    assert district.route("training", "request", school=district.oak).team is requests
    district.row(faults, kind="fault")
    assert district.route("training", "fault", school=district.oak).team is faults


def test_a_fault_with_a_wish_to_learn_never_goes_to_an_itf_by_role(district):
    district.person("Ann", "itf", district.oak)
    assert district.route("fault", school=district.oak).team is district.desk
    assert district.route("fault", "training", school=district.oak).team is district.desk


def test_a_request_with_a_wish_to_learn_may_go_to_the_itf(district):
    ann = district.person("Ann", "itf", district.oak)
    assert district.route("request", "training", school=district.oak).person is ann


# -- unsure


def test_unsure_mail_goes_to_its_row_then_triage_then_the_default_then_the_help_desk(district):
    assert district.route(school=district.oak).team is district.desk
    default = district.team("Default")
    district.row(default)
    assert district.route(school=district.oak).team is default
    triage = district.team("TRIAGE")
    assert district.route(school=district.oak).team is triage
    first = district.team("First look")
    district.row(first, kind="unsure")
    assert district.route(school=district.oak).team is first
    oak = district.team("Oak look")
    district.row(oak, kind="unsure", school=district.oak)
    assert district.route(school=district.oak).team is oak
    assert district.route(school=district.elm).team is first


def test_unsure_mail_never_goes_to_an_itf(district):
    ann = district.person("Ann", "itf", district.oak)
    district.row(ann, kind="unsure")
    district.row(ann)
    district.row(ann, school=district.oak)
    assert district.route(school=district.oak).team is district.desk


def test_rows_of_a_school_do_not_take_unsure_mail(district):
    tom = district.person("Tom", "technician", district.oak)
    district.row(tom, school=district.oak)
    assert district.route(school=district.oak).team is district.desk


# -- roles


def test_training_goes_to_the_itf_of_the_school(district):
    district.person("Ed", "itf", district.elm)
    ann = district.person("Ann", "itf", district.oak)
    found = district.route("training", level=2, school=district.oak)
    assert found.person is ann
    assert found.because == "training at Oak Elementary goes to Ann (ITF of this school)"


@pytest.mark.parametrize("kind", ["fault", "request"])
def test_faults_and_requests_go_to_the_schools_technician_of_that_level(district, kind):
    one = district.person("One", "technician", district.oak)  # no level: the first line
    two = district.person("Two", "technician", district.oak, level=2)
    three = district.person("Three", "contractor", district.oak, level=3)
    district.person("Elsewhere", "technician", district.elm, level=1)
    levels = [district.route(kind, level=level, school=district.oak).person for level in (1, 2, 3)]
    assert levels == [one, two, three]


def test_a_media_coordinator_is_a_first_line(district):
    mia = district.person("Mia", "media-coordinator", district.oak)
    assert district.route("fault", school=district.oak).person is mia
    assert district.route("fault", level=2, school=district.oak).team is district.desk


def test_a_contractor_without_a_level_is_called_by_a_row_only(district):
    district.person("Cal", "contractor", district.oak)
    assert district.route("fault", school=district.oak).team is district.desk


@pytest.mark.parametrize("role", ["requester", "student", "manager", "analyst"])
def test_other_roles_serve_nothing_by_themselves(district, role):
    district.person("Pat", role, district.oak)
    for kind in ("fault", "request", "training"):
        assert district.route(kind, school=district.oak).team is district.desk


def test_network_faults_go_to_an_analyst_unless_the_school_has_its_technician(district):
    nan = district.person("Nan", "analyst")
    assert district.route("fault", category="network-wifi", level=2, school=district.oak).person is nan
    assert district.route("fault", category="network-wifi").person is nan
    assert district.route("request", category="network-wifi", school=district.oak).team is district.desk
    tom = district.person("Tom", "technician", district.oak)
    assert district.route("fault", category="network-wifi", school=district.oak).person is tom


def test_an_analyst_of_another_school_is_not_asked(district):
    district.person("Nan", "analyst", district.elm)
    assert district.route("fault", category="network-wifi", school=district.oak).team is district.desk


def test_somebody_without_schools_serves_the_whole_district(district):
    wide, teacher = district.person("Wide", "technician"), district.person("Ann", "itf")
    assert district.route("fault", school=district.oak).person is wide
    assert district.route("fault").person is wide
    found = district.route("training")
    assert found.person is teacher
    assert found.because == "training goes to Ann (ITF of the whole district)"


def test_the_schools_own_people_go_before_the_districts(district):
    district.person("Wide", "technician")
    own = district.person("Own", "technician", district.oak)
    assert district.route("fault", school=district.oak).person is own


def test_of_several_the_least_busy_is_chosen_then_the_first(district):
    one, two = (district.person(name, "technician", district.oak) for name in ("One", "Two"))
    assert district.route("fault", school=district.oak).person is one
    district.busy(one, "pending")
    assert district.route("fault", school=district.oak).person is two
    district.busy(two, "new")
    district.busy(two, "resolved", 3)  # done is done
    assert district.route("fault", school=district.oak).person is one


def test_who_left_or_was_never_named_is_not_chosen_by_role(district):
    district.person("Gone", "technician", district.oak, active=False)
    never = district.person("Never", "technician", district.oak)
    never.rostered = False
    assert district.route("fault", school=district.oak).team is district.desk


def test_a_row_goes_before_a_role(district):
    district.person("Tom", "technician", district.oak)
    net = district.team("Net")
    district.row(net, kind="fault")
    assert district.route("fault", school=district.oak).team is net
