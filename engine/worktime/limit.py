"""A limit as people write it ("3 HK") and as diagrams carry it ("P3WD")."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from engine.errors import Invalid, msg
from engine.feel.durations import Months


class Kind(StrEnum):
    """What a limit counts; the value is the unit's Indonesian name."""

    WORKING_DAYS = "HK"
    WORKING_HOURS = "JK"
    CALENDAR_DAYS = "hari"
    ELAPSED = "detik"
    MONTHS = "bulan"


# About twenty years of each unit: longer limits are slips of the pen, and every count stays bounded.
LARGEST = {
    Kind.WORKING_DAYS: 5_000,
    Kind.WORKING_HOURS: 40_000,
    Kind.CALENDAR_DAYS: 7_300,
    Kind.ELAPSED: 7_300 * 86_400,
    Kind.MONTHS: 240,
}

MOST_DECIMALS = 9  # of an amount as written

HINT = msg(
    "Write for example 3 HK (working days), 4 JK (office hours), 14 hari (calendar days), 2 jam or P3D."
)

_NUMBER = "([0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_UNITS = {
    Kind.WORKING_DAYS: ("hk", "hari kerja", "working day", "working days", "wd"),
    Kind.WORKING_HOURS: ("jk", "jam kerja", "working hour", "working hours", "wh"),
    Kind.CALENDAR_DAYS: ("hari", "hari kalender", "day", "days", "calendar day", "calendar days", "cd"),
    Kind.MONTHS: ("bulan", "month", "months"),
}
_WORKING_MINUTES = ("menit kerja", "working minute", "working minutes", "wm")
_SECONDS = {
    1: ("detik", "second", "seconds"),
    60: ("menit", "minute", "minutes"),
    3600: ("jam", "hour", "hours"),
}
_WORDS: dict[str, tuple[Kind, int]] = {
    **{word: (kind, 1) for kind, words in _UNITS.items() for word in words},
    **{word: (Kind.ELAPSED, factor) for factor, words in _SECONDS.items() for word in words},
    "tahun": (Kind.MONTHS, 12),
    "year": (Kind.MONTHS, 12),
    "years": (Kind.MONTHS, 12),
}
_WRITTEN = re.compile(rf"{_NUMBER}\s*([A-Za-z]+(?: [A-Za-z]+)?)")
_OURS = re.compile(rf"P(?:{_NUMBER}(WD|CD)|T{_NUMBER}(WH|WM))", re.IGNORECASE)
_ISO_MONTHS = re.compile("P(?:([0-9]{1,4})Y)?(?:([0-9]{1,4})M)?", re.IGNORECASE)
_ISO_WEEKS = re.compile(rf"P{_NUMBER}W", re.IGNORECASE)
_ISO = re.compile(
    rf"P(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Limit:
    """An amount of time to be counted.

    ``amount`` is in units of ``kind``: days, hours, and for elapsed time seconds. Only working days and
    hours and elapsed time may have a fraction. Nothing is longer than about twenty years; only elapsed
    time may be zero.
    """

    kind: Kind
    amount: Decimal

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0 or (self.amount == 0 and self.kind != Kind.ELAPSED):
            raise Invalid(msg("A limit must be longer than nothing."), hint=HINT)
        if self.amount > LARGEST[self.kind]:
            raise Invalid(
                msg(
                    "The limit %(limit)s is longer than %(largest)s %(unit)s.",
                    limit=f"{self.amount:f} {self.kind.value}",
                    largest=LARGEST[self.kind],
                    unit=self.kind.value,
                ),
                hint=msg("Choose a shorter limit."),
            )
        whole = self.amount == self.amount.to_integral_value()
        if not whole and self.kind in (Kind.CALENDAR_DAYS, Kind.MONTHS):
            raise Invalid(
                msg("%(limit)s: days of the calendar are counted whole.", limit=self.words),
                hint=msg("Write a whole number, or hours (for example 36 jam)."),
            )

    @classmethod
    @lru_cache(maxsize=1_000)  # an SOP names a few; they are read with every count
    def parse(cls, text: str) -> "Limit":
        """Read a limit in any written form or literal; raises Invalid that says what is wrong.

        Forms (sops/README section 3.1): ``3 HK`` ``11,2 HK`` ``4 JK`` ``20 menit kerja`` ``14 hari``
        ``1 jam`` ``10 menit``, the literals ``P3WD`` ``PT4WH`` ``PT20WM`` ``P14CD``, and ISO 8601 durations,
        which are exact elapsed time.
        """
        shown = text.strip()
        if not shown or len(shown) > 60:
            raise Invalid(msg("A limit is missing or too long."), hint=HINT)
        limit = _literal(shown) if shown[0] in "Pp" else _written(shown)
        if limit is None:
            raise Invalid(msg("%(text)s is not a limit.", text=shown), hint=_hint(shown))
        return limit

    @classmethod
    def of(cls, value: Any) -> "Limit":
        """The limit that an expression gave: a written limit, a limit, or a duration.

        Raises Invalid for anything else, also for null.
        """
        if isinstance(value, Limit):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, timedelta):
            return cls(Kind.ELAPSED, Decimal(value // timedelta(microseconds=1)).scaleb(-6))
        if isinstance(value, Months):
            return cls(Kind.MONTHS, Decimal(value.months))
        raise Invalid(msg("%(value)s is not a limit.", value=str(value)[:60]), hint=HINT)

    def extended(self, by: "Limit") -> "Limit":
        """This limit with ``by`` added (rule 7); raises Invalid when the two count different things."""
        if by.kind != self.kind:
            raise Invalid(
                msg("%(by)s cannot extend a limit of %(limit)s.", by=by.words, limit=self.words),
                hint=msg("Extend a limit in its own unit."),
            )
        return Limit(self.kind, self.amount + by.amount)

    def __str__(self) -> str:
        """The canonical literal, which ``parse`` reads back."""
        number = _plain(self.amount)
        if self.kind == Kind.WORKING_DAYS:
            return f"P{number}WD"
        if self.kind == Kind.WORKING_HOURS:
            minutes = _odd_minutes(self.amount)
            return f"PT{number}WH" if minutes is None else f"PT{minutes}WM"
        if self.kind == Kind.CALENDAR_DAYS:
            return f"P{number}CD"
        if self.kind == Kind.MONTHS:
            return f"P{number}M"
        return _iso(self.amount)

    @property
    def words(self) -> str:
        """As an SOP writes it: ``3 HK``, ``11,2 HK``, ``14 hari``, ``90 menit``, ``72 jam``."""
        if self.kind == Kind.WORKING_HOURS and (minutes := _odd_minutes(self.amount)) is not None:
            return f"{minutes.replace('.', ',')} menit kerja"
        if self.kind != Kind.ELAPSED:
            return f"{_plain(self.amount).replace('.', ',')} {self.kind.value}"
        for seconds, unit in ((3600, "jam"), (60, "menit")):
            if self.amount and self.amount % seconds == 0:
                return f"{_plain(self.amount / seconds)} {unit}"
        return f"{_plain(self.amount).replace('.', ',')} detik"


def working_minutes(amount: Decimal) -> Limit:
    """Minutes of working time, which are counted as a share of an hour."""
    return Limit(Kind.WORKING_HOURS, amount / 60)


def _odd_minutes(hours: Decimal) -> str | None:
    """Minutes as text where the hours have no short decimal fraction (20 minutes are a third of one)."""
    if hours == round(hours, MOST_DECIMALS):
        return None
    return _plain(round(hours * 60, MOST_DECIMALS))


def _decimal(text: str | None) -> Decimal:
    return Decimal(text.replace(",", ".")) if text else Decimal(0)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _iso(seconds: Decimal) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    clock = "".join(f"{_plain(number)}{unit}" for number, unit in parts if number)
    text = (f"{_plain(days)}D" if days else "") + (f"T{clock}" if clock else "")
    return f"P{text}" if text else "PT0S"


def _written(text: str) -> Limit | None:
    found = _WRITTEN.fullmatch(" ".join(text.split()))
    if found and found[2].lower() in _WORKING_MINUTES:
        return working_minutes(_decimal(found[1]))
    if not found or found[2].lower() not in _WORDS:
        return None
    kind, factor = _WORDS[found[2].lower()]
    return Limit(kind, _decimal(found[1]) * factor)


def _literal(text: str) -> Limit | None:
    if found := _OURS.fullmatch(text):
        days, unit, time, of = found.groups()
        if time and of.upper() == "WM":
            return working_minutes(_decimal(time))
        if time:
            return Limit(Kind.WORKING_HOURS, _decimal(time))
        kind = Kind.WORKING_DAYS if unit.upper() == "WD" else Kind.CALENDAR_DAYS
        return Limit(kind, _decimal(days))
    if found := _ISO_WEEKS.fullmatch(text):
        return Limit(Kind.ELAPSED, _decimal(found[1]) * 7 * 86_400)
    found = _ISO_MONTHS.fullmatch(text)
    if found and any(found.groups()):
        return Limit(Kind.MONTHS, _decimal(found[1]) * 12 + _decimal(found[2]))
    found = _ISO.fullmatch(text)
    if not found or not any(found.groups()) or text[-1] in "Tt":
        return None
    days, hours, minutes, seconds = map(_decimal, found.groups())
    return Limit(Kind.ELAPSED, days * 86_400 + hours * 3_600 + minutes * 60 + seconds)


def _hint(text: str) -> Any:
    upper = text.upper()
    if re.fullmatch(r"P[0-9.,]+WH", upper):
        return msg("Working hours are written with a T: PT4WH.")
    if re.fullmatch(r"PT[0-9.,]+(WD|CD)", upper):
        return msg("Days are written without a T: P3WD or P14CD.")
    if re.fullmatch(r"[0-9.,]+", upper):
        return msg("Name the unit: HK, JK, hari, jam or menit.")
    if upper.startswith("-") or upper.startswith("P-"):
        return msg("A limit runs forwards; leave out the minus sign.")
    if upper.startswith("R"):
        return msg("A repetition is not a limit; write the duration alone.")
    return HINT
