"""The district of the scripted day: three schools, its people, who serves what, as an operator writes it down.

In:       where the database, the smarthost and the mailbox are; the day of the lists.
Out:      PEOPLE, and the configuration file.
Not here: what they write (the script).
"""

from typing import Any, NamedTuple

from tests.acceptance.desk_process import DESK, DOMAIN, MAILBOX

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Somebody(NamedTuple):
    """A line of the directory."""

    name: str
    role: str
    schools: tuple[str, ...]
    level: int | None = None
    language: str = "en"

    @property
    def address(self) -> str:
        domain = f"pupils.{DOMAIN}" if self.role == "student" else DOMAIN
        return f"{self.name.lower().replace(' ', '.')}@{domain}"


PEOPLE = {
    "tess": Somebody("Tess Turner", "requester", ("oak",)),
    "maria": Somebody("Maria Ruiz", "requester", ("oak",), language="es"),
    "emil": Somebody("Emil Eriksen", "requester", ("elm",)),
    "carmen": Somebody("Carmen Vega", "requester", ("elm",), language="es"),
    "nora": Somebody("Nora Nash", "requester", ("pine",)),
    "hugo": Somebody("Hugo Hart", "requester", ("pine",)),
    "sami": Somebody("Sami Salo", "student", ("oak",)),
    "tom": Somebody("Tom Tanner", "technician", ("oak",), 1),
    "pete": Somebody("Pete Park", "technician", ("pine",), 1),
    "lena": Somebody("Lena Lund", "technician", (), 2),
    "omar": Somebody("Omar Ortiz", "technician", (), 2),
    "theo": Somebody("Theo Thorn", "technician", (), 3),
    "ida": Somebody("Ida Ivers", "itf", ("oak", "elm", "pine")),
    "mara": Somebody("Mara Moss", "media-coordinator", ("elm",), 1),
    "cora": Somebody("Cora Cole", "contractor", ()),
    "abel": Somebody("Abel Ames", "analyst", ()),
    "greta": Somebody("Greta Gold", "manager", ()),
}

_SCHOOLS = {"oak": "Oak Elementary", "elm": "Elm Middle School", "pine": "Pine High School"}
_COVERAGE = (
    *({"kind": "training", "school": school, "person": "ida"} for school in _SCHOOLS),
    {"school": "oak", "level": 1, "person": "tom"},
    {"school": "elm", "level": 1, "person": "mara"},
    {"school": "pine", "level": 1, "person": "pete"},
    {"level": 2, "person": "lena"},
    {"level": 3, "person": "theo"},
    {"school": "pine", "kind": "fault", "category": "phones-voicemail", "person": "cora"},
    {"kind": "request", "category": "student-information", "level": 1, "person": "abel"},
    {"team": "Triage"},
)
_HEAD = """
[district]
name = "Oak District"
address = "{desk}"
[database]
url = "{database}"
[smtp]
listen = "127.0.0.1:0"
[delivery]
smarthost = "{smarthost}"
[auth]
trusted_results = "mx.{domain}"
[notices]
# A day is played within a minute, which would look like a storm; and its lists are of a later day.
digest_after = 1000
daily_on = ["{list_day}"]
weekly_on = "{list_day}"
"""


def configuration(database: str, smarthost: str, imap: Any, list_day: int) -> str:
    """The whole districtdesk.toml; `list_day` counts from Monday."""
    head = _HEAD.format(desk=DESK, database=database, smarthost=smarthost, domain=DOMAIN, list_day=WEEKDAYS[list_day])
    box = MAILBOX.format(host=imap.host, port=imap.port, username=imap.username, password=imap.password)
    tables = [head, box]
    tables += [_table("school", code=code, name=name) for code, name in _SCHOOLS.items()]
    tables += [
        _table("person", name=one.name, address=one.address, role=one.role, level=one.level,
               schools=list(one.schools), language=one.language)
        for one in PEOPLE.values()
    ]  # fmt: skip
    tables.append(_table("team", name="Triage", members=[PEOPLE["tom"].address, PEOPLE["mara"].address]))
    for row in _COVERAGE:
        person = row.get("person")
        tables.append(_table("coverage", **{**row, **({"person": PEOPLE[str(person)].address} if person else {})}))
    return "\n".join(tables)


def _table(name: str, /, **values: Any) -> str:
    lines = [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    return "\n".join([f"[[{name}]]", *lines])


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def short_name(text: str | None) -> str:
    """What the script calls somebody whom the desk knows by name or address; nobody is the desk itself."""
    if text is None:
        return "desk"
    return next((short for short, one in PEOPLE.items() if text in (one.name, one.address)), text)
