"""Functions over texts (DMN 1.5, 10.3.4.3)."""

from decimal import Decimal
from typing import Any

from engine.feel import patterns
from engine.feel.library import builtin
from engine.feel.text import to_string


@builtin("substring(string: string, start position: number, length?: number)")
def substring(string: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Positions count from 1, negative ones from the end."""
    first = int(start)
    if first == 0 or abs(first) > len(string):
        return None
    begin = first - 1 if first > 0 else len(string) + first
    if length is None:
        return string[begin:]
    return string[begin : begin + int(length)] if length >= 1 else None


@builtin("string length(string: string)")
def string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case(string: string)")
def upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case(string: string)")
def lower_case(string: str) -> str:
    return string.lower()


@builtin("trim(string: string)")
def trim(string: str) -> str:
    return string.strip()


@builtin("substring before(string: string, match: string)")
def substring_before(string: str, match: str) -> str:
    return string.split(match, 1)[0] if match and match in string else ""


@builtin("substring after(string: string, match: string)")
def substring_after(string: str, match: str) -> str:
    return string.split(match, 1)[1] if match and match in string else ("" if match else string)


@builtin("contains(string: string, match: string)")
def contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with(string: string, match: string)")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string)", run=True)
def matches(run: Any, text: str, pattern: str, flags: str | None = None) -> bool | None:
    return patterns.matches(text, pattern, flags or "", run)


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string)", run=True)
def replace(run: Any, text: str, pattern: str, replacement: str, flags: str | None = None) -> str | None:
    return patterns.replace(text, pattern, replacement, flags or "", run)


@builtin("split(string: string, delimiter: string)", run=True)
def split(run: Any, string: str, delimiter: str) -> list[str] | None:
    return patterns.split(string, delimiter, run)


@builtin("string join(list: list, delimiter?: string, prefix?: string, suffix?: string)", run=True)
def string_join(
    run: Any,
    items: list[Any],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str | None:
    """null items are left out; any other that is no text makes the result null."""
    texts = [item for item in items if item is not None]
    if not all(type(item) is str for item in texts):
        return None
    joint = delimiter or ""
    run.spend_text(sum(len(item) + len(joint) for item in texts))
    return (prefix or "") + joint.join(texts) + (suffix or "")


@builtin("string(from: any)", run=True)
def string(run: Any, value: Any) -> str | None:
    return None if value is None else to_string(value, run)
