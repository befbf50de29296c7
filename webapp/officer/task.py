"""One task: its report beside its form, taken, drafted, handed over and completed."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import foresight, handover, views
from engine.cases import inbox as tasks
from engine.cases.foresight import Foreseen
from engine.cases.views import TaskView
from engine.errors import AlurError, Conflict, FieldError, Invalid, msg
from engine.runtime import work_items
from engine.states import InstanceState, WorkItemState
from webapp import csrf, deadlines, errors, format, forms, notices, refill
from webapp.access import allow, signed_in
from webapp.citizen.reporting import clock_name
from webapp.house import house
from webapp.i18n import translate
from webapp.officer import filling, showing
from webapp.officer.listing import MINE, ROLES, Listing
from webapp.officer.naming import task_name
from webapp.officer.surroundings import role_titles, visible, write_local_times
from webapp.visitor import person

blueprint = Blueprint("tugas", __name__)
write_local_times(blueprint)
VERSION, ACTION, SEEN = "_versi", "_aksi", "_tenggat"
DRAFT = "draf"


@blueprint.get("/tugas/<item>")
@allow(signed_in)
def show(item: str) -> Response:
    """The task with its form as it was left."""
    view = views.task(house(), person(), item)
    if view.report is not None:
        showing.note_opening(view.report)
    return _page(view)


@blueprint.post("/tugas/<item>")
@allow(signed_in)
@refill.refillable
def submit(item: str) -> Response:
    """Complete the task, taking it in the same step if nobody has it; or keep a draft."""
    csrf.submitted_key()
    view = views.task(house(), person(), item)
    filled = filling.read(view.form, view.answers if _is_for_me(view) else {})
    if filled.editing:
        return _page(view, filled.answers)
    if filled.faults:
        return _page(view, filled.answers, faults=filled.faults, status=422)
    try:
        if request.form.get(ACTION) == DRAFT:
            return _keep_draft(view, filled.answers)
        foreseen = foresight.completing(house(), person(), item, _version(), filled.answers)
        if foreseen and request.form.get(SEEN) != _seal(foreseen):
            return _page(view, filled.answers, foreseen=foreseen)
        step = work_items.complete(house(), person(), item, _version(), filled.answers, take=True)
    except Invalid as error:
        faults = error.fields or [FieldError("", error.message)]
        return _page(view, filled.answers, faults=faults, status=422)
    except Conflict as error:
        return _came_late(item, filled.answers, error)
    except AlurError as error:
        fault = FieldError("", error.message)
        return _page(view, filled.answers, faults=[fault], status=errors.status_of(error))
    if step.instance.state == InstanceState.INCIDENT:
        return _go_on(msg("Sent. The flow then stopped at a fault; an operator sees it."), "warn")
    return _go_on(msg("Sent."))


@blueprint.post("/tugas/<item>/ambil")
@allow(signed_in)
def claim(item: str) -> Response:
    """Take the task."""
    csrf.submitted_key()
    taken = work_items.claim(house(), person(), item)
    return notices.go(_url(taken.id), msg("You took this task."))


@blueprint.post("/tugas/<item>/lepas")
@allow(signed_in)
def release(item: str) -> Response:
    """Put the task back for everybody of its roles."""
    csrf.submitted_key()
    work_items.release(house(), person(), item)
    return notices.go(_url(item), msg("The task is back with its role."))


@blueprint.post("/tugas/<item>/alihkan")
@allow(signed_in)
@refill.refillable
def reassign(item: str) -> Response:
    """Hand the task to another person of its roles."""
    csrf.submitted_key()
    view = views.task(house(), person(), item)
    login = request.form.get("kepada", "")
    people = {one.login: one.name for one in handover.candidates(house(), person(), view.item)}
    if refill.is_review():
        return _page(view)
    if login not in people:
        problem = {"id": "kepada", "text": translate(msg("Choose who takes the task."))}
        return _page(view, status=422, problems=[problem])
    reason = request.form.get("alasan", "").strip()[:500]
    work_items.reassign(house(), person(), item, login, reason)
    where = _url(item) if view.may_lead or view.may_work else url_for("kotak.inbox")
    return notices.go(where, msg("%(name)s now has this task.", name=people[login]))


def _is_for_me(view: TaskView) -> bool:
    """Open, and with nobody else: what stands in its form is not another person's draft."""
    item = view.item
    return item.state == WorkItemState.OPEN and item.assignee_id in (None, person().id)


def _keep_draft(view: TaskView, answers: dict[str, Any]) -> Response:
    """Keep what was typed; a task that nobody has is taken with it."""
    item = view.item
    if item.assignee_id is None and item.state == WorkItemState.OPEN:
        work_items.claim(house(), person(), item.id, _version())
    work_items.save_draft(house(), person(), item.id, answers)
    return notices.go(_url(item.id), msg("The draft is kept. Nothing has been sent yet."))


def _came_late(item: str, answers: dict[str, Any], error: Conflict) -> Response:
    """Somebody was quicker: who and when; what was typed stays. One's own second press is no error."""
    view = views.task(house(), person(), item)
    if view.item.completed_by == person().id:
        return _go_on(msg("You have sent this task already."))
    return _page(view, answers, status=409, conflict=_conflict(view, error))


