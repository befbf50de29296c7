"""Several tasks of one person given to another: chosen, looked at, done, with a result for each."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from engine.cases import handover as tasks
from engine.cases.handover import Line
from engine.errors import Invalid
from webapp import csrf, deadlines
from webapp.access import allow
from webapp.house import house
from webapp.i18n import translate
from webapp.officer.naming import task_name
from webapp.officer.surroundings import write_local_times
from webapp.supervisor.leading import leads
from webapp.visitor import person

blueprint = Blueprint("alihkan", __name__)
write_local_times(blueprint)
CHOSEN, TO, REASON, ACTION = "tugas", "kepada", "alasan", "_aksi"


@blueprint.get("/pantau/orang/<login>")
@allow(leads)
def choose(login: str) -> Response:
    """A person's open tasks, and who could take them."""
    return _form(login)


@blueprint.post("/pantau/orang/<login>")
@allow(leads)
def hand_over(login: str) -> Response:
    """First what would happen to each task; then, when that is confirmed, what has happened."""
    csrf.submitted_key()
    ids, to = request.form.getlist(CHOSEN)[: tasks.AT_MOST], request.form.get(TO, "")
    reason = request.form.get(REASON, "").strip()[:500]
    if request.form.get(ACTION) == "kembali":
        return _form(login)
    # Asked before: whoever left is on the board only as long as they have tasks.
    source, _, people = tasks.tasks_of(house(), person(), login)
    try:
        if request.form.get(ACTION) == "lakukan":
            lines = tasks.carry_out(house(), person(), login, to, ids, reason)
        else:
            lines = tasks.preview(house(), person(), login, to, ids)
    except Invalid as error:
        return _form(login, translate(error.message))
    target = next((each for each in people if each.login == to), None)
    html = render_template(
        "supervisor/handover_result.html"
        if request.form.get(ACTION) == "lakukan"
        else "supervisor/handover_preview.html",
        source=source,
        target=target,
        to=to,
        reason=reason,
        ids=ids,
        going=[_line(each) for each in lines if each.problem is None],
        staying=[_line(each) for each in lines if each.problem is not None],
    )
    return make_response(html)


def _form(login: str, problem: str = "") -> Response:
    source, rows, people = tasks.tasks_of(house(), person(), login)
    html = render_template(
        "supervisor/handover.html",
        source=source,
        people=people,
        rows=[_line(Line(row, None)) for row in rows],
        chosen=set(request.form.getlist(CHOSEN)),
        to=request.form.get(TO, ""),
        reason=request.form.get(REASON, ""),
        problem=problem,
    )
    return make_response(html, 422 if problem else 200)


def _line(line: Line) -> dict[str, Any]:
    item, case = line.row.item, line.row.case
    return {
        "id": item.id,
        "name": task_name(item),
        "number": case.case_number if case else "",
        "title": case.title if case and not case.secret else None,
        "secret": line.row.secret,
        "chip": deadlines.chip(item.due_at, line.row.calendar, soon_from=item.reminder_at),
        "problem": translate(line.problem) if line.problem else "",
    }
