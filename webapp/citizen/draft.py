"""A report being written: everything lives in the page, nothing on the server, nothing in a cookie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import request

from engine import feel
from engine.cases import filing
from engine.errors import FieldError
from engine.form import Form, Option
from webapp import forms
from webapp.citizen import steps
from webapp.citizen.steps import Step
from webapp.format import ZONE
from webapp.house import house, now

KEPT = "_jawaban"
STEP = "_langkah"
GOTO = "_ke"
EDITED = "_ubah"
CHANNEL = "web"
LARGEST = 200_000


@dataclass
class Draft:
    """The answers so far and where the reporter stands."""

    service: filing.Service
    form: Form
    answers: dict[str, Any]
    submitted: forms.Submitted

    @classmethod
    def of_request(cls, agency: str, process: str) -> "Draft":
        """Read the page that was sent; raises NotFound for a service that takes no reports."""
        service, form = filing.start_form(house(), agency, process)
        submitted = forms.read(form, request.form, request.files)
        kept = {key: value for key, value in _kept().items() if key not in submitted.shown}
        return cls(service, form, form.defaults() | kept | submitted.answers, submitted)

    def visible(self) -> set[str]:
        """The questions that these answers call for."""
        return self.form.visible(self.answers, {}, self._env())

    def choices(self) -> dict[str, tuple[Option, ...]]:
        """The options that the form computes."""
        return self.form.choices(self.answers, self._env())

    def _env(self) -> feel.Environment:
        return feel.Environment(now=now(), zone=ZoneInfo(ZONE))

    def steps(self) -> list[Step]:
        """The pages of this walk, given the answers so far."""
        return steps.seen(steps.walk(self.form), self.visible())

    def to_send(self) -> dict[str, Any]:
        """The answers as they are filed: questions hidden now are left out, the office's own are added."""
        visible = self.visible()
        seen = {key: value for key, value in self.answers.items() if key in visible}
        return seen | steps.filled_by_office(self.form)

    def errors(self, keys: Iterable[str] | None = None) -> list[FieldError]:
        """What is wrong, in all answers or with some questions."""
        checked = filing.check(house(), self.service.agency, self.service.process, self.to_send())
        wanted = None if keys is None else frozenset(keys)
        return [each for each in checked.errors if wanted is None or root(each.key) in wanted]

    def packed(self) -> str:
        """The answers as they travel in the page."""
        return orjson.dumps(self.answers).decode()

    def is_anonymous(self) -> bool:
        """Whether no identity is asked for."""
        return steps.flagged(self.form, self.answers, "anonim")

    def is_private(self) -> bool:
        """Whether nothing may unmask the reporter: attachments leave names and metadata behind."""
        return self.is_anonymous() or steps.flagged(self.form, self.answers, "rahasia")


def root(path: str) -> str:
    """The top-level question of an error's path: ``saksi[0].nama`` → ``saksi``."""
    return path.split(".", 1)[0].split("[", 1)[0]


def _kept() -> dict[str, Any]:
    """The answers that the page carried; what is no JSON object counts as nothing."""
    text = request.form.get(KEPT, "")
    if not text or len(text) > LARGEST:
        return {}
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
