"""Functions that make one value of a list: count, sum, mean, all, … (DMN 1.5, 10.3.4.4)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel.arithmetic import add, divide, finite, subtract
from engine.feel.compare import compare
from engine.feel.durations import Duration, Months
from engine.feel.library import builtin
from engine.feel.values import DECIMAL


def spread(name: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function of one list that may also be called with its items one by one: ``min(1, 2, 3)``."""

    def declare(work: Callable[..., Any]) -> Callable[..., Any]:
        with_run = options.get("run", False)

        def one_by_one(*items: Any) -> Any:
            if items == (None,):  # null stands for the list then
                return None
            if with_run:
                return work(items[0], list(items[1:]))
            return work(list(items))

        builtin(f"{name}(list: list)", **options)(work)
        builtin(f"{name}(first: any, *more: any)", **options)(one_by_one)
        return work

    return declare


@spread("count")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _extreme(items: list[Any], operator: str) -> Any:
    best: Any = None
    for item in items:
        if best is None:
            best = item
        decided = compare(operator, item, best)
        if decided is None:
            return None
        best = item if decided else best
    return best


@spread("min")
def minimum(items: list[Any]) -> Any:
    return _extreme(items, "<")


@spread("max")
def maximum(items: list[Any]) -> Any:
    return _extreme(items, ">")


@spread("sum")
def total(items: list[Any]) -> Any:
    """Of numbers or of durations; null for an empty list."""
    if not items or type(items[0]) not in (Decimal, Duration, Months):
        return None
    value = items[0]
    for item in items[1:]:
        value = add(value, item) if type(item) is type(value) else None
        if value is None:
            return None
    return value


@spread("mean")
def mean(items: list[Any]) -> Any:
    value = total(items)
    return None if value is None else divide(value, Decimal(len(items)))


@spread("product")
def product(items: list[Any]) -> Decimal | None:
    if not items or not _numbers(items):
        return None
    value = Decimal(1)
    for item in items:
        value = DECIMAL.multiply(value, item)
    return finite(value)


@spread("median")
def median(items: list[Any]) -> Any:
    if not items or not _numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return DECIMAL.divide(DECIMAL.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@spread("stddev")
def stddev(items: list[Any]) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    if len(items) < 2 or not _numbers(items):
        return None
    average = mean(items)
    squares = Decimal(0)
    for item in items:
        distance = subtract(item, average)
        squares = DECIMAL.add(squares, DECIMAL.multiply(distance, distance))
    return finite(DECIMAL.sqrt(DECIMAL.divide(squares, Decimal(len(items) - 1))))


@spread("mode")
def mode(items: list[Any]) -> list[Any] | None:
    """The most frequent numbers, in ascending order."""
    if not _numbers(items):
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, times in counts.items() if times == most)


def _numbers(items: list[Any]) -> bool:
    return all(type(item) is Decimal for item in items)


@spread("all")
def every(items: list[Any]) -> bool | None:
    return _decide(items, False)


@spread("and")
def conjunction(items: list[Any]) -> bool | None:
    return _decide(items, False)


@spread("any")
def some(items: list[Any]) -> bool | None:
    return _decide(items, True)


@spread("or")
def disjunction(items: list[Any]) -> bool | None:
    return _decide(items, True)


def _decide(items: list[Any], decisive: bool) -> bool | None:
    """Three-valued: one decisive item is enough, and anything that is no boolean leaves it open."""
    if any(item is decisive for item in items):
        return decisive
    return (not decisive) if all(type(item) is bool for item in items) else None
