"""Teams, coverage and desk addresses, made equal to what the configuration says.

In:       checked settings; the people and schools they refer to, by folded address and code.
Out:      Team, Coverage and Mailbox rows.
Not here: people and schools (desk.directory), whether the settings make sense (desk.directory_check).
"""

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.directory_check import CoverageSetting, TeamSetting, fold, folded_address
from models import Coverage, Mailbox, Person, School, Team

CONFIG = "config"
log = logging.getLogger(__name__)


def apply_teams(
    session: Session, settings: Sequence[TeamSetting], by_address: Mapping[str, Person], default_team: str
) -> dict[str, Team]:
    """Every team by its folded name; a team that is not listed has no members."""
    by_name = {fold(team.name): team for team in session.scalars(select(Team).order_by(Team.id.desc()))}
    wanted = {fold(setting.name): setting for setting in settings}
    wanted.setdefault(fold(default_team), TeamSetting(default_team))
    for key, setting in wanted.items():
        team = by_name.get(key)
        if team is None:
            team = by_name[key] = Team(name=setting.name.strip())
            session.add(team)
        team.name = setting.name.strip()
    for key, team in by_name.items():
        members = [by_address[folded_address(one)] for one in wanted[key].members] if key in wanted else []
        if set(team.members) != set(members):
            team.members = list(dict.fromkeys(members))
    session.flush()
    return by_name


def apply_coverage(
    session: Session,
    settings: Sequence[CoverageSetting],
    by_code: Mapping[str, School],
    by_address: Mapping[str, Person],
    by_name: Mapping[str, Team],
) -> None:
    """Replace the configuration's rows when they differ: their order counts, it breaks ties."""
    wanted = []
    for row in settings:
        school = by_code[fold(row.school)].id if row.school else None
        person = by_address[folded_address(row.person)] if row.person else None
        team = by_name[fold(row.team)].id if row.team else None
        if person is not None and not person.active:
            log.warning("coverage names person %d, who has left; routing skips the row", person.id)
        wanted.append((row.kind, row.category, row.level, school, person.id if person else None, team))
    _replace_coverage(session, wanted)


def _replace_coverage(session: Session, wanted: Sequence[tuple]) -> None:
    ours = list(session.scalars(select(Coverage).where(Coverage.origin == CONFIG).order_by(Coverage.id)))
    keys = ("kind", "category", "level", "school_id", "person_id", "team_id")
    if [tuple(getattr(row, key) for key in keys) for row in ours] == wanted:
        return
    for row in ours:
        session.delete(row)
    session.flush()
    for values in wanted:
        session.add(Coverage(origin=CONFIG, **dict(zip(keys, values, strict=True))))
        session.flush()  # one by one, so that ids follow the order of the file


def apply_mailboxes(
    session: Session, teams: Sequence[TeamSetting], mailboxes: Sequence[str], by_name: Mapping[str, Team]
) -> None:
    """The addresses that the desk answers, each with the team that sees its mail."""
    wanted: dict[str, Team | None] = {folded_address(address): None for address in mailboxes}
    wanted |= {folded_address(team.address): by_name[fold(team.name)] for team in teams if team.address}
    found = {mailbox.address: mailbox for mailbox in session.scalars(select(Mailbox))}
    for address, team in wanted.items():
        mailbox = found.pop(address, None) or Mailbox(address=address)
        mailbox.team = team
        session.add(mailbox)
    for mailbox in found.values():
        session.delete(mailbox)
