"""The outbox: what steps want told, delivered after they are durable, at least once, under a stable key.

Reporters and officers find letters and notices in Alur's own pages, so those are delivered by being there.
A channel that reaches further within the house is put into ``House.channels`` under the kind it delivers.
What leaves the house is sent by ``engine.runtime.sending``.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.db import history
from engine.db.models import Incident, OutboxEntry
from engine.errors import AlurError, Message, msg
from engine.people.principals import SYSTEM
from engine.runtime import incidents
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import IncidentState

log = logging.getLogger("alur.outbox")

BATCH = 100
ATTEMPTS = 8
BACKOFF = timedelta(minutes=1)


def is_any_pending(house: House) -> bool:
    """Whether a delivery may be tried now."""
    with house.database.read() as session:
        return session.scalar(select(OutboxEntry.id).where(_is_due_here(house)).limit(1)) is not None


def is_due(house: House) -> ColumnElement[bool]:
    """Whether an entry may be tried now."""
    return and_(OutboxEntry.state == "pending", OutboxEntry.next_at <= house.now())


def _is_due_here(house: House) -> ColumnElement[bool]:
    return and_(is_due(house), OutboxEntry.kind.not_in(house.senders))


def deliver_due(house: House, limit: int = BATCH) -> int:
    """Deliver what is pending, oldest first; how many were tried. What failed waits longer each time."""
    with house.database.read() as session:
        due = session.execute(
            select(OutboxEntry.id, OutboxEntry.kind)
            .where(_is_due_here(house))
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
            failed, attempts = error, entry.attempts
            entry.next_at = until = now + BACKOFF * 2**attempts
        else:
            entry.state, entry.delivered_at, entry.next_at = "delivered", now, None
            return True
    log.warning("delivery of %s failed, attempt %d: %s", entry_id, attempts, type(failed).__name__)
    if attempts >= ATTEMPTS:
        give_up(house, entry_id, until, failed)
    return True


def give_up(house: House, entry_id: str, until: datetime, error: Exception) -> None:
    """Try no more, and tell an operator; not when somebody else has it meanwhile, which ``until`` shows."""
    with house.database.write() as session:
        instance_id = session.scalar(select(OutboxEntry.instance_id).where(OutboxEntry.id == entry_id))
        step = Step.open(house, session, instance_id, SYSTEM) if instance_id else None
        held = (OutboxEntry.id == entry_id, OutboxEntry.state == "pending", OutboxEntry.next_at == until)
        entry = session.scalar(select(OutboxEntry).where(*held).with_for_update())
        if entry is None:
            return
        entry.state, entry.next_at = "failed", None
        if step is not None:
            where = entry.recipient or entry.kind
            reason = AlurError(_reason(where, error))
            incidents.open_incident(step, where, incidents.DELIVERY, reason, entry.id, stops=False)
            step.save()


def cancel_all(session: Session, instance_id: str, now: datetime, by: str | None) -> int:
    """Tell no more of what an instance has still to tell; how much that was. Its incidents are over."""
    untold = (OutboxEntry.instance_id == instance_id, OutboxEntry.state.in_(("pending", "failed")))
    cancelled = update(OutboxEntry).where(*untold).values(state="cancelled", next_at=None)
    told = (Incident.instance_id == instance_id, Incident.kind == incidents.DELIVERY)
    over = update(Incident).where(*told, Incident.state == IncidentState.OPEN)
    session.execute(over.values(state=IncidentState.RESOLVED, resolved_at=now, resolved_by=by))
    return len(session.scalars(cancelled.returning(OutboxEntry.id)).all())


def _reason(where: str, error: Exception) -> Message:
    return msg("Nothing more is sent to “%(where)s”: %(why)s", where=where, why=why_of(error))


def why_of(error: Exception) -> Message:
    """What an operator is told of a failure: our own words, or only which kind it was."""
    return error.message if isinstance(error, AlurError) else Message(type(error).__name__, {})
