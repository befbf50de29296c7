"""Dates, times of day, and both: the proleptic Gregorian calendar, by the nanosecond.

FEEL's years run from -999,999,999 to 999,999,999 and Python's from 1 to 9999, so these are types of our own;
``engine.feel.border`` turns them into Python's and back. Making one that does not exist raises ValueError.
"""

from dataclasses import dataclass
from datetime import date, tzinfo

from engine.feel.zones import fixed_offset, offset_at

LARGEST_YEAR = 999_999_999
SECOND = 1_000_000_000
DAY = 86_400 * SECOND

# The calendar repeats every 400 years: a day is one of the years 2000 to 2399 in some cycle of 400.
_CYCLE = 146_097
_FIRST = date(2000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if abs(self.year) > LARGEST_YEAR:
            raise ValueError(self.year)
        self.near()

    def near(self) -> date:
        """The same day in the years 2000 to 2399: of the same weekday, week, and place in its year."""
        return date(2000 + self.year % 400, self.month, self.day)

    def ordinal(self) -> int:
        """The days since the beginning of our era; its first day is 1, as in Python."""
        return self.near().toordinal() + (self.year // 400 - 5) * _CYCLE

    @classmethod
    def of_ordinal(cls, days: int) -> "Date":
        cycles, rest = divmod(days - _FIRST, _CYCLE)
        near = date.fromordinal(_FIRST + rest)
        return cls(near.year + 400 * cycles, near.month, near.day)

    def plus_months(self, count: int) -> "Date":
        """So many months later; the last day of the month when that day is missing there."""
        year, month = divmod(self.year * 12 + self.month - 1 + count, 12)
        first = Date(year, month + 1, 1)
        return Date(year, month + 1, min(self.day, first.month_length()))

    def month_length(self) -> int:
        first = self.near().replace(day=1)
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return (following - first).days


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: nanoseconds since midnight, in a zone or in none."""

    nanos: int
    zone: tzinfo | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.nanos < DAY:
            raise ValueError(self.nanos)

    @classmethod
    def of(cls, hour: int, minute: int, second: int, nano: int = 0, zone: tzinfo | None = None) -> "Time":
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nano < SECOND):
            raise ValueError(hour, minute, second, nano)
        return cls((hour * 3600 + minute * 60 + second) * SECOND + nano, zone)

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * SECOND)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * SECOND) % 60

    @property
    def second(self) -> int:
        return self.nanos // SECOND % 60

    @property
    def nano(self) -> int:
        return self.nanos % SECOND

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC; None without a zone, and for a place, whose offset depends on the day."""
        return fixed_offset(self.zone)

    def in_utc(self) -> int:
        """Nanoseconds since midnight in UTC; since the local one when the offset is unknown."""
        return self.nanos - (self.offset or 0) * SECOND

    def plus(self, nanos: int) -> "Time":
        """So much later, around the clock."""
        return Time((self.nanos + nanos) % DAY, self.zone)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time on it. ``offset`` is that of the zone then: an hour may come twice in one night."""

    date: Date
    time: Time
    offset: int | None

    @classmethod
    def of(cls, date: Date, time: Time) -> "DateTime":
        zone, second = time.zone, time.nanos // SECOND
        if zone is None:
            return cls(date, time, None)
        return cls(date, time, offset_at(zone, date.year, date.month, date.day, second, utc=False))

    @classmethod
    def midnight(cls, date: Date, zone: tzinfo | None = None) -> "DateTime":
        return cls.of(date, Time(0, zone))

    @classmethod
    def of_instant(cls, instant: int, zone: tzinfo | None) -> "DateTime":
        """What the clocks of a zone show at an instant, which without a zone is already theirs."""
        days, nanos = divmod(instant, DAY)
        day = Date.of_ordinal(days)
        if zone is None:
            return cls(day, Time(nanos), None)
        offset = offset_at(zone, day.year, day.month, day.day, nanos // SECOND, utc=True)
        days, nanos = divmod(instant + offset * SECOND, DAY)
        return cls(Date.of_ordinal(days), Time(nanos, zone), offset)

    @property
    def zone(self) -> tzinfo | None:
        return self.time.zone

    def instant(self, local: tzinfo | None = None) -> int:
        """Nanoseconds in UTC since the beginning of the calendar, so that instants can be compared.

        Without a zone it is taken in the local one, or as it stands when none is given.
        """
        if self.offset is None and local is not None:
            return DateTime.of(self.date, Time(self.time.nanos, local)).instant()
        return self.date.ordinal() * DAY + self.time.nanos - (self.offset or 0) * SECOND

    def plus(self, nanos: int) -> "DateTime":
        """So much elapsed time later, in the same zone."""
        return DateTime.of_instant(self.instant() + nanos, self.zone)

    def plus_months(self, count: int) -> "DateTime":
        return DateTime.of(self.date.plus_months(count), self.time)

    def at_zone(self, zone: tzinfo) -> "DateTime":
        """The same instant on the clocks of another zone."""
        return DateTime.of_instant(self.instant(), zone)
