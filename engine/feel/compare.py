"""Equality and order of FEEL values: true, false, or null when the two cannot be compared."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.dates import SECOND, Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.runtime import Run
from engine.feel.values import Function, Range

_ORDERED = frozenset({Decimal, str, Date, Duration, Months})


def equal(left: Any, right: Any, run: Run | None = None) -> bool | None:
    """Whether two values are the same; null for values of different kinds.

    The run gives the zone for times without one and pays for comparing lists and contexts, which may
    hold the same part many times over.
    """
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return _equal_kinds(left, right)
    if kind in _DEEP:
        return _DEEP[kind](left, right, run)
    if kind is Function:
        return left is right or None
    if kind in (DateTime, Time):
        return _order(left, right, run) == 0
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], run: Run | None) -> bool:
    if run is not None:
        run.spend(1 + len(left) // 8)
    return len(left) == len(right) and all(equal(a, b, run) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], run: Run | None) -> bool:
    if run is not None:
        run.spend(1 + len(left) // 8)
    return left.keys() == right.keys() and all(equal(left[key], right[key], run) is True for key in left)


def _equal_ranges(left: Range, right: Range, run: Run | None) -> bool:
    edges = (left.start_included, left.end_included, left.test)
    return (
        edges == (right.start_included, right.end_included, right.test)
        and equal(left.start, right.start, run) is True
        and equal(left.end, right.end, run) is True
    )


_DEEP: dict[type, Callable[..., bool]] = {list: _equal_lists, dict: _equal_contexts, Range: _equal_ranges}


def _equal_kinds(left: Any, right: Any) -> bool | None:
    """A zero duration is the same in both kinds; everything else cannot be compared."""
    zeros = (Duration(0), Months(0))
    return True if left in zeros and right in zeros else None


def same(left: Any, right: Any, run: Run | None = None) -> bool:
    """Whether two values are equal; for lists, where null equals null and nothing else."""
    return equal(left, right, run) is True


def _order(left: Any, right: Any, run: Run | None) -> int | None:
    """-1, 0 or 1 for two times or two dates and times; None when only one of them has a zone.

    Whole seconds are compared, as the standard defines the value of a time. With a run, a date and time
    without a zone is one of the local zone when it meets one with a zone.
    """
    local = None
    if (left.offset is None) != (right.offset is None):
        local = run.environment.zone if run is not None and type(left) is DateTime else None
        if local is None:
            return None
    first, second = (
        (moment.instant(local) if type(moment) is DateTime else moment.in_utc()) // SECOND
        for moment in (left, right)
    )
    return (first > second) - (first < second)


_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def compare(operator: str, left: Any, right: Any, run: Run | None = None) -> bool | None:
    """``left < right`` and its like; null unless both are of one ordered kind."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _ORDERED:
        order: int | None = (left > right) - (left < right)
    elif kind in (DateTime, Time):
        order = _order(left, right, run)
    else:
        return None
    return None if order is None else _TESTS[operator](order)


def within(value: Any, span: Range, run: Run | None = None) -> bool | None:
    """Whether the value lies in the range; null when it cannot be compared with the ends."""
    if span.test in ("=", "!="):
        result = equal(value, span.start, run)
        return None if result is None else result is (span.test == "=")
    if value is None:
        return None
    low: bool | None = True
    high: bool | None = True
    if span.start is not None:
        low = compare(">=" if span.start_included else ">", value, span.start, run)
    if span.end is not None:
        high = compare("<=" if span.end_included else "<", value, span.end, run)
    if low is False or high is False:
        return False
    return None if low is None or high is None else True


def matches(value: Any, test: Any, run: Run | None = None) -> bool | None:
    """Whether a value passes a test: it is equal, lies in the range, or is (in) an item of the list."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test, run)
        return within(value, test, run)
    if type(test) is list:
        if type(value) is list and equal(value, test, run):
            return True
        return any(_in_item(value, item, run) for item in test)
    return equal(value, test, run)


def _in_item(value: Any, item: Any, run: Run | None) -> bool | None:
    if type(item) is Range:
        return matches(value, item, run)
    return equal(value, item, run)
