"""The model's offices as calendars of the engine."""

from engine.worktime import Calendar, Change, Hours, Period, calendar, checked_week, week
from tests.unit.worktime.model import OFFICES, Office

ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def calendar_of(office: Office) -> Calendar:
    """The same office as the engine knows it."""
    pattern = checked_week(Hours(*office.week[day]) if day in office.week else None for day in range(7))
    periods = []
    if office.special:
        first, last, hours = office.special
        periods.append(Period(first, last, "Ramadan 1447 H", week(hours=Hours(*hours))))
    changes = [Change(day, "libur", "Libur daerah") for day in office.rests]
    changes += [Change(day, "kerja", "Posko") for day in office.works]
    return calendar(zone=ZONES[office.offset], changes=changes, week=pattern, periods=periods)


CALENDARS = {name: calendar_of(office) for name, office in OFFICES.items()}
