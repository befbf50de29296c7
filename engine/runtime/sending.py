"""The outbox's way out of the house: to systems that may be slow, away, or answer twice.

An entry is claimed in one short transaction, sent in none, and its outcome written in another, if it is still
ours: ``next_at``, until when it is leased, shows it. Who dies in between leaves it to be sent again under its
key when the lease is over. Each recipient has a thread of its own, so that a slow one holds up nobody else.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import OperationalError

from engine.clock import stopwatch
from engine.db.models import OutboxEntry
from engine.runtime import outbox
from engine.runtime.house import House, Parcel

log = logging.getLogger("alur.sending")

LEASE = timedelta(minutes=5)  # much longer than any sender takes
AT_ONCE = 8  # recipients
SECONDS = 5.0  # for one recipient in one piece; the last attempt may end later
ATTEMPTS = 16
BACKOFF, LONGEST_BACKOFF = timedelta(minutes=1), timedelta(hours=6)  # two and a half days in all


@dataclass(frozen=True)
class _Claim:
    entry_id: str
    kind: str
    parcel: Parcel
    attempt: int
    until: datetime


def is_any_to_send(house: House) -> bool:
    """Whether something that leaves the house may be sent now."""
    with house.database.read() as session:
        return session.scalar(select(OutboxEntry.id).where(_is_due(house)).limit(1)) is not None


def send_due(house: House) -> int:
    """Send what is due, for some seconds, oldest first to each recipient; how many were tried.

    After a failure a recipient is left alone until the next piece: what is true of one is likely of all.
    """
    with house.database.read() as session:
        recipients = session.scalars(select(OutboxEntry.recipient).where(_is_due(house)).distinct()).all()
    if not recipients:
        return 0
    end = stopwatch() + SECONDS
    with ThreadPoolExecutor(AT_ONCE, "sending") as threads:
        return sum(threads.map(lambda recipient: _send_all(house, recipient, end), recipients))


def _send_all(house: House, recipient: str, end: float) -> int:
    tried = 0
    try:
        while stopwatch() < end and (claim := _claim(house, recipient)) is not None:
            tried += 1
            if not _send(house, claim):
                break
    except OperationalError:
        log.warning("sending has to wait for the database")
    return tried


def _claim(house: House, recipient: str) -> _Claim | None:
    """Lease the oldest entry for a recipient that nobody has."""
    query = select(OutboxEntry).where(_is_due(house), OutboxEntry.recipient == recipient)
    query = query.order_by(OutboxEntry.next_at, OutboxEntry.id).limit(1).with_for_update(skip_locked=True)
    with house.database.write() as session:
        entry = session.scalar(query)
        if entry is None:
            return None
        entry.attempts += 1
        entry.next_at = until = house.now() + LEASE
        parcel = Parcel(entry.key, entry.recipient, entry.payload)
        return _Claim(entry.id, entry.kind, parcel, entry.attempts, until)


def _send(house: House, claim: _Claim) -> bool:
    """One attempt and its outcome; whether it was acknowledged."""
    try:
        house.senders[claim.kind](house, claim.parcel)
    except Exception as error:
        log.warning("sending %s failed, attempt %d: %s", claim.entry_id, claim.attempt, type(error).__name__)
        if claim.attempt >= ATTEMPTS:
            outbox.give_up(house, claim.entry_id, claim.until, error)
        else:
            rest = min(BACKOFF * 2**claim.attempt, LONGEST_BACKOFF)
            _note(house, claim, next_at=house.now() + rest)
        return False
    _note(house, claim, state="delivered", delivered_at=house.now(), next_at=None)
    return True


def _note(house: House, claim: _Claim, **outcome: object) -> None:
    """Write the outcome, unless the lease ran out and the entry is somebody else's by now."""
    ours = (
        OutboxEntry.id == claim.entry_id,
        OutboxEntry.state == "pending",
        OutboxEntry.next_at == claim.until,
    )
    with house.database.write() as session:
        session.execute(update(OutboxEntry).where(*ours).values(**outcome))


def _is_due(house: House) -> ColumnElement[bool]:
    return and_(outbox.is_due(house), OutboxEntry.kind.in_(house.senders))
