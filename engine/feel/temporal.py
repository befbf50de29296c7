"""Dates, times and durations: reading, writing, and arithmetic.

Dates and times are Python's own, so years run from 1 to 9999 and seconds have six decimals; a text
outside of that gives null. A zone is an offset (``timezone``) or a name (``ZoneInfo``); both may be missing.
"""

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine.feel.values import Months, months

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_ZONE = r"(?P<zone>[zZ]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]{1,64})?"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?" + _ZONE
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile("T?" + _TIME, re.ASCII)
_BOTH = re.compile(_DATE + "(?:T" + _TIME + ")?", re.ASCII)
_BEGINNING = datetime.combine(date.min, time.min)
# A minute is enough for people, so seconds may be left out where a person's form writes the value.
_SHORT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)((?:[zZ]|[+-]\d\d:\d\d|@.*)?)", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,15})(?:\.(\d{0,30}))?S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?:(\d{1,11})Y)?(?:(\d{1,12})M)?", re.ASCII)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=256)
def zone(text: str) -> tzinfo | None:
    """The zone of ``Z``, ``+07:00`` or ``@Asia/Jakarta``; raises ValueError when there is none such."""
    if not text:
        return None
    if text in "zZ":
        return UTC
    if text.startswith("@"):
        if text[1:] not in _zone_names():
            raise ValueError(text)
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 18 or minutes > 59 or any(part > 59 for part in seconds):
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-offset if text[0] == "-" else offset)


def offset_zone(offset: timedelta) -> tzinfo:
    """The zone of an offset; raises ValueError when it is a day or more."""
    return UTC if not offset else timezone(offset)


def parse_date(text: str) -> date | None:
    """A date of ``YYYY-MM-DD``; None when the text is none."""
    found = _DATE_ONLY.fullmatch(text)
    try:
        return _date(found) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """A time of ``hh:mm:ss`` with or without zone; None when the text is none."""
    found = _TIME_ONLY.fullmatch(text)
    try:
        return _time(found) if found else None
    except ValueError:
        return None


def parse_date_and_time(text: str) -> datetime | None:
    """A date and time; a date alone means its midnight. None when the text is none."""
    found = _BOTH.fullmatch(text)
    if found is None:
        short = _SHORT.fullmatch(text)
        found = _BOTH.fullmatch(f"{short[1]}:00{short[2]}") if short else None
    try:
        if found is None:
            return None
        day = _date(found)
        if found["hour"] == "24" and not found["fraction"] and found["minute"] == found["second"] == "00":
            # Midnight at the end of a day is the next day's beginning.
            return datetime.combine(day + timedelta(days=1), time(tzinfo=zone(found["zone"] or "")))
        return datetime.combine(day, _time(found) if found["hour"] else time())
    except (ValueError, OverflowError):
        return None


def _date(found: re.Match[str]) -> date:
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def _time(found: re.Match[str]) -> time:
    micro = int(((found["fraction"] or "") + "000000")[:6])
    hour, minute, second = (int(found[part]) for part in ("hour", "minute", "second"))
    return time(hour, minute, second, micro, zone(found["zone"] or ""))


def parse_duration(text: str) -> timedelta | Months | None:
    """A duration of ISO 8601, either of years and months or of days and time; None for anything else."""
    return _parse_months(text) or _parse_days(text)


def _parse_months(text: str) -> Months | None:
    found = _MONTHS.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return None
    count = int(found[2] or 0) * 12 + int(found[3] or 0)
    return months(-count if found[1] else count)


def _parse_days(text: str) -> timedelta | None:
    found = _DAYS.fullmatch(text)
    if not found or not any(found[part] for part in range(2, 6)):
        return None
    days, hours, minutes, seconds = (int(found[part] or 0) for part in range(2, 6))
    micro = int(((found[6] or "") + "000000")[:6])
    try:
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro)
        return -span if found[1] else span
    except OverflowError:
        return None


def format_date(value: date) -> str:
    return value.isoformat()


def format_time(value: time) -> str:
    return _clock(value) + _zone_text(value.tzinfo)


def format_date_and_time(value: datetime) -> str:
    return f"{value.date().isoformat()}T{_clock(value.time())}{_zone_text(value.tzinfo)}"


def _clock(value: time) -> str:
    whole = value.replace(tzinfo=None, microsecond=0).isoformat()
    return whole + (f".{value.microsecond:06d}".rstrip("0") if value.microsecond else "")


def _zone_text(value: tzinfo | None) -> str:
    if value is None:
        return ""
    if isinstance(value, ZoneInfo) and value.key:
        return "@" + value.key
    offset = value.utcoffset(None)
    if not offset:
        return "Z"
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    tail = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}{tail}"


def format_duration(value: timedelta) -> str:
    """The canonical ISO 8601 text of a days and time duration."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    days = f"{value.days}D" if value.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def format_months(value: Months) -> str:
    """The canonical ISO 8601 text of a years and months duration."""
    years, months = divmod(abs(value.months), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if value.months < 0 else ''}P{body or '0M'}"


def add_months(day: Any, count: int) -> Any:
    """The date (and time) so many months later; the last day of the month when that day is missing."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def instant(value: datetime, local: tzinfo | None = None) -> timedelta:
    """The time since the beginning of the calendar, in UTC, so that instants can be compared and subtracted.

    A datetime without a zone is one of the local zone, or counts as it stands when none is given. Not a
    datetime itself, because at both ends of the calendar UTC may be in a year that datetimes do not have.
    """
    aware = value if value.tzinfo is not None or local is None else value.replace(tzinfo=local)
    offset = aware.utcoffset() or timedelta()
    return value.replace(tzinfo=None) - _BEGINNING - offset


def shift(value: datetime, span: timedelta) -> datetime | None:
    """The instant so much later, in the same zone: elapsed time, not clock-face time."""
    try:
        if value.tzinfo is None:
            return value + span
        return (value.astimezone(UTC) + span).astimezone(value.tzinfo)
    except (OverflowError, ValueError):
        return None


def shift_time(value: time, span: timedelta) -> time:
    """The time of day so much later, around the clock."""
    start = timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )
    total = (start + span) % timedelta(days=1)
    seconds, micro = divmod(total // timedelta(microseconds=1), 1_000_000)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, micro, value.tzinfo)


def seconds_of(value: time) -> Decimal:
    """Seconds since midnight UTC, or since local midnight when the time has no offset."""
    offset = value.utcoffset() or timedelta()
    whole = value.hour * 3600 + value.minute * 60 + value.second - int(offset.total_seconds())
    return Decimal(whole) + Decimal(value.microsecond).scaleb(-6)
