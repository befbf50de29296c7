"""Counting back: the latest instant at which a limit may start so that it still ends in time."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction

from engine.errors import Invalid, msg
from engine.worktime.calendars import LAST_MINUTE, Calendar
from engine.worktime.counting import point_of_day, scaled
from engine.worktime.deadline import DAY_KINDS, Ends
from engine.worktime.limit import Kind, Limit
from engine.worktime.walk import MOST_DAYS, ONE_DAY


def latest_start(limit: Limit, end: datetime, calendar: Calendar, *, ends: Ends = None) -> datetime:
    """The latest start, to the minute, from which the limit is due at ``end`` or before; office wall clock.

    It undoes ``due``: counted from there the limit ends in time, from a minute later it does not. Raises
    Invalid for a naive instant, for months (whose lengths differ), and when the count leaves the calendar.
    """
    moment = calendar.local(end)
    amount = Fraction(limit.amount)
    if limit.kind == Kind.MONTHS:
        raise Invalid(
            msg("Months cannot be counted back."), hint=msg("Write the limit in days, for example 30 hari.")
        )
    try:
        if limit.kind == Kind.ELAPSED:
            return _to_the_minute(moment - scaled(timedelta(seconds=1), amount))
        if limit.kind == Kind.WORKING_HOURS:
            return _hours_back(scaled(timedelta(hours=1), amount), moment, calendar)
        return _days_back(limit.kind, amount, moment, ends, calendar)
    except OverflowError as error:
        raise Invalid(msg("The count leaves the calendar.")) from error


def _days_back(kind: Kind, amount: Fraction, moment: datetime, ends: Ends, calendar: Calendar) -> datetime:
    """Days are counted from the day after the start, so it may be the last minute of the day before day 1."""
    whole = -(-amount.numerator // amount.denominator)
    share = amount - (whole - 1)
    counted = 0
    for day in _days_until(moment.date()):
        if kind == Kind.WORKING_DAYS and not calendar.is_working(day):
            continue
        point = point_of_day(day, share, ends, DAY_KINDS[kind], calendar)
        counted += counted > 0 or point <= moment
        if counted == whole:
            return calendar.at(day - ONE_DAY, LAST_MINUTE)
    raise AssertionError("days never end without an error")


def _hours_back(amount: timedelta, moment: datetime, calendar: Calendar) -> datetime:
    """Spend the working time backwards through the open hours."""
    left = amount
    for day in _days_until(moment.date()):
        if calendar.is_working(day):
            opening, closing = calendar.opens(day), min(calendar.closes(day), moment)
            if closing - opening >= left:
                return _to_the_minute(closing - left)
            left -= max(closing - opening, timedelta(0))
    raise AssertionError("days never end without an error")


def _days_until(day: date) -> Iterator[date]:
    """This day and those before it; raises Invalid when a count runs away."""
    for _ in range(MOST_DAYS):
        yield day
        day -= ONE_DAY
    raise Invalid(msg("The count leaves the calendar."))


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
