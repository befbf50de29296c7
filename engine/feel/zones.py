"""Zones of time: an offset (``timezone``) or the name of a place (``ZoneInfo``), in every year FEEL has.

The database of zones knows the years of Python's datetimes only. The calendar repeats every 400 years, so
years before and after them follow the rules of the nearest cycle inside.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_FIRST, _LAST = 2, 9998  # in the first and the last year themselves, UTC may lie outside
_EARLY, _LATE = 400, 9200


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=256)
def zone(text: str) -> tzinfo | None:
    """The zone of ``Z``, ``+07:00`` or ``@Asia/Jakarta``; raises ValueError when there is none such."""
    if not text:
        return None
    if text in "zZ":
        return UTC
    if text.startswith("@"):
        if text[1:] not in _names():
            raise ValueError(text)
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 18 or minutes > 59 or any(part > 59 for part in seconds):
        raise ValueError(text)
    offset = hours * 3600 + minutes * 60 + sum(seconds)
    return offset_zone(-offset if text[0] == "-" else offset)


def offset_zone(seconds: int) -> tzinfo:
    """The zone so many seconds east of UTC; raises ValueError when it is a day or more."""
    if abs(seconds) >= 86_400:
        raise ValueError(seconds)
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def fixed_offset(zone: tzinfo | None) -> int | None:
    """Seconds east of UTC, if the zone has the same all the time; None for the name of a place, and none."""
    offset = zone.utcoffset(None) if zone is not None else None
    return None if offset is None else _seconds(offset)


def offset_at(zone: tzinfo, year: int, month: int, day: int, second: int, *, utc: bool) -> int:
    """Seconds east of UTC in a zone at a second of a day, counted there or in UTC."""
    fixed = fixed_offset(zone)
    if fixed is not None:
        return fixed
    clock = time(second // 3600, second // 60 % 60, second % 60, tzinfo=UTC if utc else zone)
    moment = datetime.combine(date(_near(year), month, day), clock).astimezone(zone)
    offset = moment.utcoffset()
    return 0 if offset is None else _seconds(offset)


def _near(year: int) -> int:
    if _FIRST <= year <= _LAST:
        return year
    return (_EARLY if year < _FIRST else _LATE) + year % 400


def _seconds(offset: timedelta) -> int:
    return offset.days * 86_400 + offset.seconds


def place(zone: tzinfo | None) -> str | None:
    """``Asia/Jakarta``: the name of a zone that has one, which an offset has not."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def zone_text(zone: tzinfo | None) -> str:
    """``@Asia/Jakarta``, ``+07:00``, ``Z``, or nothing: what ``zone`` reads."""
    name, offset = place(zone), fixed_offset(zone)
    if name is not None:
        return f"@{name}"
    return "" if offset is None else offset_text(offset) if offset else "Z"


def offset_text(offset: int) -> str:
    """``+07:00``; with seconds only where the offset has some."""
    sign, offset = ("-", -offset) if offset < 0 else ("+", offset)
    tail = f":{offset % 60:02d}" if offset % 60 else ""
    return f"{sign}{offset // 3600:02d}:{offset // 60 % 60:02d}{tail}"
