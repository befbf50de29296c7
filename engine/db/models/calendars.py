"""What an agency, or one of its units, changes on the national calendar: days, hours, confirmed years.

``unit`` is a unit's key, empty for the whole agency.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db.models.base import ID, Base


class CalendarChange(Base):
    """A day that an agency (or one unit) works or rests against the national calendar; who and why.

    A worked day may have ``hours`` of its own, for example half a day before a feast.
    """

    __tablename__ = "calendar_changes"
    __table_args__ = (UniqueConstraint("agency_id", "unit", "day"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    unit: Mapped[str] = mapped_column(String(60), default="")
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(8))  # libur | kerja
    name: Mapped[str] = mapped_column(String(200))
    hours: Mapped[list[Any] | None]  # ["08:00", "12:00"]
    created_by: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime]


class CalendarHours(Base):
    """Office hours by weekday: the standing ones where ``first`` is empty, else those of a period."""

    __tablename__ = "calendar_hours"
    __table_args__ = (UniqueConstraint("agency_id", "unit", "first"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    unit: Mapped[str] = mapped_column(String(60), default="")
    first: Mapped[date | None]
    last: Mapped[date | None]
    week: Mapped[list[Any]]  # seven of ["08:00", "16:00"] or null, from Monday
    name: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime]


class CalendarYear(Base):
    """A year that a deadline reached before its national list was final, until the keeper confirms it."""

    __tablename__ = "calendar_years"

    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(ID)
    note: Mapped[str] = mapped_column(String(200), default="")
