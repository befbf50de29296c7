"""Sets of characters in a pattern, as tests of one character."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache

CharTest = Callable[[str], bool]


class BadPattern(Exception):
    """The text is no pattern."""


def one(sign: str) -> CharTest:
    return lambda c: c == sign


def between(start: str, end: str) -> CharTest:
    return lambda c: start <= c <= end


def any_of(tests: list[CharTest]) -> CharTest:
    return tests[0] if len(tests) == 1 else lambda c: any(test(c) for test in tests)


def fold(test: CharTest) -> CharTest:
    """The test regardless of upper and lower case."""
    return lambda c: any(test(variant) for variant in _variants(c))


@lru_cache(maxsize=4096)
def _variants(c: str) -> tuple[str, ...]:
    # The Kelvin sign folds to k and so on: signs whose lower case is shared count as the same letter.
    forms = {c, c.lower(), c.upper(), c.lower().upper(), c.upper().lower()}
    forms |= _SHARED.get(c.lower(), set())
    return tuple(sorted(form for form in forms if len(form) == 1))


_SHARED = {"k": {"\u212a"}, "å": {"\u212b"}, "ω": {"\u2126"}, "s": {"\u017f"}}


def _word(c: str) -> bool:
    return unicodedata.category(c)[0] not in "PZC"


def _initial(c: str) -> bool:
    return c in "_:" or unicodedata.category(c)[0] == "L"


def _name(c: str) -> bool:
    return _initial(c) or c in "-.·" or unicodedata.category(c)[:2] in ("Nd", "Mn", "Mc", "Lm")


_SHORT: dict[str, CharTest] = {
    "s": lambda c: c in " \t\n\r",
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": _word,
    "i": _initial,
    "c": _name,
}


def shorthand(sign: str) -> CharTest | None:
    """The set of ``\\s``, ``\\d``, ``\\w``, ``\\i``, ``\\c``; in upper case, all the others."""
    test = _SHORT.get(sign.lower())
    if test is None:
        return None
    return test if sign.islower() else lambda c: not test(c)


_CATEGORIES = frozenset(
    {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"}
    | {"P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"}
    | {"S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"}
)
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Thai": (0x0E00, 0x0E7F),
    "Balinese": (0x1B00, 0x1B7F),
    "Sundanese": (0x1B80, 0x1BBF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Javanese": (0xA980, 0xA9DF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}


def category(name: str) -> CharTest | None:
    """The set of ``\\p{Lu}`` or ``\\p{IsBasicLatin}``; None for a name that is not known."""
    if name in _CATEGORIES:
        return lambda c: unicodedata.category(c).startswith(name)
    if name.startswith("Is") and name[2:] in _BLOCKS:
        low, high = _BLOCKS[name[2:]]
        return lambda c: low <= ord(c) <= high
    return None
