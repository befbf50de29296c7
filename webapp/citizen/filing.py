"""Filing a report: step by step, a check page, and the receipt that is shown once."""

from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from engine.cases import attachments, filing
from engine.errors import AlurError, FieldError, Invalid, Message, StoreUnavailable, msg
from engine.upkeep import outage
from webapp import csrf, errors, forms, limits, refill, tokens
from webapp.access import allow, public
from webapp.citizen import steps
from webapp.citizen.draft import CHANNEL, EDITED, GOTO, STEP, Draft
from webapp.citizen.steps import Step
from webapp.house import house
from webapp.i18n import current_language, translate

blueprint = Blueprint("lapor", __name__)
MOST_FILES = 10
NOT_SENT = msg("Not sent. Your text is still here. Try again.")
_RECEIPT_HOURS = 2


@blueprint.get("/lapor/<agency>/<process>")
@allow(public)
def begin(agency: str, process: str) -> str:
    """The first step, empty."""
    draft = Draft.of_request(agency, process)
    return _step_page(draft, draft.steps()[0])


@blueprint.post("/lapor/<agency>/<process>")
@allow(public)
@refill.refillable
def go_on(agency: str, process: str) -> Response:
    """Take one step's answers and show the next step, the same one with its errors, or the check page."""
    draft = Draft.of_request(agency, process)
    walk = draft.steps()
    wish = request.form.get(GOTO, "lanjut")
    if wish.startswith("ubah:"):
        return make_response(_step_page(draft, _find(walk, wish[5:]), edited=True))
    step = _find(walk, request.form.get(STEP, ""))
    edited = EDITED in request.form
    if draft.submitted.editing or refill.is_review():
        return make_response(_step_page(draft, step, edited=edited))
    if wish == "kembali":
        before = walk[max(0, walk.index(step) - 1)]
        return make_response(_step_page(draft, before))
    new = (step.keys() & draft.visible()) - draft.submitted.shown
    faults = [each for each in draft.errors(step.keys()) if each.key not in new]
    if faults or new:
        page = _step_page(draft, step, faults, edited=edited, more_questions=bool(new))
        return make_response(page, 422 if faults else 200)
    after = walk.index(step) + 1
    if edited or after >= len(walk):
        return make_response(_check_page(draft))
    return make_response(_step_page(draft, walk[after]))


@blueprint.get("/lapor/<agency>/<process>/periksa")
@allow(public)
def check_again(agency: str, process: str) -> Response:
    """The check page holds answers only while it is open: begin anew."""
    return redirect(url_for("lapor.begin", agency=agency, process=process), 303)


@blueprint.post("/lapor/<agency>/<process>/periksa")
@allow(public)
@refill.refillable
def send(agency: str, process: str) -> Response:
    """File the report. Pressed again after a lost answer, it shows the same receipt, and files once."""
    draft = Draft.of_request(agency, process)
    key = csrf.submitted_key()
    if refill.is_review():
        return make_response(_check_page(draft))
    limits.take(limits.FILINGS)
    limits.take(limits.UPLOADS, sum(map(len, draft.submitted.files.values())))
    faults = _file_faults(draft) or draft.errors()
    if faults:
        return make_response(_check_page(draft, faults), 422)
    try:
        filed = _file(draft, key)
    except Invalid as error:
        return make_response(_check_page(draft, error.fields or [FieldError("", error.message)]), 422)
    except AlurError:
        raise
    except Exception as error:
        away = outage.of(error)
        if away is None:
            errors.note_crash(error)
        return _not_sent(draft, away or StoreUnavailable(NOT_SENT, retry_after=outage.RETRY_SECONDS))
    shown = {
        "number": filed.tracking_number,
        "receipt": filed.receipt,
        "due": filed.due_at.isoformat() if filed.due_at else None,
        "anonymous": filed.anonymous,
        "agency": draft.service.agency_name,
    }
    return make_response(_receipt_page(shown))


def _not_sent(draft: Draft, away: StoreUnavailable) -> Response:
    """The check page once more, under the same key; plainly without its texts when nothing can be read."""
    try:
        page = _check_page(draft, [FieldError("", NOT_SENT)], token=request.form[csrf.FIELD])
    except Exception as error:  # the database is away for reading too
        raise away from error
    answer = make_response(page, errors.status_of(away))
    answer.headers["Retry-After"] = str(away.details["retry_after"])
    return answer


@blueprint.post("/lapor/tanda-terima")
@allow(public)
def leave_receipt() -> Response:
    """Leave the receipt once the code is said to be kept; until then it stays."""
    try:
        shown = tokens.read("receipt", request.form.get("_terima", ""), seconds=_RECEIPT_HOURS * 3600)
    except (tokens.Expired, tokens.Forged):
        return redirect(url_for("lacak.ask"), 303)
    if request.form.get("tersimpan") != "ya":
        return make_response(_receipt_page(shown, problem=True), 422)
    return redirect(url_for("lacak.status", number=shown["number"]), 303)


