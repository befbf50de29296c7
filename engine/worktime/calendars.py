"""An agency's calendar: which days are worked, between which hours, in which zone."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Invalid, msg
from engine.worktime import national

NATIONAL = "id-nasional"
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
LAST_MINUTE = time(23, 59)
# The years whose list the version label covers: fixed, since the label must not depend on today.
VERSION_YEARS = range(2020, 2041)


@dataclass(frozen=True)
class Change:
    """One line of an agency's own table: a day off, or a day worked although the list says otherwise."""

    day: date
    kind: Literal["libur", "kerja"]
    name: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a day is not counted: ``why`` is weekend, holiday, change or pause; ``name`` as listed."""

    why: str
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """Working days and office hours; days and hours are local to ``zone``. ``week`` counts Monday as 0."""

    id: str
    zone: ZoneInfo
    week: frozenset[int] = frozenset(range(5))
    opening: time = time(8)
    closing: time = time(16)
    changes: tuple[Change, ...] = ()
    _off: dict[date, Change] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.week or not self.week <= frozenset(range(7)):
            raise Invalid(msg("A calendar needs at least one working day of the week."))
        if self.opening >= self.closing:
            raise Invalid(msg("Office hours must open before they close."))
        table: dict[date, Change] = {}
        for change in self.changes:
            if change.kind not in ("libur", "kerja"):
                raise Invalid(
                    msg("%(day)s: a day is either libur or kerja.", day=change.day.isoformat()),
                    hint=msg("Write libur for a day off and kerja for a day that is worked."),
                )
            if change.day in table and table[change.day].kind != change.kind:
                raise Invalid(msg("%(day)s is both libur and kerja.", day=change.day.isoformat()))
            table[change.day] = change
        object.__setattr__(self, "_off", table)

    def reason(self, day: date) -> Reason | None:
        """Why the day is not worked, or None when it is."""
        change = self._off.get(day)
        if change is not None:
            return Reason("change", change.name) if change.kind == "libur" else None
        if day.weekday() not in self.week:
            return Reason("weekend")
        name = national.year(day.year).days.get(day)
        return Reason("holiday", name) if name is not None else None

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return self.reason(day) is None

    def local(self, moment: datetime) -> datetime:
        """The same instant on the office's wall clock; raises Invalid for a naive datetime."""
        if moment.tzinfo is None:
            raise Invalid(
                msg("An instant needs a zone."), hint=msg("Write for example 2026-03-02T09:00+07:00.")
            )
        return moment.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """The instant at which the office's wall clock shows this."""
        return datetime.combine(day, clock, tzinfo=self.zone)

    @property
    def day_length(self) -> timedelta:
        """Working time in a day (eight hours by default)."""
        midnight = date.min
        return datetime.combine(midnight, self.closing) - datetime.combine(midnight, self.opening)

    @cached_property
    def version(self) -> str:
        """A short label of everything a count depends on: package version, its list, hours, changes."""
        return f"{national.VERSION}-{_digest(self)}"


def calendar(
    id: str = NATIONAL,
    zone: str = "Asia/Jakarta",
    changes: Iterable[Change] = (),
    *,
    week: Iterable[int] = range(5),
    opening: time = time(8),
    closing: time = time(16),
) -> Calendar:
    """The national calendar in a zone (a zone name, or WIB, WITA, WIT), with an agency's own changes.

    Raises Invalid for an unknown zone or contradicting changes.
    """
    ordered = tuple(sorted(changes, key=lambda change: (change.day, change.kind, change.name)))
    return _calendar(id, zone, ordered, frozenset(week), opening, closing)


@lru_cache(maxsize=256)
def _calendar(
    id: str, zone: str, changes: tuple[Change, ...], week: frozenset[int], opening: time, closing: time
) -> Calendar:
    try:
        place = ZoneInfo(ZONES.get(zone.upper(), zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            msg("%(zone)s is not a time zone.", zone=zone[:60]),
            hint=msg("Write WIB, WITA, WIT, or a name like Asia/Jakarta."),
        ) from error
    return Calendar(id, place, week, opening, closing, changes)


def _digest(calendar: Calendar) -> str:
    lines = [f"{calendar.zone.key} {sorted(calendar.week)} {calendar.opening} {calendar.closing}"]
    for number in VERSION_YEARS:
        lines += (f"{day} {name}" for day, name in national.year(number).days.items())
    lines += (f"{change.day} {change.kind} {change.name}" for change in calendar.changes)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
