"""The outbox: what steps want told, delivered after they are durable, at least once, under a stable key.

Reporters and officers find letters and notices in Alur's own pages, so those are delivered by being there.
A channel that reaches further is put into ``House.channels`` under the kind it delivers.
"""

import logging
from datetime import timedelta

from sqlalchemy import select

from engine.db import history
from engine.db.models import OutboxEntry
from engine.errors import AlurError
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
    now = house.now()
    with house.database.read() as session:
        ids = list(
            session.scalars(
                select(OutboxEntry.id)
                .where(OutboxEntry.state == "pending", OutboxEntry.next_at <= now)
                .order_by(OutboxEntry.next_at, OutboxEntry.id)
                .limit(limit)
            )
        )
    return sum(_deliver_one(house, entry_id) for entry_id in ids)


def _deliver_one(house: House, entry_id: str) -> bool:
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
        channel = house.channels.get(entry.kind)
        try:
            with history.savepoint(session):
                if channel is not None:
                    channel(house, session, entry)
        except (AlurError, OSError) as error:
            log.warning(
                "delivery of %s failed, attempt %d: %s", entry.id, entry.attempts, type(error).__name__
            )
            entry.state = "failed" if entry.attempts >= ATTEMPTS else "pending"
            entry.next_at = now + BACKOFF * 2**entry.attempts
            return True
        entry.state, entry.delivered_at, entry.next_at = "delivered", now, None
        return True
