"""Walking over days: which are counted, which are skipped and why. The memory of a count."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.errors import Invalid, msg
from engine.worktime.calendars import Calendar, Reason
from engine.worktime.pause import Pause

# Seventy years: more than the longest limit with the longest pause that means anything.
MOST_DAYS = 25_600
ONE_DAY = timedelta(days=1)
PAUSED = Reason("pause")


@dataclass
class Walk:
    """The days after day 0 that a count has passed over so far.

    ``whole_days``: pauses take whole days; a count of hours stands still at the instant instead.
    """

    calendar: Calendar
    pauses: tuple[Pause, ...]
    holidays_count: bool = False
    whole_days: bool = True
    counted: list[date] = field(default_factory=list)
    skipped: list[tuple[date, Reason]] = field(default_factory=list)

    def days(self, after: date) -> Iterator[date]:
        """Every counted day after the given one, remembering those passed over."""
        for day in days_after(after):
            reason = self.reason(day)
            if reason is None:
                self.counted.append(day)
                yield day
            else:
                self.skipped.append((day, reason))

    def nth(self, after: date, count: int) -> date:
        """The count-th counted day after the given one."""
        for number, day in enumerate(self.days(after), start=1):
            if number == count:
                return day
        raise AssertionError("days never end without an error")

    def reason(self, day: date) -> Reason | None:
        """Why the day is not counted: the calendar's reason, else a pause."""
        reason = None if self.holidays_count else self.calendar.reason(day)
        if reason is None and self.whole_days and any(pause.covers_day(day) for pause in self.pauses):
            return PAUSED
        return reason

    def give_back(self, reason: Reason | None) -> None:
        """The last counted day gave no working time after all; ``reason`` is None when it is day 0."""
        day = self.counted.pop()
        if reason is not None:
            self.skipped.append((day, reason))

    def note(self, after: date, until: date) -> None:
        """Remember the days passed over after a day or the last one remembered, up to where the due moved."""
        for day in days_after(max([after, *self.counted[-1:], *(day for day, _ in self.skipped[-1:])])):
            if day > until:
                return
            reason = self.reason(day)
            if reason is not None or day < until:
                self.skipped.append((day, reason or PAUSED))


def days_after(day: date) -> Iterator[date]:
    """The days after this one; raises Invalid when a count runs away."""
    for _ in range(MOST_DAYS):
        if day == date.max:
            break
        day += ONE_DAY
        yield day
    raise Invalid(
        msg("The count finds no end within the calendar."),
        hint=msg("Check the limit and the agency's own days off."),
    )
