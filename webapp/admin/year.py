"""A year of working days as months to draw and as the list of days that are off, for the calendar page."""

import calendar as weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names

from engine import worktime
from engine.worktime import national
from engine.worktime.calendars import VERSION_YEARS as YEARS
from webapp.i18n import current_language

__all__ = ["YEARS", "Day", "Month", "Row", "months_of", "rows_of", "weekdays"]

WEEKEND, HOLIDAY, LEAVE, OWN_OFF, OWN_WORK = "akhir-pekan", "libur", "cuti", "instansi", "kerja"
OWN_HOURS = "jam"
JOINT_LEAVE = "Cuti Bersama"  # how the library's names of such days begin
LETTERS = {HOLIDAY: "L", LEAVE: "C", OWN_OFF: "I", OWN_WORK: "K", OWN_HOURS: "J"}


@dataclass(frozen=True)
class Day:
    """A day in a month: ``kind`` is empty for a working day, ``letter`` its mark, ``name`` why it is off."""

    number: int
    kind: str = ""
    letter: str = ""
    name: str = ""
    today: bool = False


@dataclass(frozen=True)
class Month:
    """A month: how many days are worked, and its weeks from Monday, None outside the month."""

    name: str
    working: int
    weeks: list[list[Day | None]]


@dataclass(frozen=True)
class Row:
    """A day off or worked against the list; ``change`` is the place's own entry, ``above``: inherited."""

    day: date
    kind: str
    name: str
    estimated: bool
    change: Any = None
    above: bool = False


def months_of(calendar: worktime.Calendar, year: int, today: date) -> list[Month]:
    """The twelve months of a year."""
    names = get_month_names("wide", locale=current_language())
    return [_month(calendar, year, number, names[number], today) for number in range(1, 13)]


def weekdays() -> list[tuple[str, str]]:
    """The days of the week from Monday, short and in full."""
    short, wide = (get_day_names(width, locale=current_language()) for width in ("abbreviated", "wide"))
    return [(short[number], wide[number]) for number in range(7)]


def rows_of(calendar: worktime.Calendar, year: int, changes: Iterable[Any]) -> list[Row]:
    """Holidays, joint leave and the changes of a year that count here, by date.

    ``changes`` are the entries of the place itself; the calendar's others come from what stands above it.
    """
    own = {change.day: change for change in changes}
    changed = {change.day: change for change in calendar.changes if change.day.year == year}
    rows = [
        Row(day, _of_list(name), name.replace(national.ESTIMATED, "").strip(), national.ESTIMATED in name)
        for day, name in national.year(year).days.items()
        if day not in changed
    ]
    rows += [
        Row(day, *_of_change(change), False, own.get(day), above=day not in own)
        for day, change in changed.items()
    ]
    return sorted(rows, key=lambda row: row.day)


def _month(calendar: worktime.Calendar, year: int, number: int, name: str, today: date) -> Month:
    grid = weeks.Calendar().monthdatescalendar(year, number)
    days = [[_day(calendar, day, today) if day.month == number else None for day in week] for week in grid]
    inside = [day for week in grid for day in week if day.month == number]
    return Month(name, sum(calendar.is_working(day) for day in inside), days)


def _day(calendar: worktime.Calendar, day: date, today: date) -> Day:
    kind, name = _kind(calendar, day)
    return Day(day.day, kind, LETTERS.get(kind, ""), name, day == today)


def _kind(calendar: worktime.Calendar, day: date) -> tuple[str, str]:
    own = next((change for change in calendar.changes if change.day == day), None)
    if own is not None:
        return _of_change(own)
    reason = calendar.reason(day)
    if reason is None:
        return "", ""
    if reason.why == "weekend":
        return WEEKEND, ""
    return _of_list(reason.name), reason.name


def _of_change(change: worktime.Change) -> tuple[str, str]:
    if change.hours is None:
        return (OWN_WORK if change.kind == "kerja" else OWN_OFF), change.name
    opening, closing = str(change.hours).replace(":", ".").split("-")
    return OWN_HOURS, f"{change.name} ({opening}–{closing})"


def _of_list(name: str) -> str:
    return LEAVE if name.startswith(JOINT_LEAVE) else HOLIDAY
