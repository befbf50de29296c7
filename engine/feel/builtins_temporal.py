"""Functions that make and read dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.9)."""

from calendar import day_name, month_name
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.library import builtin
from engine.feel.values import Months, months


@builtin("date(from: string)")
def date_of_text(text: str) -> date | None:
    return temporal.parse_date(text)


@builtin("date(from: date)", "date(from: date and time)")
def date_of(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("date(year: integer, month: integer, day: integer)")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


@builtin("time(from: string)")
def time_of_text(text: str) -> time | None:
    return temporal.parse_time(text)


@builtin("time(from: time)")
def time_of_time(value: time) -> time:
    return value


@builtin("time(from: date and time)")
def time_of(value: datetime) -> time:
    return value.timetz()


@builtin("time(hour: integer, minute: integer, second: number, offset?: days)")
def time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time | None:
    return _clock(hour, minute, second, offset)


def _clock(hour: Decimal, minute: Decimal, second: Decimal, offset: Any) -> time | None:
    """A zone is an offset or the name of one; a fraction of a second is kept to the microsecond."""
    try:
        zone: tzinfo | None = None
        if isinstance(offset, timedelta):
            zone = temporal.offset_zone(offset)
        elif offset is not None:
            zone = temporal.zone("@" + offset)
        micro = int((second % 1).scaleb(6))
        return time(int(hour), int(minute), int(second), micro, zone)
    except (ValueError, OverflowError):
        return None


@builtin("date and time(from: string)")
def date_and_time_of_text(text: str) -> datetime | None:
    return temporal.parse_date_and_time(text)


@builtin("date and time(from: date and time)")
def date_and_time_of(value: datetime) -> datetime:
    return value


@builtin("date and time(date: date, time: time)", "date and time(date: date and time, time: time)")
def date_and_time_of_both(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)


@builtin("date and time(from: date and time, timezone: string)")
def in_zone(value: datetime, name: str) -> datetime | None:
    """The same instant on the clocks of another zone."""
    try:
        return value.astimezone(temporal.zone("@" + name)) if value.tzinfo else None
    except (ValueError, OverflowError):
        return None


_PARTS = "year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number"


@builtin(f"date and time({_PARTS}, offset?: days)", f"date and time({_PARTS}, timezone?: string)")
def date_and_time_of_parts(
    year: Decimal,
    month: Decimal,
    day: Decimal,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: Any = None,
) -> datetime | None:
    whole = date_of_parts(year, month, day)
    clock = _clock(hour, minute, second, offset)
    return datetime.combine(whole, clock) if whole and clock is not None else None


@builtin("duration(from: string)")
def duration_of_text(text: str) -> timedelta | Months | None:
    return temporal.parse_duration(text)


@builtin("duration(from: duration)")
def duration_of(value: Any) -> Any:
    return value


@builtin("years and months duration(from: date, to: date)")
@builtin("years and months duration(from: date and time, to: date and time)")
@builtin("years and months duration(from: date, to: date and time)")
def months_between(start: date, end: date) -> Months | None:
    """Whole months that have passed; negative when ``to`` lies before ``from``."""
    first, last = _naive(start), _naive(end)
    if last < first:
        back = months_between(end, start)
        return None if back is None else months(-back.months)
    count = (last.year - first.year) * 12 + last.month - first.month
    incomplete = (last.day, last.time()) < (first.day, first.time())
    return months(count - 1 if incomplete else count)


def _naive(value: date) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time())


@builtin("now()", run=True)
def now(run: Any) -> datetime:
    environment = run.environment
    return environment.now.astimezone(environment.zone)


@builtin("today()", run=True)
def today(run: Any) -> date:
    return now(run).date()


@builtin("day of week(date: date)", "day of week(date: date and time)")
def day_of_week(day: date) -> str:
    return str(day_name[day.weekday()])


@builtin("day of year(date: date)", "day of year(date: date and time)")
def day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("week of year(date: date)", "week of year(date: date and time)")
def week_of_year(day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("month of year(date: date)", "month of year(date: date and time)")
def month_of_year(day: date) -> str:
    return str(month_name[day.month])


@builtin("last day of month(date: date)", "last day of month(date: date and time)")
def last_day_of_month(day: date) -> date | None:
    """The last day of the month the date lies in."""
    first = date_of(day).replace(day=1)
    following = temporal.add_months(first, 1)
    return following - timedelta(days=1) if following else None
