"""What a browser sent back, as answers: lists, yes and no, rows, files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from engine.form import Form

SHOWN = "_tampil"
REFRESH = "_segarkan"
ADD_ROW = "_tambah"
DROP_ROW = "_hapus"
MOST_ROWS = 50

_ROW = re.compile(r"(\w+)\[(\d{1,3})\]")

Values = MultiDict[str, str]
Files = MultiDict[str, FileStorage]


@dataclass
class Submitted:
    """Answers as the form's rules take them, and files not yet kept, by field.

    ``editing`` is true when a row was added or dropped or a condition changed: show the form again, judge
    nothing yet. ``shown`` holds the fields that were on the page.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    files: dict[str, list[FileStorage]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    editing: bool = False


def read(form: Form, values: Values, files: Files | None = None) -> Submitted:
    """Read a submitted page of ``form``; fields that were not on it are left out.

    A box on the page that came back without a tick is False.
    """
    page = Submitted(shown=frozenset(values.get(SHOWN, "").split()))
    page.editing = any(name in values for name in (REFRESH, ADD_ROW, DROP_ROW))
    posted = form.posted(_pairs(form, values))
    for each in form.inputs:
        if each.key not in page.shown:
            continue
        if each.key in posted or each.type == "checkbox":
            page.answers[each.key] = posted.get(each.key, False)
        if each.type == "filepicker":
            page.files[each.key] = [
                file for file in (files.getlist(each.key) if files else []) if file.filename
            ]
    _edit_rows(page, values, {each.key for each in form.inputs if each.type == "dynamiclist"} & page.shown)
    return page


def _pairs(form: Form, values: Values) -> Iterator[tuple[str, str]]:
    """Names and texts with one kind of line end; a list without fixed choices is typed one text a line."""
    open_lists = {each.key for each in form.inputs if each.type == "taglist"}
    for name, text in values.items(multi=True):
        clean = text.replace("\r\n", "\n").strip()
        if name in open_lists:
            yield from ((name, line.strip()) for line in clean.split("\n"))
        else:
            yield name, clean


def _edit_rows(page: Submitted, values: Values, lists: set[str]) -> None:
    dropped = _ROW.fullmatch(values.get(DROP_ROW, ""))
    if dropped and dropped[1] in lists:
        rows = page.answers.get(dropped[1]) or []
        page.answers[dropped[1]] = [row for number, row in enumerate(rows) if number != int(dropped[2])]
    added = values.get(ADD_ROW, "")
    if added in lists and len(page.answers.get(added) or []) < MOST_ROWS:
        page.answers[added] = [*(page.answers.get(added) or [{}]), {}]
