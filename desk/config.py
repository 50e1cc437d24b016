"""The configuration: districtdesk.toml and the environment, read into frozen settings.

In:       a TOML file (or none), variables DISTRICTDESK_SECTION__KEY and, for secrets, …_FILE.
Out:      Settings; ConfigError names the file, the key, what was found and what is expected.
Not here: trying whether the settings work (desk.check), filling tables (desk.directory).
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from classifier.own import OwnCategory
from desk.config_fields import LISTS, SECTIONS, WEEKDAYS, Field, Misfit, suggestion
from desk.directory import CoverageSetting, PersonSetting, SchoolSetting, TeamSetting
from desk.directory_check import place
from desk.looking_ahead import TextCache
from desk.proof import AuthSettings
from intake.own_check import ask_dns
from intake.settings import ListenerSettings, MailboxSettings
from notifier.settings import DeliverySettings, DeskIdentity, Habits

PREFIX = "DISTRICTDESK_"
DEFAULT_FILE = "districtdesk.toml"
DEFAULTS = "the defaults"  # the source of settings without a file
# Variables of ours that are no settings.
_OTHER = ("DISTRICTDESK_CONFIG", "DISTRICTDESK_REQUIRE", "DISTRICTDESK_TEST_")


class ConfigError(Exception):
    """The configuration cannot be used; every line of it says where, what was found, what is expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Everything a desk is told from outside."""

    source: str
    desk: DeskIdentity
    database_url: str
    listener: ListenerSettings
    delivery: DeliverySettings
    mailboxes: tuple[MailboxSettings, ...] = ()
    auth: AuthSettings = dataclasses.field(default_factory=AuthSettings)
    schools: tuple[SchoolSetting, ...] = ()
    people: tuple[PersonSetting, ...] = ()
    teams: tuple[TeamSetting, ...] = ()
    coverage: tuple[CoverageSetting, ...] = ()
    own_categories: tuple[OwnCategory, ...] = ()


def load_settings(path: str | None, environment: Mapping[str, str]) -> Settings:
    """Read the named file, else DISTRICTDESK_CONFIG's, else districtdesk.toml here if there is one."""
    named = path or environment.get("DISTRICTDESK_CONFIG")
    file = Path(named or DEFAULT_FILE)
    if not file.exists():
        if named:
            raise ConfigError([f"{named}: there is no such file; 'districtdesk init' writes one"])
        return read_settings({}, DEFAULTS, environment)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: not valid TOML: {error}"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}"]) from None
    return read_settings(table, str(file), environment)


def read_settings(table: dict[str, Any], source: str, environment: Mapping[str, str]) -> Settings:
    """Check every key and fill in the defaults; all problems are told at once."""
    reader = _Reader(source)
    overrides = reader.overrides(environment)
    reader.unknown_sections(table)
    values = {name: reader.section(name, table.get(name, {}), overrides) for name in SECTIONS}
    lists = {name: reader.tables(name, table.get(name, []), overrides) for name in LISTS}
    if reader.problems:
        raise ConfigError(reader.problems)
    return _build(source, values, lists)


