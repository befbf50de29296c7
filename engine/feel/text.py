"""Values as text: what ``string()`` gives, and the literal that gives the value again."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.temporal import (
    format_date,
    format_date_and_time,
    format_duration,
    format_months,
    format_time,
)
from engine.feel.values import Function, Months, Range, from_json


def to_string(value: Any) -> str:
    """The text of a value as FEEL's ``string()`` gives it (null gives "null" inside lists and contexts)."""
    return value if type(value) is str else _render(value, "")


def literal(value: Any) -> str:
    """The FEEL expression whose value this is: ``"a"``, ``[1, 2]``, ``date("2026-03-02")``."""
    return _render(from_json(value), "literal")


_TEMPORAL: dict[type, tuple[str, Any]] = {
    date: ("date", format_date),
    time: ("time", format_time),
    datetime: ("date and time", format_date_and_time),
    timedelta: ("duration", format_duration),
    Months: ("duration", format_months),
}


def _render(value: Any, style: str) -> str:
    kind = type(value)
    if kind in _TEMPORAL:
        name, write = _TEMPORAL[kind]
        return f'{name}("{write(value)}")' if style else str(write(value))
    if kind is str:
        return quoted(value)
    if kind is Decimal:
        return format_number(value)
    if kind is list:
        return "[" + ", ".join(_render(part, style) for part in value) + "]"
    if kind is dict:
        return "{" + ", ".join(f"{_key(name)}: {_render(part, style)}" for name, part in value.items()) + "}"
    if kind is Range:
        return _range(value, style)
    if kind is Function:
        return value.name or "function(" + ", ".join(value.parameters) + ")"
    return {None: "null", True: "true", False: "false"}.get(value, "null")


def format_number(value: Decimal) -> str:
    """Plain digits, without an exponent as long as the number is of readable length."""
    if value == 0:
        return "0"
    if -40 <= value.adjusted() <= 40:
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value).replace("E", "e")


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(value: str) -> str:
    """The string between quotes, with the escapes FEEL knows."""
    return '"' + re.sub(r'["\\\n\r\t]', lambda hit: _ESCAPES[hit[0]], value) + '"'


_PLAIN_KEY = re.compile(r"[^\W\d]\w*\Z")


def _key(name: str) -> str:
    return name if _PLAIN_KEY.match(name) else quoted(name)


def _range(value: Range, style: str) -> str:
    if value.test:
        end = value.end if value.start is None else value.start
        return f"({value.test}{_render(end, style)})"
    opening = "[" if value.start_included else "("
    closing = "]" if value.end_included else ")"
    return f"{opening}{_render(value.start, style)}..{_render(value.end, style)}{closing}"
