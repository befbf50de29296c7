"""The model's offices as calendars of the engine."""

from engine.worktime import Calendar, Change, Hours, Period, Week, calendar, checked_week
from tests.unit.worktime.model import OFFICES, Office, Span

ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def calendar_of(office: Office) -> Calendar:
    """The same office as the engine knows it."""
    periods = []
    if office.special:
        first, last, special = office.special
        periods.append(Period(first, last, "Masa khusus", week_of(special)))
    changes = [Change(day, "libur", "Libur daerah") for day in office.rests]
    changes += [Change(day, "kerja", "Posko") for day in office.works]
    changes += [Change(day, "kerja", "Setengah hari", Hours(*span)) for day, span in office.short.items()]
    return calendar(zone=ZONES[office.offset], changes=changes, week=week_of(office.week), periods=periods)


def week_of(pattern: dict[int, Span]) -> Week:
    """The model's hours by weekday as the engine's week."""
    return checked_week(Hours(*pattern[day]) if day in pattern else None for day in range(7))


CALENDARS = {name: calendar_of(office) for name, office in OFFICES.items()}
