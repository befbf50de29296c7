"""Times of anonymous reports: only the day is kept or told, since a minute can unmask a reporter.

What a reporter does (filing, writing, rating) is stored with its day. What the engine notes in the same step
to the second, because deadlines are counted from it, is told with its day: the functions here change rows
that were loaded to be shown, never ones to be kept.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.db.events import HistoryEvent
from engine.db.models import Deadline, Instance, Job, WorkItem
from engine.people.principals import REPORTER
from engine.runtime.timers import RECEIPT


def day(moment: datetime, zone: str) -> datetime:
    """The beginning of this instant's day in a zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def tell_events(rows: Iterable[HistoryEvent], zone: str) -> None:
    """What the reporter set going; what officers and the scheduler did keeps its time."""
    for row in rows:
        if row.actor_id is None and row.actor == REPORTER.label:
            row.at = day(row.at, zone)


def tell_items(rows: Iterable[WorkItem], zone: str) -> None:
    """When tasks began."""
    for row in rows:
        row.created_at = day(row.created_at, zone)


def tell_deadlines(rows: Iterable[Deadline], zone: str) -> None:
    """When limits began and were paused; the due time stays, officers work by it."""
    for row in rows:
        row.started_at = day(row.started_at, zone)
        if row.receipt:
            row.receipt = receipt_in_days(row.receipt, zone)


def tell_jobs(rows: Iterable[Job], zone: str) -> None:
    """When drawn timers and the work of programs began."""
    for row in rows:
        row.created_at = day(row.created_at, zone)
        if receipt := (row.payload or {}).get(RECEIPT):
            row.payload = {**row.payload, RECEIPT: receipt_in_days(receipt, zone)}


def tell_instance(row: Instance, zone: str) -> None:
    """When the flow began."""
    row.started_at = day(row.started_at, zone)


def receipt_in_days(receipt: dict[str, Any], zone: str) -> dict[str, Any]:
    """A receipt that tells no time of day of what set the count going."""
    pauses = [{key: _day(text, zone) for key, text in each.items()} for each in receipt["pauses"]]
    told = {**receipt, "start": _day(receipt["start"], zone), "pauses": pauses}
    if changed := receipt.get("changed"):
        told["changed"] = {**changed, "at": _day(changed["at"], zone)}
    if (paused := receipt.get("paused")) and "receipt" in paused:
        told["paused"] = {**paused, "receipt": receipt_in_days(paused["receipt"], zone)}
    return told


def _day(text: str | None, zone: str) -> str | None:
    return day(datetime.fromisoformat(text), zone).isoformat() if text else None
