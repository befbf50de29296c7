"""Reading what a form-js component demands of an answer, and its default."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import Message, msg
from engine.form.field import LIST_TYPES, LONGEST_TEXT, MOST_ITEMS, TEXT_TYPES, Rules
from engine.form.pattern import Pattern, PatternError, read_pattern

MOST_FILES = 10


def read_rules(
    item: Mapping[str, Any], kind: str, properties: Mapping[str, str]
) -> tuple[Rules, list[Message]]:
    """The rules of a component and the faults found in them."""
    given = item.get("validate") or {}
    if not isinstance(given, Mapping):
        return Rules(), [msg("The rules under validate must be an object.")]
    reader = _Rules(given, properties)
    fewest, most = reader.items(item, kind)
    rules = Rules(
        required=reader.flag(given.get("required")) or fewest > 0,
        minimum=reader.number("min") if kind == "number" else None,
        maximum=reader.number("max") if kind == "number" else None,
        shortest=reader.whole("minLength") if kind in TEXT_TYPES else None,
        longest=reader.whole("maxLength") if kind in TEXT_TYPES else None,
        pattern=reader.pattern() if kind in TEXT_TYPES else None,
        decimals=reader.decimals(item) if kind == "number" else None,
        fewest=fewest,
        most=most,
        megabytes=reader.first("alur:maxSize") if kind == "filepicker" else None,
        address=reader.address() if kind in TEXT_TYPES else None,
        not_future=reader.flag(properties.get("alur:notFuture")),
        not_past=reader.flag(item.get("disallowPassedDates")),
    )
    reader.check_order(rules)
    return rules, reader.faults


def read_default(item: Mapping[str, Any]) -> Any:
    """The default answer; None when there is none. Expressions are no defaults here."""
    default = item.get("defaultValue")
    return None if default == "" else default


class _Rules:
    def __init__(self, given: Mapping[str, Any], properties: Mapping[str, str]) -> None:
        self.given = given
        self.properties = properties
        self.faults: list[Message] = []

    def flag(self, value: Any) -> bool:
        return value is True or value in ("true", "ya")

    def number(self, name: str) -> Decimal | None:
        value = self.given.get(name)
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.faults.append(msg("%(name)s must be a number.", name=name))
            return None
        return number

    def whole(self, name: str) -> int | None:
        number = self.number(name)
        if number is None:
            return None
        if number != number.to_integral_value() or not 0 <= number <= LONGEST_TEXT:
            self.faults.append(
                msg("%(name)s must be a whole number from 0 to %(most)s.", name=name, most=LONGEST_TEXT)
            )
            return None
        return int(number)

    def items(self, item: Mapping[str, Any], kind: str) -> tuple[int, int]:
        """Fewest and most items: form-js has no words for lists, so several spellings are understood."""
        if kind not in LIST_TYPES:
            return 0, MOST_ITEMS
        fewest = self.first("minItems", "alur:minItems", "minLength")
        most = self.first("maxItems", "alur:maxItems", "maxLength")
        if kind == "filepicker":
            listed = self.first("alur:maxFiles")
            most = listed if listed is not None else most
            if most is None:
                most = MOST_FILES if item.get("multiple") else 1
        most = MOST_ITEMS if most is None else min(most, MOST_ITEMS)
        return fewest or 0, most

    def first(self, *names: str) -> int | None:
        for name in names:
            if name.startswith("alur:"):
                self.given = {**self.given, name: self.properties.get(name)}
            found = self.whole(name)
            if found is not None:
                return found
        return None

    def decimals(self, item: Mapping[str, Any]) -> int | None:
        value = item.get("decimalDigits")
        if value is None or value == "":
            return None
        self.given = {**self.given, "decimalDigits": value}
        return self.whole("decimalDigits")

    def pattern(self) -> Pattern | None:
        text = self.given.get("pattern")
        if not text:
            return None
        try:
            return read_pattern(str(text))
        except PatternError as error:
            self.faults.append(error.message)
            return None

    def address(self) -> str | None:
        if self.flag(self.properties.get("alur:contact")):
            return "contact"
        kind = self.given.get("validationType")
        return kind if kind in ("email", "phone") else None

    def check_order(self, rules: Rules) -> None:
        pairs = (
            (rules.minimum, rules.maximum),
            (rules.shortest, rules.longest),
            (rules.fewest, rules.most),
        )
        for low, high in pairs:
            if low is not None and high is not None and low > high:
                self.faults.append(msg("The smallest allowed %(low)s exceeds %(high)s.", low=low, high=high))
