"""Sample mails and a sample district: keywords override defaults.

In:       what a test cares about.
Out:      raw mails, rows of people and schools.
Not here: real people, real addresses, real mails.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy.orm import Session

from models import Address, Coverage, Mailbox, Person, School, Team

DESK = "help@oakdistrict.example"
TEACHER = "Tess Turner <tess.turner@oakdistrict.example>"

A_MORNING = datetime(2026, 9, 14, 7, 55, tzinfo=UTC)
_numbers = itertools.count(1)


def make_mail(
    *,
    subject: str | None = "The projector in room 12 stays dark",
    sender: str | None = TEACHER,
    to: str | Sequence[str] = DESK,
    cc: str | Sequence[str] = (),
    text: str | None = "Hello,\n\nthe projector in room 12 shows nothing since this morning.\n\nTess\n",
    html: str | None = None,
    message_id: str | None = "",
    date: datetime | None = A_MORNING,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    attachments: Sequence[tuple[str, str, bytes]] = (),
    pictures: Sequence[bytes] = (),
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
) -> bytes:
    """One mail with CRLF line ends. None leaves a field out; an empty `message_id` means a fresh one.

    Without a date of its own each mail is written a second after the one before, as people do.

    `attachments` are (file name, content type, bytes). `pictures` are JPEG or PNG that the HTML shows as `cid:p0` and
    so on. `headers` are added as they are, after the others.
    """
    mail = EmailMessage(policy=policy.SMTP)
    number = next(_numbers)
    date = A_MORNING + timedelta(seconds=number % 3_600) if date is A_MORNING else date
    fields = {
        "From": sender,
        "To": _joined(to),
        "Cc": _joined(cc) or None,
        "Subject": subject,
        "Date": format_datetime(date) if date else None,
        "Message-ID": f"<m{number}.{id(mail)}@mail.example>"
        if message_id == ""
        else _bracketed(message_id),
        "In-Reply-To": _bracketed(in_reply_to),
        "References": " ".join(f"<{one.strip('<>')}>" for one in references) or None,
    }
    for name, value in fields.items():
        if value is not None:
            mail[name] = value
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        mail[name] = value
    _fill(mail, text, html, attachments)
    for number, content in enumerate(pictures):
        kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
        mail.add_related(content, maintype="image", subtype=kind, cid=f"<p{number}>", filename=f"image{number:03}.{kind}")
    return mail.as_bytes()


def _fill(
    mail: EmailMessage, text: str | None, html: str | None, attachments: Sequence[tuple[str, str, bytes]]
) -> None:
    if text is not None:
        mail.set_content(text)
    if html is not None:
        if text is None:
            mail.set_content(html, subtype="html")
        else:
            mail.add_alternative(html, subtype="html")
    for filename, content_type, content in attachments:
        maintype, _, subtype = content_type.partition("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=filename)


def _joined(addresses: str | Sequence[str]) -> str:
    return addresses if isinstance(addresses, str) else ", ".join(addresses)


def _bracketed(message_id: str | None) -> str | None:
    return None if message_id is None else f"<{message_id.strip('<>')}>"


@dataclass(frozen=True)
class PersonSpec:
    """Somebody to be made; `schools` are codes."""

    name: str
    role: str
    schools: tuple[str, ...] = ()
    level: int | None = None
    rostered: bool = True


@dataclass(frozen=True)
class District:
    """The rows that `make_district` wrote, by what a test calls them."""

    schools: dict[str, School]
    people: dict[str, Person]
    teams: dict[str, Team]
    mailbox: Mailbox
    coverage: list[Coverage]

    def __getitem__(self, who: str) -> Person:
        """A person by the short name: district["tess"]."""
        return self.people[who]


SCHOOLS = {"oak": "Oak Primary School", "elm": "Elm Secondary School"}

PEOPLE = {
    "tess": PersonSpec("Tess Turner", "requester", ("oak",)),
    "emil": PersonSpec("Emil Eriksen", "requester", ("elm",)),
    "ida": PersonSpec("Ida Ivers", "itf", ("oak",)),
    "mara": PersonSpec("Mara Moss", "media-coordinator", ("elm",)),
    "tom": PersonSpec("Tom Tanner", "technician", ("oak", "elm"), level=1),
    "lena": PersonSpec("Lena Lund", "technician", (), level=2),
    "sami": PersonSpec("Sami Salo", "student", ("oak",)),
    "greta": PersonSpec("Greta Gold", "manager"),
}

TEAMS: dict[str, tuple[str, ...]] = {"triage": ("tom", "greta"), "network": ("lena",)}

# (kind, category, level, school, person, team): an empty key means any, as in the table itself.
COVERAGE: tuple[tuple[str | None, str | None, int | None, str | None, str | None, str | None], ...] = (
    ("training", None, None, "oak", "ida", None),
    (None, None, 1, None, "tom", None),
    (None, None, 2, None, "lena", None),
    (None, None, None, None, None, "triage"),
)


def address_of(who: str, spec: PersonSpec) -> str:
    """The address of a sample person: first.last at the district, students at their own domain."""
    domain = "pupils.oakdistrict.example" if spec.role == "student" else "oakdistrict.example"
    return f"{spec.name.lower().replace(' ', '.') or who}@{domain}"


def make_district(
    session: Session,
    *,
    schools: Mapping[str, str] = SCHOOLS,
    people: Mapping[str, PersonSpec] | None = None,
    teams: Mapping[str, Sequence[str]] | None = None,
    coverage: Sequence[tuple[str | None, str | None, int | None, str | None, str | None, str | None]]
    | None = None,
    mailbox: str = DESK,
) -> District:
    """A small district, flushed: two schools, teachers, technicians of both levels, a triage team, coverage.

    Without overrides for them, people keep only the schools that exist, and teams and coverage only
    the people, teams and schools that exist.
    """
    made_schools = {code: School(code=code, name=name) for code, name in schools.items()}
    made_people = {
        who: _person(who, spec, made_schools) for who, spec in (PEOPLE if people is None else people).items()
    }
    made_teams = {
        name: Team(name=name, members=[made_people[who] for who in members if who in made_people])
        for name, members in (TEAMS if teams is None else teams).items()
    }
    rows = [
        _coverage(row, made_schools, made_people, made_teams)
        for row in (COVERAGE if coverage is None else coverage)
        if coverage is not None or _is_complete(row, made_schools, made_people, made_teams)
    ]
    desk = Mailbox(address=mailbox, team=None)
    session.add_all([*made_schools.values(), *made_people.values(), *made_teams.values()])
    session.flush()
    session.add_all([*rows, desk])
    session.flush()
    return District(made_schools, made_people, made_teams, desk, rows)


def _person(who: str, spec: PersonSpec, schools: Mapping[str, School]) -> Person:
    return Person(
        name=spec.name, role=spec.role, level=spec.level, rostered=spec.rostered,
        in_config=spec.rostered, schools=[schools[code] for code in spec.schools if code in schools],
        addresses=[Address(address=address_of(who, spec))],
    )  # fmt: skip


def _is_complete(row: tuple[object, ...], schools: Mapping[str, School], people: Mapping[str, Person],
                 teams: Mapping[str, Team]) -> bool:  # fmt: skip
    _, _, _, school, person, team = row
    return all(
        key is None or key in known for key, known in ((school, schools), (person, people), (team, teams))
    )


def _coverage(
    row: tuple[str | None, str | None, int | None, str | None, str | None, str | None],
    schools: Mapping[str, School], people: Mapping[str, Person], teams: Mapping[str, Team],
) -> Coverage:  # fmt: skip
    kind, category, level, school, person, team = row
    return Coverage(
        kind=kind, category=category, level=level, school=schools[school] if school else None,
        person=people[person] if person else None, team=teams[team] if team else None,
    )  # fmt: skip
