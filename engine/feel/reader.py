"""Walking over the tokens: looking, taking, and saying what was expected instead."""

from collections.abc import Iterable

from engine.errors import Message, msg
from engine.feel.advice import on_missing, on_unexpected
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.names import Scopes
from engine.feel.tokens import END, Token, tokenize

MAX_LENGTH = 10_000
MAX_NESTING = 64


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

    def expect_more(self, closing: str) -> None:
        """A comma, unless the bracket closes here."""
        if self.peek().text != closing and not self.accept(","):
            raise self.expected(closing)

    def expected(self, what: str | Message) -> FeelSyntaxError:
        """The error that something is missing here."""
        return FeelSyntaxError(on_missing(what, self.text, self.tokens, self.at), self.peek().at)

    def unexpected(self) -> FeelSyntaxError:
        message = on_unexpected(self.text, self.tokens, self.at, self.scopes)
        return FeelSyntaxError(message, self.peek().at)
