"""Why a ticket went where it went, in one sentence that a technician understands.

In:       the case, and the coverage row or the role that decided.
Out:      the sentence.
Not here: deciding (desk.routing).
"""

from models import Coverage, Person, School

_KIND_WORDS = {"fault": "a fault", "request": "a request", "training": "training"}


def subject_words(kind: str | None, level: int, school: School | None) -> str:
    """The case in words: "a level 2 fault at Oak Elementary"."""
    if kind is None:
        case = "mail of no certain kind"
    elif kind == "training" or level == 1:
        case = _KIND_WORDS.get(kind, kind)
    else:
        case = f"a level {level} {kind}"
    return f"{case} at {school.name}" if school is not None else case


def because_of_row(row: Coverage, case: str) -> str:
    """... goes to Ann Lee (coverage row: school oak, kind training)."""
    return f"{case} goes to {_served_by(row)} (coverage row: {_row_words(row)})"


def because_of_role(person: Person, case: str, reason: str) -> str:
    """... goes to Tom Ash (the technician of this school)."""
    return f"{case} goes to {_person_words(person)} ({_role_words(person)} {reason})"


def _row_words(row: Coverage) -> str:
    keys = [
        ("school", row.school.code if row.school else None),
        ("kind", row.kind),
        ("category", row.category),
        ("level", row.level),
    ]
    return ", ".join(f"{key} {value}" for key, value in keys if value is not None) or "the default"


def _served_by(row: Coverage) -> str:
    if row.person is not None:
        return _person_words(row.person)
    return row.team.name if row.team else "nobody"


def _person_words(person: Person) -> str:
    return person.name or person.address or f"person {person.id}"


def _role_words(person: Person) -> str:
    role = "ITF" if person.role == "itf" else person.role
    return f"{role}, level {person.level}," if person.level else role
