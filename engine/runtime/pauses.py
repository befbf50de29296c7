"""The pauses of a case clock as its row keeps them: when, how long at most, and how many answers are owed.

A row keeps ``[from, to or null, limit, owed, most]`` for each; older ones have the first two, and no limit.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any

from engine import worktime
from engine.clock import instant


@dataclass(frozen=True)
class Kept:
    """One pause. ``owed`` counts the questions not answered, ``most`` how many pauses there may be in all."""

    begun: str
    ended: str | None = None
    limit: str | None = None
    owed: int = 1
    most: int | None = None

    def latest_end(self, calendar: worktime.Calendar) -> worktime.Due | None:
        """When it ends by itself: what the reporter owes ends at 23:59 of the last day (conventions, 3.1)."""
        if self.limit is None:
            return None
        return worktime.due(worktime.Limit.parse(self.limit), instant(self.begun), calendar, ends="day")


def begun(pauses: Sequence[Any], at: datetime, limit: worktime.Limit, most: int) -> list[Any]:
    """The pauses with one more, which begins now."""
    return [*pauses, list(astuple(Kept(at.isoformat(), limit=str(limit), most=most)))]


def ended(pauses: Sequence[Any], at: datetime) -> list[Any]:
    """The pauses, the last of which ends now."""
    return _with_last(pauses, ended=at.isoformat())


def asked(pauses: Sequence[Any], more: int) -> list[Any]:
    """The pauses, in the last of which so many answers more, or fewer, are owed."""
    return _with_last(pauses, owed=last(pauses).owed + more)


def last(pauses: Sequence[Any]) -> Kept:
    """The last pause."""
    return Kept(*pauses[-1])


def spans(pauses: Sequence[Any]) -> list[tuple[datetime, datetime | None]]:
    """From when to when the clock stood; None where it stands still."""
    kept = [Kept(*each) for each in pauses]
    return [(instant(each.begun), instant(each.ended) if each.ended else None) for each in kept]


def latest_end(pauses: Sequence[Any], calendar: worktime.Calendar) -> worktime.Due | None:
    """When the open pause ends by itself; None where none is open, or none has a limit."""
    if not pauses or last(pauses).ended is not None:
        return None
    return last(pauses).latest_end(calendar)


def told(pauses: Sequence[Any], until: worktime.Due) -> dict[str, Any]:
    """What is said of the open pause: its limit, when it ends at the latest, and which of how many."""
    assert until.at is not None  # nothing pauses a pause
    open_one = last(pauses)
    return {
        "limit": open_one.limit,
        "until": until.at.isoformat(),
        "number": len(pauses),
        "most": open_one.most,
    }


def end_by(receipt: dict[str, Any], now: datetime) -> tuple[datetime, bool]:
    """When the open pause ends that ends now, and whether its limit had passed unseen before."""
    until = instant(receipt["paused"]["until"]) if "paused" in receipt else None
    return (until, True) if until is not None and until <= now else (now, False)


def _with_last(pauses: Sequence[Any], **changed: Any) -> list[Any]:
    return [*pauses[:-1], list(astuple(replace(last(pauses), **changed)))]
