"""The sample district, tickets and words from which previews are made.

In:       an empty database in memory.
Out:      Sample: people, tickets and their entries by name.
Not here: which notice shows what (desk.preview).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from models import Address, Entry, Person, School, Team, Ticket

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
DOMAIN = "oakdistrict.example"
WORDS = {
    "en": {
        "subject": "Projector dead in room 12",
        "asked": "Good morning,\n\nthe projector in room 12 does not turn on since Friday. The lamp blinks red three "
        "times. I need it for second period on Wednesday, please.\n\nMaria Ruiz, room 12",
        "answered": "Hi Maria,\n\nI can come by at 11:30 and bring a new lamp. Is the room free then?\n\nTom",
        "solved": "The new lamp is in and the picture is sharp again. Please let it cool down before you unplug it.",
        "again": "It went dark again after ten minutes. Could you have another look?",
        "blurry_subject": "the board",
        "blurry": "Hi, it's about the board in my room again. Could somebody come by?\n\nDana",
    },
    "es": {
        "subject": "El proyector del salón 12 no enciende",
        "asked": "Buenos días:\n\nEl proyector del salón 12 no enciende desde el viernes. La luz roja parpadea tres "
        "veces. Lo necesito el miércoles a segunda hora, por favor.\n\nMaria Ruiz, salón 12",
        "answered": "Hola, Maria:\n\nPuedo pasar a las 11:30 con una lámpara nueva. ¿Estará libre el salón?\n\nTom",
        "solved": "La lámpara nueva ya está y la imagen se ve nítida. Déjela enfriar antes de desenchufarla.",
        "again": "Se apagó otra vez a los diez minutos. ¿Pueden volver a mirarlo?",
        "blurry_subject": "la pizarra",
        "blurry": "Hola, es por la pizarra de mi salón otra vez. ¿Podría pasar alguien?\n\nDana",
    },
}
# (subject, kind, category, who asked, who has it, status, days old, priority)
OTHERS = (
    ("Chromebook 214 broken screen", "fault", "devices", "Priya Shah", "tom", "open", 6, "normal"),
    ("No internet in the library", "fault", "network-wifi", "Ben Carter", "tom", "open", 1, "high"),
    ("Toner light in the office", "fault", "printing", "Luis Ortega", "tom", "pending", 2, "normal"),
    ("Account for the new aide", "request", "accounts-passwords", "Priya Shah", None, "new", 0, "normal"),
    ("Rubrics in Canvas", "training", "learning-platforms", "Ben Carter", "ann", "open", 3, "normal"),
    ("Quizzes that grade themselves", "training", "learning-platforms", "Dana Kim", None, "new", 1, "normal"),
    ("How do I record my screen?", "training", "audio-video", "Priya Shah", "ann", "resolved", 4, "normal"),
    ("Sharing slides with a class", "training", "software-apps", "Luis Ortega", "ann", "open", 9, "normal"),
)


@dataclass(frozen=True)
class Sample:
    """What the previews are made of."""

    people: dict[str, Person]
    ticket: Ticket
    blurry: Ticket
    entries: dict[str, Entry]


def play(session: Session, language: str) -> Sample:
    """Fill the database with the sample district, whose people read `language`."""
    words = WORDS.get(language, WORDS["en"])
    school = School(code="oak", name="Oak Elementary")
    roles = {"Tom Reyes": "technician", "Ann Lee": "itf", "Lena Fox": "technician"}
    names = ["Maria Ruiz", "Tom Reyes", "Ann Lee", "Lena Fox", *dict.fromkeys(row[3] for row in OTHERS)]
    people = {name: _person(name, roles.get(name, "requester"), school, language) for name in names}
    keys = {name.split()[0].lower(): person for name, person in people.items()}
    team = Team(name="Field technicians", members=[keys["tom"], keys["lena"]])
    session.add_all([school, team, *people.values()])
    session.flush()
    ticket = Ticket(
        number=4711, subject=words["subject"], status="open", fault=True, category="displays-projection",
        confident=True, priority="high", language=language, requester=keys["maria"], assignee=keys["tom"],
        school=school, team=team, opened_at=NOW - timedelta(hours=1), updated_at=NOW,
    )  # fmt: skip
    blurry = Ticket(
        number=4712, subject=words["blurry_subject"], language=language, requester=keys["dana"], school=school,
        team=team, opened_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add_all([ticket, blurry])
    session.add_all(_other(number, row, keys, people, team, school) for number, row in enumerate(OTHERS, 4713))
    session.flush()
    authors = {"asked": "maria", "answered": "tom", "solved": "tom", "again": "maria", "blurry": "dana"}
    entries = {
        key: Entry(ticket=blurry if key == "blurry" else ticket, at=NOW, author_id=keys[who].id, text=words[key])
        for key, who in authors.items()
    }
    session.add_all(entries.values())
    session.flush()
    return Sample(keys, ticket, blurry, entries)


def _person(name: str, role: str, school: School, language: str) -> Person:
    address = Address(address=f"{name.lower().replace(' ', '.')}@{DOMAIN}")
    return Person(name=name, role=role, rostered=True, language=language, schools=[school], addresses=[address])


def _other(
    number: int, row: tuple[str, str, str, str, str | None, str, int, str], keys: dict[str, Person],
    people: dict[str, Person], team: Team, school: School,
) -> Ticket:  # fmt: skip
    subject, kind, category, asked, holder, status, days, priority = row
    opened = NOW - timedelta(days=days, hours=2)
    return Ticket(
        number=number, subject=subject, status=status, category=category, confident=True, priority=priority,
        requester=people[asked], assignee=keys[holder] if holder else None, school=school,
        team=None if kind == "training" else team, opened_at=opened, updated_at=opened, **{kind: True},
    )  # fmt: skip
