"""The editors in the browser: diagram, decision table, form; without scripts the same files as text.

Their pages are the only ones with another Content-Security-Policy: the editors bring their fonts as data
addresses, and their expression fields lay style elements, which a nonce of each page lets in.
"""

import re
from typing import Any

import orjson
from flask import Blueprint, Response, g, jsonify, make_response, render_template, request

from engine import bpmn
from engine.bpmn.layout import layout, needs_layout
from engine.catalog import definitions
from engine.catalog.replication import empty_decision, empty_form
from engine.errors import AlurError, Conflict, NotFound, msg
from webapp import csrf, errors, notices, refill, security, tokens
from webapp.access import allow
from webapp.designer import words
from webapp.designer.findings import Shown
from webapp.designer.frame import (
    Version,
    address,
    designs,
    open_version,
    submitted_revision,
    write_local_times,
)
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person

blueprint = Blueprint("ubah", __name__)
write_local_times(blueprint)
_PATH = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,118}")
_EDITORS = {"bpmn": "diagram", "dmn": "decision", "json": "form"}
_TEXTS = ("toml", "md", "txt")


@blueprint.before_request
def _choose_nonce() -> None:
    g.style_nonce = tokens.mint()


@blueprint.after_request
def _let_editors_style(response: Response) -> Response:
    if "style_nonce" not in g:  # refused before anything of this page was made
        return response
    policy = security.POLICY | {
        "style-src": f"'self' 'nonce-{g.style_nonce}'",
        "font-src": "'self' data:",
    }
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in policy.items()
    )
    return response


@blueprint.get("/sop/<key>/v/<int:number>/ubah")
@allow(designs)
def edit(key: str, number: int) -> Response:
    """One file of a draft in its editor; the first diagram when none is named."""
    version = _draft(key, number)
    path = request.args.get("berkas") or next((p for p in sorted(version.source) if p.endswith(".bpmn")), "")
    return _page(version, path, _content(version, path))


@blueprint.post("/sop/<key>/v/<int:number>/ubah")
@allow(designs)
@refill.refillable
def save(key: str, number: int) -> Response:
    """Keep the file in the draft, which is checked anew; scripts are answered with JSON."""
    csrf.submitted_key()
    version = open_version(key, number)
    path = request.form.get("berkas", "")
    sent = request.files.get("isi")
    content = sent.stream.read() if sent else request.form.get("isi", "").replace("\r\n", "\n").encode()
    if refill.is_review():
        return _page(version, path, content.decode("utf-8", "replace"))
    _kind(path)
    try:
        row, verdict = definitions.edit(
            house(), person(), version.row.id, submitted_revision(), files={path: content}, unfinished=True
        )
    except AlurError as error:
        if not _is_script():
            return _page(version, path, content.decode("utf-8", "replace"), error)
        return _told(errors.status_of(error), problem=_words(error))
    if _is_script():
        now = Version(row)
        return _told(200, revision=row.revision, state=_state(now), findings=_listed(now.findings, path))
    told = msg("Kept.") if verdict.runs else msg("Kept. The version does not run yet; see the findings.")
    return make_response(notices.go(address(row), told, "ok" if verdict.runs else "warn"))


def _draft(key: str, number: int) -> Version:
    version = open_version(key, number)
    if not version.editable:
        raise Conflict(
            msg("Only a draft can be edited."), hint=msg("Make a new draft from this version on its page.")
        )
    return version


def _kind(path: str) -> str:
    """The editor for a file; raises NotFound for a path that no package holds."""
    extension = path.rpartition(".")[2]
    if not _PATH.fullmatch(path) or extension not in (*_EDITORS, *_TEXTS):
        raise NotFound(msg("There is no such file."))
    return _EDITORS.get(extension, "text")


def _content(version: Version, path: str) -> str:
    """The file, or an empty one of its kind. A diagram without a drawing is laid out: editors show only what
    is drawn.
    """
    kind = _kind(path)
    data = version.source.get(path)
    name = path.rpartition("/")[2].rpartition(".")[0]
    if data is None:
        made = {"decision": empty_decision, "form": empty_form}
        if kind not in made:
            raise NotFound(msg("There is no such file."))
        data = made[kind](name)
    if kind == "diagram" and bpmn.read(data, path).root is not None and needs_layout(data):
        data = layout(data)
    return data.decode()


def _is_script() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _told(status: int, **members: Any) -> Response:
    return make_response(jsonify(members), status)


def _words(error: AlurError) -> str:
    found = [*getattr(error, "fields", []), *getattr(error, "findings", [])]
    said = [translate(error.message), *(translate(each.message) for each in found)]
    return " ".join(said)


def _state(version: Version) -> dict[str, str]:
    word = words.VERDICTS[version.row.verdict]
    return {"label": translate(word.label), "tone": word.tone}


def _listed(found: list[Shown], path: str) -> list[dict[str, Any]]:
    """The findings of one file, as the editor draws them."""
    return [
        {
            "badge": each.badge,
            "severity": translate(each.word.label),
            "tone": each.word.tone,
            "element": each.element,
            "name": each.name,
            "message": translate(each.message),
            "hint": translate(each.hint) if each.hint else "",
        }
        for each in found
        if each.path in ("", path)
    ]


def _page(version: Version, path: str, content: str, error: AlurError | None = None) -> Response:
    problems = [{"id": "naskah", "text": _words(error)}] if error else []
    html = render_template(
        "designer/modeler.html",
        version=version,
        row=version.row,
        path=path,
        kind=_kind(path),
        content=content,
        others=[each for each in sorted(version.source) if each.rpartition(".")[2] in (*_EDITORS, *_TEXTS)],
        state=_state(version),
        findings=orjson.dumps(_listed(version.findings, path)).decode(),
        nonce=g.style_nonce,
        errors=problems,
        address=address,
    )
    return make_response(html, errors.status_of(error) if error else 200)
