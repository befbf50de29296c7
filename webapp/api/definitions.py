"""SOP packages and their versions by program: uploaded, answered, put in force by a second person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import request
from pydantic import Field, RootModel
from werkzeug.exceptions import UnsupportedMediaType

from engine.bpmn import packages
from engine.bpmn.finding import Finding
from engine.catalog import definitions, versions
from engine.errors import FieldError, Invalid, TooLarge, msg
from webapp.access import Rule, allow, role, signed_in
from webapp.api import reading
from webapp.api.operation import Answer, Given, findings, local, maybe, operation
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_definitions", __name__, url_prefix="/api/v1", tag="Definitions")

designs: Rule = role("perancang", "admin")
LARGEST_UPLOAD = 50 * 1024 * 1024
LONGEST_NOTE = 1000
Text = Annotated[str, Field(max_length=10_000)]

_PARTS = {
    "type": "object",
    "properties": {
        "package": {"type": "string", "format": "binary", "description": "a zip"},
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "answers": {"type": "string", "description": "JSON: answers by the ids of findings"},
        "note": {"type": "string", "maxLength": LONGEST_NOTE},
    },
    "additionalProperties": False,
}


class Definition(Answer):
    """A version of an SOP."""

    id: str
    process: str
    version: int
    title: str
    state: str
    verdict: str
    startable: bool
    revision: int
    note: str
    uploaded_by: str | None
    uploaded_at: datetime
    submitted_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None


class Checked(Definition):
    """A version with what the check found, each as ``alur check`` prints it."""

    findings: list[dict[str, Any]]


class Definitions(Answer):
    items: list[Definition]
    next: str | None


class DefinitionQuery(Given):
    process: Annotated[str | None, Field(max_length=120)] = None
    cursor: Annotated[str | None, Field(max_length=26)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class FindingAnswers(RootModel[dict[str, Text]]):
    """The chosen option's value, a FEEL expression or a text, by the finding's id."""


class Answers(Given):
    """``revision`` is that of the version the answers are for; left out, whatever is current."""

    answers: dict[str, Text]
    revision: int | None = None


class Rejection(Given):
    reason: Annotated[str, Field(min_length=3, max_length=LONGEST_NOTE)]


@blueprint.post("/packages")
@operation("uploadPackage", parts=_PARTS, answer=Checked, status=201, errors=(409,))
@allow(designs)
def upload() -> Checked:
    """Upload a package as the next draft of its process.

    One zip in the part `package`, or its files in parts `files`. A package that cannot run answers 422 with
    every finding.
    """
    if request.mimetype != reading.MULTIPART:
        raise UnsupportedMediaType
    answers = request.form.get("answers")
    given = reading.json_of(FindingAnswers, answers).root if answers else {}
    note = request.form.get("note", "")[:LONGEST_NOTE]
    made, verdict = definitions.upload(house(), person(), _files(), given, note=note)
    return _checked(made, verdict.findings)


@blueprint.get("/definitions")
@operation("listDefinitions", query=DefinitionQuery, answer=Definitions)
@allow(signed_in)
def listing(query: DefinitionQuery) -> Definitions:
    """List versions, newest first."""
    rows = versions.listing(house(), person(), query.process, query.cursor, query.limit + 1)
    page = rows[: query.limit]
    following = page[-1].id if len(rows) > query.limit else None
    return Definitions(items=[Definition(**_fields(row)) for row in page], next=following)


@blueprint.get("/definitions/<definition_id>")
@operation("readDefinition", answer=Checked)
@allow(signed_in)
def read(definition_id: str) -> Checked:
    """Read a version with its findings."""
    row = versions.get(house(), person(), definition_id)
    return _checked(row, row.findings)


@blueprint.post("/definitions/<definition_id>/answers")
@operation("answerFindings", body=Answers, answer=Checked, errors=(409,))
@allow(designs)
def answer(definition_id: str, body: Answers) -> Checked:
    """Answer questions of a draft; it is checked anew as a whole."""
    revision = body.revision
    if revision is None:
        revision = versions.get(house(), person(), definition_id).revision
    row, verdict = definitions.edit(house(), person(), definition_id, revision, answers=body.answers)
    return _checked(row, verdict.findings)


@blueprint.post("/definitions/<definition_id>/submit")
@operation("submitDefinition", answer=Definition, errors=(409,))
@allow(designs)
def submit(definition_id: str) -> Definition:
    """Ask a second person to put a draft in force; what forbids that is answered with 422."""
    return Definition(**_fields(definitions.submit(house(), person(), definition_id)))


@blueprint.post("/definitions/<definition_id>/activate")
@operation("activateDefinition", answer=Definition, errors=(409,))
@allow(designs)
def activate(definition_id: str) -> Definition:
    """Put a version in force; its uploader may not (403)."""
    return Definition(**_fields(definitions.activate(house(), person(), definition_id)))


@blueprint.post("/definitions/<definition_id>/reject")
@operation("rejectDefinition", body=Rejection, answer=Definition, errors=(409,))
@allow(designs)
def reject(definition_id: str, body: Rejection) -> Definition:
    """Send a submitted version back with a reason."""
    return Definition(**_fields(definitions.reject(house(), person(), definition_id, body.reason)))


def _files() -> Mapping[str, bytes]:
    unknown = {*request.files, *request.form} - {"package", "files", "answers", "note"}
    if unknown:
        faults = [FieldError(name, msg("There is no such field here.")) for name in sorted(unknown)]
        raise Invalid(msg("Some answers need correction."), faults)
    found, left = [], LARGEST_UPLOAD
    for each in [*request.files.getlist("package"), *request.files.getlist("files")]:
        data = each.stream.read(left + 1)
        left -= len(data)
        if left < 0:
            raise TooLarge(msg("%(name)s is larger than %(limit)d MB.", name=str(each.filename), limit=50))
        found.append((each.filename or "", data))
    if not found:
        fault = FieldError("package", msg("This part of the request is needed."))
        raise Invalid(msg("Some answers need correction."), [fault])
    return packages.read_uploads(found)


def _checked(row: Row, found: list[Finding] | list[Any]) -> Checked:
    return Checked(**_fields(row), findings=findings(found))


def _fields(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "process": row.process_key,
        "version": row.version,
        "title": row.title,
        "state": row.state,
        "verdict": row.verdict,
        "startable": row.startable,
        "revision": row.revision,
        "note": row.note,
        "uploaded_by": row.uploaded_by,
        "uploaded_at": local(row.uploaded_at),
        "submitted_at": maybe(row.submitted_at),
        "decided_by": row.decided_by,
        "decided_at": maybe(row.decided_at),
    }
