"""What the parser reads as values: literals, names, brackets, if, for, some, every, function, types."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from engine.errors import msg
from engine.feel.errors import FeelSyntaxError
from engine.feel.names import is_word
from engine.feel.reader import TokenReader
from engine.feel.temporal import parse_date, parse_date_and_time, parse_duration, parse_time
from engine.feel.tokens import COMPARISONS, END, NUMBER, STRING
from engine.feel.tree import (
    Bound,
    Condition,
    ContextOf,
    For,
    Interval,
    Lambda,
    ListOf,
    Literal,
    Name,
    Node,
    Quantified,
    Type,
)

_CONSTANTS = {"null": None, "true": True, "false": False}
_TYPE_NAMES = (
    "years and months duration",
    "year month duration",
    "days and time duration",
    "day time duration",
    "date and time",
)


class PrimaryParser(TokenReader, ABC):
    """The half of the parser that reads values; Parser adds the operators."""

    @abstractmethod
    def expression(self) -> Node:
        """A whole expression, one level deeper."""

    @abstractmethod
    def additive(self) -> Node:
        """An expression without comparison and logic."""

    def primary(self) -> Node:
        token = self.peek()
        if token.kind in (NUMBER, STRING):
            self.next()
            return Literal(token.value)
        reader = _BY_SYMBOL.get(token.text) if token.kind == "symbol" else None
        if reader is None and token.kind == "name" and token.value is None:
            reader = _BY_WORD.get(token.text)
            if token.text in _CONSTANTS and not self.is_longer_name():
                self.next()
                return Literal(_CONSTANTS[token.text])
        if reader is not None and not (token.kind == "name" and self.is_longer_name()):
            return reader(self)
        return self.name()

    def is_longer_name(self) -> bool:
        """Whether a declared name starts with the keyword that stands here."""
        return self.scopes.find(self.tokens, self.at)[0] > 1

    def name(self) -> Node:
        length, name = self.scopes.find(self.tokens, self.at)
        if not length:
            raise self.unexpected()
        at = self.peek().at
        self.at += length
        return Name(name, at)

    def is_lambda(self, node: Node) -> bool:
        return isinstance(node, Lambda | Condition)

    # ------------------------------------------------------------------ brackets

    def parenthesis(self) -> Node:
        opening = self.next()
        outer, self.endpoint = self.endpoint, False
        operator = self.peek().text
        if operator in COMPARISONS and self.peek().kind == "symbol":
            self.next()
            node: Node = Bound(operator, self.additive())
            self.endpoint = outer
            self.expect(")")
            return node
        node = self.expression()
        self.endpoint = outer
        if opening.kind == "symbol" and self.accept(".."):
            return self.range_end(node, False)
        self.expect(")")
        return node

    def bracket(self) -> Node:
        self.next()
        outer, self.endpoint = self.endpoint, False
        items: list[Node] = []
        while not self.accept("]"):
            items.append(self.expression())
            if len(items) == 1 and self.accept(".."):
                self.endpoint = outer
                return self.range_end(items[0], True)
            self.expect_more("]")
        self.endpoint = outer
        return ListOf(tuple(items))

    def open_range(self) -> Node:
        self.next()
        start = self.expression()
        self.expect("..")
        return self.range_end(start, False)

    def range_end(self, start: Node, included: bool) -> Node:
        outer, self.endpoint = self.endpoint, True
        end = self.expression()
        self.endpoint = outer
        closing = self.next().text
        if closing not in ("]", ")", "["):
            self.at -= 1
            raise self.expected("]")
        return Interval(start, end, included, closing == "]")

    def braces(self) -> Node:
        self.next()
        outer, self.endpoint = self.endpoint, False
        self.scopes.push()
        entries: list[tuple[str, Node]] = []
        while not self.accept("}"):
            at = self.peek().at
            key = self.key()
            if any(key == other for other, _ in entries):
                raise FeelSyntaxError(msg("The key %(key)s stands in this context twice.", key=key), at)
            self.expect(":")
            entries.append((key, self.expression()))
            self.scopes.add(key)
            self.expect_more("}")
        self.scopes.pop()
        self.endpoint = outer
        return ContextOf(tuple(entries))

    def key(self) -> str:
        if self.peek().kind == STRING:
            return str(self.next().value)
        return self.words_until(":")

    def words_until(self, *ends: str) -> str:
        """A name being declared: everything up to one of the words given, spaces made single."""
        start = self.at
        if not is_word(self.peek()) and self.peek().text not in _CONSTANTS:
            raise self.expected(msg("a name"))
        while self.peek().text not in ends:
            if self.peek().kind in (END, STRING) or self.peek().text in ("(", "{", "[", "]", "}", ",", ")"):
                raise self.expected(ends[0])
            self.next()
        words = self.tokens[start : self.at]
        if words[0].value is not None:
            return words[0].text
        return " ".join(self.text[words[0].at : words[-1].end].split())

    # ------------------------------------------------------------------ words that start an expression

    def condition(self) -> Node:
        branches: list[tuple[Node, Node]] = []
        while self.accept_word("if"):
            test = self.expression()
            self.expect_word("then")
            branches.append((test, self.expression()))
            self.expect_word("else")
        return Condition(tuple(branches), self.expression())

    def iteration(self) -> Node:
        self.next()
        self.scopes.push()
        sources = self.sources()
        self.expect_word("return")
        self.scopes.add("partial")
        result = self.expression()
        self.scopes.pop()
        return For(sources, result)

    def quantified(self) -> Node:
        every = self.next().text == "every"
        self.scopes.push()
        sources = self.sources()
        self.expect_word("satisfies")
        condition = self.expression()
        self.scopes.pop()
        return Quantified(every, sources, condition)

    def sources(self) -> tuple[tuple[str, Node, Node | None], ...]:
        found: list[tuple[str, Node, Node | None]] = []
        while True:
            name = self.words_until("in")
            self.expect_word("in")
            values = self.expression()
            end = self.expression() if self.accept("..") else None
            found.append((name, values, end))
            self.scopes.add(name)
            if not self.accept(","):
                return tuple(found)

    def function(self) -> Node:
        self.next()
        self.expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self.accept(")"):
            name = self.words_until(":", ",", ")")
            parameters.append((name, self.type() if self.accept(":") else None))
            self.expect_more(")")
        if self.peek().text == "external":
            raise FeelSyntaxError(msg("Functions written outside FEEL are not run."), self.peek().at)
        self.scopes.push(name for name, _ in parameters)
        body = self.expression()
        self.scopes.pop()
        return Lambda(tuple(parameters), body)

    def at_literal(self) -> Node:
        self.next()
        token = self.next()
        if token.kind != STRING:
            self.at -= 1
            raise self.expected(msg("a text"))
        return Literal(temporal(token.value))

    # ------------------------------------------------------------------ types

    def type(self) -> Type:
        name = self.type_word()
        if not self.accept("<"):
            return Type(name, self.function_result())
        self.deepen()
        parts: list[Type] = []
        keys: list[str] = []
        while not self.accept(">"):
            if name == "context":
                keys.append(self.words_until(":"))
                self.expect(":")
            parts.append(self.type())
            self.expect_more(">")
        self.depth -= 1
        return Type(name, tuple(parts) + self.function_result(), tuple(keys))

    def function_result(self) -> tuple[Type, ...]:
        return (self.type(),) if self.accept("->") else ()

    def type_word(self) -> str:
        for name in _TYPE_NAMES:
            words = name.split()
            if [token.text for token in self.tokens[self.at : self.at + len(words)]] == words:
                self.at += len(words)
                return name
        token = self.peek()
        if token.text in ("function", "null"):
            self.next()
            return token.text
        length, name = self.scopes.member(self.tokens, self.at)
        if not length:
            raise self.expected(msg("a type"))
        self.at += length
        while self.accept("."):
            length, part = self.scopes.member(self.tokens, self.at)
            if not length:
                raise self.expected(msg("a type"))
            self.at += length
            name += "." + part
        return name


def temporal(text: str) -> object:
    """The value of ``@"…"``: a date, a time, both, or a duration; null when it is none of them."""
    for read in (parse_date, parse_date_and_time, parse_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


_BY_SYMBOL: dict[str, Callable[[PrimaryParser], Node]] = {
    "(": PrimaryParser.parenthesis,
    "[": PrimaryParser.bracket,
    "]": PrimaryParser.open_range,
    "{": PrimaryParser.braces,
    "@": PrimaryParser.at_literal,
}
_BY_WORD: dict[str, Callable[[PrimaryParser], Node]] = {
    "if": PrimaryParser.condition,
    "for": PrimaryParser.iteration,
    "some": PrimaryParser.quantified,
    "every": PrimaryParser.quantified,
    "function": PrimaryParser.function,
}
