"""A head's board: escalations, what is late, what nobody took, the load of each person, the next 14 days."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template

from engine.cases import board as boards
from engine.cases import inbox
from engine.cases.standing import Standing
from webapp import deadlines, format
from webapp.access import allow
from webapp.citizen.reporting import clock_name
from webapp.house import house
from webapp.officer.naming import task_name
from webapp.officer.surroundings import role_titles, write_local_times
from webapp.supervisor.leading import leads
from webapp.visitor import person

blueprint = Blueprint("pantau", __name__)
write_local_times(blueprint)


@blueprint.get("/pantau")
@allow(leads)
def show() -> str:
    """The board of the roles below one's own."""
    found = boards.board(house(), person())
    busiest = max((each.open for each in found.load), default=0) or 1
    fullest = max((count for _, count in found.due_days), default=0) or 1
    return render_template(
        "supervisor/board.html",
        board=found,
        escalations=[_row(row, found) for row in found.escalations],
        overdue=[_row(row, found) for row in found.overdue],
        standing=[_standing(each) for each in found.standing],
        load=[
            {"person": each, "open": share(each.open, busiest), "late": share(each.overdue, busiest)}
            for each in found.load
        ],
        days=[
            {"day": _day(text), "count": count, "share": share(count, fullest)}
            for text, count in found.due_days
        ],
        roles=role_titles(),
        listed=boards.LISTED,
    )


def share(part: int, whole: int) -> int:
    """A part in per cent, for the length of a bar; anything at all is seen."""
    return max(2, round(100 * part / whole)) if part else 0


def _row(row: inbox.Row, found: boards.Board) -> dict[str, Any]:
    item, case = row.item, row.case
    return {
        "id": item.id if item.id in found.may_open else None,
        "name": task_name(item),
        "number": case.case_number if case else "",
        "title": case.title if case and not case.secret else None,
        "secret": row.secret,
        "assignee": row.assignee,
        "roles": item.roles,
        "chip": deadlines.chip(item.due_at, row.calendar) if item.due_at else None,
    }


def _standing(each: Standing) -> dict[str, Any]:
    """A report whose clocks stand: since when, why, until when at most."""
    open_title = each.may_open and not each.case.secret
    return {
        "number": each.case.case_number,
        "may_open": each.may_open,
        "title": each.case.title if open_title else None,
        "clocks": [
            {"name": clock_name(clock.key), "lines": deadlines.standing(clock, each.calendar)}
            for clock in each.clocks
        ],
    }


def _day(text: str) -> str:
    return format.day(datetime.strptime(text, "%Y%m%d").date())  # noqa: DTZ007  # a day, not an instant
