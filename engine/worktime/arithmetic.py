"""Working time between two instants, for lists and chips ("sisa 4 hari kerja", "lewat 2 hari kerja")."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.worktime.calendars import Calendar
from engine.worktime.walk import ONE_DAY

MOST_DAYS = 7_320


@dataclass(frozen=True)
class Remaining:
    """The distance between now and a due instant; every amount is positive.

    ``late`` from the due instant on. ``days`` are the working days after the earlier of the two up to and
    including the later one, ``hours`` whole office hours and ``minutes`` all office minutes between them,
    ``elapsed`` the exact time. Days, hours and minutes stop growing after about twenty years.
    """

    late: bool
    days: int
    hours: int
    minutes: int
    elapsed: timedelta


def remaining(due: datetime, now: datetime, calendar: Calendar) -> Remaining:
    """How far away a due instant is, or how long ago it passed; raises Invalid for naive instants."""
    earlier, later = sorted((calendar.local(due), calendar.local(now)))
    minutes = working_time_between(earlier, later, calendar) // timedelta(minutes=1)
    days = working_days_between(earlier, later, calendar)
    return Remaining(now >= due, days, minutes // 60, minutes, later - earlier)


def working_days_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Working days after the day of ``a`` up to and including the day of ``b``; negative when b is before a.

    This is the count of rule 2: an event on Monday and a due on Thursday are three working days apart.
    """
    first, last = calendar.local(a).date(), calendar.local(b).date()
    if last < first:
        return -working_days_between(b, a, calendar)
    return sum(1 for _ in _working_days(first, last, calendar))


def working_time_between(a: datetime, b: datetime, calendar: Calendar) -> timedelta:
    """Office time from ``a`` to ``b``; nothing when b is before a."""
    begin, end = calendar.local(a), calendar.local(b)
    if end <= begin:
        return timedelta(0)
    if begin.date() == end.date():
        return _within(begin.date(), begin, end, calendar)
    whole = _working_days(begin.date(), end.date() - ONE_DAY, calendar)
    between = sum((calendar.hours(day).length for day in whole), timedelta(0))
    edges = _within(begin.date(), begin, end, calendar) + _within(end.date(), begin, end, calendar)
    return between + edges


def _working_days(after: date, until: date, calendar: Calendar) -> Iterator[date]:
    for offset in range(1, min((until - after).days, MOST_DAYS) + 1):
        day = after + offset * ONE_DAY
        if calendar.is_working(day):
            yield day


def _within(day: date, begin: datetime, end: datetime, calendar: Calendar) -> timedelta:
    if not calendar.is_working(day):
        return timedelta(0)
    return max(timedelta(0), min(end, calendar.closes(day)) - max(begin, calendar.opens(day)))
