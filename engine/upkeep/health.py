"""Whether this installation can do its work now, and the figures of the whole platform."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, false, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.clock import stopwatch
from engine.db import revisions
from engine.db.models import Incident, Job, OutboxEntry, SignInAttempt, WorkItem
from engine.runtime.house import House
from engine.runtime.jobs import DUE_KINDS
from engine.runtime.queue import IS_OPEN
from engine.states import IncidentState, JobState

LONGEST_REST = 30.0  # seconds between two beats of the heartbeat in this process


@dataclass(frozen=True)
class Health:
    """``scheduler`` is None where no heartbeat runs in this process; ``beat`` is its age in seconds."""

    database: bool
    migrations: bool
    scheduler: bool | None
    beat: float | None

    @property
    def ready(self) -> bool:
        return self.database and self.migrations and self.scheduler is not False


@dataclass(frozen=True)
class Figures:
    """Totals over all agencies.

    ``lag`` is how late the oldest due job is, ``pending_age`` how long ago the oldest delivery that waits was
    made, both in seconds. A delivery that failed waits too, for its next attempt.
    """

    open_items: int
    overdue_items: int
    waiting_jobs: int
    due_jobs: int
    lag: float
    open_incidents: int
    pending_deliveries: int
    due_deliveries: int
    pending_age: float
    failed_deliveries: int


def look(house: House) -> Health:
    """Try what every step needs: a database that takes writes and has every table, a living heartbeat."""
    age = None if house.beat is None else max(0.0, stopwatch() - house.beat)
    writable = _is_writable(house)
    return Health(
        database=writable,
        migrations=writable and _is_migrated(house),
        scheduler=None if age is None else age < LONGEST_REST,
        beat=age,
    )


def figures(house: House) -> Figures:
    """The counts of now."""
    now = house.now()
    with house.database.read() as session:
        due = (Job.state == JobState.WAITING, Job.kind.in_(DUE_KINDS), Job.due_at <= now)
        oldest = session.scalar(select(func.min(Job.due_at)).where(*due))
        pending = OutboxEntry.state == "pending"
        return Figures(
            open_items=_count(session, WorkItem, IS_OPEN),
            overdue_items=_count(session, WorkItem, IS_OPEN, WorkItem.due_at < now),
            waiting_jobs=_count(session, Job, Job.state == JobState.WAITING),
            due_jobs=_count(session, Job, *due),
            lag=_seconds(now, oldest),
            open_incidents=_count(session, Incident, Incident.state == IncidentState.OPEN),
            pending_deliveries=_count(session, OutboxEntry, pending),
            due_deliveries=_count(session, OutboxEntry, pending, OutboxEntry.next_at <= now),
            pending_age=_seconds(
                now, session.scalar(select(func.min(OutboxEntry.created_at)).where(pending))
            ),
            failed_deliveries=_count(session, OutboxEntry, OutboxEntry.state == "failed"),
        )


def _is_writable(house: House) -> bool:
    """A write that changes nothing: a read-only file, a standby and a missing table all refuse it."""
    try:
        with house.database.write() as session:
            session.execute(delete(SignInAttempt).where(false()))
    except SQLAlchemyError:
        return False
    return True


def _is_migrated(house: House) -> bool:
    with house.database.look() as connection:
        return revisions.revision_of(connection) == revisions.NEWEST


def _count(session: Session, table: type, *conditions: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0  # type: ignore[arg-type]


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
