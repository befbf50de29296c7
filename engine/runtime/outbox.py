"""The outbox: what steps want told, delivered after they are durable, at least once, under a stable key.

A notice or letter is delivered by e-mail when the operator named a mail server and the recipient has an
address; everybody finds it in Alur's own pages in any case. No text of a report ever travels by e-mail.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from engine.db.models import OutboxEntry
from engine.db.store import Store

log = logging.getLogger("alur.outbox")

BATCH = 100
ATTEMPTS = 8
BACKOFF = timedelta(minutes=1)

Deliver = Callable[[Store, OutboxEntry], None]


class DeliveryFailed(Exception):
    """The channel did not take it; tried again later."""


def in_pages(store: Store, entry: OutboxEntry) -> None:
    """Delivered by being there: the recipient's page lists it."""


CHANNELS: dict[str, Deliver] = {"notice": in_pages, "letter": in_pages, "message": in_pages}


def deliver_due(store: Store, limit: int = BATCH) -> int:
    """Deliver what is pending, oldest first; how many were delivered."""
    now = store.now()
    with store.database.read() as session:
        ids = list(
            session.scalars(
                select(OutboxEntry.id)
                .where(OutboxEntry.state == "pending", OutboxEntry.next_at <= now)
                .order_by(OutboxEntry.next_at, OutboxEntry.id)
                .limit(limit)
            )
        )
    return sum(_deliver_one(store, entry_id) for entry_id in ids)


def _deliver_one(store: Store, entry_id: str) -> bool:
    now = store.now()
    with store.database.write() as session:
        entry = session.scalar(
            select(OutboxEntry)
            .where(OutboxEntry.id == entry_id, OutboxEntry.state == "pending")
            .with_for_update(skip_locked=True)
        )
        if entry is None:
            return False
        entry.attempts += 1
        try:
            CHANNELS[entry.kind](store, entry)
        except (DeliveryFailed, OSError, smtplib.SMTPException):
            log.warning("delivery of %s failed, attempt %d", entry.id, entry.attempts)
            entry.state = "failed" if entry.attempts >= ATTEMPTS else "pending"
            entry.next_at = now + BACKOFF * 2**entry.attempts
            return False
        entry.state, entry.delivered_at, entry.next_at = "delivered", now, None
        return True
