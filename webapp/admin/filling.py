"""What the forms of these pages share: what was typed, what is wrong with which field, pages of a list."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request

from engine import worktime
from engine.errors import Conflict, FieldError, Invalid, msg
from webapp import csrf, format
from webapp.access import role
from webapp.house import now
from webapp.i18n import translate
from webapp.visitor import person

administers = role("admin")
LONGEST = 2000
PAGE = 50
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NO_KEY = re.compile(r"[^a-z0-9]+")

Row = TypeVar("Row")


@dataclass
class Attempt:
    """Whether something was done; otherwise the errors by field id, and the status of the answer."""

    done: Any = None
    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200


def typed(*names: str) -> dict[str, str]:
    """What the form holds under these names, without blanks around it; passwords stay as they are."""
    found = {name: request.form.get(name, "")[:LONGEST].replace("\x00", "") for name in names}
    return {name: value if "sandi" in name else value.strip() for name, value in found.items()}


def attempt(do: Callable[[], Any], fields: Mapping[str, str], taken: str = "") -> Attempt:
    """Do it, and tell what was wrong by field.

    ``fields`` maps the keys of the engine's faults to field ids, ``taken`` is the field of a conflict.
    """
    csrf.submitted_key()
    try:
        return Attempt(done=do() or True)
    except Invalid as error:
        found = {fields.get(each.key, each.key): translate(each.message) for each in error.fields}
        return Attempt(errors=found or {"": translate(error.message)}, status=422)
    except Conflict as error:
        return Attempt(errors={taken: translate(error.message)}, status=409)


def page(template: str, found: Attempt | None = None, /, **shown: Any) -> Response:
    """A page with the errors of an attempt beside its fields and above its heading."""
    errors = found.errors if found else {}
    summary = [{"id": key, "text": text} for key, text in errors.items()]
    html = render_template(template, errors=errors, summary=summary, **shown)
    return make_response(html, found.status if found else 200)


def confirm(*, heading: str, lines: Sequence[str], button: str, back: str, **shown: Any) -> Response:
    """The page that asks before something is ended; its form goes to its own address."""
    return page("admin/confirm.html", heading=heading, lines=lines, button=button, back=back, **shown)


def fault(key: str, message: Any) -> Invalid:
    """One field is wrong."""
    return Invalid(msg("Some answers need correction."), [FieldError(key, message)])


def email(text: str) -> str:
    """An address for mail, or nothing. Raises Invalid."""
    if text and not _EMAIL.fullmatch(text):
        raise fault("email", msg("An address looks like name@example.go.id."))
    return text


def key_of(name: str) -> str:
    """A key made from a name: small letters, digits, underscores."""
    return _NO_KEY.sub("_", name.lower()).strip("_")[:60].strip("_")


def day(text: str, key: str) -> date | None:
    """A day as a date field sends it, None when empty. Raises Invalid."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(key, msg("Write a date, for example 2026-04-01.")) from None


def hours(values: Mapping[str, str], opening: str, closing: str) -> worktime.Hours | None:
    """The office hours that two time fields hold, None when both are empty. Raises Invalid."""
    if not values[opening] and not values[closing]:
        return None
    try:
        return worktime.Hours.read(values[opening], values[closing])
    except ValueError:
        raise fault(opening, msg("Write two times, for example 08:00 and 16:00.")) from None
    except Invalid as error:
        raise fault(closing, error.message) from None


def first_moment(text: str) -> datetime | None:
    """When a role begins on this day: now for today or nothing. Raises Invalid for a past day."""
    wanted, today = day(text, "since"), today_here()
    if wanted is None or wanted == today:
        return None
    if wanted < today:
        raise fault("since", msg("Choose today or a later day."))
    return _midnight(wanted)


def end_of(text: str) -> datetime | None:
    """When a role ends whose last day this is. Raises Invalid."""
    last = day(text, "until")
    return None if last is None else _midnight(last + timedelta(days=1))


def last_day(until: datetime) -> str:
    """The last day of a role that ends at ``until``, or the moment when it ends within a day."""
    local = until.astimezone(ZoneInfo(person().zone))
    if local.time() == time():
        return format.day((local - timedelta(days=1)).date())
    return format.when(until)


def today_here() -> date:
    """Today in the zone of the visitor's agency."""
    return now().astimezone(ZoneInfo(person().zone)).date()


def _midnight(wanted: date) -> datetime:
    return datetime.combine(wanted, time(), ZoneInfo(person().zone))


def after() -> str | None:
    """Behind which row the asked page begins."""
    return request.args.get("sesudah", "")[:120].replace("\x00", "") or None


def cut(rows: Sequence[Row], key: Callable[[Row], str], size: int = PAGE) -> tuple[list[Row], str | None]:
    """The asked page of a sorted list, and the key behind which the next page begins."""
    start = after()
    rest = [row for row in rows if start is None or key(row) > start]
    return rest[:size], key(rest[size - 1]) if len(rest) > size else None
