"""The outbox: what steps want told, delivered after they are durable, at least once, under a stable key.

Reporters and officers find letters and notices in Alur's own pages, so those are delivered by being there.
A channel that reaches further is put into ``House.channels`` under the kind it delivers.
"""

import logging
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine.db import history
from engine.db.models import OutboxEntry
from engine.runtime.house import House

log = logging.getLogger("alur.outbox")

BATCH = 100
ATTEMPTS = 8
BACKOFF = timedelta(minutes=1)


def is_any_pending(house: House) -> bool:
    """Whether a delivery may be tried now."""
    with house.database.read() as session:
        first = session.scalar(
            select(OutboxEntry.id)
            .where(OutboxEntry.state == "pending", OutboxEntry.next_at <= house.now())
            .limit(1)
        )
    return first is not None


def deliver_due(house: House, limit: int = BATCH) -> int:
    """Deliver what is pending, oldest first; how many were tried. What failed waits longer each time."""
    with house.database.read() as session:
        due = session.execute(
            select(OutboxEntry.id, OutboxEntry.kind)
            .where(OutboxEntry.state == "pending", OutboxEntry.next_at <= house.now())
            .order_by(OutboxEntry.next_at, OutboxEntry.id)
            .limit(limit)
        ).all()
    try:
        tried = _note([entry_id for entry_id, kind in due if kind not in house.channels], house)
        return tried + sum(_deliver_one(house, entry_id) for entry_id, kind in due if kind in house.channels)
    except OperationalError:
        log.warning("deliveries have to wait for the database")
        return 0


def _note(ids: list[str], house: House) -> int:
    """What has no channel is delivered by being there: noted together, for each commit costs a flush."""
    if not ids:
        return 0
    with house.database.write() as session:
        free = select(OutboxEntry.id).where(OutboxEntry.id.in_(ids), OutboxEntry.state == "pending")
        mine = session.scalars(free.with_for_update(skip_locked=True)).all()
        session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.id.in_(mine))
            .values(
                state="delivered",
                delivered_at=house.now(),
                next_at=None,
                attempts=OutboxEntry.attempts + 1,
            ),
            execution_options={"synchronize_session": False},
        )
        return len(mine)


def _deliver_one(house: House, entry_id: str) -> bool:
    """Try one delivery; whether it was still to be done. Whatever is wrong with it holds up no other."""
    now = house.now()
    with house.database.write() as session:
        entry = session.scalar(
            select(OutboxEntry)
            .where(OutboxEntry.id == entry_id, OutboxEntry.state == "pending")
            .with_for_update(skip_locked=True)
        )
        if entry is None:
            return False
        entry.attempts += 1
        try:
            with history.savepoint(session):
                house.channels[entry.kind](house, session, entry)
        except OperationalError:
            raise
        except Exception as error:
            log.warning(
                "delivery of %s failed, attempt %d: %s", entry.id, entry.attempts, type(error).__name__
            )
            entry.state = "failed" if entry.attempts >= ATTEMPTS else "pending"
            entry.next_at = now + BACKOFF * 2**entry.attempts
            return True
        entry.state, entry.delivered_at, entry.next_at = "delivered", now, None
        return True
