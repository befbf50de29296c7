"""What programs send, read strictly: every fault is refused and its place named, nothing is guessed.

JSON is UTF-8 without repeated names, NaN and infinities, at most 64 levels deep and 2 MB large; unknown names
and wrong types are refused. Text holds no NUL and no half characters: no database keeps them.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from flask import abort, request
from flask_babel import gettext as _  # type: ignore[import-untyped]
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound, RequestEntityTooLarge, UnsupportedMediaType

from engine.errors import FieldError, Invalid, Message, TooLarge, msg
from webapp import errors
from webapp.i18n import PARAMETER as LANGUAGE
from webapp.i18n import translate

LARGEST_JSON = 2 * 1024 * 1024
DEEPEST = 64
LARGEST_INTEGER = 2**63 - 1
LONGEST_NAME = 200
MOST_FAULTS = 100
JSON, MULTIPART = "application/json", "multipart/form-data"

Model = TypeVar("Model", bound=BaseModel)

# A string without an end takes the rest: looking again from its middle would cost the square of its length.
_STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_WRONG: dict[str, Message] = {
    "missing": msg("This field is needed."),
    "extra_forbidden": msg("There is no such field here."),
    "string_type": msg("Expected a text."),
    "int_type": msg("Expected a whole number."),
    "int_parsing": msg("Expected a whole number."),
    "bool_type": msg("Expected true or false."),
    "bool_parsing": msg("Expected true or false."),
    "dict_type": msg("Expected an object."),
    "model_type": msg("Expected an object."),
    "model_attributes_type": msg("Expected an object."),
    "list_type": msg("Expected a list."),
}
_LIMITS: dict[str, tuple[str, Message]] = {
    "string_too_short": ("min_length", msg("At least %(limit)s characters.")),
    "string_too_long": ("max_length", msg("At most %(limit)s characters.")),
    "too_short": ("min_length", msg("At least %(limit)s items.")),
    "too_long": ("max_length", msg("At most %(limit)s items.")),
    "greater_than_equal": ("ge", msg("Not below %(limit)s.")),
    "less_than_equal": ("le", msg("Not above %(limit)s.")),
    "literal_error": ("expected", msg("Expected one of: %(limit)s.")),
    "string_pattern_mismatch": ("pattern", msg("Expected the form %(limit)s.")),
}


def refuse(message: Message, place: str = "") -> NoReturn:
    """Answer 400: what was sent cannot be understood at this place."""
    text = translate(message)
    abort(
        errors.problem(
            400,
            _("This request cannot be understood"),
            detail=text,
            errors=[{"key": place, "message": text}],
        )
    )


def body(model: type[Model], *, needed: bool = True, part: str | None = None) -> Model:
    """The request's JSON as ``model``; with ``part``, a multipart request's part of that name may hold it.

    Raises Invalid with every wrong field, TooLarge; answers 400 for broken JSON, 415 for another type.
    """
    kind = request.mimetype
    if part is not None and kind == MULTIPART:
        return json_of(model, _part(part))
    if not kind and not needed and not request.content_length:
        return json_of(model, "{}")
    if kind != JSON:
        raise UnsupportedMediaType
    # The stream may have been opened already, under the larger limit of uploads.
    if (request.content_length or 0) > LARGEST_JSON or len(request.get_data()) > LARGEST_JSON:
        raise RequestEntityTooLarge
    return json_of(model, _decoded(request.get_data()))


def _part(names: str) -> str:
    """The text of the first of these parts; curl sends one with a file name when told ``@file``."""
    for name in names.split("|"):
        if name in request.form:
            return request.form[name]
        if name in request.files:
            data = request.files[name].stream.read(LARGEST_JSON + 1)
            if len(data) > LARGEST_JSON:
                raise TooLarge(msg("%(name)s is larger than %(limit)d MB.", name=name, limit=2))
            return _decoded(data)
    first = names.partition("|")[0]
    raise Invalid(
        msg("Some answers need correction."), [FieldError(first, msg("This part of the request is needed."))]
    )


def json_of(model: type[Model], text: str) -> Model:
    """The JSON ``text`` as ``model``; raises Invalid with every wrong field, answers 400 for broken JSON."""
    found = parse(text)
    wrong = list(_unkept(found, ""))
    if wrong:
        raise Invalid(msg("Some answers need correction."), wrong[:MOST_FAULTS])
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _invalid(error) from None


def query(model: type[Model]) -> Model:
    """The request's query as ``model``; raises Invalid with every wrong parameter."""
    given: MultiDict[str, str] = request.args
    known = {name: texts for name, texts in given.lists() if name != LANGUAGE}
    wrong = [
        FieldError(name, msg("This parameter is given twice.")) for name in known if len(known[name]) > 1
    ]
    wrong += _unkept({name: texts[0] for name, texts in known.items()}, "")
    if wrong:
        raise Invalid(msg("Some answers need correction."), wrong[:MOST_FAULTS])
    try:
        return model.model_validate({name: texts[0] for name, texts in known.items()}, strict=False)
    except ValidationError as error:
        raise _invalid(error) from None


