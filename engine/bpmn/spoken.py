"""Times as people write them beside a timer, "paling lambat 3 hari kerja": what a designer surely meant.

Indonesian, English and German. A spoken time is only ever offered as an answer, never taken unasked.
"""

import re
from decimal import Decimal

from engine.worktime import Kind, Limit

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_UNITS: tuple[tuple[str, Kind, int], ...] = (
    (r"hari\s+kerja|hk|(?:working|business)\s+days?|arbeitstagen?|werktagen?", Kind.WORKING_DAYS, 1),
    (r"jam\s+kerja|jk|(?:working|business|office)\s+hours?|arbeitsstunden?", Kind.WORKING_HOURS, 1),
    (r"hari(?:\s+kalender)?|(?:calendar\s+)?days?|(?:kalender)?tagen?", Kind.CALENDAR_DAYS, 1),
    (r"minggu|weeks?|wochen?", Kind.CALENDAR_DAYS, 7),
    (r"bulan|months?|monaten?", Kind.MONTHS, 1),
    (r"jam|hours?|stunden?", Kind.ELAPSED, _HOUR),
    (r"menit|minutes?|minuten?", Kind.ELAPSED, _MINUTE),
)
_WORDS = (
    ("satu", "one", "ein", "eine", "einem", "einer"), ("dua", "two", "zwei"), ("tiga", "three", "drei"),
    ("empat", "four", "vier"), ("lima", "five", "fünf"), ("enam", "six", "sechs"),
    ("tujuh", "seven", "sieben"), ("delapan", "eight", "acht"), ("sembilan", "nine", "neun"),
    ("sepuluh", "ten", "zehn"),
)  # fmt: skip
_NUMBERS = {word: number for number, words in enumerate(_WORDS, 1) for word in words}
_ANY_UNIT = "|".join(f"({unit})" for unit, _, _ in _UNITS)
_TIME = re.compile(rf"\b(\d{{1,4}}|{'|'.join(_NUMBERS)})\s*(?:\(\w+\)\s*)?(?:{_ANY_UNIT})\b", re.IGNORECASE)


def spoken(text: str) -> list[Limit]:
    """The times written in a text, in their order: ``Lewat 5 hari kerja`` is P5WD."""
    found = []
    for match in _TIME.finditer(" ".join(text.split())):
        number = match[1].lower()
        amount = _NUMBERS.get(number) or int(number)
        at = next(at for at, unit in enumerate(match.groups()[1:]) if unit is not None)
        _, kind, factor = _UNITS[at]
        if amount:
            found.append(Limit(kind, Decimal(amount * factor)))
    return found
