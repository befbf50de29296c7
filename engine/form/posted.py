"""From the names and texts that an HTML form sends to answers."""

import re
from collections.abc import Iterable
from typing import Any

from engine.form.field import CHOICE_TYPES, MOST_ITEMS, Field, inputs_of

MOST_PAIRS = 5_000
TICKED = frozenset({"on", "true", "1", "ya"})
_ROW = re.compile(r"\[([0-9]{1,4})\]\.(.+)", re.DOTALL)


def read(fields: tuple[Field, ...], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The answers that these names and texts say; repeated names make lists, unknown names are left out."""
    given: dict[str, list[str]] = {}
    for number, (name, text) in enumerate(pairs):
        if number >= MOST_PAIRS:
            break
        given.setdefault(name, []).append(text)
    return _level(fields, given)


def _level(fields: tuple[Field, ...], given: dict[str, list[str]]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for each in inputs_of(fields):
        if each.type == "dynamiclist":
            rows = _rows(each, given)
            if rows:
                answers[each.key] = rows
        elif each.nests:
            start = f"{each.key}."
            answers[each.key] = _level(
                each.children,
                {name[len(start) :]: texts for name, texts in given.items() if name.startswith(start)},
            )
        elif each.key in given:
            answers[each.key] = _answer(each, given[each.key])
    return answers


def _answer(each: Field, texts: list[str]) -> Any:
    if each.type == "checkbox":
        return texts[-1].lower() in TICKED
    if each.type in ("checklist", "taglist", "filepicker"):
        return [_value(each, text) for text in texts if text.strip()]
    return _value(each, texts[-1])


def _value(each: Field, text: str) -> Any:
    """A choice is sent as text, also where its value is a number."""
    if each.type in CHOICE_TYPES | {"checklist", "taglist"}:
        return next((option.value for option in each.options if str(option.value) == text), text)
    return text


def _rows(each: Field, given: dict[str, list[str]]) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, list[str]]] = {}
    for name, texts in given.items():
        found = _ROW.fullmatch(name[len(each.key) :]) if name.startswith(f"{each.key}[") else None
        if found:
            rows.setdefault(int(found[1]), {})[found[2]] = texts
    return [_level(each.children, rows[number]) for number in sorted(rows)[: MOST_ITEMS * 2]]
