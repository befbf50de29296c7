"""How built-in functions are declared: one line says their parameters and types, as in the standard.

``@builtin("substring(string: string, start position: number, length?: number)")``. ``?`` after a name
makes a parameter optional, after a type lets null through, ``*`` before a name takes the rest. Arguments
that do not fit make the call null, after the conversions FEEL makes by itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from engine.feel.dates import Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.values import Function, Range

FUNCTIONS: dict[str, Function] = {}

_UNFIT = object()


def _is_integer(value: Any) -> bool:
    return type(value) is Decimal and value == value.to_integral_value()


_POINTS = (Decimal, str, Date, Time, DateTime, Duration, Months)

_KINDS: dict[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "number": lambda value: type(value) is Decimal,
    "integer": _is_integer,
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "list": lambda value: type(value) is list,
    "context": lambda value: type(value) is dict,
    "date": lambda value: type(value) is Date,
    "time": lambda value: type(value) is Time,
    "date and time": lambda value: type(value) is DateTime,
    "duration": lambda value: type(value) in (Duration, Months),
    "days": lambda value: type(value) is Duration,
    "range": lambda value: type(value) is Range,
    "function": lambda value: type(value) is Function,
    "point": lambda value: type(value) in _POINTS,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str
    optional: bool
    nullable: bool
    rest: bool

    def fit(self, value: Any) -> Any:
        """The argument as the function takes it, or _UNFIT."""
        if value is None:
            return None if self.nullable or self.kind == "any" else _UNFIT
        fits = _KINDS[self.kind]
        if fits(value):
            return value
        if type(value) is list and len(value) == 1 and fits(value[0]):
            return value[0]
        if self.kind == "list":
            return [value]
        if self.kind == "date and time" and type(value) is Date:
            return DateTime.midnight(value, UTC)
        return _UNFIT


@dataclass(frozen=True, slots=True)
class Overload:
    parameters: tuple[Parameter, ...]
    work: Callable[..., Any]
    with_run: bool

    def bind(self, arguments: list[Any]) -> list[Any] | None:
        """The arguments in order and fitted; None when they do not fit."""
        fixed = [parameter for parameter in self.parameters if not parameter.rest]
        rest = self.parameters[-1] if self.parameters and self.parameters[-1].rest else None
        least = sum(not parameter.optional for parameter in fixed)
        if len(arguments) < least or (rest is None and len(arguments) > len(fixed)):
            return None
        pairs = list(zip(fixed, arguments, strict=False))
        if rest is not None:
            pairs += [(rest, argument) for argument in arguments[len(fixed) :]]
        fitted = [parameter.fit(argument) for parameter, argument in pairs]
        return None if _UNFIT in fitted else fitted

    def order(self, given: dict[str, Any]) -> list[Any] | None:
        """Named arguments in the order of the parameters; None when the names are not these."""
        names = [parameter.name for parameter in self.parameters]
        if not set(given) <= set(names):
            return None
        arguments: list[Any] = []
        for parameter in self.parameters:
            if parameter.name in given:
                arguments.append(given[parameter.name])
            elif parameter.optional:
                arguments.append(None)
            else:
                return None
        while arguments and self.parameters[len(arguments) - 1].name not in given:
            arguments.pop()
        return arguments


class Library:
    """All overloads of one name; the first that fits is called."""

    def __init__(self) -> None:
        self.overloads: list[Overload] = []

    def call(self, run: Any, arguments: list[Any]) -> Any:
        for argument in arguments:
            if type(argument) is list or type(argument) is dict:
                run.spend(1 + len(argument) // 5)
        for overload in self.overloads:
            fitted = overload.bind(arguments)
            if fitted is not None:
                value = overload.work(run, *fitted) if overload.with_run else overload.work(*fitted)
                if type(value) is str:
                    run.spend_text(len(value))
                return value
        return None

    def named(self, run: Any, given: dict[str, Any]) -> Any:
        for overload in self.overloads:
            arguments = overload.order(given)
            if arguments is not None and overload.bind(arguments) is not None:
                return self.call(run, arguments)
        return None


_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\)")
_PARAMETER = re.compile(r"(?P<rest>\*)?(?P<name>[^:?]+)(?P<optional>\?)?: (?P<kind>[^?]+)(?P<nullable>\?)?")

_libraries: dict[str, Library] = {}


def builtin(*signatures: str, run: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares a built-in function; several signatures are several spellings of it."""

    def declare(work: Callable[..., Any]) -> Callable[..., Any]:
        for signature in signatures:
            found = _SIGNATURE.fullmatch(signature)
            assert found is not None, signature
            _register(found["name"], Overload(_parameters(found["parameters"]), work, run))
        return work

    return declare


def _parameters(text: str) -> tuple[Parameter, ...]:
    made: list[Parameter] = []
    for part in filter(None, text.split(", ")):
        found = _PARAMETER.fullmatch(part)
        assert found is not None and found["kind"] in _KINDS, part
        made.append(
            Parameter(
                found["name"],
                found["kind"],
                optional=bool(found["optional"] or found["rest"]),
                nullable=bool(found["nullable"] or found["optional"]),
                rest=bool(found["rest"]),
            )
        )
    return tuple(made)


def _register(name: str, overload: Overload) -> None:
    if name not in _libraries:
        library = _libraries[name] = Library()
        parameters = tuple(parameter.name for parameter in overload.parameters)
        FUNCTIONS[name] = Function(name, parameters, library.call, library.named)
    _libraries[name].overloads.append(overload)
