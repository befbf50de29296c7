"""Complaints by program: filed, and followed by whoever holds the receipt.

Without the right receipt a report answers exactly like a number that was never given.
"""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import AliasChoices, Field

from engine.cases import filing, following, reporter
from engine.cases.opening import is_private
from engine.errors import Conflict, FieldError, Invalid, NotFound, msg
from engine.people.principals import REPORTER, actor_of
from webapp import limits, tokens
from webapp.access import allow, anyone, public
from webapp.api.attached import PARTS, attached, fingerprint, with_files
from webapp.api.files import FileInfo, download, info
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Clock, Letter, clock, letter
from webapp.citizen.filing import MOST_FILES
from webapp.citizen.steps import filled_by_office
from webapp.house import house
from webapp.i18n import current_language
from webapp.visitor import visitor

blueprint = APIBlueprint("api_complaints", __name__, url_prefix="/api/v1", tag="Complaints")
limits.hold_guesses(blueprint)

KEY_HEADER, RECEIPT_HEADER = "Idempotency-Key", "Alur-Receipt"
LONGEST_KEY, LONGEST_CODE = 200, 40
_KEY = (
    KEY_HEADER,
    False,
    "the same key and content again give the first answer; use a fresh random one for each report",
)
_RECEIPT = (RECEIPT_HEADER, True, "the receipt that the filing gave")
_MULTIPART = {
    "type": "object",
    "properties": {"complaint": {"$ref": "#/components/schemas/NewComplaint"}},
    "required": ["complaint"],
    "additionalProperties": {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "description": "attachments, named after the form's file questions",
    },
}


class NewComplaint(Given):
    """A report: ``answers`` by the keys of the service's form (also taken: instansi, proses, isian)."""

    agency: Annotated[
        str, Field(min_length=1, max_length=60, validation_alias=AliasChoices("agency", "instansi"))
    ]
    process: Annotated[
        str, Field(min_length=1, max_length=120, validation_alias=AliasChoices("process", "proses"))
    ]
    answers: Annotated[dict[str, Any], Field(validation_alias=AliasChoices("answers", "isian"))]


class Filed(Answer):
    """The acknowledgement. Keep the receipt: it is shown here only."""

    tracking_number: str
    case_number: str
    receipt: str
    status: str
    due_at: datetime | None
    agency: str
    process: str


class PublicStatus(Answer):
    """What anybody with the tracking number sees."""

    tracking_number: str
    agency: str
    agency_name: str
    process: str
    status: str
    filed_at: datetime
    closed_at: datetime | None


class Report(PublicStatus):
    """A report as its reporter sees it. ``actions`` are the messages that the SOP waits for now."""

    case_number: str
    title: str
    answers: dict[str, Any]
    anonymous: bool
    due_at: datetime | None
    clocks: list[Clock]
    letters: list[Letter]
    files: list[FileInfo]
    question: Letter | None
    actions: list[str]
    may_rate: bool
    rating: int | None
    rating_until: datetime | None


class Reply(Given):
    """An answer or a further letter; ``files`` are ids of ``POST files``."""

    text: Annotated[str, Field(max_length=10_000)]
    files: Annotated[list[str], Field(max_length=MOST_FILES)] = []


class Withdrawal(Given):
    """Why the report is withdrawn."""

    reason: Annotated[str, Field(max_length=10_000)]


class Rating(Given):
    """From 1 (bad) to 5 (good)."""

    rating: int
    comment: str = ""


class ReporterMessage(Given):
    """Another message that the SOP takes from reporters: one of the report's ``actions``."""

    name: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=10_000)]


@blueprint.post("/complaints")
@operation(
    "fileComplaint",
    body=NewComplaint,
    part=PARTS,
    parts=_MULTIPART,
    answer=Filed,
    status=201,
    errors=(404, 429),
    headers=(_KEY,),
)
@allow(anyone)
def file(body: NewComplaint) -> Filed:
    """File a complaint.

    JSON, or multipart with the JSON in the part `complaint` and the attachments in parts named after the
    form's file questions. A token makes its person the one who filed; without one nobody is known.
    """
    _, form = filing.start_form(house(), body.agency, body.process)
    if visitor().person is None:
        limits.take(limits.FILINGS)
        limits.take(limits.UPLOADS, sum(len(each) for _, each in request.files.lists()))
    private = is_private(form, body.answers)
    files = attached(form, private=private)
    office = {key: value for key, value in filled_by_office(form).items() if body.answers.get(key) is None}
    answers = body.answers | office
    wish = _filing(body, answers, fingerprint(answers, files) if files else None)
    try:
        filed = (filing.earlier(house(), wish) if files else None) or filing.file(
            house(), with_files(wish, files, private=private)
        )
    except Conflict as error:
        raise Invalid(error.message, [FieldError(KEY_HEADER, error.message)]) from error
    return Filed(
        tracking_number=filed.tracking_number,
        case_number=filed.case_number,
        receipt=filed.receipt,
        status=filed.status,
        due_at=maybe(filed.due_at, filed.zone),
        agency=filed.agency,
        process=filed.process,
    )


