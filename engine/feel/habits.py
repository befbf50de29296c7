"""Signs of other languages, and what FEEL writes instead."""

from engine.errors import Message, msg


def _instead(right: str, wrong: str) -> Message:
    return msg("Write %(right)s instead of %(wrong)s.", right=right, wrong=wrong)


_QUOTES = "'‘’‚“”„«»`´"
_SIGNS: tuple[tuple[str, Message], ...] = (
    ("=>", _instead(">=", "=>")),
    ("=<", _instead("<=", "=<")),
    ("==", msg("Compare with one equals sign, not two.")),
    ("!==", _instead("!=", "!==")),
    ("<>", _instead("!=", "<>")),
    ("≠", _instead("!=", "≠")),
    ("≥", _instead(">=", "≥")),
    ("≤", _instead("<=", "≤")),
    ("&", _instead("and", "&&")),
    ("|", _instead("or", "||")),
    ("!", _instead("not(…)", "!")),
    ("%", msg("Write 0.1 for ten percent, and modulo(a, b) for the rest of a division.")),
    ("^", _instead("**", "^")),
    (";", msg("An expression is one value: leave out the ;.")),
    ("${", msg("Leave out %(opening)s and }: the expression stands alone.", opening="${")),
    ("#{", msg("Leave out %(opening)s and }: the expression stands alone.", opening="#{")),
    ("?", msg("Write if … then … else … instead of … ? … : ….")),
    ("->", msg("Write a point, as in a.b, instead of ->.")),
)


def on_sign(text: str, at: int) -> Message | None:
    """What to write instead of the sign at a place where no token can be read or is expected."""
    if text[at] in _QUOTES:
        return msg('Write texts between straight double quotation marks, as in "text".')
    # The sign may have begun before: of => the = is read, and > is not expected.
    for start in (at - 2, at - 1, at):
        for sign, message in _SIGNS:
            if 0 <= start <= at < start + len(sign) and text.startswith(sign, start):
                return message
    return None