class _Reader:
    """Reads values against the fields' table and gathers what is wrong."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[str] = []

    def overrides(self, environment: Mapping[str, str]) -> dict[tuple[str, ...], tuple[str, str]]:
        """(section, key) → (variable's name, value); a `…_FILE` names a file that holds the value."""
        found: dict[tuple[str, ...], tuple[str, str]] = {}
        for name, value in environment.items():
            if not name.startswith(PREFIX) or name.startswith(_OTHER) or "__" not in name:
                continue
            parts = tuple(name[len(PREFIX) :].lower().split("__"))
            if parts[-1].endswith("_file") and parts[-1] not in ("",):
                parts = (*parts[:-1], parts[-1].removesuffix("_file"))
                value = self._file(name, value)
            known = SECTIONS.get(parts[0]) or LISTS.get(parts[0])
            if known is None or parts[-1] not in known:
                wanted = list(known or (*SECTIONS, *LISTS))
                self.problems.append(f"{name}: no such setting{suggestion(parts[-1] if known else parts[0], wanted)}")
                continue
            found[parts] = (name, value)
        return found

    def _file(self, name: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}: the file '{path}' cannot be read: {type(error).__name__}")
            return ""

    def unknown_sections(self, table: dict[str, Any]) -> None:
        for name in table:
            if name not in SECTIONS and name not in LISTS:
                near = suggestion(name, [*SECTIONS, *LISTS])
                self.problems.append(f"{self.source}: [{name}]: no such section{near}")

    def section(self, name: str, table: Any, overrides: dict[tuple[str, ...], tuple[str, str]]) -> dict[str, Any]:
        if not isinstance(table, dict):
            self.problems.append(f"{self.source}: {name}: found {table!r}; expected a table [{name}]")
            return {}
        mine = {path[-1]: found for path, found in overrides.items() if path[:-1] == (name,)}
        return self._values(f"[{name}] ", SECTIONS[name], table, mine)

    def tables(self, name: str, rows: Any, overrides: dict[tuple[str, ...], tuple[str, str]]) -> list[dict[str, Any]]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.problems.append(f"{self.source}: {name}: expected tables written [[{name}]]")
            return []
        found = []
        for position, row in enumerate(rows):
            labels = (str(position), str(row.get("name", "")).lower())
            mine = {p[-1]: v for p, v in overrides.items() if p[0] == name and len(p) == 3 and p[1] in labels}
            found.append(self._values(f"{place(name, position + 1, row.get('name'))}, ", LISTS[name], row, mine))
        return found

    def _values(
        self,
        where: str,
        fields: dict[str, Field],
        table: dict[str, Any],
        overrides: dict[str, tuple[str, str]],
    ) -> dict[str, Any]:
        for key in table:
            if key not in fields:
                self.problems.append(f"{self.source}: {where}{key}: no such key{suggestion(key, list(fields))}")
        values: dict[str, Any] = {}
        for key, field in fields.items():
            named, given = f"{self.source}: {where}{key}", table.get(key)
            try:
                if key in overrides:
                    named = overrides[key][0]
                    values[key] = field.from_text(overrides[key][1])
                elif given is None:
                    values[key] = field.default_value()
                else:
                    values[key] = field.check(given)
            except Misfit as error:
                self.problems.append(f"{named}: {error}")
        return values


def _build(source: str, values: dict[str, dict[str, Any]], lists: dict[str, list[dict[str, Any]]]) -> Settings:
    district, smtp, delivery = values["district"], values["smtp"], values["delivery"]
    desk = DeskIdentity(
        district["name"],
        district["address"],
        tuple(district["aliases"]),
        district["timezone"],
        district["language"],
        own_categories=tuple(dict.fromkeys(row["slug"] for row in lists["category"])),
        habits=_habits(values["notices"], values["tickets"]),
    )
    host, port = smtp["listen"]
    smarthost, smart_port = delivery["smarthost"] or (None, 25)
    return Settings(
        source=source,
        desk=desk,
        database_url=values["database"]["url"],
        listener=ListenerSettings(
            host, port, smtp["tls_cert"], smtp["tls_key"], smtp["max_size_mb"] * 1024 * 1024,
            tuple(values["auth"]["relays"]), smtp["client_connections"], smtp["client_mails_a_minute"],
        ),
        delivery=DeliverySettings(
            smarthost, smart_port, delivery["from"] or desk.address, delivery["username"], delivery["password"],
            delivery["tls"], delivery["outbox"], delivery["templates"],
        ),
        mailboxes=tuple(MailboxSettings(**{**row, "name": row["name"] or row["username"]}) for row in lists["mailbox"]),
        auth=AuthSettings(
            values["auth"]["trusted_results"], values["auth"]["verify"], values["auth"]["proof"], TextCache(ask_dns)
        ),
        schools=tuple(SchoolSetting(**row) for row in lists["school"]),
        people=tuple(PersonSetting(**{**row, "schools": tuple(row["schools"])}) for row in lists["person"]),
        teams=tuple(TeamSetting(**{**row, "members": tuple(row["members"])}) for row in lists["team"]),
        coverage=tuple(CoverageSetting(**row) for row in lists["coverage"]),
        own_categories=tuple(OwnCategory(row["slug"], tuple(row["words"])) for row in lists["category"]),
    )  # fmt: skip


def _habits(notices: dict[str, Any], tickets: dict[str, Any]) -> Habits:
    weekly = notices["weekly_on"] if notices["weekly_at"] is not None else "never"
    return Habits(
        notices["digest_after"], notices["digest_minutes"], notices["daily_at"],
        tuple(WEEKDAYS.index(day) for day in notices["daily_on"]), notices["weekly_at"] or time(7),
        None if weekly == "never" else WEEKDAYS.index(weekly), notices["late_after_days"],
        tickets["remind_after_days"], tickets["resolve_after_days"], tickets["close_after_days"],
    )  # fmt: skip
