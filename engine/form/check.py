"""Checking answers: which fields are visible, what they hold, and every rule that is broken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.errors import FieldError, Message, msg
from engine.form.answer import Allowed, check_count, listed, read_answer
from engine.form.errors import Fault
from engine.form.field import LIST_TYPES, Field, computed_of, inputs_of

# Conditions may look at later fields; the passes that settle them are bounded, the last one counts.
MOST_PASSES = 10
MOST_UNKNOWN = 50
Options = Mapping[str, Allowed]


@dataclass(frozen=True)
class Checked:
    """The values to store, and every broken rule. Use the values only when there is no error.

    A visible field without an answer is None, a list without items [], an unticked box False; hidden
    fields are left out. Computed fields hold what their expression gives, whatever was submitted for them.
    """

    values: dict[str, Any]
    errors: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True)
class Level:
    """Fields that submit side by side, with their raw answers and the variables that conditions see."""

    fields: tuple[Field, ...]
    answers: Mapping[str, Any]
    context: Mapping[str, Any]
    env: feel.Environment
    options: Options
    path: str = ""

    def below(self, each: Field, answers: Mapping[str, Any], shown: Mapping[str, Any], path: str) -> "Level":
        """The level inside a nesting group or one item of a list."""
        context = {**self.context, **shown, "parent": dict(shown)}
        return Level(each.children, answers, context, self.env, self.options, path)


def visible(level: Level) -> set[str]:
    """Keys (for components without one: ids) of what is shown at this level, groups' contents included."""
    return _settle(level, _loose(level))[0]


def check(level: Level) -> Checked:
    """The values and errors of one level and all below it."""
    errors = list(_unknown(level))
    loose = _loose(level)
    shown, scope = _settle(level, loose)
    values: dict[str, Any] = {}
    for each in inputs_of(level.fields):
        if each.key not in shown:
            continue
        path = f"{level.path}{each.key}"
        found = _value(level, each, scope, path)
        values[each.key] = found.values.get("value")
        errors += found.errors
        if not found.errors and each.required and _is_missing(each, values[each.key]):
            errors.append(FieldError(path, _missing(each)))
    for each in computed_of(level.fields):
        if each.key in shown:
            values[each.key] = feel.to_json(scope[each.key])
    return Checked(values, errors)


def _value(level: Level, each: Field, scope: Mapping[str, Any], path: str) -> Checked:
    """One answer under the name ``value``, with the errors in it or below it."""
    raw = level.answers.get(each.key)
    try:
        if each.type == "dynamiclist":
            return _rows(level, each, raw, scope, path)
        if each.nests:
            inner = check(level.below(each, _object(each, raw), scope, f"{path}."))
            return Checked({"value": inner.values}, inner.errors)
        value = read_answer(each, raw, level.env, level.options.get(each.key))
    except Fault as fault:
        return Checked({"value": None}, [FieldError(path, fault.message)])
    return Checked({"value": value})


def _rows(level: Level, each: Field, raw: Any, scope: Mapping[str, Any], path: str) -> Checked:
    """Items of a list; empty ones are left out, the first field of every other one must be answered."""
    rows: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    given = [row for row in listed(each, raw) if not _is_blank(row)]
    check_count(each, len(given))
    first = next(inputs_of(each.children))
    for number, row in enumerate(given):
        where = f"{path}[{number}]."
        inner = check(level.below(each, _object(each, row), scope, where))
        rows.append(inner.values)
        errors += inner.errors
        told = any(error.key == f"{where}{first.key}" for error in inner.errors)
        if not told and first.key in inner.values and _is_missing(first, inner.values[first.key]):
            errors.append(FieldError(f"{where}{first.key}", _missing(first)))
    return Checked({"value": rows}, errors)


def _settle(level: Level, loose: Mapping[str, Any]) -> tuple[set[str], dict[str, Any]]:
    """What is shown, and the variables as conditions see them: hidden and empty fields are null."""
    shown: set[str] = {each.key for top in level.fields for each in _walk(top)}
    scope: dict[str, Any] = {}
    for _ in range(MOST_PASSES):
        scope = {
            **level.context,
            **{key: value if key in shown else None for key, value in loose.items()},
        }
        scope["this"] = {key: scope[key] for key in loose}
        now = set(_pass(level.fields, scope, loose, level.env))
        if now == shown:
            break
        shown = now
    return shown, scope


def _pass(
    fields: tuple[Field, ...], scope: dict[str, Any], loose: Mapping[str, Any], env: feel.Environment
) -> Iterator[str]:
    """One pass in document order; what is found hidden is null for the conditions after it."""
    for each in fields:
        hidden = each.hide is not None and each.hide.evaluate(scope, env) is True
        if hidden:
            for below in inputs_of((each,)):
                scope[below.key] = scope["this"][below.key] = None
            continue
        yield each.key
        if each.compute is not None:
            scope[each.key] = scope["this"][each.key] = each.compute.evaluate(scope, env)
        elif each.is_input:
            scope[each.key] = scope["this"][each.key] = loose.get(each.key)
        if each.type == "group" and not each.nests:
            yield from _pass(each.children, scope, loose, env)


def _loose(level: Level) -> dict[str, Any]:
    """Every answer as conditions may see it: what breaks a rule counts as no answer."""
    values: dict[str, Any] = {}
    for each in inputs_of(level.fields):
        raw = level.answers.get(each.key)
        try:
            if each.type == "dynamiclist":
                values[each.key] = [_loose_row(level, each, row) for row in listed(each, raw)]
            elif each.nests:
                values[each.key] = _loose_row(level, each, raw)
            else:
                values[each.key] = read_answer(each, raw, level.env, level.options.get(each.key))
        except Fault:
            values[each.key] = [] if each.type in LIST_TYPES else None
    return values


def _loose_row(level: Level, each: Field, raw: Any) -> dict[str, Any]:
    return _loose(level.below(each, _object(each, raw), {}, ""))


def _walk(each: Field) -> Iterator[Field]:
    """What shares a level with this component: the contents of plain groups."""
    yield each
    if each.type == "group" and not each.nests:
        for child in each.children:
            yield from _walk(child)


def _unknown(level: Level) -> Iterator[FieldError]:
    known = {each.key for of in (inputs_of, computed_of) for each in of(level.fields)}
    strangers = [key for key in level.answers if key not in known]
    for key in strangers[:MOST_UNKNOWN]:
        shown = "".join(c if c.isprintable() else "?" for c in str(key)[:60])
        yield FieldError(f"{level.path}{shown}", msg("The form has no field %(key)s.", key=shown))


def _object(each: Field, raw: Any) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise Fault(msg("%(label)s must be made of its fields.", label=each.label or each.key))
    return raw


def _is_blank(row: Any) -> bool:
    """An item that nobody filled in, as an empty line on a page leaves one."""
    if isinstance(row, Mapping):
        return all(value is None or value in ("", [], False) for value in row.values())
    return row is None


def _is_missing(each: Field, value: Any) -> bool:
    return value is None or value == [] or (each.type == "checkbox" and value is False)


def _missing(each: Field) -> Message:
    if each.type == "checkbox":
        return msg("%(label)s must be ticked.", label=each.label)
    if each.type == "filepicker":
        return msg("%(label)s needs a file.", label=each.label)
    if each.options or each.is_dynamic:
        return msg("Choose %(label)s.", label=each.label)
    return msg("Fill in %(label)s.", label=each.label)
