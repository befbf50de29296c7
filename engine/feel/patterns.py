"""matches, replace and split: the regular expressions of XPath 3.1, which FEEL takes over.

They run on a matcher of our own instead of Python's ``re``, because a designer's pattern meets a citizen's
text and neither may hang the process. ``re`` backtracks, and no check of the pattern alone is sound: besides
nested quantifiers, ``.*.*.*x`` is already quartic. Here every pair of (place in the pattern, place in the
text) is visited at most once, so the work is bounded by their product, and each visit is counted against the
steps of the evaluation. Patterns with back references cannot share visits; they have the count alone.
"""

import re
from functools import lru_cache
from typing import Any

from engine.feel.pattern_program import Program, build
from engine.feel.pattern_syntax import BadPattern, parse

MAX_PATTERN = 1_000


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Program | None:
    if len(pattern) > MAX_PATTERN or set(flags) - set("smixq"):
        return None
    try:
        return build(parse(pattern, flags))
    except BadPattern:
        return None


def matches(text: str, pattern: str, flags: str, run: Any) -> bool | None:
    """Whether the pattern is found anywhere in the text; null for a pattern that is none."""
    program = _compiled(pattern, flags)
    return None if program is None else program.search(text, 0, run) is not None


def replace(text: str, pattern: str, replacement: str, flags: str, run: Any) -> str | None:
    """Every occurrence replaced, ``$1`` being the first group; null if the pattern fits the empty text."""
    program = _compiled(pattern, flags)
    if program is None or program.search("", 0, run) is not None:
        return None
    pieces = [(replacement, None)] if "q" in flags else _template(replacement, program.groups)
    if pieces is None:
        return None
    made: list[str] = []
    length = at = 0
    while (found := program.search(text, at, run)) is not None and found[1] > found[0]:
        part = text[at : found[0]] + "".join(_piece(piece, text, found) for piece in pieces)
        length += len(part)
        run.spend_text(length)
        made.append(part)
        at = found[1]
    return "".join(made) + text[at:]


def _piece(piece: tuple[str, int | None], text: str, found: tuple[int, ...]) -> str:
    literal, group = piece
    if group is None:
        return literal
    start, end = found[2 * group], found[2 * group + 1]
    return text[start:end] if start >= 0 and end >= 0 else ""


_REPLACEMENT = re.compile(r"([^\\$]+)|\\([\\$])|\$(\d+)")


def _template(replacement: str, groups: int) -> list[tuple[str, int | None]] | None:
    """Literal texts and group numbers; None for a lone ``$`` or ``\\``."""
    pieces: list[tuple[str, int | None]] = []
    at = 0
    while at < len(replacement):
        found = _REPLACEMENT.match(replacement, at)
        if found is None:
            return None
        at = found.end()
        if found[3] is None:
            pieces.append((found[1] or found[2], None))
            continue
        digits = found[3]
        while len(digits) > 1 and int(digits) > groups:
            digits = digits[:-1]
        at -= len(found[3]) - len(digits)
        pieces.append(("", int(digits)) if int(digits) <= groups else ("", None))
    return pieces


def split(text: str, pattern: str, run: Any) -> list[str] | None:
    """The parts between the occurrences of the pattern."""
    program = _compiled(pattern, "")
    if program is None:
        return None
    parts: list[str] = []
    at = 0
    while (found := program.search(text, at, run)) is not None and found[1] > found[0]:
        parts.append(text[at : found[0]])
        at = found[1]
        run.spend(1)
    return [*parts, text[at:]]
