"""The receipt of a count (rincian tenggat): pure data, told in words by the pages."""

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from engine.worktime import national
from engine.worktime.limit import Kind, Limit
from engine.worktime.pause import Pause
from engine.worktime.walk import Walk

MOST_LISTED = 400
CALENDAR_KINDS = (Kind.WORKING_DAYS, Kind.WORKING_HOURS)


def receipt_of(
    limit: Limit,
    start: datetime,
    due: datetime | None,
    walk: Walk,
    pauses: tuple[Pause, ...],
    *,
    percent: Fraction,
    ends: str | None,
) -> dict[str, Any]:
    """Everything the count depended on, and each day it counted or passed over.

    ``skipped`` rows have ``day``, ``why`` (weekend, holiday, change, pause) and ``name`` where there is one.
    ``hours`` lists the office hours from each day on which they changed, with the ``name`` of the period or
    day that gave them. At most 400 days are listed each way; ``truncated`` tells when there were more.
    ``warnings`` name the years whose list is not final: ``estimated`` (with the names) and
    ``no_decreed_leave``.
    """
    counted, skipped = walk.counted, walk.skipped
    if due is None:
        counted, skipped = _before(pauses, counted), [row for row in skipped if _known(pauses, row[0])]
    return {
        "limit": str(limit),
        "words": limit.words,
        "percent": _number(percent),
        "start": _text(start),
        "due": None if due is None else _text(due),
        "ends": ends,
        "calendar": walk.calendar.id,
        "version": walk.calendar.version,
        "zone": walk.calendar.zone.key,
        "counted": [day.isoformat() for day in counted[:MOST_LISTED]],
        "days": len(counted),
        "hours": _hours(limit, counted[:MOST_LISTED], walk),
        "skipped": [
            {"day": day.isoformat(), "why": reason.why} | ({"name": reason.name} if reason.name else {})
            for day, reason in skipped[:MOST_LISTED]
        ],
        "truncated": max(len(counted), len(skipped)) > MOST_LISTED,
        "pauses": [
            {"from": _text(pause.start), "to": None if pause.end is None else _text(pause.end)}
            for pause in pauses
        ],
        "warnings": _warnings(limit, start, due, walk),
    }


def _before(pauses: tuple[Pause, ...], days: list[date]) -> list[date]:
    return [day for day in days if _known(pauses, day)]


def _known(pauses: tuple[Pause, ...], day: date) -> bool:
    """While a pause is open, only the days through its question's day are settled."""
    return day <= pauses[-1].start.date()


def _hours(limit: Limit, counted: list[date], walk: Walk) -> list[dict[str, str]]:
    if limit.kind not in CALENDAR_KINDS:
        return []
    runs: list[dict[str, str]] = []
    for day in counted:
        name = walk.calendar.occasion(day)
        run = {"hours": str(walk.calendar.hours(day))} | ({"name": name} if name else {})
        if not runs or {**runs[-1], "from": ""} != {"from": "", **run}:
            runs.append({"from": day.isoformat(), **run})
    return runs


def _warnings(limit: Limit, start: datetime, due: datetime | None, walk: Walk) -> list[dict[str, Any]]:
    if limit.kind not in CALENDAR_KINDS:
        return []
    last = due or max([start, *(pause.start for pause in walk.pauses)])
    warnings: list[dict[str, Any]] = []
    for number in range(start.year, last.year + 1):
        if number in walk.calendar.settled:
            continue
        year = national.year(number)
        if year.estimated:
            warnings.append({"year": number, "kind": "estimated", "names": list(year.estimated)})
        if not year.decreed_leave:
            warnings.append({"year": number, "kind": "no_decreed_leave"})
    return warnings


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
