"""The closures that run most: finding a name, comparing two values."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import compare
from engine.feel.builtins import FUNCTIONS
from engine.feel.runtime import Closure, Frame
from engine.feel.values import Range

_MISSING = object()


def lookup(name: str) -> Closure:
    """The nearest value of a name; else the built-in function of that name, else null."""
    standard = FUNCTIONS.get(name)

    def find(frame: Frame) -> Any:
        here: Frame | None = frame
        while here is not None:
            value = here.names.get(name, _MISSING)
            if value is not _MISSING:
                return value
            here = here.outer
        return standard

    return find


def equality(left: Closure, right: Closure, positive: bool) -> Closure:
    def test(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is str and type(b) is str:
            return (a == b) is positive
        result = compare.equal(a, b, frame.run)
        return result if result is None else result is positive

    return test


def equality_with(left: Closure, right: str, positive: bool) -> Closure:
    """Equality with a text that stands in the expression: what conditions mostly are."""

    def test(frame: Frame) -> bool | None:
        a = left(frame)
        if type(a) is str:
            return (a == right) is positive
        return None if a is not None else not positive

    return test


_FAST: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


def order(operator: str, left: Closure, right: Closure) -> Closure:
    fast = _FAST[operator]

    def test(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return fast(a, b)
        return compare.compare(operator, a, b, frame.run)

    return test


def order_with(operator: str, left: Closure, right: Decimal) -> Closure:
    """Order against a number that stands in the expression."""
    fast = _FAST[operator]

    def test(frame: Frame) -> bool | None:
        a = left(frame)
        return fast(a, right) if type(a) is Decimal else None

    return test


BOUNDS: dict[str, Callable[[Any], Range | None]] = {
    "<": lambda end: None if end is None else Range(None, end, False, False, "<"),
    "<=": lambda end: None if end is None else Range(None, end, False, True, "<="),
    ">": lambda start: None if start is None else Range(start, None, False, False, ">"),
    ">=": lambda start: None if start is None else Range(start, None, True, False, ">="),
    "=": lambda value: Range(value, value, test="="),
    "!=": lambda value: Range(value, value, test="!="),
}
