"""The border to Python: what the engine hands in, and what its own functions are handed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.errors import msg
from engine.feel.dates import SECOND, Date, DateTime, Time
from engine.feel.durations import Duration
from engine.feel.errors import FeelError
from engine.feel.temporal import format_value


def _from_date(value: date) -> Date:
    return Date(value.year, value.month, value.day)


def _from_time(value: time) -> Time:
    return Time.of(value.hour, value.minute, value.second, value.microsecond * 1000, value.tzinfo)


def _from_datetime(value: datetime) -> DateTime:
    """Of an hour that comes twice in one night, the one that Python means by ``fold``."""
    if value.tzinfo is None or not value.fold:
        return DateTime.of(_from_date(value), _from_time(value.timetz()))
    return _from_datetime(value.astimezone(UTC).replace(fold=0)).at_zone(value.tzinfo)


def _from_timedelta(value: timedelta) -> Duration:
    return Duration(value // timedelta(microseconds=1) * 1000)


FROM_PYTHON: dict[type, Callable[[Any], Any]] = {
    date: _from_date,
    time: _from_time,
    datetime: _from_datetime,
    timedelta: _from_timedelta,
}
"""By the Python type, the function that makes the FEEL value of it."""


def to_python(value: Any) -> Any:
    """The value as functions of the engine take it: Python's dates and durations, by the microsecond.

    Raises FeelError for a year that Python's calendar does not have.
    """
    make = _TO_PYTHON.get(type(value))
    if make is None:
        return value
    try:
        return make(value)
    except (ValueError, OverflowError):
        raise FeelError(
            msg("%(value)s lies outside of the years 1 to 9999.", value=format_value(value)),
            hint=msg("Deadlines are counted within these years. Check the year."),
        ) from None


def _to_date(value: Date) -> date:
    return date(value.year, value.month, value.day)


def _to_time(value: Time) -> time:
    return time(value.hour, value.minute, value.second, value.nano // 1000, value.zone)


def _to_datetime(value: DateTime) -> datetime:
    made = datetime.combine(_to_date(value.date), _to_time(value.time))
    offset = made.utcoffset()
    if value.offset is None or offset == timedelta(seconds=value.offset):
        return made
    return made.replace(fold=1)


def _to_timedelta(value: Duration) -> timedelta:
    seconds, nanos = divmod(value.nanos, SECOND)
    return timedelta(seconds=seconds, microseconds=nanos // 1000)


_TO_PYTHON: dict[type, Callable[[Any], Any]] = {
    Date: _to_date,
    Time: _to_time,
    DateTime: _to_datetime,
    Duration: _to_timedelta,
}
