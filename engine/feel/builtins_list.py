"""Functions over lists (DMN 1.5, 10.3.4.4)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from engine.feel.compare import compare, same
from engine.feel.library import builtin
from engine.feel.values import Function


@builtin("list contains(list: list, element: any)", run=True)
def list_contains(run: Any, items: list[Any], element: Any) -> bool:
    run.spend(len(items))
    return any(same(item, element, run) for item in items)


@builtin("is empty(list: list)")
def is_empty(items: list[Any]) -> bool:
    return not items


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
