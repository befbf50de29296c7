"""Types as tests: ``instance of``, typed parameters, and the types a DMN model declares."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from engine.feel.dates import Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.runtime import Run
from engine.feel.tree import Type
from engine.feel.values import Function, Range

TypeTest = Callable[[Any, Run], bool]
"""Whether a value is of a type; looking into lists costs steps of the run."""

_SIMPLE: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "dateTime": DateTime,
    "days and time duration": Duration,
    "day time duration": Duration,
    "dayTimeDuration": Duration,
    "years and months duration": Months,
    "year month duration": Months,
    "yearMonthDuration": Months,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}


class Declared(NamedTuple):
    """A type that a model declares: ``shape`` is what ``instance of`` asks for; what is given as an argument
    must be in its ``domain``, the allowed values, too."""

    shape: TypeTest
    domain: TypeTest


def type_test(node: Type, types: Mapping[str, Declared], *, domain: bool = False) -> TypeTest:
    """The test of a type; unknown names are passed by nothing."""
    own = types.get(node.name)
    if own is not None:
        return own.domain if domain else own.shape
    if node.name == "Any":
        return lambda value, run: value is not None
    if node.name in ("Null", "null"):
        return lambda value, run: value is None
    parts = [type_test(part, types, domain=domain) for part in node.parts]
    if node.name == "function":
        return _function_test(node)
    simple = _SIMPLE.get(node.name)
    if simple is None:
        return lambda value, run: False
    if not parts:
        return lambda value, run: type(value) is simple
    return _INSIDE.get(node.name, _nothing)(node, parts)


def _nothing(node: Type, parts: list[TypeTest]) -> TypeTest:
    return lambda value, run: False


def _list_test(node: Type, parts: list[TypeTest]) -> TypeTest:
    inside = or_null(parts[0])

    def test(value: Any, run: Run) -> bool:
        if type(value) is not list:
            return False
        run.spend(1 + len(value))
        return all(inside(item, run) for item in value)

    return test


def _range_test(node: Type, parts: list[TypeTest]) -> TypeTest:
    inside = or_null(parts[0])
    return lambda value, run: type(value) is Range and inside(value.start, run) and inside(value.end, run)


def _context_test(node: Type, parts: list[TypeTest]) -> TypeTest:
    fields = [(key, or_null(part)) for key, part in zip(node.keys, parts, strict=True)]
    return lambda value, run: (
        type(value) is dict and all(key in value and test(value[key], run) for key, test in fields)
    )


def _function_test(node: Type) -> TypeTest:
    """A function fits when it takes as many arguments; FEEL functions need not declare more."""
    if not node.parts:
        return lambda value, run: type(value) is Function
    count = len(node.parts) - 1
    return lambda value, run: type(value) is Function and len(value.parameters) == count


_INSIDE: dict[str, Callable[[Type, list[TypeTest]], TypeTest]] = {
    "list": _list_test,
    "range": _range_test,
    "context": _context_test,
}


def or_null(test: TypeTest) -> TypeTest:
    return lambda value, run: value is None or test(value, run)


def conform(value: Any, test: TypeTest | None, run: Run) -> Any:
    """The value if it is of the type, after the conversions FEEL makes by itself; else null.

    A list of one item stands for the item, an item for a list of one, a date for its midnight in UTC.
    """
    if test is None or value is None or test(value, run):
        return value
    if type(value) is list and len(value) == 1 and test(value[0], run):
        return value[0]
    if type(value) is not list and test([value], run):
        return [value]
    return None
