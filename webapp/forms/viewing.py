"""Fields, values and errors as the template draws them."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import FieldError
from engine.form import Field, Form, Option
from webapp.i18n import translate

Options = Mapping[str, Iterable[Option]]


@dataclass
class OptionView:
    """One choice."""

    value: str
    label: str
    chosen: bool
    id: str = ""


@dataclass
class FieldView:
    """One field as drawn; ``name`` is its path in the answers and its name in HTML."""

    field: Field
    name: str
    id: str
    label: str
    type: str
    hint: str = ""
    optional: bool = False
    value: Any = None
    error: str = ""
    decides: bool = False
    options: list[OptionView] = dataclasses.field(default_factory=list)
    children: list["FieldView"] = dataclasses.field(default_factory=list)
    rows: list[list["FieldView"]] = dataclasses.field(default_factory=list)
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def described(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        ids = [f"{self.id}-hint" if self.hint else "", f"{self.id}-error" if self.error else ""]
        return " ".join(each for each in ids if each)

    @property
    def target(self) -> str:
        """Where a link to this field leads: itself, or its first choice."""
        one_by_one = self.options and self.type != "select"
        return self.options[0].id if one_by_one else self.id


@dataclass
class FormView:
    """A page's fields, what was on it, and its error summary."""

    fields: list[FieldView]
    shown: list[str]
    errors: list[dict[str, str]]


def view(
    form: Form,
    answers: Mapping[str, Any],
    visible: Iterable[str],
    *,
    errors: Iterable[FieldError] = (),
    only: Iterable[Field] | None = None,
    options: Options | None = None,
) -> FormView:
    """Prepare ``form`` (or ``only`` some of its fields) for ``macros/fields.html``.

    ``visible`` comes from ``Form.visible``; ``options`` gives the choices of fields whose choices are known
    only now (``Form.choices``, ``Form.dynamic``), by key. Errors on fields that are not drawn are listed
    without a link.
    """
    found = list(errors)
    builder = _Builder(answers, frozenset(visible), _by_key(found), options or {}, _deciders(form))
    drawn = builder.build(form.fields if only is None else only)
    links = dict(_links(drawn))
    summary = [{"id": links.get(each.key, ""), "text": translate(each.message)} for each in found]
    return FormView(drawn, builder.shown, summary)


def _by_key(errors: Iterable[FieldError]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in errors:
        found.setdefault(each.key, []).append(translate(each.message))
    return found


def _deciders(form: Form) -> frozenset[str]:
    """The fields on which others' conditions depend."""
    fields = [each for top in form.fields for each in top.walk()]
    conditions = [of for each in fields for of in (each.hide, each.compute) if of is not None]
    return frozenset(name for condition in conditions for name in condition.names)


def _links(drawn: Iterable[FieldView]) -> Iterable[tuple[str, str]]:
    for each in drawn:
        yield each.name, each.target
        yield from _links(each.children)
        for row in each.rows:
            yield from _links(row)


@dataclass
class _Builder:
    answers: Mapping[str, Any]
    visible: frozenset[str]
    errors: dict[str, list[str]]
    choices: Options
    deciders: frozenset[str]
    shown: list[str] = dataclasses.field(default_factory=list)

    def build(self, fields: Iterable[Field]) -> list[FieldView]:
        """The top level, where the form's conditions decide what is seen."""
        drawn = []
        for each in fields:
            if each.key not in self.visible:
                continue
            if each.type == "group" and not each.nests:
                children = self.build(each.children)
                if children:
                    drawn.append(FieldView(each, "", "", each.label, "group", children=children))
            elif not each.is_input:
                drawn.append(_words(each))
            else:
                self.shown.append(each.key)
                drawn.append(self._one(each, each.key, self.answers.get(each.key, each.default)))
        return drawn

    def _level(self, fields: Iterable[Field], prefix: str, answers: Any) -> list[FieldView]:
        """The fields of a row or a nesting group; their conditions are the check's business."""
        known = answers if isinstance(answers, Mapping) else {}
        drawn = []
        for each in fields:
            if each.type == "group" and not each.nests:
                children = self._level(each.children, prefix, answers)
                drawn.append(FieldView(each, "", "", each.label, "group", children=children))
            elif not each.is_input:
                drawn.append(_words(each))
            else:
                drawn.append(self._one(each, prefix + each.key, known.get(each.key, each.default)))
        return drawn

    def _one(self, each: Field, name: str, value: Any) -> FieldView:
        made = FieldView(
            each,
            name,
            html_id(name),
            each.label,
            each.type,
            hint=each.description,
            optional=not each.required and each.type != "checkbox",
            value=value,
            error=" ".join(self.errors.get(name, ())),
            decides=each.key in self.deciders,
            attributes=_attributes(each),
        )
        if each.nests:
            made.type = "group"
            made.children = self._level(each.children, f"{name}.", value)
        elif each.type == "dynamiclist":
            rows = value if isinstance(value, list) and value else [{}]
            made.rows = [
                self._level(each.children, f"{name}[{number}].", row) for number, row in enumerate(rows)
            ]
        else:
            made.options = self._options(each, made.id, value)
        return made

    def _options(self, each: Field, field_id: str, value: Any) -> list[OptionView]:
        given = [*each.options, *self.choices.get(each.key, ())]
        chosen = {str(one) for one in (value if isinstance(value, list) else [value]) if one is not None}
        return [
            OptionView(str(one.value), one.label, str(one.value) in chosen, f"{field_id}-{number}")
            for number, one in enumerate(given, 1)
        ]


def html_id(name: str) -> str:
    """A path as an id: ``saksi[0].nama`` → ``f-saksi-0-nama``."""
    return "f-" + "".join(c if c.isalnum() or c == "_" else "-" for c in name).replace("--", "-").strip("-")


def _words(each: Field) -> FieldView:
    return FieldView(each, "", "", each.text or each.label, each.type)


def _attributes(each: Field) -> dict[str, str]:
    """What the browser may help with; the rules check it again. Typing is never cut off: no maxlength."""
    found = {}
    if each.accept:
        found["accept"] = ",".join(f".{ending}" for ending in each.accept)
    if each.readonly and each.type in ("textfield", "textarea", "number", "datetime"):
        found["readonly"] = ""
    return found
