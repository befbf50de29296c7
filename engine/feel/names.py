"""Which name stands here? Names may hold spaces and signs, so the parser looks for the longest it knows."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from engine.feel.tokens import KEYWORDS, NAME, Token, words

EXTRA_FUNCTIONS = (
    "working days",
    "hari kerja",
    "working hours",
    "jam kerja",
    "working minutes",
    "menit kerja",
)
"""Functions the environment brings; named here so that every parser knows their spelling."""


class NameTable:
    """The names of one scope, by their first word, longest first."""

    __slots__ = ("_by_first", "names")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self.names: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        parts = words(name)
        if parts is None or name in self.names:
            return
        self.names.add(name)
        same = self._by_first.setdefault(parts[0], [])
        same.append((parts, name))
        same.sort(key=lambda entry: -len(entry[0]))

    def matches(self, tokens: list[Token], at: int) -> Iterator[tuple[int, str]]:
        """(number of tokens, name) of every name that stands at this place, longest first."""
        for parts, name in self._by_first.get(tokens[at].text, ()):
            if _stands(tokens, at, parts):
                yield len(parts), name


def _stands(tokens: list[Token], at: int, parts: tuple[str, ...]) -> bool:
    window = tokens[at : at + len(parts)]
    if len(window) < len(parts):
        return False
    if window[0].value is not None:
        return len(parts) == 1
    return all(
        token.text == part and token.kind != "string" for token, part in zip(window, parts, strict=True)
    )


@lru_cache(maxsize=1)
def builtin_names() -> NameTable:
    """The names of the built-in functions and of those the environment brings."""
    from engine.feel.builtins import FUNCTIONS

    return NameTable((*FUNCTIONS, *EXTRA_FUNCTIONS))


def is_word(token: Token) -> bool:
    """A part of a name that is no keyword."""
    return token.kind == NAME and (token.value is not None or token.text not in KEYWORDS)


class Scopes:
    """The names known while reading, innermost last, and every context key seen so far."""

    def __init__(self, names: Iterable[str]) -> None:
        self.members = NameTable()
        self._tables = [NameTable(names)]

    def push(self, names: Iterable[str] = ()) -> None:
        self._tables.append(NameTable(names))

    def pop(self) -> None:
        self._tables.pop()

    def add(self, name: str) -> None:
        self._tables[-1].add(name)
        self.members.add(name)

    def all_names(self) -> set[str]:
        """Every name known here, functions included."""
        tables = (*self._tables, self.members, builtin_names())
        return {name for table in tables for name in table.names}

    def find(self, tokens: list[Token], at: int) -> tuple[int, str]:
        """(number of tokens, name) of what stands at this place; (0, "") when no name does."""
        best = (0, "")
        for table in (*reversed(self._tables), self.members):
            longest = next(table.matches(tokens, at), (0, ""))
            best = max(best, longest, key=lambda entry: entry[0])
        for length, name in builtin_names().matches(tokens, at):
            if length > best[0] and self._is_function(tokens, at, length):
                best = (length, name)
                break
        if best[0] or not (is_word(tokens[at]) or tokens[at].text == "?"):
            return best
        return self._unknown(tokens, at)

    @staticmethod
    def _is_function(tokens: list[Token], at: int, length: int) -> bool:
        """``date and time`` is a function only when called; a name without keywords may also be passed on."""
        called = tokens[at + length].text == "("
        return called or all(is_word(token) for token in tokens[at : at + length])

    @staticmethod
    def _unknown(tokens: list[Token], at: int) -> tuple[int, str]:
        """One word; or several when they are called, since two words side by side mean nothing else."""
        end = at + 1
        while tokens[end - 1].text != "?" and is_word(tokens[end]):
            end += 1
        if tokens[end].text == "(":
            return end - at, " ".join(token.text for token in tokens[at:end])
        return 1, tokens[at].text

    def member(self, tokens: list[Token], at: int) -> tuple[int, str]:
        """The name behind a dot: the longest known one, else all words that stand side by side."""
        if tokens[at].kind != NAME:
            return 0, ""
        best = max(
            (next(table.matches(tokens, at), (0, "")) for table in (*self._tables, self.members)),
            key=lambda entry: entry[0],
        )
        end = at + 1
        while is_word(tokens[end]):
            end += 1
        joined = end - at, " ".join(token.text for token in tokens[at:end])
        return best if best[0] >= joined[0] else joined
