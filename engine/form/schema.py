"""The JSON Schema (2020-12) of a form's answers, for the API and its readers.

It is a little wider than the check itself: conditions and calendars cannot be said in it. The values that
the check gives back always fit it.
"""

from typing import Any

from engine.form.field import LIST_TYPES, LONGEST_TEXT, Field, computed_of, inputs_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_MOMENTS = {
    "date": {"format": "date", "pattern": _DATE},
    "time": {"pattern": f"^{_CLOCK}$"},
    "datetime": {"pattern": f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_CLOCK}$"},
}


def of_form(id: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    """The schema of a whole form."""
    return {"$schema": DIALECT, "title": id or "form", **_object(fields)}


def _object(fields: tuple[Field, ...], first_required: bool = False) -> dict[str, Any]:
    always = set(_always(fields))
    inputs = list(inputs_of(fields))
    conditions = dict(_conditions(fields, ()))
    required = [each.key for each in inputs if each.required and each.key in always]
    if first_required and inputs[0].key in always and inputs[0].key not in required:
        required.insert(0, inputs[0].key)
    return {
        "type": "object",
        "properties": {each.key: _field(each, each.key in required, conditions[each.key]) for each in inputs}
        | {each.key: {"title": each.label or each.key, "readOnly": True} for each in computed_of(fields)},
        "required": required,
        "additionalProperties": False,
    }


def _always(fields: tuple[Field, ...]) -> list[str]:
    """Keys of fields that nothing can hide."""
    return [key for key, hides in _conditions(fields, ()) if not hides]


def _conditions(fields: tuple[Field, ...], outer: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for each in fields:
        hides = (*outer, each.hide.text.strip()) if each.hide is not None else outer
        if each.is_input:
            found.append((each.key, hides))
        elif each.type == "group":
            found += _conditions(each.children, hides)
    return found


def _field(each: Field, required: bool, hides: tuple[str, ...]) -> dict[str, Any]:
    schema = {"title": each.label} | _typed(each)
    told = [each.description] if each.description else []
    if hides:
        needed = " Required when shown." if each.required else ""
        told.append(f"Hidden, and then not submitted, when: {' or '.join(hides)}.{needed}")
    if told:
        schema["description"] = " ".join(told)
    if not required and each.type not in LIST_TYPES and not each.nests:
        schema = _or_nothing(schema)
    return schema


def _typed(each: Field) -> dict[str, Any]:
    rules = each.validate
    if each.type == "checkbox":
        return {"const": True} if rules.required else {"type": "boolean"}
    if each.type == "number":
        bounds = {"minimum": rules.minimum, "maximum": rules.maximum}
        kind = "integer" if rules.decimals == 0 else "number"
        return {"type": kind} | {n: _json_number(b) for n, b in bounds.items() if b is not None}
    if each.type == "datetime":
        return {"type": "string", **_MOMENTS[each.subtype]}
    if each.type in LIST_TYPES:
        return _list(each)
    if each.nests:
        return _object(each.children)
    return _choice(each) if each.type in ("radio", "select") else _text(each)


def _text(each: Field) -> dict[str, Any]:
    rules = each.validate
    most = LONGEST_TEXT if rules.longest is None else rules.longest
    # A blank text counts as no answer, so an optional field allows it in spite of its shortest length.
    schema: dict[str, Any] = {"type": "string", "maxLength": max(most, 1)}
    if rules.required:
        schema["minLength"] = max(rules.shortest or 0, 1)
    if rules.pattern is not None:
        schema["pattern"] = rules.pattern.text if rules.required else f"^\\s*$|{rules.pattern.text}"
    return schema


def _choice(each: Field) -> dict[str, Any]:
    if each.is_dynamic or not each.options:
        return {"type": "string"}
    return {"enum": [option.value for option in each.options]}


def _list(each: Field) -> dict[str, Any]:
    rules = each.validate
    if each.type == "dynamiclist":
        items = _object(each.children, first_required=True)
    else:
        items = {"type": "string", "minLength": 1} if each.type == "filepicker" else _choice(each)
    schema: dict[str, Any] = {"type": "array", "items": items, "maxItems": rules.most}
    if rules.required:
        schema["minItems"] = max(rules.fewest, 1)
    if each.type in ("checklist", "taglist"):
        schema["uniqueItems"] = True
    return schema


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    """No answer may be said as null."""
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    if "const" in schema:
        return schema
    return schema | {"type": [schema["type"], "null"]}


def _json_number(value: Any) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
