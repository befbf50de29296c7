"""Values as text: what ``string()`` gives, and the literal that gives the value again."""

import re
from decimal import Decimal
from typing import Any

from engine.feel.runtime import Run
from engine.feel.temporal import MAKERS
from engine.feel.tokens import KEYWORDS
from engine.feel.values import Function, Range, from_json


def to_string(value: Any, run: Run | None = None) -> str:
    """The text of a value as FEEL's ``string()`` gives it (null gives "null" inside lists and contexts).

    The run, if given, pays for every part: lists may hold the same part many times over.
    """
    return value if type(value) is str else _Writer("", run).write(value)


def literal(value: Any) -> str:
    """The FEEL expression whose value this is: ``"a"``, ``[1, 2]``, ``date("2026-03-02")``."""
    return _Writer("literal", None).write(from_json(value))


class _Writer:
    """Writes one value, as text for people or as literals."""

    def __init__(self, style: str, run: Run | None) -> None:
        self._style = style
        self._run = run

    def write(self, value: Any) -> str:
        if self._run is not None:
            self._run.spend(1)
        kind = type(value)
        if kind in MAKERS:
            name, form = MAKERS[kind]
            return f'{name}("{form(value)}")' if self._style else str(form(value))
        if kind is str:
            return quoted(value)
        if kind is Decimal:
            return format_number(value)
        if kind is list:
            return "[" + ", ".join([self.write(part) for part in value]) + "]"
        if kind is dict:
            return (
                "{" + ", ".join([f"{_key(name)}: {self.write(part)}" for name, part in value.items()]) + "}"
            )
        if kind is Range:
            return self._range(value)
        if kind is Function:
            return value.name or "function(" + ", ".join(value.parameters) + ")"
        return {None: "null", True: "true", False: "false"}.get(value, "null")

    def _range(self, value: Range) -> str:
        if value.test:
            return f"({value.test}{self.write(value.end if value.start is None else value.start)})"
        opening = "[" if value.start_included else "("
        closing = "]" if value.end_included else ")"
        return f"{opening}{self.write(value.start)}..{self.write(value.end)}{closing}"


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
    return name if _PLAIN_KEY.match(name) and name not in KEYWORDS else quoted(name)
