"""What differs from the version in force: in words, and on both drawings."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _  # type: ignore[import-untyped]

from engine import bpmn
from engine.bpmn import Change, Difference
from engine.catalog import versions
from engine.errors import NotFound, msg
from webapp.access import allow
from webapp.designer import pictures, words
from webapp.designer.frame import designs, open_version, page, write_local_times
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person

blueprint = Blueprint("banding", __name__)
write_local_times(blueprint)
# The drawing's outlines: solid for what was added, dashed for what changed, dotted for what is gone.
_OUTLINES = {Change.ADDED: "done", Change.CHANGED: "late", Change.REMOVED: "problem"}


@blueprint.get("/sop/<key>/v/<int:number>/banding")
@allow(designs)
def show(key: str, number: int) -> str:
    """Added, changed and removed elements against the version in force."""
    version = open_version(key, number)
    old = version.in_force
    if old is None or old.id == version.row.id:
        raise NotFound(msg("No other version is in force to compare with."))
    before = versions.files(house(), person(), old.id)
    found = bpmn.compare(before, version.bundle)
    said = {_OUTLINES[change]: translate(words.CHANGES[change].label) for change in Change}
    gone = [each for each in found if each.change == Change.REMOVED]
    return page(
        "compare",
        version,
        "banding.show",
        old=old,
        differences=[_row(each) for each in found],
        totals=[(words.CHANGES[c], sum(each.change == c for each in found)) for c in Change],
        after=pictures.pictures(
            _drawn(version.bundle),
            marks=_marks(version.bundle, found, Change.ADDED, Change.CHANGED),
            words=said,
        ),
        before=pictures.pictures(_drawn(before), marks=_marks(before, gone, Change.REMOVED), words=said)
        if any(each.kind not in ("file", "sequenceFlow") for each in gone)
        else [],
    )


def _drawn(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.endswith(".bpmn")}


def _marks(
    files: dict[str, bytes], found: Iterable[Difference], *changes: Change
) -> dict[str, dict[str, str]]:
    """The outline of each changed element, by file."""
    marks: dict[str, dict[str, str]] = {}
    for path, data in _drawn(files).items():
        inside = {process.id for process in bpmn.read(data, path).processes}
        marks[path] = {
            each.element: _OUTLINES[each.change]
            for each in found
            if each.process in inside and each.change in changes and each.kind != "process"
        }
    return marks


def _row(each: Difference) -> dict[str, Any]:
    hidden = {"content"}
    return {
        "word": words.CHANGES[each.change],
        "kind": words.kind(each.kind),
        "name": each.name or each.element,
        "element": each.element,
        "process": each.process,
        "properties": [
            {"name": words.named(name), "old": _said(old), "new": _said(new)}
            for name, (old, new) in each.properties.items()
            if name not in hidden
        ],
    }


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
