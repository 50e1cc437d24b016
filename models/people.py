"""People, their addresses, and who serves whom.

In:       configuration, a roster import, or a stranger's first mail.
Out:      Person, Address, Coverage.
Not here: choosing a coverage row (desk.routing).
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.district import School, Team
from models.words import WORKING_ROLES

person_school = Table(
    "person_school",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("school_id", ForeignKey("school.id", ondelete="CASCADE"), primary_key=True),
)


class Person(Base):
    """Somebody who writes to the desk or works at it.

    `rostered` is true only for people whom the district itself names now; anybody else who writes in
    becomes an unrostered requester. Who names them is kept per source, because each source may only
    take back its own word: the configuration outranks the plain CSV, the plain CSV outranks OneRoster.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32), default="requester")
    level: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    rostered: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(8))
    source_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The sourcedId of OneRoster's users.csv, where the person is in one."""
    in_config: Mapped[bool] = mapped_column(default=False)
    in_oneroster: Mapped[bool] = mapped_column(default=False)
    csv_role: Mapped[str | None] = mapped_column(String(32))
    csv_level: Mapped[int | None]
    """What a plain CSV says, kept apart: it holds again when the configuration no longer names the person."""
    schools: Mapped[list[School]] = relationship(secondary=person_school, order_by=School.id)
    addresses: Mapped[list[Address]] = relationship(
        back_populates="person", order_by="Address.id", cascade="all, delete-orphan"
    )

    @property
    def address(self) -> str | None:
        """The address we write to: the first one known."""
        return self.addresses[0].address if self.addresses else None

    @property
    def works_here(self) -> bool:
        """Whether the district lists this person as somebody who works tickets, now."""
        return self.rostered and self.active and self.role in WORKING_ROLES

    @property
    def is_named(self) -> bool:
        """Whether any source of the district still names this person."""
        return bool(self.in_config or self.csv_role or self.in_oneroster)


class Address(Base):
    """An e-mail address of a person, stored in lower case (people type it either way)."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    person: Mapped[Person] = relationship(back_populates="addresses")


class Coverage(Base):
    """One line of who serves what: an empty column means any; exactly one of person and team serves.

    `origin` says who wrote the row, so that a restart replaces only what the configuration wrote.
    """

    __tablename__ = "coverage"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(16), default="config")
    kind: Mapped[str | None] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[int | None]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    school: Mapped[School | None] = relationship()
    person: Mapped[Person | None] = relationship()
    team: Mapped[Team | None] = relationship()
