"""A form being filled in by an officer: what was sent, with its files kept, ready for the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from engine.cases import attachments
from engine.cases.opening import is_private
from engine.errors import FieldError, msg
from engine.form import Form
from webapp import forms, refill
from webapp.citizen.filing import MOST_FILES, file_fault
from webapp.house import house
from webapp.visitor import person


@dataclass(frozen=True)
class Filled:
    """Answers as sent; ``faults`` names files that cannot be taken. ``editing``: judge nothing yet."""

    answers: dict[str, Any]
    editing: bool
    faults: list[FieldError] = field(default_factory=list)


def read(form: Form | None, before: Mapping[str, Any], *, intake: bool = False) -> Filled:
    """Read the request; answers to questions that were not on the page stay as they were before.

    On ``intake`` the answers say whether files leave names and metadata behind.
    """
    if form is None:
        return Filled({}, refill.is_review())
    submitted = forms.read(form, request.form, request.files)
    kept = {key: value for key, value in before.items() if key not in submitted.shown}
    answers = kept | submitted.answers
    private = intake and is_private(form, answers)
    faults = []
    limits = {each.key: each for each in form.files()}
    for key, files in submitted.files.items():
        had = [each for each in answers.get(key) or [] if isinstance(each, str)]
        most = min(MOST_FILES, limits[key].validate.most)
        if len(had) + len(files) > most:
            faults.append(FieldError(key, msg("At most %(most)d files.", most=most)))
            files = files[: max(0, most - len(had))]
        for file in files:
            fault = file_fault(file, limits[key].accept, private=private)
            if fault is not None:
                faults.append(FieldError(key, fault))
                continue
            had.append(
                attachments.keep(
                    house(),
                    person().agency_key,
                    file.filename or "",
                    file.stream.read(),
                    person().id,
                    private=private,
                )
            )
        answers[key] = had
    return Filled(answers, submitted.editing or refill.is_review(), faults)