@blueprint.get("/complaints/<number>")
@operation("readComplaint", answer=Report, errors=(429,), headers=(_RECEIPT,))
@allow(public)
def read(number: str) -> Report:
    """Read one's own report."""
    return _report(number)


@blueprint.get("/complaints/<number>/status")
@operation("readComplaintStatus", answer=PublicStatus, errors=(429,))
@allow(public)
def status(number: str) -> PublicStatus:
    """Read the public status; a secret report has none."""
    found = following.public_status(house(), number[:LONGEST_CODE])
    if found is None:
        raise NotFound(msg("There is no such report."))
    return PublicStatus(**_public(found))


@blueprint.get("/complaints/<number>/files/<file_id>")
@operation("readComplaintFile", media_type="*/*", errors=(429,), headers=(_RECEIPT,))
@allow(public)
def attachment(number: str, file_id: str) -> Response:
    """Download an attachment of one's own report."""
    return download(*following.attachment(house(), *_own(number), file_id))


@blueprint.post("/complaints/<number>/replies")
@operation("replyToAgency", body=Reply, answer=Report, status=201, errors=(429,), headers=(_RECEIPT,))
@allow(public)
def reply(number: str, body: Reply) -> Report:
    """Answer the open question, or write back."""
    question = following.view(house(), *_own(number)).question
    extra = {"menjawab": question.id} if question else {}
    reporter.reply(house(), *_own(number), body.text, body.files, extra)
    return _report(number)


@blueprint.post("/complaints/<number>/withdrawal")
@operation(
    "withdrawComplaint", body=Withdrawal, answer=Report, status=201, errors=(429,), headers=(_RECEIPT,)
)
@allow(public)
def withdraw(number: str, body: Withdrawal) -> Report:
    """Ask to withdraw; what comes of it the SOP decides."""
    reporter.withdraw(house(), *_own(number), body.reason)
    return _report(number)


@blueprint.post("/complaints/<number>/rating")
@operation("rateHandling", body=Rating, answer=Report, status=201, errors=(409, 429), headers=(_RECEIPT,))
@allow(public)
def rate(number: str, body: Rating) -> Report:
    """Rate the handling, from the answer until the tenth working day after closing."""
    reporter.rate(house(), *_own(number), body.rating, body.comment)
    return _report(number)


@blueprint.post("/complaints/<number>/messages")
@operation(
    "sendReporterMessage", body=ReporterMessage, answer=Report, status=201, errors=(429,), headers=(_RECEIPT,)
)
@allow(public)
def send(number: str, body: ReporterMessage) -> Report:
    """Send another message: an appeal, a word to the Ombudsman."""
    reporter.send(house(), *_own(number), body.name, body.text)
    return _report(number)


def _own(number: str) -> tuple[str, str]:
    return number[:LONGEST_CODE], request.headers.get(RECEIPT_HEADER, "")[:LONGEST_CODE]


def _report(number: str) -> Report:
    view = following.view(house(), *_own(number))
    zone = view.public.zone
    return Report(
        **_public(view.public),
        case_number=view.case_number,
        title=view.title,
        answers=view.answers,
        anonymous=view.public.anonymous,
        due_at=maybe(view.due_at, zone),
        clocks=[clock(each, zone) for each in view.clocks],
        letters=[letter(each, zone) for each in view.letters],
        files=[info(each) for each in view.files],
        question=letter(view.question, zone) if view.question else None,
        actions=sorted(view.actions),
        may_rate=view.may_rate,
        rating=view.rating,
        rating_until=maybe(view.rating_until, zone),
    )


def _public(found: following.PublicStatus) -> dict[str, Any]:
    shown = {name: getattr(found, name) for name in PublicStatus.model_fields}
    times = {"filed_at": local(found.filed_at, found.zone), "closed_at": maybe(found.closed_at, found.zone)}
    return shown | times


def _filing(body: NewComplaint, answers: dict[str, Any], fingerprint: str | None) -> filing.Filing:
    person = visitor().person
    return filing.Filing(
        agency=body.agency,
        process=body.process,
        answers=answers,
        key=_key(),
        scope=f"person:{person.id}" if person else "public",
        language=current_language(),
        actor=actor_of(person) if person else REPORTER,
        fingerprint=fingerprint,
    )


def _key() -> str:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return tokens.mint()
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = msg("A key has 1 to %(most)d printable ASCII characters.", most=LONGEST_KEY)
        raise Invalid(message, [FieldError(KEY_HEADER, message)])
    return key
