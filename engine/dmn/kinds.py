"""The types of a decision model: FEEL's own and the item definitions, and what of JSON becomes of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.feel.dates import Date, DateTime, Time
from engine.feel.durations import Duration, Months
from engine.feel.expression import UnaryTests
from engine.feel.runtime import Frame, Run
from engine.feel.temporal import parse_date, parse_date_and_time, parse_duration, parse_time
from engine.feel.types import conform
from engine.feel.values import Function, Range, number

Converter = Callable[[str], Any]

_SAME: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "days and time duration": (Duration,),
    "years and months duration": (Months,),
    "duration": (Duration, Months),
    "context": (dict,),
    "list": (list,),
    "range": (Range,),
    "function": (Function,),
}
_SPELLINGS = {
    "integer": "number",
    "int": "number",
    "long": "number",
    "double": "number",
    "float": "number",
    "decimal": "number",
    "dateTime": "date and time",
    "datetime": "date and time",
    "date_time": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "days_time_duration": "days and time duration",
    "years_months_duration": "years and months duration",
}


def base_name(name: str) -> str | None:
    """FEEL's name of a built-in type, whatever vocabulary it is written in; None for other names."""
    bare = name.split(":", 1)[1] if name.startswith(("feel:", "xsd:", "xs:")) else name
    bare = _SPELLINGS.get(bare, bare)
    return bare if bare in _SAME or bare == "Any" else None


def _number(text: str) -> Decimal | None:
    try:
        return number(Decimal(text.strip()))
    except InvalidOperation:
        return None


def _date(text: str) -> Date | None:
    """A date; of an instant, its day as written there."""
    day = parse_date(text)
    if day is None:
        moment = parse_date_and_time(text)
        day = moment.date if moment else None
    return day


_FROM_TEXT: dict[str, Converter] = {
    "number": _number,
    "boolean": lambda text: {"true": True, "false": False}.get(text.strip().lower()),
    "date": _date,
    "time": parse_time,
    "date and time": parse_date_and_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
    "duration": parse_duration,
}


@dataclass(eq=False)
class Kind:
    """A type. ``base`` is a built-in name; ``parts`` are the components of a structure; a function has the
    types of its ``arguments`` and its ``result``, as far as they are declared."""

    name: str
    base: str | None = None
    parts: "dict[str, Kind] | None" = None
    item: "Kind | None" = None
    allowed: UnaryTests | None = None
    constraint: UnaryTests | None = None
    parameters: int | None = None
    arguments: "list[Kind]" = field(default_factory=list)
    result: "Kind | None" = None

    def fits(self, value: Any, run: Run, *, restricted: bool = True) -> bool:
        """Whether the value is of this type; null fits all. Restrictions of the type can be left out."""
        if value is None:
            return True
        return self._shape(value, run, restricted) and (not restricted or self._is_allowed(value, run))

    def _shape(self, value: Any, run: Run, restricted: bool) -> bool:
        item = self.item
        if item is not None:
            if type(value) is not list:
                return False
            run.spend(1 + len(value))
            return all(item.fits(entry, run, restricted=restricted) for entry in value)
        if self.parts is not None:
            return type(value) is dict and all(
                key in value and part.fits(value[key], run, restricted=restricted)
                for key, part in self.parts.items()
            )
        if self.base is None or self.base == "Any":
            return True
        if self.parameters is not None:
            return type(value) is Function and len(value.parameters) == self.parameters
        return type(value) in _SAME[self.base]

    def _is_allowed(self, value: Any, run: Run) -> bool:
        frame = Frame({}, None, run)
        if self.allowed is not None and not self._passes(self.allowed, value, frame):
            return False
        return self.constraint is None or self._passes(self.constraint, value, frame)

    @staticmethod
    def _passes(tests: UnaryTests, value: Any, frame: Frame) -> bool:
        """Allowed values of a list are those of its items, unless the list itself passes."""
        if tests.test(value, frame):
            return True
        return type(value) is list and all(tests.test(entry, frame) for entry in value)

    def conform(self, value: Any, run: Run) -> Any:
        """The value if it is of this type after FEEL's own conversions, else null."""
        return conform(value, lambda candidate, run: self.fits(candidate, run), run)

    def receive(self, value: Any) -> Any:
        """What comes from outside as JSON: texts of dates, times and numbers become those."""
        if self.item is not None:
            return [self.item.receive(entry) for entry in value] if type(value) is list else value
        if self.parts is not None and type(value) is dict:
            return {
                **value,
                **{key: kind.receive(value[key]) for key, kind in self.parts.items() if key in value},
            }
        if type(value) is str and self.base in _FROM_TEXT:
            return _FROM_TEXT[self.base](value)
        if type(value) is DateTime and self.base == "date":
            return value.date
        return value


ANY = Kind("Any", base="Any")
