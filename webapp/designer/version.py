"""A version's page: its findings beside its drawing; answered, submitted, put in force or sent back."""

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from engine.catalog import definitions
from engine.errors import Conflict, Refused, msg
from webapp import csrf, errors, notices, refill
from webapp.access import allow
from webapp.designer import findings, pictures
from webapp.designer.frame import (
    LONGEST_REASON,
    Version,
    address,
    designs,
    open_version,
    page,
    submitted_revision,
    write_local_times,
)
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person

blueprint = Blueprint("versi", __name__)
write_local_times(blueprint)
CHOSEN, WRITTEN = "pilih.", "tulis."
LONGEST_ANSWER = 10_000


@blueprint.get("/sop/<key>/v/<int:number>")
@allow(designs)
def show(key: str, number: int) -> Response:
    """Findings, drawing and steps."""
    return _page(open_version(key, number))


@blueprint.post("/sop/<key>/v/<int:number>/jawaban")
@allow(designs)
@refill.refillable
def answer(key: str, number: int) -> Response:
    """Answer questions; the draft is checked anew as a whole."""
    csrf.submitted_key()
    version = open_version(key, number)
    given = _answers()
    if refill.is_review():
        return _page(version, given)
    if not given:
        return _page(version, {}, [{"id": "temuan", "text": translate(msg("Answer at least one question."))}])
    try:
        row, verdict = definitions.edit(
            house(), person(), version.row.id, submitted_revision(), answers=given, unfinished=True
        )
    except Conflict as error:
        problem = {"id": "temuan", "text": translate(error.message)}
        return _page(open_version(key, number), given, [problem], errors.status_of(error))
    told = (
        msg("Answered. The version now runs.")
        if verdict.runs
        else msg("Answered. Some findings are still open.")
    )
    return notices.go(address(row), told, "ok" if verdict.runs else "warn")


@blueprint.post("/sop/<key>/v/<int:number>/ajukan")
@allow(designs)
def submit(key: str, number: int) -> Response:
    """Ask a second person to put it in force."""
    csrf.submitted_key()
    version = open_version(key, number)
    try:
        row = definitions.submit(house(), person(), version.row.id)
    except Refused as error:
        return _held_back(version, error)
    return notices.go(address(row), msg("Submitted. A second designer or administrator puts it in force."))


@blueprint.post("/sop/<key>/v/<int:number>/draf-baru")
@allow(designs)
def redraft(key: str, number: int) -> Response:
    """A new draft with the files and answers of this version, to go on from it."""
    csrf.submitted_key()
    version = open_version(key, number)
    note = translate(msg("From v%(number)d", number=number))
    row, _verdict = definitions.upload(house(), person(), version.source, version.row.answers, note=note)
    return notices.go(address(row), msg("A new draft. The version in force stays as it is."))


@blueprint.post("/sop/<key>/v/<int:number>/berlakukan")
@allow(designs)
def activate(key: str, number: int) -> Response:
    """Put it in force, as the second person."""
    csrf.submitted_key()
    version = open_version(key, number)
    before, stay = version.in_force, version.stay
    try:
        row = definitions.activate(house(), person(), version.row.id)
    except Refused as error:
        return _held_back(version, error)
    told = msg("In force for new reports.")
    if before is not None and stay:
        told = msg(
            "In force for new reports. %(count)s running reports stay on v%(old)d.",
            count=stay,
            old=before.version,
        )
    return notices.go(address(row), told)


@blueprint.post("/sop/<key>/v/<int:number>/tolak")
@allow(designs)
@refill.refillable
def reject(key: str, number: int) -> Response:
    """Send it back with a reason."""
    csrf.submitted_key()
    version = open_version(key, number)
    reason = request.form.get("alasan", "").strip()[:LONGEST_REASON]
    if refill.is_review():
        return _page(version, reason=reason)
    if not reason:
        return _page(
            version, problems=[{"id": "alasan", "text": translate(msg("Write why you send it back."))}]
        )
    row = definitions.reject(house(), person(), version.row.id, reason)
    return notices.go(address(row), msg("Sent back. Its uploader may change it and submit it again."), "warn")


def _answers() -> dict[str, str]:
    """What was written, else what was chosen, by the finding's id."""
    given = {}
    for prefix in (CHOSEN, WRITTEN):
        for name, value in request.form.items():
            if name.startswith(prefix) and value.strip():
                given[name.removeprefix(prefix)] = value.strip()[:LONGEST_ANSWER]
    return given


def _held_back(version: Version, error: Refused) -> Response:
    """What forbids publishing is among the findings of the page; here is that it does."""
    problem = {"id": "temuan", "text": translate(error.message)}
    return _page(version, problems=[problem])


def _page(
    version: Version,
    given: dict[str, str] | None = None,
    problems: list[dict[str, str]] | None = None,
    status: int = 422,
    reason: str = "",
) -> Response:
    shown = version.findings
    drawn = pictures.pictures(
        version.source,
        badges={path: findings.badges(shown, path) for path in version.source if path.endswith(".bpmn")},
    )
    html = page(
        "findings",
        version,
        "versi.show",
        findings=shown,
        pictures=drawn,
        given=given or {},
        errors=problems or [],
        reason=reason,
    )
    return make_response(html, status if problems else 200)
