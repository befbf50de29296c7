"""Patterns of text fields, bounded before they run.

Python's ``re`` backtracks: some patterns take longer than a life on a short text. So a pattern is read here
first and its backtracking is bounded from above: the number of ways in which it can be laid over a text
of n characters is at most the product of the ways of its repetitions. A pattern is accepted for texts up to
the length for which that product stays small; longer texts are refused as answers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.errors import Message, msg

MOST_WAYS = 20_000_000
LONGEST_PATTERN = 500
SHORTEST_USE = 40
LONGEST_USE = 50_000
DEEPEST = 20

Ways = Callable[[int], int]  # length of the text → an upper bound of the ways to match


class PatternError(Exception):
    """The pattern is no pattern, or one that could run for ever; ``message`` says which."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern as form-js means it: found anywhere in the text unless anchored, ASCII classes."""

    text: str
    compiled: re.Pattern[str]
    longest: int

    def matches(self, value: str) -> bool:
        """Whether the text fits; texts longer than ``longest`` never do."""
        return len(value) <= self.longest and self.compiled.search(value) is not None


def read_pattern(text: str) -> Pattern:
    """Compile a pattern; raises PatternError for one that cannot be read or could run too long."""
    if len(text) > LONGEST_PATTERN:
        raise PatternError(msg("The pattern is longer than %(most)s characters.", most=LONGEST_PATTERN))
    reader = _Reader(text)
    ways = reader.alternatives()
    if reader.here < len(text):
        raise PatternError(msg("The pattern has a closing bracket too many."))
    try:
        compiled = re.compile("".join(reader.python), re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(msg("The pattern cannot be read: %(reason)s", reason=str(error))) from error
    anchored = text.startswith("^") and not reader.branched
    return Pattern(text, compiled, _longest(ways, anchored))


def _longest(ways: Ways, anchored: bool) -> int:
    """The longest text for which the pattern is surely quick."""

    def quick(length: int) -> bool:
        return ways(length) * (1 if anchored else length) <= MOST_WAYS

    low, high = SHORTEST_USE, LONGEST_USE
    if not quick(low):
        raise PatternError(msg("The pattern repeats too much: it could take for ever on a hostile text."))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quick(middle) else (low, middle - 1)
    return low


class _Reader:
    """Reads a pattern once, left to right: bounds its ways and writes it for Python (``$`` as the end)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.depth = 0
        self.branched = False
        self.python: list[str] = []

    def alternatives(self) -> Ways:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.branched = self.branched or self.depth == 0
            self.take(1)
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else lambda n: sum(ways(n) for ways in branches)

    def sequence(self) -> Ways:
        parts: list[Ways] = []
        while self.here < len(self.text) and self.peek() not in "|)":
            parts.append(self.repeated(self.atom()))
        return lambda n: _product(ways(n) for ways in parts)

    def atom(self) -> Ways:
        character = self.peek()
        if character == "(":
            return self.group()
        if character == "[":
            self.character_class()
        elif character == "\\":
            self.escape()
        elif character == "$":
            self.here += 1
            self.python.append(r"\Z")
        elif character in "*+?":
            raise PatternError(msg("The pattern repeats nothing at position %(at)s.", at=self.here + 1))
        else:
            # A brace that opens no repetition is a plain character in JavaScript, not always in Python.
            self.python.append("\\" if character in "{}" else "")
            self.take(1)
        return _one

    def group(self) -> Ways:
        self.depth += 1
        if self.depth > DEEPEST:
            raise PatternError(msg("The pattern is nested too deeply."))
        opening = next((o for o in ("(?:", "(?=", "(?!") if self.text.startswith(o, self.here)), "(")
        if opening == "(" and self.text.startswith("(?", self.here):
            raise PatternError(msg("The pattern uses a kind of group that is not supported."))
        self.take(len(opening))
        ways = self.alternatives()
        if self.peek() != ")":
            raise PatternError(msg("The pattern has an opening bracket too many."))
        self.take(1)
        self.depth -= 1
        return ways

    def character_class(self) -> None:
        self.take(2 if self.text.startswith("[^", self.here) else 1)
        while self.peek() != "]":
            if not self.peek():
                raise PatternError(msg("The pattern has an opening bracket too many."))
            if self.peek() == "\\":
                self.escape()
                continue
            # Python warns of "[[" and of doubled signs; JavaScript takes them as plain characters.
            self.python.append("\\" if self.peek() in "[&~|" else "")
            self.take(1)
        self.take(1)

    def escape(self) -> None:
        following = self.text[self.here + 1 : self.here + 2]
        if following.isdigit() and following != "0":
            raise PatternError(msg("The pattern refers back to a group, which is not supported."))
        self.take(2)

    def repeated(self, ways: Ways) -> Ways:
        found = re.match(r"([*+?]|\{[0-9]{1,4}(,[0-9]{0,4})?\})\??", self.text[self.here :])
        if not found:
            return ways
        fewest, most = _range(found[1])
        self.take(found.end())
        if ways is _one or ways(LONGEST_USE) == 1:
            return lambda n: max(1, min(most, n) - fewest + 1)
        if most > 3:
            raise PatternError(
                msg("The pattern repeats something that itself repeats: it could take for ever.")
            )
        return lambda n: ways(n) ** most * (most - fewest + 1)

    def peek(self) -> str:
        return self.text[self.here] if self.here < len(self.text) else ""

    def take(self, count: int) -> None:
        self.python.append(self.text[self.here : self.here + count])
        self.here += count


def _one(_length: int) -> int:
    return 1


def _product(numbers: Iterable[int]) -> int:
    result = 1
    for number in numbers:
        result = min(result * number, 10**18)
    return result


def _range(text: str) -> tuple[int, int]:
    if text in ("*", "+"):
        return (0 if text == "*" else 1), LONGEST_USE
    if text == "?":
        return 0, 1
    low, comma, high = text.strip("{}").partition(",")
    if not comma:
        return int(low), int(low)
    return int(low), int(high) if high else LONGEST_USE
