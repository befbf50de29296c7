"""Reading a form-js definition; every fault is collected before one error tells them all."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine import feel
from engine.errors import FieldError, Message, msg
from engine.form.errors import FormError
from engine.form.field import CHOICE_TYPES, COMPUTED, INPUT_TYPES, SHOWN_TYPES, Field, Option
from engine.form.limits import read_default, read_rules

LARGEST_FILE = 1_000_000
MOST_COMPONENTS = 500
DEEPEST = 8
LONGEST_LABEL = 2_000
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
# The engine below takes a dict with this key for one of its own objects (see the engine facts).
RESERVED = frozenset({"typename"})
PERSONAL = ("ya", "mungkin", "kesehatan")
FLAGS = ("anonim", "rahasia")


def read(data: bytes | str | Mapping[str, Any]) -> tuple[str, tuple[Field, ...]]:
    """The form's id and its components; raises FormError that lists every fault."""
    document = data if isinstance(data, Mapping) else _json(data)
    if not isinstance(document, Mapping) or not isinstance(document.get("components"), list):
        raise FormError([FieldError("", msg("A form is an object with a list of components."))])
    reader = _Reader()
    fields = reader.components(document["components"], 0)
    reader.check_keys(fields)
    if reader.faults:
        raise FormError(reader.faults)
    return str(document.get("id") or ""), fields


def _json(data: bytes | str) -> Any:
    if len(data) > LARGEST_FILE:
        raise FormError([FieldError("", msg("The form is larger than %(most)s bytes.", most=LARGEST_FILE))])
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormError(
            [FieldError("", msg("The form is no JSON: %(reason)s", reason=str(error)))]
        ) from error


