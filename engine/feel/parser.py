"""From tokens to the tree: a parser by operator strength.

Weakest to strongest: or, and, comparison, + -, * /, **, sign, instance of, and what follows a value
(path, filter, call). Every level of nesting is counted, so no text can exhaust the stack.
"""

from collections.abc import Callable

from engine.errors import msg
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.names import is_word
from engine.feel.primary import PrimaryParser
from engine.feel.reader import MAX_NESTING
from engine.feel.tokens import COMPARISONS, END, Token
from engine.feel.tree import (
    Between,
    Bound,
    Call,
    Chain,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
)

_STARTS_NOTHING = frozenset(
    {"", ".", ",", ")", "]", "}", "=", "!=", "<", "<=", ">", ">=", "*", "/", "+", ":", ".."}
)
_KEYWORDS_BETWEEN = frozenset(
    {"and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"}
)


class Parser(PrimaryParser):
    """Reads one expression, or one list of unary tests."""

    # ------------------------------------------------------------------ entrances

    def whole(self) -> Node:
        """The expression that is the whole text."""
        node = self.expression()
        self.finish()
        return node

    def unary_tests(self) -> tuple[bool, tuple[Node, ...]]:
        """(negated, tests) of a decision table's cell; no tests at all for ``-`` and an empty cell."""
        self.scopes.push(["?"])
        if self.peek().kind == END or (self.peek().text == "-" and self.tokens[self.at + 1].kind == END):
            return False, ()
        if self.peek().text == "not" and self.tokens[self.at + 1].text == "(":
            start = self.at
            self.at += 2
            tests = self.test_list()
            if self.peek().text == ")" and self.tokens[self.at + 1].kind == END:
                return True, tests
            self.at = start
        tests = self.test_list()
        self.finish()
        return False, tests

    def test_list(self) -> tuple[Node, ...]:
        tests = [self.positive_test()]
        while self.accept(","):
            tests.append(self.positive_test())
        return tuple(tests)

    def positive_test(self) -> Node:
        operator = self.peek().text
        if operator in COMPARISONS and self.peek().kind == "symbol":
            self.next()
            return Bound(operator, self.additive())
        return self.expression()

    # ------------------------------------------------------------------ operators

    def expression(self) -> Node:
        outer = self.depth
        self.deepen()
        node = self.logic("or", lambda: self.logic("and", self.comparison))
        self.depth = outer
        return node

    def logic(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.accept_word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(word, tuple(parts))

    def comparison(self) -> Node:
        node = self.additive()
        outer = self.depth
        while True:
            token = self.peek()
            if token.kind == "symbol" and token.text in COMPARISONS:
                self.next()
                node = Comparison(token.text, node, self.additive())
            elif self.accept_word("between"):
                low = self.additive()
                self.expect_word("and")
                node = Between(node, low, self.additive())
            elif self.accept_word("in"):
                node = In(node, self.in_tests())
            else:
                self.depth = outer
                return node
            self.deepen()

    def in_tests(self) -> tuple[Node, ...]:
        """What follows ``in``: one test, or several between parentheses (which may also be a range)."""
        if self.peek().text != "(":
            operator = self.peek().text
            if operator in COMPARISONS:
                self.next()
                return (Bound(operator, self.additive()),)
            return (self.additive(),)
        self.next()
        tests = self.test_list()
        if len(tests) == 1 and self.accept(".."):
            return (self.postfix(self.range_end(tests[0], False)),)
        self.expect(")")
        if len(tests) == 1 and not isinstance(tests[0], Bound):
            return (self.postfix(tests[0]),)
        return tests

    def chain(self, operators: frozenset[str], part: Callable[[], Node]) -> Node:
        first = part()
        rest: list[tuple[str, Node]] = []
        while self.peek().kind == "symbol" and self.peek().text in operators:
            operator = self.next().text
            rest.append((operator, part()))
        return Chain(first, tuple(rest)) if rest else first

    def additive(self) -> Node:
        return self.chain(frozenset("+-"), self.multiplicative)

    def multiplicative(self) -> Node:
        return self.chain(frozenset("*/"), self.power)

    def power(self) -> Node:
        return self.chain(frozenset({"**"}), self.signed)

    def signed(self) -> Node:
        negative = False
        while self.peek().text == "-" and self.peek().kind == "symbol":
            self.next()
            negative = not negative
            last = self.peek()
        if not negative:
            return self.typed()
        operand = self.typed()
        if isinstance(operand, Literal) and last.kind == "number":
            return Literal(-operand.value)
        return Negation(operand)

    def typed(self) -> Node:
        node = self.postfix(self.primary())
        outer = self.depth
        while self.peek().text == "instance" and self.tokens[self.at + 1].text == "of":
            self.at += 2
            node = InstanceOf(node, self.type())
            self.deepen()
        self.depth = outer
        return node

    # ------------------------------------------------------------------ what follows a value

    def postfix(self, node: Node) -> Node:
        links = 0
        while True:
            token = self.peek()
            if token.kind != "symbol" or token.text not in ("[", "(", ".") or self.closes_range(token):
                return node
            links += 1
            if links > MAX_NESTING:
                raise FeelLimitError(msg("The path has more than %(limit)s steps.", limit=MAX_NESTING))
            self.next()
            if token.text == ".":
                node = self.path(node)
            elif token.text == "[":
                node = self.filter(node)
            else:
                node = self.call(node)

    def closes_range(self, token: Token) -> bool:
        """In ``[1..10[`` the last bracket ends the range: nothing behind it could be a condition."""
        if not self.endpoint or token.text != "[":
            return False
        after = self.tokens[self.at + 1]
        return after.kind == END or after.text in _STARTS_NOTHING or after.text in _KEYWORDS_BETWEEN

    def path(self, node: Node) -> Node:
        length, name = self.scopes.member(self.tokens, self.at)
        if not length:
            raise self.unexpected()
        self.at += length
        return Path(node, name)

    def filter(self, node: Node) -> Node:
        outer, self.endpoint = self.endpoint, False
        self.scopes.push(["item"])
        condition = self.expression()
        self.scopes.pop()
        self.endpoint = outer
        self.expect("]")
        return Filter(node, condition)

    def call(self, node: Node) -> Node:
        if not isinstance(node, Name | Path | Call | Filter) and not self.is_lambda(node):
            self.at -= 1
            raise self.unexpected()
        outer, self.endpoint = self.endpoint, False
        arguments: list[Node] = []
        names: list[str] = []
        while self.peek().text != ")":
            name = self.argument_name()
            if name is not None:
                names.append(name)
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        self.endpoint = outer
        if names and len(names) != len(arguments):
            raise FeelSyntaxError(msg("Name every argument, or none."), self.peek().at)
        return Call(node, tuple(arguments), tuple(names) if names else None)

    def argument_name(self) -> str | None:
        """The name before a colon, when the argument starts with one."""
        end = self.at
        while is_word(self.tokens[end]) or (end > self.at and self.tokens[end].kind == "number"):
            end += 1
        if end == self.at or self.tokens[end].text != ":":
            return None
        name = " ".join(token.text for token in self.tokens[self.at : end])
        self.at = end + 1
        return name
