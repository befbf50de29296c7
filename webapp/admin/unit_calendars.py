"""Whose calendar a page is about: the whole agency's, or that of the unit which the address names."""

from flask import request

from engine import worktime
from engine.people import agencies, calendars
from webapp.house import house
from webapp.visitor import person


def asked_unit() -> str:
    """The key of the unit that the form or the address names; empty for the whole agency."""
    return (request.form.get("unit") or request.args.get("unit") or "")[:60].replace("\x00", "")


def calendar_here() -> worktime.Calendar:
    """The calendar of the asked unit, else the agency's; raises NotFound."""
    return calendars.calendar(house(), person(), asked_unit() or None)


def unit_choices() -> list[tuple[str, str]]:
    """The units that one can choose, by name."""
    return [(row.key, row.name) for row in agencies.units(house(), person()) if row.active]
