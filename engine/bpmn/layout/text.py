"""How much room words take: measured widths of a sans-serif face, so that no font file is needed."""

from typing import NamedTuple

LINE = 1.2
BODY = 12.0
SMALL = 11.0

_NARROW = frozenset("iljI.,:;'|!`")
_SLIM = frozenset('frt-()[]{} /\\"*')
_WIDE = frozenset("mwMW@%")


class Size(NamedTuple):
    """Width and height in pixels."""

    width: float
    height: float


def _advance(char: str) -> float:
    if char in _NARROW:
        return 0.26
    if char in _SLIM:
        return 0.34
    if char in _WIDE:
        return 0.88
    if ord(char) > 0x2E7F:
        return 1.0
    return 0.69 if char.isupper() else 0.556


def measure(text: str, size: float = BODY) -> float:
    """Width of one line of text in pixels at this font size."""
    return sum(map(_advance, text)) * size


def _pieces(word: str, width: float, size: float) -> list[str]:
    """A word cut so that each piece fits; most words are one piece."""
    pieces, current = [], ""
    for char in word:
        if current and measure(current + char, size) > width:
            pieces.append(current)
            current = ""
        current += char
    return [*pieces, current]


def wrap(text: str, width: float, size: float = BODY) -> list[str]:
    """Lines that fit into ``width`` pixels; line breaks in the text are kept, long words are cut."""
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        current = ""
        for word in paragraph.split():
            for piece in _pieces(word, width, size):
                longer = f"{current} {piece}" if current else piece
                if current and measure(longer, size) > width:
                    lines.append(current)
                    longer = piece
                current = longer
        lines.append(current)
    return [line for line in lines if line]


def block(text: str, width: float, size: float = SMALL) -> Size | None:
    """The room of a wrapped label, or None without words."""
    lines = wrap(text, width, size)
    if not lines:
        return None
    return Size(round(max(measure(line, size) for line in lines)) + 4, round(len(lines) * size * LINE) + 1)
