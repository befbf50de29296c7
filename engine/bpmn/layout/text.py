"""How much room words take: measured widths of a sans-serif face, so that no font file is needed."""

from typing import NamedTuple

LINE = 1.2
BODY = 12.0
SMALL = 11.0

# Advance widths of Helvetica and Arial in thousandths of the font size, from space to tilde.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_FIRST = 32
_OTHER = 0.6
_IDEOGRAPH = 0x2E80


class Size(NamedTuple):
    """Width and height in pixels."""

    width: float
    height: float


def _advance(char: str) -> float:
    code = ord(char) - _FIRST
    if 0 <= code < len(_WIDTHS):
        return _WIDTHS[code] / 1000
    return 1.0 if ord(char) >= _IDEOGRAPH else _OTHER


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
    """The room of a wrapped label, or None without words; a long word makes it up to half as wide again."""
    longest = max((measure(word, size) for word in text.split()), default=0.0)
    lines = wrap(text, max(width, min(longest + 1, 1.5 * width)), size)
    if not lines:
        return None
    return Size(round(max(measure(line, size) for line in lines)) + 12, round(len(lines) * size * LINE) + 1)
