"""A whole report: where it stands, its clocks, letters, files and history; identity for whom the SOP lets."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.bpmn.drawing import MARKS
from engine.cases import attachments, diagrams, entries, erasing, views
from engine.cases.views import CaseView
from engine.errors import Forbidden, Message, NotFound, msg
from engine.people.principals import ADMIN, IDENTITY_KEEPER
from webapp import csrf, notices
from webapp.access import allow, role, signed_in
from webapp.house import house
from webapp.i18n import translate
from webapp.officer import chains, showing
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("laporan", __name__)
write_local_times(blueprint)
BEFORE = "sebelum"
MARK_WORDS: dict[str, Message] = {
    "here": msg("here"),
    "done": msg("done"),
    "late": msg("here, overdue"),
    "problem": msg("fault"),
}


@blueprint.get("/laporan/<number>")
@allow(signed_in)
def show(number: str) -> Response:
    """The report."""
    view = _opened(number)
    html = render_template(
        "officer/report.html",
        view=view,
        shown=showing.report(view),
        chains=chains.shown(view),
        access=views.access_log(house(), person(), view.case) if view.case.secret else [],
        entries=entries.open_entries(house(), person(), number),
        may_erase=view.ended and view.erasure is None and erasing.may_erase(person()),
    )
    return make_response(html)


@blueprint.get("/laporan/<number>/riwayat")
@allow(signed_in)
def history(number: str) -> Response:
    """The history, page by page."""
    before = request.args.get(BEFORE, "")
    page = int(before) if before.isdigit() and len(before) < 19 else None
    view = _opened(number, page)
    return make_response(render_template("officer/history.html", view=view, shown=showing.report(view)))


@blueprint.get("/laporan/<number>/langkah")
@allow(signed_in)
def steps(number: str) -> Response:
    """Step lists and diagrams with the token; htmx asks for the inner part alone."""
    view = _opened(number)
    words = {mark: translate(MARK_WORDS[mark]) for mark in MARKS}
    inner = "HX-Request" in request.headers
    html = render_template(
        "officer/steps_part.html" if inner else "officer/steps.html",
        view=view,
        drawn=diagrams.drawn(house(), view, words),
        words=words,
    )
    answer = make_response(html)
    answer.headers["Vary"] = "HX-Request"
    return answer


@blueprint.get("/laporan/<number>/berkas/<file_id>")
@allow(signed_in)
def download(number: str, file_id: str) -> Response:
    """An attachment, always to be saved, never opened in the page."""
    view = _opened(number)
    if all(file.id != file_id for file in view.files):
        raise NotFound(msg("There is no such file."))
    file, data = attachments.read_of_case(house(), view.case.id, file_id)
    answer = Response(data, mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer


@blueprint.post("/laporan/<number>/identitas")
@allow(signed_in)
def reveal(number: str) -> Answer:
    """Show the reporter's identity for five minutes; who asked, and why, is written down first."""
    csrf.submitted_key()
    view = _opened(number)
    back = url_for("laporan.show", number=number)
    if view.identity is None:
        raise Forbidden(
            msg("The identity of this reporter is kept from you."),
            hint=msg("The agency's identity custodian can see it."),
        )
    reason = request.form.get("alasan", "").strip()
    if len(reason) < 3:
        return notices.go(back, msg("Write why you need the identity."), "danger")
    views.log_access(house(), person(), view.case.id, showing.IDENTITY, reason[:500])
    shown: dict[str, Any] = {showing.REVEALED: showing.reveal_token(view)}
    address = url_for("laporan.show", number=number, **shown)
    return notices.go(address, msg("The identity is shown for 5 minutes; your look is recorded."), "secret")


@blueprint.get("/laporan/<number>/hapus")
@allow(role(IDENTITY_KEEPER, ADMIN))
def ask_to_erase(number: str) -> Response:
    """What erasing does, and the question."""
    return make_response(render_template("officer/erase.html", view=_opened(number)))


@blueprint.post("/laporan/<number>/hapus")
@allow(role(IDENTITY_KEEPER, ADMIN))
def erase(number: str) -> Answer:
    """Erase what the report holds of people, for good."""
    csrf.submitted_key()
    _opened(number)
    if request.form.get("yakin") != number:
        back = url_for("laporan.ask_to_erase", number=number)
        return notices.go(back, msg("Write the number of the report to confirm."), "danger")
    erasing.erase(house(), person(), number, request.form.get("alasan", ""))
    return notices.go(url_for("laporan.show", number=number), msg("The report was erased."))


def _opened(number: str, before: int | None = None) -> CaseView:
    view = views.report(house(), person(), number, before=before)
    showing.note_opening(view)
    return view
