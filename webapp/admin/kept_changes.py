"""What was changed on the agency's calendars, in words: when, who, what, why."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _  # type: ignore[import-untyped]
from flask_babel import ngettext

from engine.people import keeping
from webapp import format
from webapp.house import house
from webapp.visitor import person


def rows() -> list[dict[str, Any]]:
    """The newest changes: ``{"at", "who", "what", "why"}``."""
    return [
        {"at": row.at, "who": row.actor, "what": _what(row.data), "why": row.name}
        for row in keeping.kept(house(), person())
    ]


def _what(data: dict[str, Any]) -> str:
    words = WORDS[data["what"]](data)
    return f"{words} ({data['unit']})" if data.get("unit") else words


def _day(data: dict[str, Any]) -> str:
    return format.day(date.fromisoformat(data["day"])) if data.get("day") else ""


def _hours(data: dict[str, Any]) -> str:
    if not data.get("day"):
        return str(_("office hours of the week"))
    if not data.get("until"):
        return str(_("office hours from %(day)s", day=_day(data)))
    until = format.day(date.fromisoformat(data["until"]))
    return str(_("office hours from %(first)s to %(last)s", first=_day(data), last=until))


def _worked(data: dict[str, Any]) -> str:
    if "hours" not in data:
        return str(_("%(day)s is worked", day=_day(data)))
    opening, closing = data["hours"].replace(":", ".").split("-")
    return str(
        _(
            "%(day)s is worked from %(opening)s to %(closing)s",
            day=_day(data),
            opening=opening,
            closing=closing,
        )
    )


WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "libur": lambda data: str(_("%(day)s is off", day=_day(data))),
    "kerja": _worked,
    "libur_removed": lambda data: str(_("%(day)s is no longer off", day=_day(data))),
    "kerja_removed": lambda data: str(_("%(day)s is no longer worked", day=_day(data))),
    "hours": _hours,
    "hours_removed": lambda data: str(_("taken back: %(what)s", what=_hours(data))),
    "zone": lambda data: str(_("time zone %(zone)s", zone=data.get("zone") or "–")),
    "year": lambda data: str(_("year %(year)s confirmed", year=data["year"])),
    "moved": lambda data: str(
        ngettext("%(num)d deadline moved", "%(num)d deadlines moved", int(data["count"]))
    ),
}
