"""Reading one answer by its field's type: the value to store, None for no answer, or a Fault."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine import feel
from engine.errors import Message, msg
from engine.form.address import is_contact, is_email, is_phone
from engine.form.errors import Fault
from engine.form.field import LONGEST_TEXT, Field

LONGEST_CHOICE = 500
LONGEST_FILE_NAME = 255
LARGEST_NUMBER = Decimal(10) ** 15
# Fifteen significant digits are what JSON numbers keep exactly everywhere.
MOST_DIGITS = 15

_NUMBER = re.compile(r"-?[0-9]{1,20}([.,][0-9]{1,20})?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")

Allowed = Collection[Any] | None


def read_answer(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> Any:
    """The answer to a field that is no list of items; raises Fault for one that breaks a rule.

    ``allowed`` holds the values of dynamic options, None when they are not known: then any text will do.
    """
    reader = _READERS[field.type]
    return reader(field, value, env, allowed)


def clean(value: Any, label: str) -> str:
    """A usable text; raises Fault for other types and for characters that cannot be stored."""
    if not isinstance(value, str):
        raise Fault(msg("%(label)s must be a text.", label=label))
    if _UNUSABLE.search(value):
        raise Fault(msg("%(label)s holds a character that cannot be stored.", label=label))
    return value


def _text(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> str | None:
    if value is None:
        return None
    text = clean(value, field.label).replace("\r\n", "\n")
    if not text.strip():
        return None
    rules = field.validate
    most = LONGEST_TEXT if rules.longest is None else rules.longest
    if len(text) > most:
        raise Fault(
            msg(
                "%(label)s may have at most %(most)s characters; it has %(length)s.",
                label=field.label,
                most=most,
                length=len(text),
            )
        )
    if rules.shortest is not None and len(text) < rules.shortest:
        raise Fault(
            msg("%(label)s needs at least %(least)s characters.", label=field.label, least=rules.shortest)
        )
    if field.type == "textfield" and ("\n" in text or "\r" in text):
        raise Fault(msg("%(label)s must be written on one line.", label=field.label))
    if rules.pattern is not None and not rules.pattern.matches(text):
        raise Fault(msg("%(label)s is not written in the expected form.", label=field.label))
    if rules.address is not None and not _ADDRESSES[rules.address][0](text):
        raise Fault(Message(_ADDRESSES[rules.address][1], {"label": field.label}))
    return text


def _number(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> int | float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = _decimal(field, value)
    rules = field.validate
    if abs(number) > LARGEST_NUMBER:
        raise Fault(msg("%(label)s is too large.", label=field.label))
    if rules.minimum is not None and number < rules.minimum:
        raise Fault(
            msg("%(label)s must be at least %(least)s.", label=field.label, least=f"{rules.minimum:f}")
        )
    if rules.maximum is not None and number > rules.maximum:
        raise Fault(msg("%(label)s must be at most %(most)s.", label=field.label, most=f"{rules.maximum:f}"))
    if number == number.to_integral_value():
        return int(number)
    digits = number.normalize().as_tuple()
    decimals = -int(digits.exponent)
    if rules.decimals is not None and decimals > rules.decimals:
        raise Fault(
            msg("%(label)s may have at most %(most)s decimal places.", label=field.label, most=rules.decimals)
        )
    if len(digits.digits) > MOST_DIGITS or decimals > MOST_DIGITS:
        raise Fault(msg("%(label)s has more digits than can be kept.", label=field.label))
    return float(number)


def _decimal(field: Field, value: Any) -> Decimal:
    if isinstance(value, str):
        text = value.strip()
        if _THOUSANDS.fullmatch(text):
            # "1.500" is fifteen hundred in Indonesian and one and a half in English: never guess.
            raise Fault(msg("Write %(label)s without separators.", label=field.label))
        if _NUMBER.fullmatch(text):
            return Decimal(text.replace(",", "."))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite():
            return number
    elif isinstance(value, float) and value == value and abs(value) != float("inf"):
        return Decimal(repr(value))
    raise Fault(msg("%(label)s must be a number.", label=field.label))


def _checkbox(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Fault(msg("%(label)s must be ticked or not.", label=field.label))
    return value


def _choice(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> Any:
    if value is None or value == "":
        return None
    if not isinstance(value, str | int | float):
        raise Fault(msg("%(label)s must be one of the options.", label=field.label))
    if isinstance(value, str):
        clean(value, field.label)
    choices = [option.value for option in field.options] if allowed is None else allowed
    known = any(type(choice) is type(value) and choice == value for choice in choices)
    if not known and (allowed is not None or not _is_open(field)):
        raise Fault(msg("%(label)s must be one of the options.", label=field.label))
    if not known and (not isinstance(value, str) or len(value) > LONGEST_CHOICE):
        raise Fault(msg("%(label)s must be one of the options.", label=field.label))
    return value


def _is_open(field: Field) -> bool:
    """Whether any text may be given: the options are not known here, or there never were any."""
    return field.is_dynamic or not field.options


def _many(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> list[Any]:
    chosen = [_choice(field, each, env, allowed) for each in listed(field, value)]
    chosen = [each for each in chosen if each is not None]
    if len({(type(each), each) for each in chosen}) < len(chosen):
        raise Fault(msg("%(label)s names an option twice.", label=field.label))
    check_count(field, len(chosen))
    return chosen


def _files(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> list[str]:
    names = [clean(each, field.label) for each in listed(field, value)]
    if any(not name.strip() or len(name) > LONGEST_FILE_NAME for name in names):
        raise Fault(msg("%(label)s names a file without a usable name.", label=field.label))
    check_count(field, len(names))
    return names


def listed(field: Field, value: Any) -> list[Any]:
    """The items of a list answer; raises Fault for what is no list."""
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise Fault(msg("%(label)s must be a list.", label=field.label))
    if len(value) > max(field.validate.most, 1) * 2:
        raise Fault(msg("%(label)s may have at most %(most)s.", label=field.label, most=field.validate.most))
    return value


def check_count(field: Field, count: int) -> None:
    """Too many or, when there are any, too few items."""
    rules = field.validate
    if count > rules.most:
        raise Fault(msg("%(label)s may have at most %(most)s.", label=field.label, most=rules.most))
    if 0 < count < rules.fewest:
        raise Fault(msg("%(label)s needs at least %(least)s.", label=field.label, least=rules.fewest))


def _datetime(field: Field, value: Any, env: feel.Environment, allowed: Allowed) -> str | None:
    if value is None or value == "":
        return None
    text = clean(value, field.label).strip()
    try:
        moment = _MOMENTS[field.subtype](text)
    except ValueError:
        raise Fault(Message(_MOMENT_FORMS[field.subtype], {"label": field.label})) from None
    now = env.now.astimezone(env.zone)
    rules = field.validate
    if rules.not_future and _compare(moment, now) > 0:
        raise Fault(msg("%(label)s must not lie in the future.", label=field.label))
    if rules.not_past and _compare(moment, now) < 0:
        raise Fault(msg("%(label)s must not lie in the past.", label=field.label))
    return text


def _compare(moment: date | time, now: datetime) -> int:
    """-1, 0 or 1: before, at, or after now; a time of day alone is neither. Zoneless times are local."""
    if isinstance(moment, datetime):
        local = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        return (local > now) - (local < now)
    if isinstance(moment, date):
        today = now.date()
        return (moment > today) - (moment < today)
    return 0


def _read_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError
    day = date.fromisoformat(text)
    if not 1900 <= day.year <= 2200:
        raise ValueError
    return day


def _read_time(text: str) -> time:
    if not _TIME.fullmatch(text):
        raise ValueError
    return time.fromisoformat(text)


def _read_datetime(text: str) -> datetime:
    day, _, clock = text.replace(" ", "T", 1).partition("T")
    return datetime.combine(_read_date(day), _read_time(clock))


_MOMENTS: dict[str, Callable[[str], date | time]] = {
    "date": _read_date,
    "time": _read_time,
    "datetime": _read_datetime,
}
_MOMENT_FORMS = {
    "date": msg("%(label)s must be a date written as 2026-03-31.").template,
    "time": msg("%(label)s must be a time written as 14:30.").template,
    "datetime": msg("%(label)s must be a date and time written as 2026-03-31T14:30.").template,
}
_ADDRESSES: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": (is_email, msg("%(label)s must be an e-mail address.").template),
    "phone": (is_phone, msg("%(label)s must be a telephone number.").template),
    "contact": (is_contact, msg("%(label)s must be a telephone number or an e-mail address.").template),
}
_READERS: dict[str, Callable[[Field, Any, feel.Environment, Allowed], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "radio": _choice,
    "select": _choice,
    "checklist": _many,
    "taglist": _many,
    "filepicker": _files,
    "datetime": _datetime,
}
