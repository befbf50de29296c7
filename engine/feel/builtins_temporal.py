"""Functions that make and read dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.9)."""

from calendar import day_name, month_name
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from engine.feel import temporal
from engine.feel.border import FROM_PYTHON
from engine.feel.dates import SECOND, Date, DateTime, Time
from engine.feel.durations import Duration, Months, months
from engine.feel.library import builtin
from engine.feel.zones import offset_zone, zone


@builtin("date(from: string)")
def date_of_text(text: str) -> Date | None:
    return temporal.parse_date(text)


@builtin("date(from: date)", "date(from: date and time)")
def date_of(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("date(year: integer, month: integer, day: integer)")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    try:
        return Date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


@builtin("time(from: string)")
def time_of_text(text: str) -> Time | None:
    return temporal.parse_time(text)


@builtin("time(from: time)")
def time_of_time(value: Time) -> Time:
    return value


@builtin("time(from: date and time)")
def time_of(value: DateTime) -> Time:
    return value.time


@builtin("time(hour: integer, minute: integer, second: number, offset?: days)")
def time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: Duration | None = None
) -> Time | None:
    return _clock(hour, minute, second, offset)


def _clock(hour: Decimal, minute: Decimal, second: Decimal, offset: Any) -> Time | None:
    """A zone is an offset or the name of one; a fraction of a second is kept to the nanosecond."""
    try:
        nano = int((second % 1).scaleb(9))
        return Time.of(int(hour), int(minute), int(second), nano, _zone(offset))
    except ValueError:
        return None


def _zone(offset: Any) -> tzinfo | None:
    if isinstance(offset, Duration):
        return offset_zone(offset.nanos // SECOND)
    return None if offset is None else zone("@" + offset)


@builtin("date and time(from: string)")
def date_and_time_of_text(text: str) -> DateTime | None:
    return temporal.parse_date_and_time(text)


@builtin("date and time(from: date and time)")
def date_and_time_of(value: DateTime) -> DateTime:
    return value


@builtin("date and time(date: date, time: time)", "date and time(date: date and time, time: time)")
def date_and_time_of_both(day: Date | DateTime, clock: Time) -> DateTime:
    return DateTime.of(date_of(day), clock)


@builtin("date and time(from: date and time, timezone: string)")
def in_zone(value: DateTime, name: str) -> DateTime | None:
    """The same instant on the clocks of another zone."""
    try:
        place = zone("@" + name)
        return value.at_zone(place) if value.zone and place else None
    except ValueError:
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
) -> DateTime | None:
    whole = date_of_parts(year, month, day)
    clock = _clock(hour, minute, second, offset)
    return DateTime.of(whole, clock) if whole and clock else None


@builtin("duration(from: string)")
def duration_of_text(text: str) -> Duration | Months | None:
    return temporal.parse_duration(text)


@builtin("duration(from: duration)")
def duration_of(value: Any) -> Any:
    return value


@builtin("years and months duration(from: date, to: date)")
@builtin("years and months duration(from: date and time, to: date and time)")
@builtin("years and months duration(from: date, to: date and time)")
def months_between(start: Date | DateTime, end: Date | DateTime) -> Months | None:
    """Whole months that have passed; negative when ``to`` lies before ``from``."""
    first, last = _months_and_rest(start), _months_and_rest(end)
    count = last[0] - first[0]
    if count > 0 and last[1:] < first[1:]:
        count -= 1
    elif count < 0 and last[1:] > first[1:]:
        count += 1
    return months(count)


def _months_and_rest(value: Date | DateTime) -> tuple[int, int, int]:
    """The months of our era, the day of the month, and the nanosecond of the day."""
    day = date_of(value)
    return day.year * 12 + day.month, day.day, value.time.nanos if isinstance(value, DateTime) else 0


@builtin("now()", run=True)
def now(run: Any) -> DateTime:
    environment = run.environment
    moment: DateTime = FROM_PYTHON[type(environment.now)](environment.now)
    return moment.at_zone(environment.zone)


@builtin("today()", run=True)
def today(run: Any) -> Date:
    return now(run).date


@builtin("day of week(date: date)", "day of week(date: date and time)")
def day_of_week(day: Date | DateTime) -> str:
    return str(day_name[date_of(day).near().weekday()])


@builtin("day of year(date: date)", "day of year(date: date and time)")
def day_of_year(day: Date | DateTime) -> Decimal:
    return Decimal(date_of(day).near().timetuple().tm_yday)


@builtin("week of year(date: date)", "week of year(date: date and time)")
def week_of_year(day: Date | DateTime) -> Decimal:
    return Decimal(date_of(day).near().isocalendar().week)


@builtin("month of year(date: date)", "month of year(date: date and time)")
def month_of_year(day: Date | DateTime) -> str:
    return str(month_name[date_of(day).month])


@builtin("last day of month(date: date)", "last day of month(date: date and time)")
def last_day_of_month(day: Date | DateTime) -> Date:
    """The last day of the month the date lies in."""
    first = date_of(day)
    return Date(first.year, first.month, first.month_length())
