"""Dates, times and durations as text: reading and writing, by the nanosecond (finer fractions are cut)."""

import re
from typing import Any

from engine.feel.dates import DAY, SECOND, Date, DateTime, Time
from engine.feel.durations import Duration, Months, duration, months
from engine.feel.zones import zone, zone_text

# XML Schema's years: at least four digits, more of them without a leading zero, and a sign before our era.
_DATE = r"(?P<year>-?(?:\d{4}|[1-9]\d{4,8}))-(?P<month>\d\d)-(?P<day>\d\d)"
_ZONE = r"(?P<zone>[zZ]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]{1,64})?"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?" + _ZONE
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile("T?" + _TIME, re.ASCII)
_BOTH = re.compile(_DATE + "(?:T" + _TIME + ")?", re.ASCII)
# A minute is enough for people, so seconds may be left out where a person's form writes the value.
_SHORT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)((?:[zZ]|[+-]\d\d:\d\d|@.*)?)", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,14})H)?(?:(\d{1,16})M)?(?:(\d{1,18})(?:\.(\d{0,30}))?S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:(\d{1,11})Y)?(?:(\d{1,12})M)?", re.ASCII)


def parse_date(text: str) -> Date | None:
    """A date of ``YYYY-MM-DD``; None when the text is none."""
    found = _DATE_ONLY.fullmatch(text)
    try:
        return _date(found) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    """A time of ``hh:mm:ss`` with or without zone; None when the text is none."""
    found = _TIME_ONLY.fullmatch(text)
    try:
        return _time(found) if found else None
    except ValueError:
        return None


def parse_date_and_time(text: str) -> DateTime | None:
    """A date and time; a date alone means its midnight. None when the text is none."""
    found = _BOTH.fullmatch(text)
    if found is None:
        short = _SHORT.fullmatch(text)
        found = _BOTH.fullmatch(f"{short[1]}:00{short[2]}") if short else None
    try:
        if found is None:
            return None
        day = _date(found)
        if not found["hour"]:
            return DateTime.midnight(day)
        if found["hour"] == "24" and not found["fraction"] and found["minute"] == found["second"] == "00":
            # Midnight at the end of a day is the next day's beginning.
            return DateTime.midnight(Date.of_ordinal(day.ordinal() + 1), zone(found["zone"] or ""))
        return DateTime.of(day, _time(found))
    except ValueError:
        return None


def _date(found: re.Match[str]) -> Date:
    return Date(int(found["year"]), int(found["month"]), int(found["day"]))


def _time(found: re.Match[str]) -> Time:
    hour, minute, second = (int(found[part]) for part in ("hour", "minute", "second"))
    return Time.of(hour, minute, second, _nanos(found["fraction"]), zone(found["zone"] or ""))


def _nanos(fraction: str | None) -> int:
    """The nanoseconds of the digits behind the point of a second."""
    return int(((fraction or "") + "0" * 9)[:9])


def parse_duration(text: str) -> Duration | Months | None:
    """A duration of ISO 8601, either of years and months or of days and time; None for anything else."""
    return _parse_months(text) or _parse_days(text)


def _parse_months(text: str) -> Months | None:
    found = _MONTHS.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return None
    count = int(found[2] or 0) * 12 + int(found[3] or 0)
    return months(-count if found[1] else count)


def _parse_days(text: str) -> Duration | None:
    found = _DAYS.fullmatch(text)
    if not found or not any(found[part] for part in range(2, 6)):
        return None
    days, hours, minutes, seconds = (int(found[part] or 0) for part in range(2, 6))
    nanos = days * DAY + (hours * 3600 + minutes * 60 + seconds) * SECOND + _nanos(found[6])
    return duration(-nanos if found[1] else nanos)


def format_date(value: Date) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def format_time(value: Time) -> str:
    return format_clock(value) + zone_text(value.zone)


def format_date_and_time(value: DateTime) -> str:
    return f"{format_date(value.date)}T{format_time(value.time)}"


def format_clock(value: Time) -> str:
    """The time of day without its zone."""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{_fraction(value.nano)}"


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def format_duration(value: Duration) -> str:
    """The canonical ISO 8601 text of a days and time duration."""
    days, rest = divmod(abs(value.nanos), DAY)
    hours, rest = divmod(rest, 3600 * SECOND)
    minutes, rest = divmod(rest, 60 * SECOND)
    seconds, nanos = divmod(rest, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{_fraction(nanos)}S" if seconds or nanos else ""
    body = (f"{days}D" if days else "") + ("T" + clock if clock else "")
    return f"{'-' if value.nanos < 0 else ''}P{body or 'T0S'}"


def format_months(value: Months) -> str:
    """The canonical ISO 8601 text of a years and months duration."""
    years, count = divmod(abs(value.months), 12)
    body = (f"{years}Y" if years else "") + (f"{count}M" if count else "")
    return f"{'-' if value.months < 0 else ''}P{body or '0M'}"


MAKERS: dict[type, tuple[str, Any]] = {
    Date: ("date", format_date),
    Time: ("time", format_time),
    DateTime: ("date and time", format_date_and_time),
    Duration: ("duration", format_duration),
    Months: ("duration", format_months),
}
"""By the type, the function that reads the text of such a value, and the one that writes it."""


def format_value(value: Any) -> str:
    """The text of a date, time or duration."""
    return str(MAKERS[type(value)][1](value))
