"""+ - * / and ** over numbers, texts, dates, times and durations; null for what cannot be computed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.feel.temporal import add_months, instant, seconds_of, shift, shift_time
from engine.feel.values import DECIMAL, Months, months, number

Binary = Callable[[Any, Any, tzinfo], Any]


def add(left: Any, right: Any, zone: tzinfo) -> Any:
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(DECIMAL.add(left, right))
    if kinds == (str, str):
        return left + right
    if kinds == (Months, Months):
        return months(left.months + right.months)
    if kinds[1] in (timedelta, Months):
        return _later(left, right, 1)
    if kinds[0] in (timedelta, Months):
        return _later(right, left, 1)
    return None


def subtract(left: Any, right: Any, zone: tzinfo) -> Any:
    kinds = type(left), type(right)
    if kinds == (Decimal, Decimal):
        return finite(DECIMAL.subtract(left, right))
    if kinds == (Months, Months):
        return months(left.months - right.months)
    if kinds[1] in (timedelta, Months):
        return _later(left, right, -1)
    if kinds == (time, time):
        return _time_between(left, right)
    if kinds[0] in (date, datetime) and kinds[1] in (date, datetime):
        return _between(left, right)
    return None


def _later(value: Any, span: timedelta | Months, sign: int) -> Any:
    kind = type(value)
    if isinstance(span, Months):
        return add_months(value, sign * span.months) if kind in (date, datetime) else None
    try:
        step = span * sign
        if kind is timedelta:
            return value + step
        if kind is date:
            moved = shift(datetime.combine(value, time()), step)
            return moved.date() if moved else None
        if kind is datetime:
            return shift(value, step)
        return shift_time(value, step) if kind is time else None
    except OverflowError:
        return None


def _time_between(left: time, right: time) -> timedelta | None:
    if (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    return timedelta(microseconds=int((seconds_of(left) - seconds_of(right)).scaleb(6)))


def _between(left: Any, right: Any) -> timedelta | None:
    """The time elapsed; a date is its midnight in UTC, and a time without a zone fits no time with one."""
    a, b = (
        value if type(value) is datetime else datetime.combine(value, time(), UTC) for value in (left, right)
    )
    if type(left) is not type(right) and (a.tzinfo is None or b.tzinfo is None):
        return None
    if (a.tzinfo is None) != (b.tzinfo is None):
        return None
    return instant(a) - instant(b)


def multiply(left: Any, right: Any, zone: tzinfo) -> Any:
    if type(left) is Decimal and type(right) is Decimal:
        return finite(DECIMAL.multiply(left, right))
    if type(right) is Decimal:
        return _times(left, right)
    return _times(right, left) if type(left) is Decimal else None


def divide(left: Any, right: Any, zone: tzinfo) -> Any:
    if type(right) is Decimal:
        if not right:
            return None
        if type(left) is Decimal:
            return finite(DECIMAL.divide(left, right))
        return _times(left, right, divided=True)
    return _ratio(left, right)


def _times(span: Any, factor: Decimal, *, divided: bool = False) -> Any:
    """A duration times, or divided by, a number; months are cut to whole ones."""
    work = DECIMAL.divide if divided else DECIMAL.multiply
    try:
        if type(span) is Months:
            return months(int(work(Decimal(span.months), factor)))
        if type(span) is timedelta:
            return timedelta(microseconds=int(work(Decimal(_micros(span)), factor)))
    except (OverflowError, ValueError):
        return None
    return None


def _ratio(left: Any, right: Any) -> Decimal | None:
    """How many times one duration goes into another of its kind."""
    if type(left) is not type(right) or type(left) not in (Months, timedelta):
        return None
    if type(left) is Months:
        above, below = Decimal(left.months), Decimal(right.months)
    else:
        above, below = Decimal(_micros(left)), Decimal(_micros(right))
    return finite(DECIMAL.divide(above, below)) if below else None


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def power(left: Any, right: Any, zone: tzinfo) -> Any:
    if type(left) is not Decimal or type(right) is not Decimal:
        return None
    return finite(DECIMAL.power(left, right))


def negate(value: Any) -> Any:
    kind = type(value)
    if kind is Decimal:
        return number(DECIMAL.minus(value))
    if kind is Months:
        return Months(-value.months)
    return multiply(value, Decimal(-1), UTC) if kind is timedelta else None


def finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


OPERATORS: dict[str, Binary] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
