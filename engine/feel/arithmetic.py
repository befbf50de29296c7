"""+ - * / and ** over numbers, texts, dates, times and durations; null for what cannot be computed."""

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import Any

from engine.feel.dates import DAY, Date, DateTime, Time
from engine.feel.durations import Duration, Months, duration, months
from engine.feel.values import DECIMAL, number

Binary = Callable[[Any, Any], Any]


def add(left: Any, right: Any) -> Any:
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(DECIMAL.add(left, right))
    if kinds == (str, str):
        return left + right
    if kinds[1] in (Duration, Months):
        return _later(left, right, 1)
    if kinds[0] in (Duration, Months):
        return _later(right, left, 1)
    return None


def subtract(left: Any, right: Any) -> Any:
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(DECIMAL.subtract(left, right))
    if kinds[1] in (Duration, Months):
        return _later(left, right, -1)
    if kinds == (Time, Time):
        return _time_between(left, right)
    if kinds[0] in (Date, DateTime) and kinds[1] in (Date, DateTime):
        return _between(left, right)
    return None


def _later(value: Any, span: Any, sign: int) -> Any:
    """The value moved by a duration; null beyond the years FEEL has, and for kinds that do not fit."""
    move = _MOVES.get((type(value), type(span)))
    try:
        return move(value, sign * (span.months if type(span) is Months else span.nanos)) if move else None
    except ValueError:
        return None


_MOVES: dict[tuple[type, type], Callable[[Any, int], Any]] = {
    (Duration, Duration): lambda span, nanos: duration(span.nanos + nanos),
    (Months, Months): lambda span, count: months(span.months + count),
    # A date is its midnight, and stays a date.
    (Date, Duration): lambda day, nanos: Date.of_ordinal(day.ordinal() + nanos // DAY),
    (Date, Months): Date.plus_months,
    (Time, Duration): Time.plus,
    (DateTime, Duration): DateTime.plus,
    (DateTime, Months): DateTime.plus_months,
}


def _time_between(left: Time, right: Time) -> Duration | None:
    if (left.offset is None) != (right.offset is None):
        return None
    return Duration(left.in_utc() - right.in_utc())


def _between(left: Any, right: Any) -> Duration | None:
    """The time elapsed; a date is its midnight in UTC, and a time without a zone fits no time with one."""
    a, b = (value if type(value) is DateTime else DateTime.midnight(value, UTC) for value in (left, right))
    if (a.zone is None) != (b.zone is None):
        return None
    return Duration(a.instant() - b.instant())


def multiply(left: Any, right: Any) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return finite(DECIMAL.multiply(left, right))
    if type(right) is Decimal:
        return _times(left, right, DECIMAL.multiply)
    return _times(right, left, DECIMAL.multiply) if type(left) is Decimal else None


def divide(left: Any, right: Any) -> Any:
    if type(right) is Decimal:
        if not right:
            return None
        if type(left) is Decimal:
            return finite(DECIMAL.divide(left, right))
        return _times(left, right, DECIMAL.divide)
    if type(left) is Duration and type(right) is Duration:
        return _ratio(left.nanos, right.nanos)
    if type(left) is Months and type(right) is Months:
        return _ratio(left.months, right.months)
    return None


def _times(span: Any, factor: Decimal, work: Callable[[Decimal, Decimal], Decimal]) -> Any:
    """A duration times, or divided by, a number; cut to whole months or nanoseconds."""
    if type(span) is Months:
        return months(_whole(work(Decimal(span.months), factor)))
    if type(span) is Duration:
        return duration(_whole(work(Decimal(span.nanos), factor)))
    return None


_BEYOND = 10**40


def _whole(value: Decimal) -> int:
    """The whole part; of numbers that no duration reaches, one that none reaches either."""
    return int(value) if abs(value) < _BEYOND else _BEYOND


def _ratio(above: int, below: int) -> Decimal | None:
    """How many times one duration goes into another of its kind."""
    return finite(DECIMAL.divide(Decimal(above), Decimal(below))) if below else None


def power(left: Any, right: Any) -> Any:
    if type(left) is not Decimal or type(right) is not Decimal:
        return None
    return finite(DECIMAL.power(left, right))


def negate(value: Any) -> Any:
    kind = type(value)
    if kind is Decimal:
        return number(DECIMAL.minus(value))
    if kind is Months:
        return Months(-value.months)
    return Duration(-value.nanos) if kind is Duration else None


def finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


OPERATORS: dict[str, Binary] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
