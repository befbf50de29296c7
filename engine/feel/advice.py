"""What is wrong where an expression cannot be read further, and what to write there."""

import re
from difflib import get_close_matches

from engine.errors import Message, msg
from engine.feel.habits import on_sign
from engine.feel.names import Scopes
from engine.feel.tokens import COMPARISONS, END, KEYWORDS, NAME, NUMBER, STRING, SYMBOL, Token

_WORDS: dict[str, Message] = {
    "is": msg("Write = null or != null instead of is null and is not null."),
    "not": msg("Write not(…) around the whole condition."),
    "like": msg("Write contains(text, part) or matches(text, pattern)."),
    "contains": msg("Write contains(text, part), or value in list."),
    "mod": msg("Write modulo(a, b)."),
}
_IF = msg("A condition is written if … then … else ….")
_BEFORE: dict[str, Message] = dict.fromkeys(("jika", "kalau", "apabila", "wenn", "falls", "when"), _IF) | {
    "not": _WORDS["not"]
}
_AND, _OR = msg("Write and, in small letters."), msg("Write or, in small letters.")
_WORDS |= dict.fromkeys(("and", "und", "dan", "serta"), _AND) | dict.fromkeys(("or", "oder", "atau"), _OR)


def _pair(opening: str, closing: str) -> Message:
    return msg("Each %(opening)s needs a %(closing)s.", opening=opening, closing=closing)


_FORMS: dict[str, Message] = {
    "then": _IF,
    "else": _IF,
    "return": msg("A loop is written for x in list return …."),
    "satisfies": msg("A test of a list is written some x in list satisfies …."),
    "in": msg("A name is followed by in and a list: x in list."),
    "and": msg("A span is written between … and …."),
    ":": msg("An entry of a context is written name: value."),
    ")": _pair("(", ")"),
    "]": _pair("[", "]"),
    "}": _pair("{", "}"),
}
_OPENING = {")": "(", "]": "[", "}": "{"}
_WORDS_OF_A_NAME = 3  # that are looked at on either side
_MORE_DIGITS = re.compile(r"[.,_]?\d+")


def on_unexpected(text: str, tokens: list[Token], at: int, scopes: Scopes) -> Message:
    """Why the token at a place does not fit there, and what to write instead."""
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.kind == END:
        return msg("The expression is incomplete: something must follow.")
    advice = _habit(text, tokens, at)
    if advice is None and token.kind == NAME and token.text not in KEYWORDS:
        advice = _word(tokens, at) or _similar(tokens, at, scopes)
    if advice is not None:
        return advice
    found = token.text[:40]
    if token.kind in (NAME, NUMBER, STRING) and before is not None and before.kind != SYMBOL:
        return msg("Something is missing before %(found)s: a sign, a comma, or a word.", found=found)
    if token.kind == SYMBOL and found in _OPENING:
        return msg("There is no %(opening)s for this %(found)s.", opening=_OPENING[found], found=found)
    if token.kind == SYMBOL and found in COMPARISONS:
        return msg("Write a value before %(found)s.", found=found)
    if token.kind == SYMBOL and found == ",":
        return msg("Put several values between brackets, as in x in (1, 2).")
    return msg("%(found)s was not expected here.", found=found)


def _word(tokens: list[Token], at: int) -> Message | None:
    """A word of another language at this place, or right before it."""
    before = tokens[at - 1].text.lower() if at else ""
    return _WORDS.get(tokens[at].text.lower()) or _BEFORE.get(before)


def _habit(text: str, tokens: list[Token], at: int) -> Message | None:
    """A sign of another language, or a number as people write it, at this place."""
    token, before = tokens[at], tokens[at - 1] if at else None
    joined = before is not None and before.kind == NUMBER and before.end == token.at
    if joined and _MORE_DIGITS.match(text, token.at):
        return msg("Write numbers with a point for decimals and without separators, as in 1234.5.")
    return on_sign(text, token.at) if token.kind == SYMBOL else None


def _similar(tokens: list[Token], at: int, scopes: Scopes) -> Message | None:
    """A known name that is written almost like the words around this place."""
    first = last = at
    while first > max(0, at - _WORDS_OF_A_NAME) and tokens[first - 1].kind == NAME:
        first -= 1
    while last < at + _WORDS_OF_A_NAME and tokens[last + 1].kind == NAME:
        last += 1
    known = {name.lower(): name for name in scopes.all_names()}
    for end in range(last, at - 1, -1):
        for start in range(first, at + 1):
            written = " ".join(token.text for token in tokens[start : end + 1])
            found = get_close_matches(written.lower(), known, n=1, cutoff=0.8) if len(written) < 100 else []
            if found and known[found[0]] != written:
                name = known[found[0]]
                return msg("%(found)s is unknown. Did you mean %(name)s?", found=written, name=name)
    return None


def on_missing(what: str | Message, text: str, tokens: list[Token], at: int) -> Message:
    """What was expected at a place, and the form of what stands there."""
    advice, token = _habit(text, tokens, at), tokens[at]
    if advice is not None:
        return advice
    found = token.text[:40]
    form = _FORMS.get(what) if isinstance(what, str) else None
    if form is not None and token.kind == END:
        return msg("The expression ends where %(what)s was expected. %(form)s", what=what, form=form)
    if form is not None:
        return msg("Expected %(what)s but found %(found)s. %(form)s", what=what, found=found, form=form)
    if token.kind == END:
        return msg("The expression ends where %(what)s was expected.", what=what)
    return msg("Expected %(what)s but found %(found)s.", what=what, found=found)
