"""The files of a version: looked at, taken away, and in a draft replaced, added or removed."""

import io
import zipfile

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from engine.catalog import definitions
from engine.errors import Conflict, Invalid, NotFound, Refused, msg
from webapp import csrf, errors, notices
from webapp.access import allow
from webapp.designer import uploading
from webapp.designer.frame import (
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

blueprint = Blueprint("berkas", __name__)
write_local_times(blueprint)
_EDITORS = (".bpmn", ".dmn", ".json")


@blueprint.get("/sop/<key>/v/<int:number>/berkas")
@allow(designs)
def show(key: str, number: int) -> Response:
    """The files with their sizes."""
    return _page(open_version(key, number))


@blueprint.get("/sop/<key>/v/<int:number>/berkas/<path:path>")
@allow(designs)
def download(key: str, number: int, path: str) -> Response:
    """One file as it was uploaded."""
    version = open_version(key, number)
    if path not in version.source:
        raise NotFound(msg("There is no such file."))
    return _attached(version.source[path], path.rpartition("/")[2], "application/octet-stream")


@blueprint.get("/sop/<key>/v/<int:number>/paket.zip")
@allow(designs)
def package(key: str, number: int) -> Response:
    """All files as one zip, as it can be uploaded again."""
    version = open_version(key, number)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(version.source):
            # A fixed date: the same version always gives the same archive.
            archive.writestr(zipfile.ZipInfo(path, (2000, 1, 1, 0, 0, 0)), version.source[path])
    return _attached(packed.getvalue(), f"{version.key}-v{version.number}.zip", "application/zip")


@blueprint.post("/sop/<key>/v/<int:number>/berkas")
@allow(designs)
def change(key: str, number: int) -> Response:
    """Put files into a draft, in the place of those of the same name; or take one out."""
    csrf.submitted_key()
    version = open_version(key, number)
    gone = request.form.get("buang", "")
    try:
        changed: dict[str, bytes | None] = {gone: None} if gone else _placed(version)
        row, verdict = definitions.edit(
            house(), person(), version.row.id, submitted_revision(), files=changed, unfinished=True
        )
    except (Invalid, Refused, Conflict) as error:
        fields = [translate(each.message) for each in getattr(error, "fields", [])]
        said = fields + [translate(each.message) for each in getattr(error, "findings", [])]
        problems = [{"id": uploading.FIELD, "text": text} for text in said or [translate(error.message)]]
        return _page(open_version(key, number), problems, errors.status_of(error))
    told = msg("Kept.") if verdict.runs else msg("Kept. The version does not run yet; see the findings.")
    return notices.go(address(row, "berkas.show"), told, "ok" if verdict.runs else "warn")


def _placed(version: Version) -> dict[str, bytes | None]:
    """The uploaded files; one that is known by its name goes to the place of that file."""
    known: dict[str, list[str]] = {}
    for path in version.source:
        known.setdefault(path.rpartition("/")[2], []).append(path)
    placed: dict[str, bytes | None] = {}
    for path, data in uploading.files().items():
        places = known.get(path, [])
        if len(places) != 1:
            places = [f"forms/{path}" if path.endswith(".json") and "/" not in path else path]
        placed[places[0]] = data
    return placed


def _attached(data: bytes, name: str, kind: str) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = kind
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _page(version: Version, problems: list[dict[str, str]] | None = None, status: int = 200) -> Response:
    rows = [
        {"path": path, "size": len(data), "drawn": path.endswith(_EDITORS)}
        for path, data in sorted(version.source.items())
    ]
    called = sorted(set(version.bundle) - set(version.source))
    html = page("files", version, "berkas.show", files=rows, called=called, errors=problems or [])
    return make_response(html, status)