def _conflict(view: TaskView, error: Conflict) -> str:
    item = view.item
    if item.state == WorkItemState.COMPLETED and item.completed_at:
        return translate(
            msg(
                "%(name)s completed this task at %(when)s. Your answers are kept, not sent.",
                name=error.details.get("completed_by") or "–",
                when=format.when(item.completed_at),
            )
        )
    if item.assignee_id not in (None, person().id) and item.claimed_at:
        return translate(
            msg(
                "%(name)s took this task at %(when)s. Your answers are kept, not sent.",
                name=view.assignee or "–",
                when=format.when(item.claimed_at),
            )
        )
    if item.state == WorkItemState.OPEN:
        return translate(msg("The task has changed meanwhile. Check your answers and send them again."))
    return translate(msg("The flow has taken this task away. Your answers are kept, not sent."))


def _go_on(said: Any, tone: str = "ok") -> Response:
    """To the next task of the list that this one was opened from, else to the inbox."""
    listing = Listing.of_request()
    lists = [listing] if listing.tab else [Listing(MINE), Listing(ROLES)]
    for one in lists:
        rows = tasks.page(house(), person(), one.query(limit=1)).rows
        if rows:
            number = rows[0].case.case_number if rows[0].case else ""
            return notices.go(
                url_for("tugas.show", item=rows[0].item.id, **listing.parameters()),
                msg(
                    "%(said)s Next: %(number)s, %(name)s.",
                    said=translate(said),
                    number=number,
                    name=task_name(rows[0].item),
                ),
                tone,
            )
    return notices.go(url_for("kotak.inbox", **listing.parameters()), said, tone)


def _version() -> int:
    text = request.form.get(VERSION, "")
    return int(text) if text.isdigit() and len(text) < 9 else 0


def _url(item: str) -> str:
    return url_for("tugas.show", item=item, **Listing.of_request().parameters())


def _page(
    view: TaskView,
    answers: dict[str, Any] | None = None,
    *,
    faults: list[FieldError] | None = None,
    status: int = 200,
    conflict: str = "",
    problems: list[dict[str, str]] | None = None,
    foreseen: list[Foreseen] | None = None,
) -> Response:
    item = view.item
    is_open = item.state == WorkItemState.OPEN
    is_mine = item.assignee_id == person().id
    fillable = view.may_work and _is_for_me(view)
    drawn = _drawn(view, answers, faults) if fillable or answers is not None else None
    can_hand_over = is_open and (is_mine or view.may_lead)
    html = render_template(
        "officer/task.html",
        view=view,
        item=item,
        name=task_name(item),
        form=drawn,
        errors=[*(drawn.errors if drawn else []), *(problems or [])],
        conflict=conflict,
        is_open=is_open,
        is_mine=is_mine,
        fillable=fillable,
        can_hand_over=can_hand_over,
        people=handover.candidates(house(), person(), item) if can_hand_over else [],
        roles=role_titles(),
        chip=_chip(view),
        receipt=deadlines.explain(view.deadline.receipt) if view.deadline and view.deadline.receipt else None,
        timers=showing.timers(view.report, item.element) if view.report and is_open else [],
        escalated_to=_escalated_to(view),
        own=_own(view),
        similar=_similar(view),
        next_url=_next(view),
        shown=showing.report(view.report) if view.report else None,
        foreseen=[_foreseen(each) for each in foreseen or []],
        seen=_seal(foreseen or []),
        parameters=Listing.of_request().parameters(),
    )
    return make_response(html, status)


def _seal(foreseen: list[Foreseen]) -> str:
    """What was shown: sending goes through when it still comes to the same."""
    return " ".join(f"{each.subject}:{each.key}:{each.after.isoformat()}" for each in foreseen)


def _foreseen(each: Foreseen) -> dict[str, Any]:
    return {
        "name": clock_name(each.key) if each.subject == "clock" else each.name,
        "before": each.before,
        "after": each.after,
        "words": deadlines.explain(each.receipt),
    }


def _drawn(
    view: TaskView, answers: dict[str, Any] | None, faults: list[FieldError] | None
) -> forms.FormView | None:
    if view.form is None:
        found = [{"id": "", "text": translate(each.message)} for each in faults or []]
        return forms.FormView([], [], found) if found else None
    given = view.answers if answers is None else answers
    seen = visible(view.form, given, view.context)
    return forms.view(view.form, given, seen, errors=faults or (), options=view.choices)


def _chip(view: TaskView) -> deadlines.Chip | None:
    if view.item.kind == "escalation" or view.item.state != WorkItemState.OPEN:
        return deadlines.of_deadline(view.deadline, view.calendar) if view.deadline else None
    return deadlines.chip(view.item.due_at, view.calendar, soon_from=view.item.reminder_at)


def _escalated_to(view: TaskView) -> str | None:
    """The role that has been told that this task is late, the highest one."""
    deadline = view.deadline
    if view.item.kind != "task" or deadline is None or deadline.told < 2 or not deadline.roles:
        return None
    return str(deadline.roles[min(deadline.told - 2, len(deadline.roles) - 1)])


def _own(view: TaskView) -> Any:
    """What was answered in this task, when it is finished."""
    if view.report is None or view.item.state != WorkItemState.COMPLETED:
        return None
    found = next((one for one in view.report.done if one.item.id == view.item.id), None)
    return showing.done(found) if found else None


def _similar(view: TaskView) -> list[dict[str, Any]]:
    """Reports that the flow found alike, with a link each."""
    rows = view.context.get("calon_duplikat")
    return (
        [row for row in rows if isinstance(row, dict) and row.get("nomor")] if isinstance(rows, list) else []
    )


def _next(view: TaskView) -> str | None:
    """The task after this one in the list it was opened from."""
    listing = Listing.of_request()
    if not listing.tab:
        return None
    rows = tasks.page(house(), person(), listing.query(limit=1, after=view.item.sort_key)).rows
    return url_for("tugas.show", item=rows[0].item.id, **listing.parameters()) if rows else None
