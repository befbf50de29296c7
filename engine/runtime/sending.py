"""The outbox's way out of the house: to systems that may be slow, away, or answer twice.

An entry is claimed in one short transaction, sent in none, and its outcome written in another, if it is still
ours: ``next_at``, until when it is leased, shows it. Who dies in between leaves it to be sent again under its
key when the lease is over. Each recipient has a thread of its own, so that a slow one holds up nobody else,
and one sender at a time in all processes (``engine.runtime.recipients``).
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import OperationalError

from engine.clock import pause, stopwatch
from engine.db.models import OutboxEntry
from engine.runtime import outbox, recipients
from engine.runtime.house import House, Parcel
from engine.runtime.recipients import Turn

log = logging.getLogger("alur.sending")

LEASE = timedelta(minutes=3)  # much longer than any piece takes
AT_ONCE = 8  # recipients
SECONDS = 5.0  # for one recipient in one piece; the last attempt may end later
A_SECOND = 20  # messages to one recipient at most: who was away for days is not run over
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

    After a failure a recipient is left alone for a while: what is true of one message is likely of all.
    """
    with house.database.read() as session:
        names = session.scalars(select(OutboxEntry.recipient).where(_is_due(house)).distinct()).all()
    if not names:
        return 0
    end = stopwatch() + SECONDS
    with ThreadPoolExecutor(AT_ONCE, "sending") as threads:
        return sum(threads.map(lambda name: _send_all(house, name, end), names))


def _send_all(house: House, name: str, end: float) -> int:
    tried = 0
    try:
        turn = recipients.take(house, name, LEASE)
        if turn is None:
            return 0
        while stopwatch() < end and (claim := _claim(house, turn)) is not None:
            tried += 1
            begun = stopwatch()
            failure = _send(house, claim)
            if failure is not None:
                recipients.fail(house, turn, outbox.why_of(failure))
                return tried
            turn = recipients.succeed(house, turn)
            pause(max(0.0, begun + 1 / A_SECOND - stopwatch()))
        recipients.give_back(house, turn)
    except OperationalError:
        log.warning("sending has to wait for the database")
    return tried


def _claim(house: House, turn: Turn) -> _Claim | None:
    """Lease the oldest entry for a recipient, for as long as the recipient is ours."""
    due = (outbox.is_due(house), OutboxEntry.kind.in_(house.senders), OutboxEntry.recipient == turn.name)
    query = select(OutboxEntry).where(*due).order_by(OutboxEntry.next_at, OutboxEntry.id)
    with house.database.write() as session:
        entry = session.scalar(query.limit(1).with_for_update(skip_locked=True))
        if entry is None:
            return None
        entry.attempts += 1
        entry.next_at = turn.until
        parcel = Parcel(entry.key, entry.recipient, entry.payload)
        return _Claim(entry.id, entry.kind, parcel, entry.attempts, turn.until)


def _send(house: House, claim: _Claim) -> Exception | None:
    """One attempt and its outcome; why it was not acknowledged."""
    try:
        house.senders[claim.kind](house, claim.parcel)
    except Exception as error:
        log.warning("sending %s failed, attempt %d: %s", claim.entry_id, claim.attempt, type(error).__name__)
        if claim.attempt >= ATTEMPTS:
            outbox.give_up(house, claim.entry_id, claim.until, error)
        else:
            rest = min(BACKOFF * 2**claim.attempt, LONGEST_BACKOFF)
            _note(house, claim, next_at=house.now() + rest)
        return error
    _note(house, claim, state="delivered", delivered_at=house.now(), next_at=None)
    return None


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
    return and_(outbox.is_due(house), OutboxEntry.kind.in_(house.senders), recipients.is_free(house))
