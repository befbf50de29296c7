"""From text to tokens. Names with spaces are put together later, by the parser, which knows the names."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.errors import msg
from engine.feel.errors import FeelSyntaxError
from engine.feel.habits import on_sign
from engine.feel.values import DECIMAL

KEYWORDS = frozenset(
    {"and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between"}
    | {"instance", "function", "null", "true", "false"}
)

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})

NUMBER, STRING, NAME, SYMBOL, END = "number", "string", "name", "symbol", "end"

_TOKEN = re.compile(
    r"""
    (?P<space>(?:[\s\u0085\u180e\u200b\ufeff]+|//[^\n\r]*|/\*.*?\*/)+)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<name>(?:[^\W\d]|[\U00010000-\U000EFFFF])
        (?:\w|[\u00b7\u0300-\u036f\u203f\u2040\U00010000-\U000EFFFF])*)
  | (?P<quoted>`[^`\n]+`)
  | (?P<symbol>\*\*|\.\.|<=|>=|!=|->|[-+*/()\[\]{},.:=<>?@'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text: ``text`` as written, ``value`` of numbers and strings, ``at`` its offset."""

    kind: str
    text: str
    at: int
    end: int
    value: Any = None


def tokenize(text: str) -> list[Token]:
    """All tokens and a last one of kind END; raises FeelSyntaxError at a character that fits nowhere."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or (found[0] == "/" and text.startswith("/*", position)):
            raise _unreadable(text, position)
        position = found.end()
        if found.lastgroup != "space":
            tokens.append(_token(found))
    tokens.append(Token(END, "", len(text), len(text)))
    return tokens


def _token(found: re.Match[str]) -> Token:
    kind, text = str(found.lastgroup), found[0]
    value: Any = None
    if kind == NUMBER:
        value = DECIMAL.create_decimal(text)
        if not value.is_finite():
            raise FeelSyntaxError(msg("The number %(number)s is too large.", number=text[:40]), found.start())
    elif kind == STRING:
        value = unescape(text[1:-1])
    elif kind == "quoted":
        kind, text = NAME, text[1:-1]
        value = text
    return Token(kind, text, found.start(), found.end(), value)


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    if text[position] == '"':
        return FeelSyntaxError(msg("The text that starts here has no closing quotation mark."), position)
    if text.startswith("/*", position):
        return FeelSyntaxError(msg("The comment that starts here has no end."), position)
    unknown = msg("The character %(sign)s has no meaning here.", sign=text[position])
    return FeelSyntaxError(on_sign(text, position) or unknown, position)


def unescape(body: str) -> str:
    """The string between the quotation marks; unknown escapes stay, patterns are full of them."""
    plain = _ESCAPE.sub(_unescaped, body)
    if re.search("[\ud800-\udfff]", plain):
        # Two escapes of a surrogate pair are one character; half a pair is none and becomes the usual mark.
        plain = plain.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return plain


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else found[0]
    return _SIMPLE.get(found[3], found[0])


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...] | None:
    """The tokens of a declared name; None for a name that no expression can spell."""
    try:
        parts = tokenize(name)[:-1]
    except FeelSyntaxError:
        return None
    if not parts or (parts[0].kind != NAME and parts[0].text != "?"):
        return None
    return None if any(part.kind == STRING for part in parts) else tuple(part.text for part in parts)