def check_path(values: Iterable[Any]) -> None:
    """An address that can name nothing of ours is not found, before any database is asked."""
    for value in values:
        if len(str(value)) > LONGEST_NAME or _UNKEPT.search(str(value)):
            raise NotFound


def parse(text: str) -> Any:
    """JSON as RFC 8259 has it, bounded; answers 400 naming the place otherwise."""
    _check_depth(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except json.JSONDecodeError as error:
        place = msg(
            "The JSON is broken at line %(line)d, column %(column)d.", line=error.lineno, column=error.colno
        )
        refuse(place, f"{error.lineno}:{error.colno}")
    except (ValueError, RecursionError):  # an integer of thousands of digits
        refuse(msg("The JSON holds a number that is too large."))


def _check_depth(text: str) -> None:
    depth = 0
    for token in _STRUCTURE.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                refuse(
                    msg("The JSON is nested deeper than %(limit)d levels.", limit=DEEPEST), str(token.start())
                )
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            refuse(
                msg("The JSON holds the name %(name)s twice.", name=name[:LONGEST_NAME]), name[:LONGEST_NAME]
            )
        found[name] = value
    return found


def _constant(name: str) -> NoReturn:
    refuse(msg("%(name)s is no JSON number.", name=name), name)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        refuse(msg("The JSON holds a number that is too large."), text[:LONGEST_NAME])
    return number


def _unkept(value: Any, path: str) -> Iterable[FieldError]:
    """Texts that no database keeps, and whole numbers that none counts, by their paths."""
    if isinstance(value, str):
        if _UNKEPT.search(value):
            yield FieldError(path, msg("The text holds a character that cannot be kept."))
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            yield FieldError(path, msg("The number is too large."))
    elif isinstance(value, dict):
        for name, below in value.items():
            if _UNKEPT.search(name):
                yield FieldError(path, msg("The text holds a character that cannot be kept."))
            else:
                yield from _unkept(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _unkept(below, f"{path}[{number}]")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse(msg("The JSON is not UTF-8 at byte %(position)d.", position=error.start), str(error.start))


def _invalid(error: ValidationError) -> Invalid:
    faults = [FieldError(_path(each["loc"]), _message(each)) for each in error.errors()[:MOST_FAULTS]]
    return Invalid(msg("Some answers need correction."), faults)


def _path(places: tuple[int | str, ...]) -> str:
    path = ""
    for place in places:
        path += f"[{place}]" if isinstance(place, int) else f".{place}" if path else str(place)
    return path


def _message(error: ErrorDetails) -> Message:
    kind, context = error["type"], error.get("ctx") or {}
    if kind in _LIMITS:
        name, message = _LIMITS[kind]
        return Message(message.template, {"limit": context.get(name)})
    if kind.startswith(("datetime", "timezone")):
        return msg("Expected an instant with a zone, such as 2026-06-02T09:00:00+07:00.")
    if kind.startswith("date"):
        return msg("Expected a date, such as 2026-06-02.")
    if kind.startswith("time_delta"):
        return msg("Expected a duration, such as PT5M or a number of seconds.")
    return _WRONG.get(kind, msg("This value is not allowed here."))
