"""A district and its mail, as the benchmarks of the work need them: always the same for one seed.

In:       how many mails; the classifier's corpus for their words.
Out:      rows of a district of 20 schools, raw mails from its teachers.
Not here: measuring.

The mails are what teachers send: half of them plain, half with an HTML part beside it, with the header fields of a
mail program and two relays. Their words are the corpus's, so the judge has the work it has in life.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from sqlalchemy.orm import Session

from classifier.corpus import read_corpus
from models import Address, Coverage, Mailbox, Person, School, Team

DESK = "help@oakdistrict.example"
SCHOOLS, TEACHERS, TECHNICIANS = 20, 2_000, 30
MORNING = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)


def fill_district(session: Session) -> None:
    """20 schools with a hundred teachers each, 30 technicians, a coach for every two schools, teams, coverage."""
    schools = [School(code=f"s{n:02}", name=f"{_NAMES[n]} School") for n in range(SCHOOLS)]
    session.add_all(schools)
    for n in range(TEACHERS):
        name = teacher(n)
        session.add(_person(name.lower().replace(" ", "."), name, "requester", [schools[n % SCHOOLS]]))
    technicians = [
        _person(f"tech{n}", f"Tom Tanner {n}", "technician", [], 2 if n >= SCHOOLS else 1) for n in range(TECHNICIANS)
    ]
    coaches = [_person(f"coach{n}", f"Ida Ivers {n}", "itf", schools[2 * n : 2 * n + 2]) for n in range(SCHOOLS // 2)]
    triage = Team(name="triage", members=technicians[:2])
    network = Team(name="network", members=technicians[SCHOOLS : SCHOOLS + 3])
    session.add_all([*technicians, *coaches, triage, network, Mailbox(address=DESK)])
    session.add_all(Coverage(school=school, level=1, person=technicians[n]) for n, school in enumerate(schools))
    for n, school in enumerate(schools):
        session.add(Coverage(kind="training", school=school, person=coaches[n // 2]))
    session.add_all([Coverage(category="network-wifi", level=1, team=network), Coverage(team=triage)])
    session.flush()


def make_mails(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many mails, each from one of the teachers, none like another."""
    dice = random.Random(seed)
    rows = [row for row in read_corpus() if row.text.strip()]
    for number in range(count):
        row = dice.choice(rows)
        yield _mail(number, seed, dice, row.subject, row.text)


def teacher(number: int) -> str:
    """The name of one of the teachers."""
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST)]}"


def _mail(number: int, seed: int, dice: random.Random, subject: str, words: str) -> bytes:
    mail, who = EmailMessage(policy=policy.SMTP), teacher(dice.randrange(TEACHERS))
    written = MORNING + timedelta(seconds=number)
    for hop in (2, 1):
        mail.add_header(
            "Received", f"from m{hop}.oakdistrict.example (m{hop}.oakdistrict.example [192.0.2.{hop}]) by "
            f"m{hop + 1}.oakdistrict.example with ESMTPS id {dice.getrandbits(64):016x}; {format_datetime(written)}",
        )  # fmt: skip
    mail["From"] = f"{who} <{who.lower().replace(' ', '.')}@oakdistrict.example>"
    mail["To"] = f"Help Desk <{DESK}>"
    mail["Subject"] = " ".join((subject or f"Question {number}").split())
    mail["Date"] = format_datetime(written)
    mail["Message-ID"] = f"<{number}.{seed}.{dice.getrandbits(64):016x}@mail.oakdistrict.example>"
    mail["User-Agent"] = "Sample Mail 1.0"
    mail.set_content(f"Hello,\n\n{words}\n\nThanks,\n{who}\n")
    if number % 2:
        lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in words.splitlines())
        mail.add_alternative(f"<html><body><div>Hello,</div>{lines}<div>Thanks,</div></body></html>\n", subtype="html")
    return mail.as_bytes()


def _person(local: str, name: str, role: str, schools: list[School], level: int | None = None) -> Person:
    address = Address(address=f"{local}@oakdistrict.example")
    return Person(
        name=name, role=role, level=level, rostered=True, in_config=True, schools=schools, addresses=[address]
    )


_FIRST = (
    "Ann", "Ben", "Carla", "Dora", "Emil", "Fay", "Greta", "Hugo", "Ida", "Jon", "Karl", "Lena", "Mara", "Nils", "Olga",
    "Paul", "Rosa", "Sami", "Tess", "Uma", "Vera", "Wilma", "Yara", "Zoe", "Adam", "Bella", "Cyril", "Dina", "Erik",
    "Flora", "Gina", "Hana", "Ivan", "Jana", "Kira", "Luis", "Mona", "Nora", "Otto", "Pia",
)  # fmt: skip
_LAST = (
    "Abel", "Brook", "Cole", "Dahl", "Engel", "Fisk", "Gold", "Hahn", "Ivers", "Jung", "Kern", "Lund", "Moss", "Nash",
    "Olsen", "Penn", "Quist", "Reed", "Salo", "Turner", "Urban", "Voss", "Weber", "Xu", "York", "Zeller", "Adler",
    "Berg", "Clark", "Diaz", "Evans", "Flores", "Garcia", "Hughes", "Ito", "Jensen", "Kelly", "Lopez", "Miller",
    "Novak", "Ortiz", "Perez", "Quinn", "Ruiz", "Silva", "Torres", "Ueda", "Vega", "Wolf", "Young",
)  # fmt: skip
_NAMES = (
    "Oak", "Elm", "Maple", "Birch", "Cedar", "Willow", "Aspen", "Linden", "Hazel", "Rowan", "Alder", "Poplar", "Beech",
    "Spruce", "Juniper", "Laurel", "Sycamore", "Magnolia", "Chestnut", "Hawthorn",
)  # fmt: skip
