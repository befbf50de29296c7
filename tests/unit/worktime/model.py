"""A second, slow model of working time that shares nothing with the engine but the national list.

It knows zones as fixed offsets, walks day by day and minute by minute, and reads its own limits. What the
engine says is held against it; so it must not import the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from functools import cache

import holidays

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EIGHT_TO_FOUR = (time(8), time(16))
MIDNIGHT = time(0)  # as a closing time, the end of the day
Span = tuple[time, time]


@cache
def national(year: int) -> frozenset[date]:
    """Holidays and joint leave of a year, straight from the list."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))


@dataclass(frozen=True)
class Office:
    """``offset`` hours east of UTC; hours by weekday; the ``special`` week of a span of days; own days.

    ``short`` days are worked, with hours of their own.
    """

    offset: int = 7
    week: dict[int, Span] = field(default_factory=lambda: dict.fromkeys(range(5), EIGHT_TO_FOUR))
    special: tuple[date, date, dict[int, Span]] | None = None
    rests: tuple[date, ...] = ()
    works: tuple[date, ...] = ()
    short: dict[date, Span] = field(default_factory=dict)

    @property
    def zone(self) -> timezone:
        return timezone(timedelta(hours=self.offset))

    def open(self, day: date) -> bool:
        if day in self.short or day in self.rests or day in self.works:
            return day not in self.rests
        return day.weekday() in self.pattern(day) and day not in national(day.year)

    def pattern(self, day: date) -> dict[int, Span]:
        if self.special and self.special[0] <= day <= self.special[1]:
            return self.special[2]
        return self.week

    def hours(self, day: date) -> Span:
        pattern = self.pattern(day)
        return self.short.get(day) or pattern.get(day.weekday()) or pattern[min(pattern)]

    def minutes(self, day: date) -> int:
        start, end = self.hours(day)
        return (end.hour or 24 * (end == MIDNIGHT)) * 60 + end.minute - start.hour * 60 - start.minute

    def last(self, day: date) -> time:
        """When whole days end: those of an office that is open until midnight a minute before it."""
        closing = self.hours(day)[1]
        return time(23, 59) if closing == MIDNIGHT else closing


def ends(office: Office, limit: str, start: datetime, percent: int = 100) -> datetime:
    """Where ``percent`` of ``limit`` ends that starts at ``start`` on the office's wall clock."""
    number, unit = limit.split(" ", 1)
    amount = Fraction(number.replace(",", ".")) * percent / 100
    counted: Callable[[], datetime] = {
        "HK": lambda: _working_days(office, start, amount),
        "JK": lambda: _working_minutes(office, start, amount * 60),
        "menit kerja": lambda: _working_minutes(office, start, amount),
        "hari": lambda: _calendar_days(office, start, int(number), percent),
        "jam": lambda: start + _span(amount * 60),
        "menit": lambda: start + _span(amount),
    }[unit]
    return counted()


def _working_days(office: Office, start: datetime, amount: Fraction) -> datetime:
    day = start.date()
    while amount > 1:
        day = _next_open(office, day)
        amount -= 1
    day = _next_open(office, day)
    opening = office.hours(day)[0]
    if amount == 1:
        return datetime.combine(day, office.last(day), office.zone)
    return datetime.combine(day, opening, office.zone) + _span(amount * office.minutes(day))


def ends_with_pauses(office: Office, days: int, start: datetime, asked: list[tuple[date, date]]) -> datetime:
    """Where whole working days end when those after a question's day through the reply's count nothing."""
    day = start.date()
    while days:
        day = _next_open(office, day)
        days -= not any(question < day <= reply for question, reply in asked)
    return datetime.combine(day, office.last(day), office.zone)


def _next_open(office: Office, day: date) -> date:
    day += DAY
    while not office.open(day):
        day += DAY
    return day


def _working_minutes(office: Office, start: datetime, left: Fraction) -> datetime:
    """Minute by minute; starts stand on whole minutes."""
    moment = start
    while True:
        opening, closing = office.hours(moment.date())
        before_closing = closing == MIDNIGHT or moment.time() < closing
        if office.open(moment.date()) and opening <= moment.time() and before_closing:
            if left <= 1:
                return moment + _span(left)
            left -= 1
        moment += MINUTE


def _calendar_days(office: Office, start: datetime, days: int, percent: int) -> datetime:
    full = datetime.combine(start.date() + days * DAY, time(23, 59), office.zone)
    return start + _span(Fraction(int((full - start).total_seconds()), 60) * percent / 100)


def _span(minutes: Fraction) -> timedelta:
    """So many minutes, to the nearest microsecond."""
    return timedelta(microseconds=round(minutes * 60_000_000))


OFFICES = {
    # An emergency desk: around the clock on each day of the week, but for the holidays.
    "darurat": Office(8, dict.fromkeys(range(7), (MIDNIGHT, MIDNIGHT))),
    "malam": Office(9, {**dict.fromkeys(range(4), (time(14, 30), MIDNIGHT)), 5: (MIDNIGHT, time(6))}),
    "pusat": Office(),
    "bali": Office(8, rests=(date(2026, 6, 17), date(2026, 6, 27)), works=(date(2026, 6, 20),)),
    "papua": Office(9),
    "enam": Office(7, dict.fromkeys(range(6), (time(8), time(14)))),
    "jumat": Office(7, {**dict.fromkeys(range(4), (time(7, 30), time(16))), 4: (time(7, 30), time(16, 30))}),
    "ramadan": Office(
        special=(date(2026, 2, 19), date(2026, 3, 20), dict.fromkeys(range(5), (time(8), time(15))))
    ),
    "posko": Office(8, works=(date(2026, 3, 21), date(2026, 3, 23), date(2026, 12, 26))),
    # Half days before feasts, one inside a period; four days a week in that period, Friday at home.
    "setengah": Office(
        9,
        special=(date(2026, 11, 30), date(2026, 12, 31), dict.fromkeys(range(4), (time(9), time(15)))),
        short={
            date(2026, 5, 26): (time(8), time(12)),
            date(2026, 12, 23): (time(8), time(11, 30)),
            date(2026, 12, 26): (time(10), time(12)),
        },
    ),
}
