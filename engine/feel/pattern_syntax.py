"""Reading a pattern (XPath and XQuery Functions 3.1, section 5.6.1; XML Schema, appendix F)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.feel.pattern_classes import (
    BadPattern,
    CharTest,
    any_of,
    between,
    category,
    fold,
    one,
    shorthand,
)

__all__ = ["BadPattern", "Item", "parse"]

MAX_NESTING = 50
MAX_REPEAT = 1_000


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a pattern: its kind, its value, the parts inside."""

    kind: str
    value: Any = None
    parts: tuple["Item", ...] = ()


def parse(pattern: str, flags: str) -> Item:
    """The whole pattern, its value being (groups, ignore case); raises BadPattern."""
    if "q" in flags:
        items = tuple(Item("char", _letter(sign, "i" in flags)) for sign in pattern)
        return Item("pattern", (0, "i" in flags), items)
    reader = _Reader(_without_space(pattern) if "x" in flags else pattern, flags)
    tree = reader.choice()
    if reader.at < len(reader.text):
        raise BadPattern
    return Item("pattern", (reader.groups, "i" in flags), (tree,))


def _without_space(pattern: str) -> str:
    """Flag x: blanks mean nothing, except inside a character class."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for sign in pattern:
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        if depth or sign not in " \t\n\r":
            kept.append(sign)
            escaped = sign == "\\" and not escaped
    return "".join(kept)


def _letter(sign: str, ignore_case: bool) -> CharTest:
    return fold(one(sign)) if ignore_case else one(sign)


class _Reader:
    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.ignore_case = "i" in flags
        self.multiline = "m" in flags
        self.dot_all = "s" in flags

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.text):
            raise BadPattern
        self.at += 1
        return self.text[self.at - 1]

    def accept(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def choice(self) -> Item:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise BadPattern
        parts = [self.sequence()]
        while self.accept("|"):
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Item("choice", None, tuple(parts))

    def sequence(self) -> Item:
        parts: list[Item] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom()))
        return Item("sequence", None, tuple(parts))

    def quantified(self, atom: Item) -> Item:
        bounds = self.quantifier()
        if bounds is None:
            return atom
        greedy = not self.accept("?")
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise BadPattern
        return Item("repeat", (*bounds, greedy), (atom,))

    def quantifier(self) -> tuple[int, int | None] | None:
        simple = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(self.peek())
        if simple is not None:
            self.at += 1
            return simple
        if not self.accept("{"):
            return None
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at : max(end, self.at)].partition(",")
        self.at = end + 1
        if end < 0 or not least.isdecimal() or (most and not most.isdecimal()):
            raise BadPattern
        low = int(least)
        high = (int(most) if most else None) if comma else low
        if low > MAX_REPEAT or (high is not None and not low <= high <= MAX_REPEAT):
            raise BadPattern
        return low, high

    def atom(self) -> Item:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            return Item("char", self.char_class())
        if sign == ".":
            return Item("char", (lambda _: True) if self.dot_all else (lambda c: c not in "\n\r"))
        if sign in "^$":
            return Item("assert", self.anchor(sign))
        if sign == "\\":
            return self.escape()
        if sign in "?*+{}]":
            raise BadPattern
        return Item("char", _letter(sign, self.ignore_case))

    def group(self) -> Item:
        number = 0
        if not self.accept("?:"):
            if self.peek() == "?":
                raise BadPattern
            self.groups += 1
            number = self.groups
        inside = self.choice()
        if not self.accept(")"):
            raise BadPattern
        self.closed.add(number)
        return Item("group", number, (inside,))

    def anchor(self, sign: str) -> Callable[[str, int], bool]:
        if not self.multiline:
            return (lambda text, at: at == 0) if sign == "^" else (lambda text, at: at == len(text))
        if sign == "^":
            # A line begins after a line feed, but none begins after the last one of the text.
            return lambda text, at: at == 0 or (text[at - 1] == "\n" and at < len(text))
        return lambda text, at: at == len(text) or text[at] == "\n"

    def escape(self) -> Item:
        sign = self.peek()
        if not sign.isdecimal():
            return Item("char", self.class_escape(single=True))
        digits = self.take()
        while self.peek().isdecimal() and int(digits + self.peek()) <= self.groups:
            digits += self.take()
        if digits == "0" or int(digits) not in self.closed:
            raise BadPattern
        return Item("back", int(digits))

    def class_escape(self, *, single: bool) -> CharTest:
        sign = self.take()
        if sign in "pP":
            if not self.accept("{"):
                raise BadPattern
            end = self.text.find("}", self.at)
            name = self.text[self.at : max(end, self.at)]
            self.at = end + 1
            test = category(name) if end >= 0 else None
            if test is None:
                raise BadPattern
            return test if sign == "p" else lambda c: not test(c)
        short = shorthand(sign)
        if short is not None:
            return short
        letter = self.literal(sign)
        return _letter(letter, self.ignore_case and single)

    def literal(self, sign: str) -> str:
        """The character of an escape."""
        if sign in "nrt":
            return {"n": "\n", "r": "\r", "t": "\t"}[sign]
        if sign in "\\|.?*+(){}-[]^$":
            return sign
        raise BadPattern

    def char_class(self) -> CharTest:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise BadPattern
        negated = self.accept("^")
        tests: list[CharTest] = []
        without: CharTest | None = None
        while not self.accept("]"):
            if tests and self.accept("-["):
                without = self.char_class()
                if not self.accept("]"):
                    raise BadPattern
                break
            tests.append(self.class_item(first=not tests))
        if not tests:
            raise BadPattern
        self.depth -= 1
        inside = any_of(tests)
        if self.ignore_case:
            inside = fold(inside)
        return _subtract(inside, negated, without)

    def class_item(self, *, first: bool) -> CharTest:
        start = self.class_letter(first)
        if not isinstance(start, str):
            return start
        follows = self.text[self.at : self.at + 2]
        if not follows.startswith("-") or follows in ("-]", "-["):
            return one(start)
        self.at += 1
        end = self.class_letter(False)
        if not isinstance(end, str) or end < start:
            raise BadPattern
        return between(start, end)

    def class_letter(self, first: bool) -> str | CharTest:
        sign = self.take()
        if sign == "[":
            raise BadPattern
        if sign == "-" and not first and self.peek() not in ("]", ""):
            raise BadPattern
        if sign != "\\":
            return sign
        if self.peek() and self.peek() in "pPsSdDwWiIcC":
            return self.class_escape(single=False)
        return self.literal(self.take())


def _subtract(inside: CharTest, negated: bool, without: CharTest | None) -> CharTest:
    if without is None:
        return (lambda c: not inside(c)) if negated else inside
    return lambda c: inside(c) is not negated and not without(c)
