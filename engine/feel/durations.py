"""Durations: days and time, counted in nanoseconds, and years and months, counted in months.

A month has no fixed length, so the two kinds do not mix. Negative ones run backwards.
"""

from dataclasses import dataclass

from engine.feel.dates import DAY, LARGEST_YEAR

LARGEST_MONTHS = 12 * LARGEST_YEAR
LARGEST_NANOS = 2 * 366 * LARGEST_YEAR * DAY  # more than between any two dates


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A days and time duration."""

    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    months: int


def duration(nanos: int) -> Duration | None:
    """The duration of so many nanoseconds; null when it leads beyond the years FEEL has."""
    return Duration(nanos) if abs(nanos) <= LARGEST_NANOS else None


def months(count: int) -> Months | None:
    """The duration of so many months; null beyond the years FEEL has."""
    return Months(count) if abs(count) <= LARGEST_MONTHS else None
