"""Where a share of a limit ends: one function for each kind of limit. All instants are office wall clock.

Closed pauses only; what lies behind an open pause is not known yet (see ``deadline``).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from engine.worktime.calendars import LAST_MINUTE, Calendar
from engine.worktime.pause import Pause
from engine.worktime.walk import ONE_DAY, PAUSED, Walk, days_after

Span = tuple[datetime, datetime]
MICROSECOND = timedelta(microseconds=1)


def working_days(start: datetime, days: Fraction, ends: str | None, walk: Walk) -> datetime:
    """``days`` working days from the opening of day 1 (rules 2 and 5); whole days end as ``ends`` says."""
    whole = -(-days.numerator // days.denominator)
    day = walk.nth(start.date(), whole)
    share = days - (whole - 1)
    return point_of_day(day, share, ends, "office", walk.calendar)


def calendar_days(start: datetime, days: int, share: Fraction, ends: str | None, walk: Walk) -> datetime:
    """Whole calendar days end with the n-th day (rule 4); a share is one of the elapsed time."""
    if share == 1:
        return end_of_day(walk.nth(start.date(), days), ends, "day", walk.calendar)
    full = end_of_day(start.date() + days * ONE_DAY, ends, "day", walk.calendar) - start
    end = after_elapsed(start, scaled(full, share), _paused_days(start, walk))
    if end.date() > start.date():
        for day in walk.days(start.date()):
            if day + ONE_DAY > end.date():
                break
    return end


def working_hours(start: datetime, amount: timedelta, walk: Walk) -> datetime:
    """Working time from the instant itself (rule 3), standing still from each question to its reply."""
    left, calendar = amount, walk.calendar
    for day in walk.days(start.date() - ONE_DAY):
        opening, closing = calendar.opens(day), calendar.closes(day)
        if closing <= start:
            walk.give_back(None)
            continue
        parts = list(_open_parts(max(opening, start), closing, walk.pauses))
        if not parts:
            walk.give_back(PAUSED)
        for begin, end in parts:
            if end - begin >= left:
                return begin + left
            left -= end - begin
    raise AssertionError("days never end without an error")


def after_elapsed(start: datetime, amount: timedelta, standing: Iterable[Span]) -> datetime:
    """Exact elapsed time, standing still in the given spans, which are in order and apart."""
    here = start.astimezone(UTC)
    end = here + amount
    for begin, resume in standing:
        begin, resume = max(begin.astimezone(UTC), here), resume.astimezone(UTC)
        if resume <= begin:
            continue
        if begin >= end:
            break
        end += resume - begin
    return end.astimezone(start.tzinfo)


def after_months(start: datetime, months: int) -> datetime:
    """The same wall-clock time so many months later, on the month's last day where it is shorter."""
    number = start.year * 12 + start.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    last = (following - ONE_DAY).day
    return start.replace(year=first.year, month=first.month, day=min(start.day, last))


def resumed(point: datetime, pause: Pause, ends: str, walk: Walk) -> datetime:
    """Where a point goes that would have come while the clock stood; ``ends`` says where days end.

    Rule 6 leaves nothing to count: the question came on the last counted day. The point keeps its time of
    day on the first day still open at the reply, and never comes before the reply itself.
    """
    assert pause.end is not None
    calendar = walk.calendar
    for day in days_after(pause.end.date() - ONE_DAY):
        open_day = walk.holidays_count or calendar.is_working(day)
        last = end_of_day(day, ends, ends, calendar)
        if open_day and last > pause.end:
            moved = max(calendar.at(day, point.time()), pause.end, calendar.opens(day))
            return min(moved, last)
    raise AssertionError("days never end without an error")


def scaled(amount: timedelta, share: Fraction) -> timedelta:
    """A share of a duration, to the nearest microsecond."""
    return round(Fraction(amount // MICROSECOND) * share) * MICROSECOND


def point_of_day(day: date, share: Fraction, ends: str | None, default: str, calendar: Calendar) -> datetime:
    """Where a share of a working day is used up; all of it ends as ``ends`` says, and no share behind it."""
    last = end_of_day(day, ends, default, calendar)
    if share == 1:
        return last
    point = calendar.opens(day) + scaled(calendar.hours(day).length, share)
    return min(point, calendar.at(day, LAST_MINUTE))


def end_of_day(day: date, ends: str | None, default: str, calendar: Calendar) -> datetime:
    """When the office closes for ``office``, 23:59 for ``day``; without a word, what the kind says.

    Whole days end on that day: also where the office is open until midnight, at 23:59.
    """
    last = calendar.at(day, LAST_MINUTE)
    return last if (ends or default) == "day" else min(calendar.closes(day), last)


def _paused_days(start: datetime, walk: Walk) -> Iterator[Span]:
    """Pauses as whole days, since calendar days are counted whole; day 0 is never given back."""
    reached = walk.calendar.at(start.date() + ONE_DAY, time(0))
    for pause in walk.pauses:
        if pause.end is not None:
            begin = walk.calendar.at(pause.start.date() + ONE_DAY, time(0))
            end = walk.calendar.at(pause.end.date() + ONE_DAY, time(0))
            yield max(begin, reached), end
            reached = max(reached, end)


def _open_parts(opening: datetime, closing: datetime, pauses: tuple[Pause, ...]) -> Iterator[Span]:
    begin = opening
    for pause in pauses:
        if pause.end is not None and pause.end > begin and pause.start < closing:
            if pause.start > begin:
                yield begin, pause.start
            begin = min(pause.end, closing)
    if begin < closing:
        yield begin, closing
