"""The reporter's own page: deadlines, letters, and what can be done now. Every page of it is a POST.

Number and code never stand in an address, where histories and logs would keep them.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from engine.cases import attachments, filing, following, reporter
from engine.errors import AlurError, Conflict, FieldError, Invalid, NotFound, msg
from engine.form import Field
from engine.states import FINAL_STATUSES, DeadlineState
from webapp import csrf, deadlines, format, forms, limits, refill
from webapp.access import allow, public
from webapp.citizen import key
from webapp.citizen.filing import MOST_FILES, file_fault
from webapp.citizen.letters import told
from webapp.citizen.statuses import WORDS, way
from webapp.house import house
from webapp.i18n import translate

blueprint = Blueprint("pelapor", __name__)
limits.hold_guesses(blueprint)
Problems = list[dict[str, str]]


@blueprint.get("/pelapor")
@allow(public)
def elsewhere() -> Answer:
    """A page that is only shown to who sends number and code."""
    return redirect(url_for("lacak.ask"), 303)


@blueprint.post("/pelapor")
@allow(key.with_receipt)
def open_report() -> Response:
    """The report of whoever knows number and code."""
    return _page()


@blueprint.post("/pelapor/balas")
@allow(key.with_receipt)
def reply() -> Response:
    """Answer the open question, or write back; with files."""
    files = [file for file in request.files.getlist("lampiran") if file.filename]
    view = following.view(house(), key.current().number, key.current().code)
    faults = [fault for file in files[:MOST_FILES] if (fault := file_fault(file, (), private=view.private))]
    if len(files) > MOST_FILES:
        faults.append(msg("At most %(most)d files.", most=MOST_FILES))
    if faults:
        return _page(422, [{"id": "lampiran", "text": translate(each)} for each in faults])
    text = request.form.get("teks", "")
    if not text.strip():
        return _page(422, [{"id": "teks", "text": translate(msg("Write your answer."))}])
    kept = [_kept(view, file) for file in files]
    extra = {"menjawab": view.question.id} if view.question else {}
    return _do(
        lambda own: reporter.reply(house(), own.number, own.code, text, kept, extra, _sent_once()),
        msg("Sent. The agency has your answer."),
    )


@blueprint.post("/pelapor/cabut")
@allow(key.with_receipt)
def withdraw() -> Response:
    """Ask to withdraw; a first press asks whether that is meant."""
    if request.form.get("yakin") != "ya":
        return _page(confirm_withdrawal=True)
    return _do(
        lambda own: reporter.withdraw(
            house(), own.number, own.code, request.form.get("alasan", ""), _sent_once()
        ),
        msg("Sent. The agency has your withdrawal."),
        renamed={"alasan": "alasan-cabut"},
        confirm_withdrawal=True,
    )


@blueprint.post("/pelapor/kirim/<name>")
@allow(key.with_receipt)
def send(name: str) -> Response:
    """Send another message that the SOP now takes: an appeal, a word to the Ombudsman."""
    own = key.current()
    view = following.view(house(), own.number, own.code)
    answers: dict[str, Any] = {}
    if name in view.forms:
        form = view.forms[name][1]
        submitted = forms.read(form, request.form, request.files)
        faults = [
            fault
            for files in submitted.files.values()
            for each in files
            if (fault := file_fault(each, (), private=view.private))
        ]
        if faults:
            return _page(422, [{"id": "", "text": translate(each)} for each in faults])
        answers = dict(submitted.answers)
        for field, files in submitted.files.items():
            answers[field] = [_kept(view, each) for each in files]
    return _do(
        lambda own: reporter.send(
            house(), own.number, own.code, name, request.form.get("alasan", ""), answers, _sent_once()
        ),
        msg("Sent."),
        renamed={"alasan": f"alasan-{name}"},
    )


@blueprint.post("/pelapor/nilai")
@allow(key.with_receipt)
def rate() -> Response:
    """Rate the handling from 1 to 5."""
    text = request.form.get("nilai", "")
    rating = int(text) if text in ("1", "2", "3", "4", "5") else 0
    return _do(
        lambda own: reporter.rate(house(), own.number, own.code, rating, request.form.get("komentar", "")),
        msg("Thank you. Your rating is kept."),
        renamed={"rating": "nilai-1", "comment": "komentar"},
    )


@blueprint.post("/pelapor/berkas/<file_id>")
@allow(key.with_receipt)
def download(file_id: str) -> Response:
    """An attachment of the reporter's own report."""
    own = key.current()
    file, data = following.attachment(house(), own.number, own.code, file_id)
    answer = Response(data, mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer


def _kept(view: following.ReporterView, file: FileStorage) -> str:
    """An attachment kept for this report; its id."""
    limits.take(limits.UPLOADS)
    name, data = file.filename or "", file.stream.read()
    return attachments.keep(house(), view.public.agency, name, data, private=view.private)


def ask_again(_error: key.KeyExpired) -> Response:
    """The page was open too long: number and code once more, and what was typed is sent with them."""
    fields = [(name, value) for name, value in refill.typed() if name != key.FIELD]
    html = render_template("citizen/key_again.html", url=refill.here(), fields=fields)
    return make_response(html, 401)


blueprint.register_error_handler(key.KeyExpired, ask_again)


@blueprint.errorhandler(NotFound)
def no_match(error: NotFound) -> Response:
    """A wrong code, an unknown number, another's file: one page."""
    html = render_template("citizen/track.html", number="", problem=translate(error.message))
    return make_response(html, 404)


def _do(
    act: Any,
    done: Any,
    *,
    renamed: dict[str, str] | None = None,
    **shown: Any,
) -> Response:
    """Do something to the report and show it again, with what came of it or with what is wrong."""
    try:
        act(key.current())
    except Invalid as error:
        faults = error.fields or [FieldError("", error.message)]
        return _page(422, _problems(faults, renamed or {}), **shown)
    except Conflict as error:
        return _page(409, [{"id": "", "text": translate(error.message)}])
    return _page(done=translate(done))


def _sent_once() -> str | None:
    """The key of the form that was sent: a second tap sends nothing twice."""
    return csrf.submitted_key()


def _own_forms(view: following.ReporterView, given: Any) -> list[dict[str, Any]]:
    """The messages that this SOP brings itself and waits for now, each with its form ready to draw."""
    return [
        {
            "name": name,
            "label": label,
            "view": forms.view(
                form, form.posted(given.items()) if given else {}, {each.key for each in form.inputs}
            ),
        }
        for name, (label, form) in view.forms.items()
        if name in view.actions
    ]


def _problems(faults: list[FieldError], renamed: dict[str, str]) -> Problems:
    return [{"id": renamed.get(each.key, each.key), "text": translate(each.message)} for each in faults]


def _page(status: int = 200, problems: Problems | None = None, **shown: Any) -> Response:
    own = key.current()
    view = following.view(house(), own.number, own.code)
    format.use_zone(view.public.zone)
    typed = request.form if problems else {}
    html = render_template(
        "citizen/report.html",
        view=view,
        access=own.packed(),
        words=WORDS[view.public.status],
        way=way(view.public.status),
        clocks=_clocks(view),
        stands=any(each.state == DeadlineState.PAUSED for each in view.clocks),
        letters=[told(letter, view) for letter in reversed(view.letters)],
        answers=_answers(view),
        is_final=view.public.status in FINAL_STATUSES,
        problems=problems or [],
        typed=typed,
        own_forms=_own_forms(view, typed),
        **shown,
    )
    return make_response(html, status)


def _clocks(view: following.ReporterView) -> list[dict[str, Any]]:
    """The deadlines that still run or stand paused, and how each was counted."""
    return [
        {
            "name": clock_name(each.key),
            "chip": deadlines.of_deadline(each, view.calendar),
            "standing": deadlines.standing(each, view.calendar, to_reporter=True),
            "due": each.due_at,
            "words": deadlines.explain(each.receipt) if each.receipt else None,
        }
        for each in view.clocks
        if each.state != "stopped"
    ]


def _answers(view: following.ReporterView) -> list[tuple[str, str]]:
    """What was reported, in the words of the form in force; keys stand for questions it no longer asks."""
    try:
        _, form = filing.start_form(house(), view.public.agency, view.public.process)
    except AlurError:
        return []
    found = []
    for each in form.inputs:
        value = view.answers.get(each.key)
        if value in (None, "", [], False) or each.type == "filepicker" or "alur:filledBy" in each.properties:
            continue
        if tells_nothing(each):
            continue
        found.append((each.label, readable(each, value)))
    return found


def tells_nothing(field: Field) -> bool:
    """A box that everybody must tick, such as consent: it says the same in every report."""
    return field.type == "checkbox" and field.required


def clock_name(key: str) -> str:
    """A clock of the SOP in words; an agency's own clock by its name without underscores."""
    known = {
        filing.RESPONSE_CLOCK: msg("First answer"),
        filing.RESOLUTION_CLOCK: msg("Solution"),
    }
    return translate(known[key]) if key in known else key.removeprefix("jam_").replace("_", " ").capitalize()


def readable(field: Any, value: Any) -> str:
    """An answer in words: labels for choices, yes for ticks, rows one a line."""
    if value is True:
        return translate(msg("Yes"))
    if isinstance(value, list):
        return "\n".join(readable(field, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values() if each not in (None, ""))
    return next((option.label for option in field.options if option.value == value), str(value))
