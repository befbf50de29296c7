"""What an operator looks at and does: health, incidents retried or given up, jobs, deliveries."""

from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.cases import runs
from engine.errors import Invalid, Message, NotFound, msg
from engine.runtime import alike, incidents, operations, recipients
from engine.runtime.alike import Group
from engine.states import IncidentState, JobState
from engine.upkeep import health
from webapp import csrf, format, notices
from webapp.access import allow, role
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person, visitor

blueprint = Blueprint("operasi", __name__)
operates = role("operator", "admin")
LONGEST_VARIABLES = 100_000

INCIDENT_STATES: dict[str, Message] = {
    IncidentState.OPEN: msg("Open"),
    IncidentState.RESOLVED: msg("Resolved"),
}
JOB_STATES: dict[str, Message] = {
    JobState.WAITING: msg("Waiting"),
    JobState.FAILED: msg("Failed"),
    JobState.DONE: msg("Done"),
    JobState.CANCELLED: msg("Cancelled"),
}
JOB_KINDS: dict[str, Message] = {
    "timer": msg("Timer"),
    "topic": msg("Work for a program"),
    "reminder": msg("Reminder"),
    "escalation": msg("Escalation"),
    "resume": msg("End of a pause"),
}
INCIDENT_KINDS: dict[str, Message] = JOB_KINDS | {
    "flow": msg("The flow"),
    "connector": msg("A service of the platform"),
    "deadline": msg("A deadline"),
    "clock": msg("A clock of the report"),
    "budget": msg("Too many steps at once"),
    "job": msg("Refused by a program"),
    "stuck": msg("Waits for nothing"),
    incidents.UNHELD: msg("A role that nobody holds"),
    incidents.DELIVERY: msg("A delivery"),
}
DELIVERY_STATES: dict[str, Message] = {
    "pending": msg("Waiting"),
    "failed": msg("Failed"),
    "delivered": msg("Delivered"),
    "cancelled": msg("Cancelled"),
}
DELIVERY_KINDS: dict[str, Message] = {
    "notice": msg("Notice"),
    "letter": msg("Letter"),
    "message": msg("Message"),
    "signal": msg("Signal"),
    "start": msg("Start by the clock"),
    "webhook": msg("Message to another system"),
}


@blueprint.before_request
def use_own_zone() -> None:
    """Write times in the zone of the operator's agency."""
    who = visitor().person
    if who is not None:
        format.use_zone(who.zone)


@blueprint.get("/operasi")
@allow(operates)
def overview() -> Response:
    """Health of the installation, and the agency's incidents."""
    return _overview()


@blueprint.post("/operasi/insiden/<incident_id>/ulang")
@allow(operates)
def retry(incident_id: str) -> Answer:
    """Let what failed run again, perhaps with corrected variables."""
    csrf.submitted_key()
    typed = request.form.get("variabel", "")
    try:
        operations.retry(house(), person(), incident_id, _variables(typed))
    except Invalid as error:
        return _overview(422, wrong=incident_id, typed=typed, problem=translate(error.message))
    return notices.go(
        url_for("operasi.overview"), msg("It was tried again. What fails again is listed anew.")
    )


@blueprint.get("/operasi/insiden/<incident_id>/batal")
@allow(operates)
def ask_to_cancel(incident_id: str) -> Response:
    """What giving up an incident means for its case, and the question why."""
    return _cancelling(incident_id)


@blueprint.post("/operasi/insiden/<incident_id>/batal")
@allow(operates)
def cancel(incident_id: str) -> Answer:
    """Give up what failed: the case goes on without it, or ends."""
    csrf.submitted_key()
    reason, end_case = request.form.get("alasan", ""), bool(request.form.get("akhiri"))
    try:
        operations.cancel(house(), person(), incident_id, reason, end_case=end_case)
    except Invalid as error:
        return _cancelling(incident_id, 422, typed=reason, problem=translate(error.fields[0].message))
    done = msg("The case has ended.") if end_case else msg("It was given up; the case goes on.")
    return notices.go(url_for("operasi.overview"), done)


@blueprint.get("/operasi/pekerjaan")
@allow(operates)
def jobs() -> str:
    """Jobs of the agency in one state, newest first."""
    state = _state(JOB_STATES)
    rows = operations.jobs(house(), person(), state=state, after=_after())
    return _list("operations/jobs.html", rows, state, JOB_STATES, kinds=JOB_KINDS)


@blueprint.get("/operasi/kiriman")
@allow(operates)
def deliveries() -> str:
    """Deliveries of the agency in one state, newest first."""
    state = _state(DELIVERY_STATES)
    rows = operations.outbox(house(), person(), state=state, after=_after())
    receivers = recipients.listed(house(), person())
    return _list(
        "operations/deliveries.html",
        rows,
        state,
        DELIVERY_STATES,
        kinds=DELIVERY_KINDS,
        receivers=[(each, _incident_of(each.name) if each.given_up else None) for each in receivers],
    )


@blueprint.post("/operasi/kiriman/<entry_id>/ulang")
@allow(operates)
def redeliver(entry_id: str) -> Answer:
    """Try a delivery again that was given up."""
    csrf.submitted_key()
    operations.redeliver(house(), person(), entry_id)
    return notices.go(
        url_for("operasi.deliveries", keadaan="failed"), msg("It is delivered again within seconds.")
    )


def _overview(status: int = 200, **shown: Any) -> Response:
    state = _state(INCIDENT_STATES)
    if state == IncidentState.OPEN:
        groups = alike.groups(house(), person(), after=_after())
        rows: list[tuple[Any, Group | None]] = [(each.newest, each) for each in groups]
        full = len(groups) == alike.GROUPS
    else:
        rows = [(row, None) for row in operations.incidents(house(), person(), state=state, after=_after())]
        full = len(rows) == operations.PAGE
    html = _list(
        "operations/overview.html",
        [(row, group, case_number(row.instance_id)) for row, group in rows],
        state,
        INCIDENT_STATES,
        health=health.look(house()),
        kinds=INCIDENT_KINDS,
        last=rows[-1][0].id if full else None,
        **shown,
    )
    return make_response(html, status)


def _cancelling(incident_id: str, status: int = 200, **shown: Any) -> Response:
    found = operations.incident(house(), person(), incident_id)
    number = case_number(found.incident.instance_id)
    html = render_template(
        "operations/cancel.html", found=found, number=number, kinds=INCIDENT_KINDS, **shown
    )
    return make_response(html, status)


def _incident_of(receiver: str) -> str | None:
    """The newest open incident about what was not delivered to a receiver."""
    found = operations.incidents(house(), person(), cause=incidents.cause_of_delivery(receiver), limit=1)
    return found[0].id if found else None


def _list(template: str, rows: list[Any], state: str, states: dict[str, Message], **more: Any) -> str:
    more.setdefault("last", rows[-1].id if len(rows) == operations.PAGE else None)
    return render_template(template, rows=rows, state=state, states=states, **more)


def case_number(instance_id: str) -> str | None:
    """The report that an incident stopped, for operators who may see it."""
    try:
        case = runs.look(house(), person(), instance_id).case
    except NotFound:
        return None
    return case.case_number if case else None


def _state(states: dict[str, Message]) -> str:
    """The state asked for; the first of the list otherwise."""
    asked = request.args.get("keadaan", "")
    return str(asked if asked in states else next(iter(states)))


def _after() -> str | None:
    return request.args.get("sesudah", "")[:26].replace("\x00", "") or None


def _variables(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        found = orjson.loads(text[:LONGEST_VARIABLES])
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Invalid(msg('Write the variables as a JSON object, for example {"amount": 3}.'))
    return found
