"""Pauses: the stretches in which the reporter owed an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from engine.errors import Invalid, msg
from engine.worktime.calendars import Calendar


@dataclass(frozen=True)
class Pause:
    """From the question to the reply, on the office's wall clock; ``end`` is None while it is open."""

    start: datetime
    end: datetime | None

    def covers_day(self, day: date) -> bool:
        """Days after the question's day up to and including the reply's day are not counted (rule 6)."""
        return day > self.start.date() and (self.end is None or day <= self.end.date())

    def covers(self, moment: datetime) -> bool:
        """Whether something due at this instant would have come while the clock stood."""
        return moment > self.start and (self.end is None or moment <= self.end)


def pauses_of(spans: Iterable[tuple[datetime, datetime | None]], calendar: Calendar) -> tuple[Pause, ...]:
    """Put pauses in order and join those that overlap; raises Invalid for one that ends before it starts."""
    ordered = sorted(
        ((calendar.local(start), None if end is None else calendar.local(end)) for start, end in spans),
        key=lambda span: span[0],
    )
    joined: list[Pause] = []
    for start, end in ordered:
        if end is not None and end < start:
            raise Invalid(msg("A pause ends before it starts."))
        last = joined[-1] if joined else None
        if last is None or (last.end is not None and start > last.end):
            joined.append(Pause(start, end))
        elif last.end is not None and (end is None or end > last.end):
            joined[-1] = Pause(last.start, end)
    return tuple(joined)
