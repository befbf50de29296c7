"""Reading inside values: members of contexts, parts of dates and times, filters of lists."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from engine.feel.dates import SECOND, Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.runtime import Closure, Frame
from engine.feel.tree import Filter, Path
from engine.feel.values import Range
from engine.feel.zones import place

if TYPE_CHECKING:
    from engine.feel.compiler import Compiler


def compile_path(compiler: "Compiler", node: Path) -> Closure:
    value, member = compiler.compile(node.value), node.member

    def read(frame: Frame) -> Any:
        subject = value(frame)
        if type(subject) is dict:
            return subject.get(member)
        if type(subject) is list:
            frame.run.spend(len(subject))
            return [part(item, member) for item in subject]
        return part(subject, member)

    return read


def part(value: Any, member: str) -> Any:
    """The member of a context or the named part of another value; null when there is none."""
    if type(value) is dict:
        return value.get(member)
    read = _PARTS.get((type(value), member))
    return read(value) if read else None


def _number(read: Callable[[Any], int]) -> Callable[[Any], Decimal]:
    return lambda value: Decimal(read(value))


def _offset(value: Any) -> Duration | None:
    return None if value.offset is None else Duration(value.offset * SECOND)


def _zone(value: Any) -> str | None:
    return place(value.zone)


def _truncated(value: int, unit: int) -> int:
    return abs(value) // unit * (-1 if value < 0 else 1)


def _span(unit: int, cycle: int) -> Callable[[Any], Decimal]:
    """A component of a days and time duration, with the sign of the whole."""

    def read(span: Duration) -> Decimal:
        seconds = abs(span.nanos) // SECOND
        count = seconds // unit % cycle if cycle else seconds // unit
        return Decimal(-count if span.nanos < 0 else count)

    return read


_PARTS: dict[tuple[type, str], Callable[[Any], Any]] = {
    (Months, "years"): _number(lambda value: _truncated(value.months, 12)),
    (Months, "months"): _number(lambda value: value.months - 12 * _truncated(value.months, 12)),
    (Duration, "days"): _span(86400, 0),
    (Duration, "hours"): _span(3600, 24),
    (Duration, "minutes"): _span(60, 60),
    (Duration, "seconds"): _span(1, 60),
    (Range, "start"): lambda value: value.start,
    (Range, "end"): lambda value: value.end,
    (Range, "start included"): lambda value: value.start_included,
    (Range, "end included"): lambda value: value.end_included,
}
for _name in ("year", "month", "day"):
    _PARTS[Date, _name] = _number(attrgetter(_name))
    _PARTS[DateTime, _name] = _number(attrgetter("date." + _name))
for _name in ("hour", "minute", "second"):
    _PARTS[Time, _name] = _number(attrgetter(_name))
    _PARTS[DateTime, _name] = _number(attrgetter("time." + _name))
_PARTS[Date, "weekday"] = _number(lambda value: value.near().isoweekday())
_PARTS[DateTime, "weekday"] = _number(lambda value: value.date.near().isoweekday())
for _timed in (Time, DateTime):
    _PARTS[_timed, "time offset"] = _offset
    _PARTS[_timed, "timezone"] = _zone


def compile_filter(compiler: "Compiler", node: Filter) -> Closure:
    value = compiler.compile(node.value)
    with compiler.filter():
        condition = compiler.compile(node.condition)
    return filtered(value, condition)


def filtered(value: Closure, condition: Closure) -> Closure:
    """``value[condition]`` as a closure; a number instead of a condition picks by position."""

    def select(frame: Frame) -> Any:
        subject = value(frame)
        if subject is None:
            return None
        items = subject if type(subject) is list else [subject]
        kept: list[Any] = []
        for item in items:
            frame.run.spend(1)
            result = condition(_item_frame(item, frame))
            if type(result) is Decimal:
                return _at(items, result)
            if result is True:
                kept.append(item)
        if items:
            return kept
        return _empty(condition(_item_frame(None, frame)))

    return select


def _item_frame(item: Any, frame: Frame) -> Frame:
    names = {"item": item, **item} if type(item) is dict else {"item": item}
    return Frame(names, frame, frame.run)


def _empty(result: Any) -> list[Any] | None:
    """What a filter of an empty list is: nothing stands at a position, and no item fits a condition."""
    return None if type(result) is Decimal else []


def _at(items: list[Any], position: Decimal) -> Any:
    """The item at a position counted from 1, or from the end with negative numbers; null outside."""
    if position != position.to_integral_value() or not 1 <= abs(position) <= len(items):
        return None
    index = int(position)
    return items[index - 1 if index > 0 else index]
