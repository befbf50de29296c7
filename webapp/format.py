"""How dates, times, numbers and deadlines are written on screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import g

from webapp.i18n import current_language

ZONE = "Asia/Jakarta"
_SHORT = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def page_zone() -> ZoneInfo:
    """The zone of the agency whose page this is, or the one that ``in_zone`` names."""
    return ZoneInfo(g.get("other_zone") or g.get("zone", ZONE))


def use_zone(name: str) -> None:
    """Write this page's times in the named zone."""
    g.zone = name


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Write times in the named zone for a while, and then in the agency's again."""
    g.other_zone = name
    try:
        yield
    finally:
        g.other_zone = None


def zone_word(zone: tzinfo, moment: datetime) -> str:
    """``WIB``, ``WITA``, ``WIT``, or the offset of a zone outside Indonesia."""
    return _SHORT.get(str(zone)) or moment.astimezone(zone).strftime("%Z")


def day(value: date | datetime) -> str:
    """``Rab 1 Apr 2026``; an instant is taken in the page's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(page_zone()).date()
    return format_date(value, "EEE d MMM y", locale=current_language())


def month(value: date) -> str:
    """``Apr 2026``."""
    return format_date(value, "LLL y", locale=current_language())


def when(moment: datetime) -> str:
    """``Rab 1 Apr 2026 16.00 WIB``."""
    return f"{day(moment)} {clock_time(moment)}"


def happened(moment: datetime) -> str:
    """When something happened: of an anonymous report only the day is told, by its first instant."""
    local = moment.astimezone(ZoneInfo(g.get("zone", ZONE)))
    return (
        day(local.date())
        if local == local.replace(hour=0, minute=0, second=0, microsecond=0)
        else when(moment)
    )


def clock_time(moment: datetime) -> str:
    """``16.00 WIB``."""
    zone = page_zone()
    local = moment.astimezone(zone)
    return f"{local:%H.%M} {zone_word(zone, moment)}"


def number(value: int | float) -> str:
    """``1.250`` in Indonesian, ``1,250`` in English; fractions keep at most two digits."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    if current_language() == "en":
        return text
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def size(octets: int) -> str:
    """``820 kB``, ``3,4 MB``."""
    if octets < 1_000_000:
        return f"{number(max(1, round(octets / 1000)))} kB"
    return f"{number(round(octets / 1_000_000, 1))} MB"


def as_date(moment: datetime) -> str:
    """The day of an instant in the page's zone, as ``<time>`` wants it."""
    return moment.astimezone(page_zone()).date().isoformat()


def is_same_day(moment: datetime, now: datetime) -> bool:
    """Whether both fall on one day in the page's zone."""
    zone = page_zone()
    return moment.astimezone(zone).date() == now.astimezone(zone).date()


def end_of_day_shown(moment: datetime) -> str:
    """The day alone when the instant is a day's last minute, as citizens' limits end; else day and time."""
    local = moment.astimezone(page_zone())
    return day(local.date()) if (local + timedelta(minutes=1)).date() > local.date() else when(moment)


def iso_day(text: str) -> str:
    """A date as a form stores it, for people; what is no date stays as it was typed."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
