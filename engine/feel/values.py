"""The values of FEEL and their way from and to JSON.

null is None, a boolean is bool, a number is Decimal (34 digits, as IEEE decimal128), then str, list,
dict (a context), ``Date``, ``Time``, ``DateTime``, ``Duration`` (days and time), ``Months`` (years and
months), ``Range`` and ``Function``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from engine.errors import msg
from engine.feel.border import FROM_PYTHON
from engine.feel.dates import Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.errors import FeelLimitError
from engine.feel.temporal import MAKERS, format_clock, format_date, format_value
from engine.feel.zones import offset_text

MAX_DEPTH = 100

DECIMAL = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
"""decimal128 without traps: what cannot be computed becomes NaN or Infinity, which FEEL turns into null."""


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends, or beyond one of them.

    ``test`` is the operator of a range written as a test, ``(< 10)`` or ``(!= "a")``; there the missing end
    is None. Such a range is never the same as one written with two ends.
    """

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True
    test: str = ""

    @property
    def negated(self) -> bool:
        """Whether this is ``(!= x)``, which holds everything else."""
        return self.test == "!="


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value: written in an expression, built in, or given by the environment.

    ``call`` takes the running evaluation and the list of arguments in the order of ``parameters``.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Any, list[Any]], Any]
    named: Callable[[Any, dict[str, Any]], Any] | None = None
    types: tuple[Any, ...] = ()
    result: Any = None


_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    Duration: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
}


def type_name(value: Any) -> str:
    """The FEEL name of the value's type: ``number``, ``date and time``, ``context``, …"""
    name = _NAMES.get(type(value))
    return name if name is not None else _NAMES.get(type(from_json(value)), "null")


_LARGEST_EXACT = 2**53
_PLAIN = frozenset({type(None), bool, str, Decimal, Date, Time, DateTime, Duration, Months, Range, Function})


def from_json(value: Any, depth: int = 0) -> Any:
    """The FEEL value of a JSON value, or of a date or duration of Python's; FEEL values pass unchanged.

    What FEEL has no word for becomes null.

    Raises FeelLimitError for lists and contexts nested too deeply.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return Decimal(value) if -_LARGEST_EXACT < value < _LARGEST_EXACT else number(Decimal(value))
    if kind is float:
        return number(Decimal(repr(value)))
    if depth > MAX_DEPTH:
        raise FeelLimitError(msg("The data are nested more than %(depth)s levels deep.", depth=MAX_DEPTH))
    if isinstance(value, Mapping):
        return {str(key): from_json(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [from_json(part, depth + 1) for part in value]
    make = FROM_PYTHON.get(kind)
    return _from_subclass(value) if make is None else make(value)


def _from_subclass(value: Any) -> Any:
    """Strings and numbers of a derived type (an enum, a marked string) count as what they derive from."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return number(Decimal(int(value)))
    return None


def number(value: Decimal) -> Decimal | None:
    """The number rounded to 34 digits; null when it is none or too large."""
    rounded = DECIMAL.plus(value)
    return rounded if rounded.is_finite() else None


def to_json(value: Any) -> Any:
    """The JSON value of a FEEL value, or of a date or duration of Python's.

    Whole numbers become int, others float when that keeps them exactly, else a string. Temporal values become
    ISO 8601 strings, ranges and functions their FEEL text.
    """
    kind = type(value)
    if kind is Decimal:
        return _number_to_json(value)
    if kind is list:
        return [to_json(part) for part in value]
    if kind is dict:
        return {key: to_json(part) for key, part in value.items()}
    if kind in (str, bool, type(None), int, float):
        return value
    if kind is DateTime:
        return _instant_to_json(value)
    if kind in MAKERS:
        return format_value(value)
    if kind in FROM_PYTHON:
        return to_json(FROM_PYTHON[kind](value))
    from engine.feel import text

    return text.to_string(value)


def _instant_to_json(value: DateTime) -> str:
    """With the offset instead of the name of a place, for readers that know ISO 8601 only."""
    offset = "" if value.offset is None else offset_text(value.offset)
    return f"{format_date(value.date)}T{format_clock(value.time)}{offset}"


_LARGEST_JSON = Decimal(2**63 - 1)


def _number_to_json(value: Decimal) -> int | float | str:
    """Whole numbers beyond 64 bits are no JSON numbers for most readers; they are treated like fractions."""
    if value == value.to_integral_value() and abs(value) <= _LARGEST_JSON:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)
