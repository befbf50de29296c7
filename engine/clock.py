"""Time as an argument: the only place of the project that reads a clock.

Every instant inside Alur is an aware datetime in UTC; zones belong to the edges.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from engine.errors import AlurError, msg


class ClockError(AlurError):
    """The clock cannot tell the time."""


class Clock(Protocol):
    """Tells what "now" is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """A file holding one ISO instant that is "now" for every process that reads it (tests and training)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        try:
            return instant(self._path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            raise ClockError(
                msg("The clock file %(path)s does not hold an ISO instant.", path=str(self._path)),
                hint=msg("Write for example 2026-03-02T09:00+07:00 into it."),
            ) from error


class ManualClock:
    """A clock that stands until it is moved: for tests and for playing a process."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = as_utc(now)

    def advance(self, by: timedelta) -> None:
        self._now += by


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant with a zone; returns it in UTC.

    Raises ValueError for text that is no instant or has no zone.
    """
    return as_utc(datetime.fromisoformat(text))


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC; raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment.astimezone(UTC)


def stopwatch() -> float:
    """Seconds of a monotonic counter, for measuring how long something took; never a date."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let real time pass, whatever the clock says: for what must not go on at once."""
    time.sleep(seconds)
