"""Functions over lists (DMN 1.5, 10.3.4.4)."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.arithmetic import add, divide, finite, subtract
from engine.feel.compare import compare, same
from engine.feel.durations import Duration, Months
from engine.feel.library import builtin
from engine.feel.values import DECIMAL, Function


def spread(name: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function of one list that may also be called with its items one by one: ``min(1, 2, 3)``."""

    def declare(work: Callable[..., Any]) -> Callable[..., Any]:
        with_run = options.get("run", False)

        def one_by_one(*items: Any) -> Any:
            if with_run:
                return work(items[0], list(items[1:]))
            return work(list(items))

        builtin(f"{name}(list: list)", **options)(work)
        builtin(f"{name}(first: any, *more: any)", **options)(one_by_one)
        return work

    return declare


@builtin("list contains(list: list, element: any)", run=True)
def list_contains(run: Any, items: list[Any], element: Any) -> bool:
    run.spend(len(items))
    return any(same(item, element, run) for item in items)


@spread("count")
def count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


@builtin("is empty(list: list)")
def is_empty(items: list[Any]) -> bool:
    return not items


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


@builtin("sublist(list: list, start position: integer, length?: integer)")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    first = int(start)
    if first == 0 or abs(first) > len(items):
        return None
    begin = first - 1 if first > 0 else len(items) + first
    if length is None:
        return items[begin:]
    end = begin + int(length)
    return items[begin:end] if length >= 1 and end <= len(items) else None


@builtin("append(list: list, *item: any)")
def append(items: list[Any], *more: Any) -> list[Any]:
    return [*items, *more]


@builtin("concatenate(*list: list)", run=True)
def concatenate(run: Any, *lists: list[Any]) -> list[Any]:
    joined = [item for items in lists for item in items]
    run.spend(len(joined) // 10)
    return joined


@builtin("insert before(list: list, position: integer, newItem: any)")
def insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], item, *items[index:]]


@builtin("remove(list: list, position: integer)")
def remove(items: list[Any], position: Decimal) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else items[:index] + items[index + 1 :]


def _index(items: list[Any], position: Decimal) -> int | None:
    if not 1 <= abs(position) <= len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(items: list[Any], position: Decimal, item: Any) -> list[Any] | None:
    index = _index(items, position)
    return None if index is None else [*items[:index], item, *items[index + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)", run=True)
def replace_matching(run: Any, items: list[Any], match: Function, new: Any) -> list[Any] | None:
    made: list[Any] = []
    for item in items:
        run.spend(1)
        decided = match.call(run, [item, new])
        if type(decided) is not bool:
            return None
        made.append(new if decided else item)
    return made


@builtin("reverse(list: list)")
def reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@builtin("index of(list: list, match: any)", run=True)
def index_of(run: Any, items: list[Any], match: Any) -> list[Decimal]:
    run.spend(len(items))
    return [Decimal(at) for at, item in enumerate(items, 1) if same(item, match, run)]


@builtin("distinct values(list: list)", run=True)
def distinct_values(run: Any, items: list[Any]) -> list[Any]:
    return [item for item, before in _seen_before(run, items) if not before]


def _seen_before(run: Any, items: list[Any]) -> Iterator[tuple[Any, bool]]:
    """Each item, and whether an equal one stands before it; texts and numbers are found by their hash."""
    plain: set[Any] = set()
    others: list[Any] = []
    for item in items:
        if type(item) in (str, Decimal):
            run.spend(1)
            yield item, item in plain
            plain.add(item)
            continue
        run.spend(1 + len(others))
        before = any(same(item, other, run) for other in others)
        yield item, before
        if not before:
            others.append(item)


@builtin("union(*list: list)", run=True)
def union(run: Any, *lists: list[Any]) -> list[Any]:
    return distinct_values(run, [item for items in lists for item in items])


@builtin("duplicate values(list: list)", run=True)
def duplicate_values(run: Any, items: list[Any]) -> list[Any]:
    """Each value that stands in the list more than once."""
    return distinct_values(run, [item for item, before in _seen_before(run, items) if before])


@builtin("flatten(list: list)", run=True)
def flatten(run: Any, items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        run.spend(1)
        flat.extend(flatten(run, item) if type(item) is list else [item])
    return flat


@builtin("sort(list: list, precedes?: function)", run=True)
def sort(run: Any, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """In ascending order, or so that ``precedes(a, b)`` holds for neighbours."""
    unordered = False

    def order(left: Any, right: Any) -> int:
        nonlocal unordered
        run.spend(1)
        if precedes is None:
            before = compare("<", left, right)
            unordered = unordered or before is None
            return -1 if before else int(not same(left, right, run))
        if precedes.call(run, [left, right]) is True:
            return -1
        return int(precedes.call(run, [right, left]) is True)

    if precedes is not None and len(precedes.parameters) != 2:
        return None
    ordered = sorted(items, key=cmp_to_key(order))
    return None if unordered else ordered