def _find(walk: list[Step], step_id: str) -> Step:
    """A step by its id; the first one when the answers no longer lead there."""
    return next((step for step in walk if step.id == step_id), walk[0])


def _step_page(
    draft: Draft,
    step: Step,
    faults: list[FieldError] | None = None,
    *,
    edited: bool = False,
    more_questions: bool = False,
) -> str:
    walk = draft.steps()
    view = forms.view(
        draft.form,
        draft.answers,
        draft.visible(),
        errors=faults or (),
        only=step.fields,
        options=draft.choices(),
    )
    return render_template(
        "citizen/step.html",
        service=draft.service,
        step=step,
        number=walk.index(step) + 1,
        total=len(walk) + 1,
        form=view,
        kept=draft.packed(),
        edited=edited,
        more_questions=more_questions,
        anonymous=draft.is_anonymous(),
    )


def _check_page(draft: Draft, faults: list[FieldError] | None = None, token: str | None = None) -> str:
    visible = draft.visible()
    found = draft.errors() if faults is None else faults
    files = [each for each in draft.form.files() if each.key in visible]
    view = forms.view(draft.form, {}, visible, errors=found, only=files)
    sections = [
        (
            step,
            forms.view(
                draft.form, draft.answers, visible, errors=found, only=step.fields, options=draft.choices()
            ),
        )
        for step in draft.steps()
    ]
    return render_template(
        "citizen/check.html",
        service=draft.service,
        sections=sections,
        files=view,
        errors=_check_summary(sections, view, found),
        kept=draft.packed(),
        anonymous=draft.is_anonymous(),
        secret=steps.flagged(draft.form, draft.answers, "rahasia"),
        token=token or csrf.page_token(),
    )


def _check_summary(
    sections: list[tuple[Step, forms.FormView]], files: forms.FormView, found: list[FieldError]
) -> list[dict[str, str]]:
    """Each error once, with a link to its row, or to the file field."""
    rows = {field.name: f"baris-{field.id}" for _, view in sections for field in view.fields}
    rows |= {field.name: field.id for field in files.fields}
    return [{"id": rows.get(each.key, ""), "text": translate(each.message)} for each in found]


def _receipt_page(shown: dict[str, Any], *, problem: bool = False) -> str:
    return render_template(
        "citizen/receipt.html",
        shown=shown,
        due=datetime.fromisoformat(shown["due"]) if shown["due"] else None,
        kept=tokens.sign("receipt", shown),
        problem=problem,
    )


def _file_faults(draft: Draft) -> list[FieldError]:
    """Every attachment that cannot be taken, by name; nothing is kept unless all can be."""
    faults = []
    limits = {each.key: each for each in draft.form.files()}
    for key, files in draft.submitted.files.items():
        most = min(MOST_FILES, limits[key].validate.most)
        if len(files) > most:
            faults.append(FieldError(key, msg("At most %(most)d files.", most=most)))
        for file in files[: most + 1]:
            fault = file_fault(file, limits[key].accept, private=draft.is_private())
            if fault is not None:
                faults.append(FieldError(key, fault))
    return faults


def file_fault(file: FileStorage, accepted: tuple[str, ...], *, private: bool = False) -> Message | None:
    """What is wrong with an attachment; None when it can be taken, and cleaned where ``private``."""
    name = attachments.display_name(file.filename or "")
    data = file.stream.read(attachments.LARGEST + 1)
    file.stream.seek(0)
    if len(data) > attachments.LARGEST:
        return msg("%(name)s is larger than 10 MB.", name=name)
    ending = name.rsplit(".", 1)[-1].lower()
    if accepted and ending not in accepted and ending.replace("jpeg", "jpg") not in accepted:
        return msg("%(name)s: only %(kinds)s files are taken.", name=name, kinds=", ".join(accepted))
    try:
        attachments.fit(name, data, private=private)
    except AlurError as error:
        return error.message
    return None


def _file(draft: Draft, key: str) -> filing.Filed:
    answers = draft.to_send()
    for name, files in draft.submitted.files.items():
        kept = [
            attachments.keep(
                house(),
                draft.service.agency,
                file.filename or "",
                file.stream.read(),
                private=draft.is_private(),
            )
            for file in files
        ]
        if kept:
            answers[name] = kept
    return filing.file(
        house(),
        filing.Filing(
            agency=draft.service.agency,
            process=draft.service.process,
            answers=answers,
            key=key,
            channel=CHANNEL,
            language=current_language(),
        ),
    )
