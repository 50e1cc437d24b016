"""The district: its schools, its teams, the addresses its desk answers.

In:       configuration or a roster import.
Out:      School, Team, Mailbox.
Not here: people (models.people).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import Base

if TYPE_CHECKING:
    from models.people import Person

team_member = Table(
    "team_member",
    Base.metadata,
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
)


class School(Base):
    """A building with a short code ("oak"), by which rosters and commands name it."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The sourcedId of OneRoster's orgs.csv, where the school came from a roster."""
    in_config: Mapped[bool] = mapped_column(default=False)
    """Whether the configuration names it: then its word on code and name outranks a roster's."""


class Team(Base):
    """Technicians who share a queue."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    members: Mapped[list[Person]] = relationship(secondary=team_member, order_by="Person.id")


def with_members() -> Any:
    """The option that loads a team with its members and their addresses, for whoever writes to all of them."""
    from models.people import Person

    return selectinload(Team.members).selectinload(Person.addresses)


class Mailbox(Base):
    """An address the desk answers; mail to it is seen by its team, where it has one."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    team: Mapped[Team | None] = relationship()
