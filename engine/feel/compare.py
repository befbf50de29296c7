"""Equality and order of FEEL values: true, false, or null when the two cannot be compared."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.feel.temporal import instant, seconds_of
from engine.feel.values import Function, Months, Range

_ORDERED = frozenset({Decimal, str, date, timedelta, Months})


def equal(left: Any, right: Any, zone: tzinfo | None = None) -> bool | None:
    """Whether two values are the same; null for values of different kinds. ``zone`` reads naive times."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return _equal_kinds(left, right)
    if kind is list:
        return len(left) == len(right) and all(
            equal(a, b, zone) is True for a, b in zip(left, right, strict=True)
        )
    if kind is dict:
        return left.keys() == right.keys() and all(equal(left[key], right[key], zone) is True for key in left)
    if kind is Function:
        return left is right or None
    if kind in (datetime, time):
        return _order(left, right, zone) == 0
    return bool(left == right)


def _equal_kinds(left: Any, right: Any) -> bool | None:
    """A zero duration is the same in both kinds; everything else cannot be compared."""
    if {type(left), type(right)} == {timedelta, Months}:
        return True if left in (timedelta(), Months(0)) and right in (timedelta(), Months(0)) else None
    return None


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal; for lists, where null equals null and nothing else."""
    return equal(left, right) is True


def _order(left: Any, right: Any, zone: tzinfo | None) -> int | None:
    """-1, 0 or 1 for two times or two dates and times; None when only one of them has a zone.

    Whole seconds are compared, as the standard defines the value of a time.
    """
    if type(left) is datetime:
        if (left.tzinfo is None) != (right.tzinfo is None) and zone is None:
            return None
        local = zone if left.tzinfo is None or right.tzinfo is None else None
        if left.tzinfo is None and right.tzinfo is None:
            local = None
        a, b = (instant(moment, local).replace(microsecond=0) for moment in (left, right))
        return (a > b) - (a < b)
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    first, second = seconds_of(left) // 1, seconds_of(right) // 1
    return (first > second) - (first < second)


_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def compare(operator: str, left: Any, right: Any, zone: tzinfo | None = None) -> bool | None:
    """``left < right`` and its like; null unless both are of one ordered kind."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _ORDERED:
        order: int | None = (left > right) - (left < right)
    elif kind in (datetime, time):
        order = _order(left, right, zone)
    else:
        return None
    return None if order is None else _TESTS[operator](order)


def within(value: Any, span: Range, zone: tzinfo | None = None) -> bool | None:
    """Whether the value lies in the range; null when it cannot be compared with the ends."""
    if span.test in ("=", "!="):
        result = equal(value, span.start, zone)
        return None if result is None else result is (span.test == "=")
    if value is None:
        return None
    low: bool | None = True
    high: bool | None = True
    if span.start is not None:
        low = compare(">=" if span.start_included else ">", value, span.start, zone)
    if span.end is not None:
        high = compare("<=" if span.end_included else "<", value, span.end, zone)
    if low is False or high is False:
        return False
    return None if low is None or high is None else True


def matches(value: Any, test: Any, zone: tzinfo | None = None) -> bool | None:
    """Whether a value passes a test: it is equal, lies in the range, or is (in) an item of the list."""
    if type(test) is Range:
        if type(value) is Range:
            return value == test
        return within(value, test, zone)
    if type(test) is list:
        if type(value) is list and equal(value, test, zone):
            return True
        return any(_in_item(value, item, zone) for item in test)
    return equal(value, test, zone)


def _in_item(value: Any, item: Any, zone: tzinfo | None) -> bool | None:
    if type(item) is Range:
        return matches(value, item, zone)
    return equal(value, item, zone)
