"""Conversions and tests on any value (DMN 1.5, 10.3.4.1, 10.3.4.2, 10.3.4.7)."""

import re
from decimal import Decimal
from typing import Any

from engine.feel.compare import same
from engine.feel.dates import DateTime, Time
from engine.feel.library import builtin
from engine.feel.values import number

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@builtin("number(from: string, grouping separator?: string, decimal separator?: string)")
def to_number(text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """``number("1.234,5", ".", ",")``; null when the text is no number."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return None
    if grouping is not None and grouping == point:
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if point is not None:
        text = text.replace(point, ".")
    return number(Decimal(text)) if len(text) <= 1000 and _NUMBER.fullmatch(text) else None


@builtin("not(negand: boolean)")
def negation(negand: bool) -> bool:
    return not negand


@builtin("is(value1?: any, value2?: any)", run=True)
def identical(run: Any, value1: Any = None, value2: Any = None) -> bool:
    """Equal, and of the same kind down to the zone: an offset is not the zone that has it now."""
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, DateTime | Time):
        return bool(value1 == value2)
    return same(value1, value2, run)


@builtin("is defined(value: any)")
def is_defined(value: Any) -> bool:
    """Whether there is a value (as in Camunda's FEEL; null counts as none)."""
    return value is not None


@builtin("get or else(value: any, default: any)")
def get_or_else(value: Any, default: Any) -> Any:
    return default if value is None else value
