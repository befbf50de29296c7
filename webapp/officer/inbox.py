"""The inbox: my tasks, my roles', overdue ones, escalations; searched, filtered, taken, page by page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import inbox as tasks
from engine.errors import AlurError, Message, msg
from engine.people import keeping
from engine.people.principals import ADMIN
from engine.runtime import work_items
from webapp import csrf, deadlines
from webapp.access import allow, signed_in
from webapp.house import house, now
from webapp.i18n import translate
from webapp.officer.listing import COUNTS, LABELS, MINE, ROLES, Listing
from webapp.officer.naming import task_name
from webapp.officer.surroundings import role_titles, write_local_times
from webapp.visitor import person

blueprint = Blueprint("kotak", __name__)
write_local_times(blueprint)
MANY_AT_MOST = 50
Act = Callable[..., Any]
ACTIONS: dict[str, tuple[Act, Message]] = {
    "ambil": (work_items.claim, msg("Taken")),
    "lepas": (work_items.release, msg("Released")),
}


@blueprint.get("/tugas")
@allow(signed_in)
def inbox() -> str:
    """One page of a list of tasks, soonest due first."""
    counted = tasks.counts(house(), person())
    asked = Listing.of_request()
    tab = asked.tab or (MINE if counted["mine"] else ROLES)
    listing = Listing(tab, asked.role, asked.text, asked.after)
    page = tasks.page(house(), person(), listing.query())
    return render_template(
        "officer/inbox.html",
        listing=listing,
        tabs=_tabs(listing, counted),
        rows=[_row(row, listing) for row in page.rows],
        next_url=url_for("kotak.inbox", **listing.parameters(), sesudah=page.next) if page.next else None,
        roles={key: title for key, title in role_titles().items() if key in person().roles},
        next_due=None if page.rows else _next_due(),
        years=keeping.open_years(house(), person()) if person().has(ADMIN) else [],
        most=tasks.COUNTED_AT_MOST,
    )


@blueprint.post("/tugas/banyak")
@allow(signed_in)
def many() -> Response:
    """Take or release the chosen tasks, each on its own; says what became of each."""
    csrf.submitted_key()
    action = request.form.get("_aksi", "")
    ids = list(dict.fromkeys(request.form.getlist("tugas")))[:MANY_AT_MOST]
    if action not in ACTIONS or not ids:
        return redirect(url_for("kotak.inbox"), 303)
    act, done = ACTIONS[action]
    return make_response(
        render_template("officer/many.html", done=done, lines=[_do(act, item) for item in ids]), 200
    )


def _do(act: Act, item_id: str) -> dict[str, Any]:
    """One of many: its own transaction, its own result."""
    try:
        item = act(house(), person(), item_id)
    except AlurError as error:
        return {"id": item_id, "name": _name_of(item_id), "problem": translate(error.message)}
    return {"id": item.id, "name": task_name(item), "problem": None}


def _name_of(item_id: str) -> str:
    try:
        return task_name(work_items.get(house(), person(), item_id))
    except AlurError:
        return item_id[:26]


def _tabs(listing: Listing, counted: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for("kotak.inbox", **listing.parameters(tab=key)),
            "count": counted[COUNTS[key]],
            "here": key == listing.tab,
        }
        for key, label in LABELS.items()
    ]


def _row(row: tasks.Row, listing: Listing) -> dict[str, Any]:
    """A task as the list shows it; a secret report's title stays closed."""
    item, case = row.item, row.case
    return {
        "id": item.id,
        "name": task_name(item),
        "url": url_for("tugas.show", item=item.id, **listing.parameters()),
        "number": case.case_number if case else None,
        "title": case.title if case and not case.secret else None,
        "secret": row.secret,
        "status": case.status if case else None,
        "escalation": item.kind == "escalation",
        "chip": None
        if item.kind == "escalation"
        else deadlines.chip(item.due_at, row.calendar, soon_from=item.reminder_at),
        "assignee": row.assignee,
        "mine": item.assignee_id == person().id,
    }


def _next_due() -> datetime | None:
    """When the next of all tasks that this person may take falls due."""
    rows = tasks.page(house(), person(), tasks.Query(limit=1)).rows
    due = rows[0].item.due_at if rows else None
    return due if due is not None and due > now() else None
