"""The sample district of the demo: two schools, their people, who serves what.

In:       nothing.
Out:      a configuration table as a file would give it.
Not here: the mails (desk.demo_mails).
"""

from pathlib import Path
from typing import Any

DOMAIN = "oakdistrict.example"
DESK = f"help@{DOMAIN}"


def _person(name: str, role: str, schools: list[str], level: int | None = None) -> dict[str, Any]:
    first, _, last = name.lower().partition(" ")
    row: dict[str, Any] = {
        "name": name,
        "address": f"{first}.{last}@{DOMAIN}",
        "role": role,
        "schools": schools,
    }
    return row if level is None else {**row, "level": level}


def sample_configuration(folder: Path, port: int) -> dict[str, Any]:
    """The whole configuration of a temporary desk in `folder`."""
    return {
        "district": {"name": "Oak District", "address": DESK, "timezone": "America/New_York"},
        "database": {"url": f"sqlite:///{folder / 'districtdesk.db'}"},
        "smtp": {"listen": f"127.0.0.1:{port}"},
        "delivery": {"outbox": str(folder / "outbox")},
        "school": [{"code": "oak", "name": "Oak Elementary"}, {"code": "elm", "name": "Elm Middle School"}],
        "person": [
            _person("Maria Ruiz", "requester", ["oak"]),
            _person("Ben Carter", "requester", ["oak"]),
            _person("Dana Kim", "requester", ["oak"]),
            _person("Luis Ortega", "requester", ["elm"]),
            _person("Priya Shah", "requester", ["elm"]),
            _person("Ann Lee", "itf", ["oak"]),
            _person("Joy Park", "itf", ["elm"]),
            _person("Tom Reyes", "technician", ["oak"], 1),
            _person("Sam Novak", "technician", ["elm"], 1),
            _person("Lena Fox", "technician", ["oak", "elm"], 2),
            _person("Raj Patel", "analyst", ["oak", "elm"]),
        ],
        "team": [{"name": "Triage", "members": [f"lena.fox@{DOMAIN}"]}],
        "coverage": [
            *({"kind": "training", "school": code, "person": f"{itf}@{DOMAIN}"} for code, itf in (("oak", "ann.lee"), ("elm", "joy.park"))),
            *({"level": 1, "school": code, "person": f"{tech}@{DOMAIN}"} for code, tech in (("oak", "tom.reyes"), ("elm", "sam.novak"))),
            {"kind": "fault", "category": "network-wifi", "level": 1, "person": f"raj.patel@{DOMAIN}"},
            {"team": "Triage"},
        ],
    }  # fmt: skip
