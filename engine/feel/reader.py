"""Walking over the tokens: looking, taking, and saying what was expected instead."""

from collections.abc import Iterable

from engine.errors import Message, msg
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.names import Scopes
from engine.feel.tokens import END, Token, tokenize

MAX_LENGTH = 10_000
MAX_NESTING = 64

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class TokenReader:
    """The tokens of one text, the place reached, and the depth of nesting there."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise FeelLimitError(msg("The expression is longer than %(limit)s characters.", limit=MAX_LENGTH))
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        # Inside the second end of a range, where a bracket may close it.
        self.endpoint = False
        self.scopes = Scopes(names)

    def deepen(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FeelLimitError(
                msg("The expression is nested more than %(limit)s levels deep.", limit=MAX_NESTING)
            )

    def finish(self) -> None:
        if self.peek().kind != END:
            raise self.unexpected()

    def peek(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def accept(self, symbol: str) -> bool:
        token = self.tokens[self.at]
        if token.text == symbol and token.kind == "symbol":
            self.at += 1
            return True
        return False

    def accept_word(self, word: str) -> bool:
        token = self.tokens[self.at]
        if token.text == word and token.kind == "name" and token.value is None:
            self.at += 1
            return True
        return False

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise self.expected(symbol)

    def expect_word(self, word: str) -> None:
        if not self.accept_word(word):
            raise self.expected(word)

    def expected(self, what: str) -> FeelSyntaxError:
        token = self.peek()
        if token.kind == END:
            return FeelSyntaxError(
                msg("The expression ends where %(what)s was expected.", what=what), token.at
            )
        return FeelSyntaxError(
            msg("Expected %(what)s but found %(found)s.", what=what, found=token.text[:40]), token.at
        )

    def unexpected(self) -> FeelSyntaxError:
        token = self.peek()
        return FeelSyntaxError(self.explain(token), token.at)

    def explain(self, token: Token) -> Message:
        if token.kind == END:
            return msg("The expression is incomplete.")
        before = self.tokens[self.at - 1].text if self.at else ""
        if token.text == "=" and before == "=":
            return msg("Compare with one equals sign, not two.")
        return msg("%(found)s was not expected here.", found=token.text[:40])