class _Reader:
    def __init__(self) -> None:
        self.faults: list[FieldError] = []
        self.count = 0

    def components(self, items: Any, depth: int) -> tuple[Field, ...]:
        if not isinstance(items, list):
            self.fault("", msg("Components must be a list."))
            return ()
        if depth > DEEPEST:
            self.fault("", msg("The form is nested more than %(most)s levels deep.", most=DEEPEST))
            return ()
        found = [self.component(item, depth) for item in items[: MOST_COMPONENTS + 1]]
        return tuple(each for each in found if each is not None)

    def component(self, item: Any, depth: int) -> Field | None:
        self.count += 1
        if self.count > MOST_COMPONENTS:
            if self.count == MOST_COMPONENTS + 1:
                self.fault("", msg("The form has more than %(most)s components.", most=MOST_COMPONENTS))
            return None
        if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
            self.fault("", msg("Component %(number)s has no type.", number=self.count))
            return None
        kind = item["type"]
        key = self.key_of(item, kind)
        if kind not in INPUT_TYPES | SHOWN_TYPES | {"group", COMPUTED}:
            self.fault(key, msg("Component type %(type)s is not supported.", type=kind[:60]))
            return None
        properties = self.properties(item, key)
        options = self.options(item, key) if kind in CHOICE_TYPES | {"checklist", "taglist"} else ()
        rules, faults = read_rules(item, kind, properties)
        self.faults += (FieldError(key, message) for message in faults)
        field = Field(
            key=key,
            type=kind,
            label=_label(item) or (key if kind in INPUT_TYPES else ""),
            description=_text(item.get("description")),
            subtype=self.subtype(item, kind, key),
            text=_text(item.get("text") or item.get("content")),
            options=options,
            values_key=_text(item.get("valuesKey")) or None,
            values_expression=self.expression(item.get("valuesExpression"), key),
            multiple=item.get("multiple") is True,
            validate=rules,
            hide=self.hide(item, key),
            compute=self.compute(item, key) if kind == COMPUTED else None,
            default=read_default(item),
            readonly=item.get("readonly") is True or item.get("disabled") is True,
            properties=properties,
            children=self.children(item, kind, key, depth),
            nests=kind == "group" and bool(item.get("path")),
        )
        self.check_options(field)
        return field

    def key_of(self, item: Mapping[str, Any], kind: str) -> str:
        keyed = kind in INPUT_TYPES | {COMPUTED} or (kind == "group" and item.get("path"))
        name = item.get("path") if kind in ("group", "dynamiclist") else item.get("key")
        name = name or (item.get("key") if kind == "dynamiclist" else None)
        if not keyed:
            known = item.get("key") if kind not in SHOWN_TYPES | {"group"} else None
            return _text(known or item.get("id"))[:100] or f"{kind[:60]}_{self.count}"
        if not name:
            self.fault(_text(item.get("id")), msg("A field of type %(type)s has no key.", type=kind))
            return f"{kind}_{self.count}"
        key = _text(name)[:120]
        if key in RESERVED:
            self.fault(key, msg("The key %(key)s is reserved.", key=key))
        elif not KEY.fullmatch(key):
            self.fault(
                key, msg("The key %(key)s may only hold letters, digits and underscores.", key=key[:60])
            )
        return key

    def subtype(self, item: Mapping[str, Any], kind: str, key: str) -> str:
        if kind != "datetime":
            return ""
        subtype = item.get("subtype") or "date"
        if subtype not in ("date", "time", "datetime"):
            self.fault(key, msg("A date field is date, time or datetime, not %(what)s.", what=_text(subtype)))
        return _text(subtype)

    def options(self, item: Mapping[str, Any], key: str) -> tuple[Option, ...]:
        values = item.get("values")
        if values is None:
            return ()
        if not isinstance(values, list) or len(values) > MOST_COMPONENTS * 4:
            self.fault(key, msg("The options must be a list of reasonable length."))
            return ()
        found: list[Option] = []
        for each in values:
            value = each.get("value") if isinstance(each, Mapping) else each
            if not isinstance(value, str | int | float) or value == "":
                self.fault(key, msg("An option has no value."))
                continue
            label = each.get("label") if isinstance(each, Mapping) else None
            found.append(Option(value, _text(label) or str(value)))
        if len({(type(o.value), o.value) for o in found}) < len(found):
            self.fault(key, msg("Two options have the same value."))
        return tuple(found)

    def check_options(self, field: Field) -> None:
        """A choice without any source of options could never be answered."""
        choosing = field.type in CHOICE_TYPES | {"checklist"}
        told = any(fault.key == field.key for fault in self.faults)
        if choosing and not field.options and not field.is_dynamic and not told:
            self.fault(field.key, msg("%(label)s has no options.", label=field.label))

    def children(self, item: Mapping[str, Any], kind: str, key: str, depth: int) -> tuple[Field, ...]:
        if kind not in ("group", "dynamiclist"):
            return ()
        children = self.components(item.get("components", []), depth + 1)
        if kind == "dynamiclist" and not any(child.is_input for child in children):
            self.fault(key, msg("A list needs at least one field for its items."))
        return children

    def hide(self, item: Mapping[str, Any], key: str) -> feel.Expression | None:
        conditional = item.get("conditional")
        if not conditional:
            return None
        if not isinstance(conditional, Mapping):
            self.fault(key, msg("The condition must be an object with a hide expression."))
            return None
        hide = conditional.get("hide")
        return self.expression(str(hide).lower() if isinstance(hide, bool) else hide, key)

    def compute(self, item: Mapping[str, Any], key: str) -> feel.Expression | None:
        if not item.get("expression"):
            self.fault(key, msg("The computed field %(key)s has no expression.", key=key))
        return self.expression(item.get("expression"), key)

    def expression(self, text: Any, key: str) -> feel.Expression | None:
        if not text:
            return None
        if not isinstance(text, str):
            self.fault(key, msg("A condition must be an expression."))
            return None
        try:
            return feel.parse(text)
        except feel.FeelError as error:
            self.fault(
                key,
                msg("The condition %(text)s cannot be read: %(reason)s", text=text[:200], reason=str(error)),
            )
            return None

    def properties(self, item: Mapping[str, Any], key: str) -> dict[str, str]:
        found = item.get("properties") or {}
        if not isinstance(found, Mapping):
            self.fault(key, msg("The properties must be an object."))
            return {}
        properties = {_text(name): _text(value) for name, value in found.items()}
        for name, known in (("alur:personal", PERSONAL), ("alur:flag", FLAGS)):
            if properties.get(name, known[0]) not in known:
                self.fault(
                    key,
                    msg("%(name)s must be one of %(known)s.", name=name, known=", ".join(known)),
                )
        return properties

    def check_keys(self, fields: tuple[Field, ...]) -> None:
        """Keys are unique among the fields that submit side by side."""
        for level in _levels(fields):
            seen: set[str] = set()
            for field in level:
                if field.key in seen:
                    self.fault(field.key, msg("The key %(key)s is used twice.", key=field.key))
                seen.add(field.key)

    def fault(self, key: str, message: Message) -> None:
        self.faults.append(FieldError(key, message))


def _levels(fields: tuple[Field, ...]) -> Iterator[list[Field]]:
    level: list[Field] = []
    waiting = list(fields)
    while waiting:
        field = waiting.pop(0)
        level.append(field)
        if field.type == "group" and not field.nests:
            waiting = [*field.children, *waiting]
        elif field.children:
            yield from _levels(field.children)
    yield level


def _label(item: Mapping[str, Any]) -> str:
    """What the field is called: date and time fields carry labels of their own."""
    return next((text for name in ("label", "dateLabel", "timeLabel") if (text := _text(item.get(name)))), "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value[:LONGEST_LABEL]
    return str(value) if isinstance(value, int | float) else ""
