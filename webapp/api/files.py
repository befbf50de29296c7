"""Attachments by program: kept first, then named by their ids in answers and replies."""

from apiflask import APIBlueprint
from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from engine.cases import attachments, documents
from engine.errors import FieldError, Invalid, msg
from webapp import limits
from webapp.access import allow, anyone, signed_in
from webapp.api.operation import Answer, operation
from webapp.api.reading import MULTIPART
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person, visitor

blueprint = APIBlueprint("api_files", __name__, url_prefix="/api/v1", tag="Files")

_PARTS = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "agency": {"type": "string", "description": "the agency's key; a token's own agency when left out"},
        "named": {
            "type": "string",
            "enum": ["true", "false"],
            "description": "true keeps the file as it is; for strangers its name and metadata go otherwise",
        },
    },
    "required": ["file"],
    "additionalProperties": False,
}


class Kept(Answer):
    """The id that answers and replies carry."""

    id: str


class FileInfo(Answer):
    """A kept attachment."""

    id: str
    name: str
    media_type: str
    size: int


@blueprint.post("/files")
@operation("keepFile", parts=_PARTS, answer=Kept, status=201, errors=(404, 429))
@allow(anyone)
def keep() -> Kept:
    """Keep an attachment: pdf, jpg, png, mp3 or mp4, at most 10 MB.

    What a stranger sends may belong to an anonymous report: it is cleaned of its name and metadata, unless
    `named` says that the report tells who files it. Nobody's file is thrown away after two days.
    """
    if request.mimetype != MULTIPART:
        raise UnsupportedMediaType
    known = visitor().person
    agency = request.form.get("agency") or (known.agency_key if known else "")
    given = request.files.getlist("file")
    faults = [
        FieldError(name, msg("There is no such field here."))
        for name in sorted({*request.form, *request.files} - {"agency", "file", "named"})
    ]
    if len(given) != 1:
        faults.append(FieldError("file", msg("Send one file in the part file.")))
    if not agency:
        faults.append(FieldError("agency", msg("This field is needed.")))
    if faults:
        raise Invalid(msg("Some answers need correction."), faults)
    data = given[0].stream.read(attachments.LARGEST + 1)
    owner = known.id if known and known.agency_key == agency.replace("-", "_") else None
    if known is None:
        limits.take(limits.UPLOADS)
    private = known is None and request.form.get("named") != "true"
    kept = attachments.keep(house(), agency, given[0].filename or "", data, owner, private=private)
    return Kept(id=kept)


@blueprint.get("/files/<file_id>")
@operation("readFile", media_type="*/*")
@allow(signed_in)
def read(file_id: str) -> Response:
    """Download an attachment of a report that one may see."""
    return download(*documents.attachment(house(), person(), file_id))


def download(file: Row, data: bytes) -> Response:
    """An attachment as a download, never shown in place."""
    answer = Response(data, mimetype=file.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer


def info(file: Row) -> FileInfo:
    """What is told of a file."""
    return FileInfo(id=file.id, name=file.name, media_type=file.media_type, size=file.size)
