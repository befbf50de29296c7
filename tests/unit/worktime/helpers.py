"""Instants as the tests write and read them: Jakarta wall clock."""

from datetime import datetime, timedelta, timezone

from engine.worktime import Due

JAKARTA = timezone(timedelta(hours=7))


def at(text: str) -> datetime:
    """``2026-03-02T09:00`` on the wall clock of Jakarta."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def shown(due: Due) -> str | None:
    """The due instant on the wall clock of Jakarta, to the minute."""
    return None if due.at is None else due.at.astimezone(JAKARTA).strftime("%Y-%m-%dT%H:%M")
