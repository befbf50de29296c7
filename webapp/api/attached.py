"""Attachments in the multipart request that files a complaint: parts named after the form's questions."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from engine.cases import attachments, filing
from engine.errors import FieldError, Invalid, msg
from engine.form import Form
from webapp.citizen.filing import MOST_FILES, file_fault
from webapp.house import house
from webapp.visitor import visitor

PARTS = "complaint|data"  # the parts that hold the complaint itself, either name

Files = dict[str, list[FileStorage]]


def attached(form: Form, *, private: bool) -> Files:
    """The file parts by question, all fit to be taken; raises Invalid naming every file that is not."""
    pickers = {each.key: each for each in form.files()}
    faults = [
        FieldError(name, msg("There is no such field here."))
        for name in request.form
        if name not in PARTS.split("|")
    ]
    found = {}
    for name, files in request.files.lists():
        if name in PARTS.split("|"):
            continue
        if name not in pickers:
            faults.append(FieldError(name, msg("There is no such field here.")))
            continue
        most = min(MOST_FILES, pickers[name].validate.most)
        if len(files) > most:
            faults.append(FieldError(name, msg("At most %(most)d files.", most=most)))
        faults += [
            FieldError(name, fault)
            for each in files[:most]
            if (fault := file_fault(each, pickers[name].accept, private=private))
        ]
        found[name] = files
    if faults:
        raise Invalid(msg("Some answers need correction."), faults)
    return found


def fingerprint(answers: dict[str, Any], files: Files) -> str:
    """What tells whether the same report comes again: its answers, and the files' names and bytes."""
    digest = hashlib.sha256(json.dumps(answers, sort_keys=True).encode())
    for name, each in [(key, file) for key in sorted(files) for file in files[key]]:
        digest.update(f"{name}:{each.filename}:".encode())
        digest.update(hashlib.sha256(each.stream.read()).digest())
        each.stream.seek(0)
    return digest.hexdigest()


def with_files(wish: filing.Filing, files: Files, *, private: bool) -> filing.Filing:
    """Keep the attachments, once nothing else is wrong; their ids join those that the answers name."""
    person = visitor().person
    answers = dict(wish.answers)
    named = {
        name: [*_ids(answers, name), *(each.filename for each in given)] for name, given in files.items()
    }
    checked = filing.check(house(), wish.agency, wish.process, answers | named) if files else None
    if checked is not None and checked.errors:
        raise Invalid(msg("Some answers need correction."), checked.errors)
    for name, given in files.items():
        kept = [
            attachments.keep(
                house(),
                wish.agency,
                each.filename or "",
                each.stream.read(),
                person.id if person else None,
                private=private,
            )
            for each in given
        ]
        answers[name] = [*_ids(answers, name), *kept]
    return replace(wish, answers=answers)


def _ids(answers: dict[str, Any], name: str) -> list[Any]:
    given = answers.get(name)
    return given if isinstance(given, list) else []
