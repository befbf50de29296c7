"""The functions that expressions know: ``working days(3)`` and its kin give due instants."""

from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from typing import Any

from engine.errors import Invalid
from engine.worktime.calendars import Calendar
from engine.worktime.deadline import Due, Ends, due
from engine.worktime.limit import Kind, Limit, working_minutes


def functions(
    calendar: Calendar, now: datetime, ends: Ends = "office", note: Callable[[Due], None] | None = None
) -> dict[str, Callable[..., Any]]:
    """Working-time functions of an expression, counting from ``now``.

    Each takes a positive number and gives an instant with the office's offset, or null for anything else,
    as a failing operation does in FEEL. ``ends`` is the element's ``alur:dueAt``; ``note`` is told of each
    count with its receipt.
    """

    def counted(limit: Callable[[Decimal], Limit]) -> Callable[..., Any]:
        def count(amount: Any = None) -> datetime | None:
            if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
                return None
            try:
                found = due(limit(Decimal(str(amount))), now, calendar, ends=ends)
            except Invalid:
                return None
            if note is not None:
                note(found)
            return None if found.at is None else _with_offset(found.at, calendar)

        return count

    days = counted(partial(Limit, Kind.WORKING_DAYS))
    hours = counted(partial(Limit, Kind.WORKING_HOURS))
    minutes = counted(working_minutes)
    return {
        "working days": days,
        "hari kerja": days,
        "working hours": hours,
        "jam kerja": hours,
        "working minutes": minutes,
        "menit kerja": minutes,
    }


def _with_offset(moment: datetime, calendar: Calendar) -> datetime:
    """A fixed offset instead of a zone name, so that the value is written as ``…+07:00``."""
    local = moment.astimezone(calendar.zone)
    offset = local.utcoffset()
    assert offset is not None
    return local.astimezone(timezone(offset))
