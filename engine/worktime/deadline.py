"""The due instant of a limit, with a receipt that explains the count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Literal

from engine.errors import Invalid, msg
from engine.worktime import counting
from engine.worktime.calendars import Calendar
from engine.worktime.limit import Kind, Limit
from engine.worktime.pause import Pause, pauses_of
from engine.worktime.receipt import receipt_of
from engine.worktime.walk import Walk

Ends = Literal["office", "day"] | None
LARGEST_PERCENT = 1_000
LAST_YEAR = 2200
# Limits counted in whole days, and where those end unless something else is said (rules 2 and 4).
DAY_KINDS: dict[Kind, Literal["office", "day"]] = {Kind.WORKING_DAYS: "office", Kind.CALENDAR_DAYS: "day"}


@dataclass(frozen=True)
class Due:
    """A due instant in UTC, None while a pause is open."""

    at: datetime | None
    _write: Callable[[], dict[str, Any]] = field(repr=False, compare=False)

    @cached_property
    def receipt(self) -> dict[str, Any]:
        """How it was counted: JSON with local times. Written when asked for, as reminders need none."""
        return self._write()


def due(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    *,
    percent: int | float | Decimal | Fraction = 100,
    ends: Ends = None,
    pauses: Iterable[tuple[datetime, datetime | None]] = (),
) -> Due:
    """When ``percent`` of a limit that started at ``start`` is used up (sops/README section 3.1).

    ``ends`` says where whole days end: ``office`` at closing, ``day`` 23:59; None is office for working days
    and day for calendar days. ``pauses`` are (question, reply or None) in any order; a point passed before a
    question stays where it was. Working hours and elapsed time stand still from question to reply; days,
    also calendar days, from the day after the question through the day of the reply.

    Raises Invalid for naive instants, a percentage outside 0–1000, and counts without an end.
    """
    share = _share(percent)
    if ends not in (None, "office", "day"):
        raise Invalid(msg("A limit ends at office or day, not at %(ends)s.", ends=str(ends)[:40]))
    begin = calendar.local(start)
    if not 1900 <= begin.year <= LAST_YEAR:
        raise Invalid(msg("The year %(year)s is outside the calendar.", year=begin.year))
    stood = tuple(p for p in pauses_of(pauses, calendar) if p.end is None or p.end > begin)
    at, walk = _settle(limit, begin, share, ends, stood, calendar)
    if share != 1 and stood and limit.kind in DAY_KINDS:
        full, _ = _settle(limit, begin, Fraction(1), ends, stood, calendar)
        at = _in_order(at, full, share, walk)
    words = _ends_word(limit, ends)
    receipt = partial(receipt_of, limit, begin, at, walk, stood, percent=share * 100, ends=words)
    return Due(None if at is None else at.astimezone(UTC), receipt)


def _settle(
    limit: Limit, begin: datetime, share: Fraction, ends: Ends, stood: tuple[Pause, ...], calendar: Calendar
) -> tuple[datetime | None, Walk]:
    """Where a share ends, pauses and all, and the days walked over."""
    closed = tuple(pause for pause in stood if pause.end is not None)
    whole_days = limit.kind in DAY_KINDS
    walk = Walk(calendar, closed, holidays_count=limit.kind == Kind.CALENDAR_DAYS, whole_days=whole_days)
    try:
        point = _point(limit, begin, share, ends, walk)
    except OverflowError as error:
        raise Invalid(msg("The count leaves the calendar.")) from error
    return _behind_pauses(point, limit, ends, stood, walk), walk


def _in_order(at: datetime | None, full: datetime | None, share: Fraction, walk: Walk) -> datetime | None:
    """Keep the reminder before the due and the second step behind it.

    A due that a late reply pushed into the next day could otherwise come after the 120 % counted there.
    """
    if at is None or full is None:
        return at if share < 1 else None
    if share < 1:
        return min(at, full)
    walk.note(at.date(), full.date())
    return max(at, full)


def _point(limit: Limit, begin: datetime, share: Fraction, ends: Ends, walk: Walk) -> datetime:
    """Where the share ends when the closed pauses are left out of the count."""
    amount = Fraction(limit.amount)
    standing = [(p.start, p.end) for p in walk.pauses if p.end is not None]
    if limit.kind == Kind.WORKING_DAYS:
        return counting.working_days(begin, amount * share, ends if share == 1 else None, walk)
    if limit.kind == Kind.WORKING_HOURS:
        hours = counting.scaled(timedelta(hours=1), amount * share)
        return counting.working_hours(begin, hours, walk)
    if limit.kind == Kind.CALENDAR_DAYS:
        return counting.calendar_days(begin, int(amount), share, ends, walk)
    if limit.kind == Kind.MONTHS:
        whole = counting.after_months(begin, int(amount)).astimezone(UTC) - begin.astimezone(UTC)
    else:
        whole = counting.scaled(timedelta(seconds=1), amount)
    return counting.after_elapsed(begin, counting.scaled(whole, share), standing)


def _behind_pauses(
    point: datetime, limit: Limit, ends: Ends, pauses: tuple[Pause, ...], walk: Walk
) -> datetime | None:
    """Move a point out of the pauses it falls into; None when one of them is still open."""
    for pause in pauses:
        if pause.end is None:
            return None if point > pause.start else point
        if limit.kind in DAY_KINDS and pause.covers(point):
            moved = counting.resumed(point, pause, ends or DAY_KINDS[limit.kind], walk)
            walk.note(point.date(), moved.date())
            point = moved
    return point


def _share(percent: int | float | Decimal | Fraction) -> Fraction:
    try:
        share = Fraction(str(percent) if isinstance(percent, float) else percent) / 100
    except (ValueError, OverflowError, TypeError) as error:
        raise Invalid(msg("%(percent)s is not a percentage.", percent=str(percent)[:40])) from error
    if not 0 < share <= Fraction(LARGEST_PERCENT, 100):
        raise Invalid(
            msg("%(percent)s %% is not a share of a limit.", percent=str(percent)[:40]),
            hint=msg("Write a number above 0, for example 80."),
        )
    return share


def _ends_word(limit: Limit, ends: Ends) -> str | None:
    """What the receipt says about the end of day; hours and elapsed time have none."""
    default = DAY_KINDS.get(limit.kind)
    return default and (ends or default)
