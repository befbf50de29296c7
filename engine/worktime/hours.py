"""Office hours: a week's pattern, and periods such as Ramadan that have a pattern of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.errors import Invalid, msg

DAYS_OF_WEEK = 7
ANY_DAY = date(2000, 1, 1)  # only the distance of two times on it counts
MIDNIGHT = time(0)  # as a closing time, the end of the day
END_OF_DAY = "24:00"


@dataclass(frozen=True)
class Hours:
    """From opening to closing of one day, on the office's wall clock; raises Invalid when empty.

    A closing time of midnight is the end of that day (24:00): an office may be open around the clock. Hours
    over midnight are not supported, as it is a day that is worked, or is not.
    """

    opening: time = time(8)
    closing: time = time(16)

    def __post_init__(self) -> None:
        if self.closing != MIDNIGHT and self.opening >= self.closing:
            raise Invalid(
                msg("Office hours must open before they close, on the same day, at 24:00 at the latest.")
            )

    @classmethod
    def read(cls, opening: str, closing: str) -> "Hours":
        """Hours as written: ``08:00``, ``24:00``; raises ValueError for no time, Invalid for empty hours."""
        return cls(_clock(opening), MIDNIGHT if closing == END_OF_DAY else _clock(closing))

    @property
    def closes_at(self) -> str:
        """The closing time as written: ``16:00``, ``24:00``."""
        return END_OF_DAY if self.closing == MIDNIGHT else f"{self.closing:%H:%M}"

    @property
    def length(self) -> timedelta:
        """The working time of the day (eight hours by default)."""
        opens = datetime.combine(ANY_DAY, self.opening)
        return closing_on(ANY_DAY, self) - opens

    def __str__(self) -> str:
        return f"{self.opening:%H:%M}-{self.closes_at}"


def closing_on(day: date, hours: Hours) -> datetime:
    """When hours of this day end, on the wall clock: midnight belongs to the next day."""
    return datetime.combine(day + timedelta(days=hours.closing == MIDNIGHT), hours.closing)


def _clock(text: str) -> time:
    """A time to the minute and of no zone; raises ValueError."""
    found = time.fromisoformat(text)
    if f"{found:%H:%M}" != text:
        raise ValueError(text)
    return found


# Seven entries from Monday; None is a day of rest.
Week = tuple[Hours | None, ...]


def week(days: Iterable[int] = range(5), hours: Hours | None = None) -> Week:
    """A week with the same hours on each of these days; Monday is 0."""
    worked = frozenset(days)
    if not worked <= frozenset(range(DAYS_OF_WEEK)):
        raise Invalid(msg("A day of the week is a number from 0 (Monday) to 6."))
    return checked_week(((hours or Hours()) if day in worked else None) for day in range(DAYS_OF_WEEK))


def checked_week(days: Iterable[Hours | None]) -> Week:
    """The pattern as a tuple; raises Invalid for other than seven days and for a week without work."""
    found = tuple(days)
    if len(found) != DAYS_OF_WEEK or not any(found):
        raise Invalid(msg("A calendar needs at least one working day of the week."))
    return found


def hours_on(pattern: Week, weekday: int) -> Hours:
    """The hours of a day of the week; one of rest that is worked all the same has those of the first one."""
    return pattern[weekday] or next(hours for hours in pattern if hours is not None)


@dataclass(frozen=True)
class Period:
    """Days from ``first`` through ``last`` that have a week of their own, for example Ramadan.

    The week says both the hours and which days of the week are worked.
    """

    first: date
    last: date
    name: str
    week: Week

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid(msg("The period %(name)s ends before it begins.", name=self.name))

    def covers(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day <= self.last
