"""An agency's or a unit's calendar: which days are worked, between which hours, in which zone."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Invalid, msg
from engine.worktime import national
from engine.worktime.hours import Hours, Period, Week, checked_week, closing_on, hours_on, week

NATIONAL = "id-nasional"
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
USUAL = week()
LAST_MINUTE = time(23, 59)
# The years whose list the version label covers: fixed, since the label must not depend on today.
VERSION_YEARS = range(2020, 2041)


@dataclass(frozen=True)
class Change:
    """One line of an agency's own table: a day off, or one worked although the list says otherwise.

    A day that is worked may have ``hours`` of its own, for example half a day before a feast.
    """

    day: date
    kind: Literal["libur", "kerja"]
    name: str = ""
    hours: Hours | None = None


@dataclass(frozen=True)
class Reason:
    """Why a day is not counted: ``why`` is weekend, holiday, change or pause; ``name`` as listed."""

    why: str
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """Working days and office hours; days and hours are local to ``zone``.

    ``periods`` have hours of their own; of two that cover a day the first listed counts. ``settled`` are the
    years whose holidays the calendar's keeper confirmed, so that no count warns of them.
    """

    id: str
    zone: ZoneInfo
    week: Week = USUAL
    periods: tuple[Period, ...] = ()
    changes: tuple[Change, ...] = ()
    settled: frozenset[int] = frozenset()
    _off: dict[date, Change] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checked_week(self.week)
        table: dict[date, Change] = {}
        for change in self.changes:
            if change.kind not in ("libur", "kerja"):
                raise Invalid(
                    msg("%(day)s: a day is either libur or kerja.", day=change.day.isoformat()),
                    hint=msg("Write libur for a day off and kerja for a day that is worked."),
                )
            if change.kind == "libur" and change.hours is not None:
                raise Invalid(msg("%(day)s is libur and has office hours.", day=change.day.isoformat()))
            if change.day in table and table[change.day].kind != change.kind:
                raise Invalid(msg("%(day)s is both libur and kerja.", day=change.day.isoformat()))
            table[change.day] = change
        object.__setattr__(self, "_off", table)

    def reason(self, day: date) -> Reason | None:
        """Why the day is not worked, or None when it is."""
        change = self._off.get(day)
        if change is not None:
            return Reason("change", change.name) if change.kind == "libur" else None
        if self._pattern(day)[day.weekday()] is None:
            return Reason("weekend")
        name = national.year(day.year).days.get(day)
        return Reason("holiday", name) if name is not None else None

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        return self.reason(day) is None

    def hours(self, day: date) -> Hours:
        """When the office opens and closes on a day that is worked: by the day, its period, the week."""
        change = self._off.get(day)
        if change is not None and change.hours is not None:
            return change.hours
        return hours_on(self._pattern(day), day.weekday())

    def occasion(self, day: date) -> str:
        """What gives that day other hours than the usual week, as its keeper called it; or nothing."""
        change = self._off.get(day)
        if change is not None and change.hours is not None:
            return change.name
        period = self._period(day)
        return period.name if period is not None else ""

    def opens(self, day: date) -> datetime:
        """The instant at which the office opens on that day."""
        return self.at(day, self.hours(day).opening)

    def closes(self, day: date) -> datetime:
        """The instant at which the office closes on that day."""
        return closing_on(day, self.hours(day)).replace(tzinfo=self.zone)

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

    def _period(self, day: date) -> Period | None:
        return next((each for each in self.periods if each.covers(day)), None)

    def _pattern(self, day: date) -> Week:
        period = self._period(day)
        return period.week if period is not None else self.week

    @cached_property
    def version(self) -> str:
        """A short label of everything a count depends on: package version, its list, hours, changes."""
        return f"{national.VERSION}-{_digest(self)}"


def calendar(
    id: str = NATIONAL,
    zone: str = "Asia/Jakarta",
    changes: Iterable[Change] = (),
    *,
    week: Week = USUAL,
    periods: Iterable[Period] = (),
    settled: Iterable[int] = (),
) -> Calendar:
    """The national calendar in a zone (a zone name, or WIB, WITA, WIT), with an agency's own changes.

    Raises Invalid for an unknown zone or contradicting changes.
    """
    ordered = tuple(sorted(changes, key=lambda change: (change.day, change.kind, change.name)))
    return _calendar(id, zone, ordered, week, tuple(periods), frozenset(settled))


@lru_cache(maxsize=256)
def _calendar(
    id: str,
    zone: str,
    changes: tuple[Change, ...],
    week: Week,
    periods: tuple[Period, ...],
    settled: frozenset[int],
) -> Calendar:
    try:
        place = ZoneInfo(ZONES.get(zone.upper(), zone))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            msg("%(zone)s is not a time zone.", zone=zone[:60]),
            hint=msg("Write WIB, WITA, WIT, or a name like Asia/Jakarta."),
        ) from error
    return Calendar(id, place, week, periods, changes, settled)


def _digest(calendar: Calendar) -> str:
    lines = [f"{calendar.zone.key} {_words(calendar.week)}"]
    lines += (f"{each.first} {each.last} {_words(each.week)}" for each in calendar.periods)
    for number in VERSION_YEARS:
        lines += (f"{day} {name}" for day, name in national.year(number).days.items())
    lines += (
        f"{change.day} {change.kind} {change.name}{f' {change.hours}' if change.hours else ''}"
        for change in calendar.changes
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def _words(week: Week) -> str:
    return " ".join("-" if hours is None else str(hours) for hours in week)
