"""Running instances and everything that hangs on them; no table here knows of complaints."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.db.models.base import ID, Base, Clipped
from engine.db.models.packed import Packed


def _where(name: str, condition: str, *columns: str) -> Index:
    """An index over the rows that meet a condition only."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class Instance(Base):
    """One run, pinned to its version. ``version`` moves with every step; ``blob`` is the engine's state."""

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_business_key", "agency_id", "business_key"),
        Index(
            "ix_instances_open",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"), index=True)
    bundle_hash: Mapped[str] = mapped_column(String(64))
    process_key: Mapped[str] = mapped_column(String(120))
    business_key: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_element: Mapped[str | None] = mapped_column(String(120))
    accuses_units: Mapped[bool] = mapped_column(default=False)  # whether AccusedUnit has rows of it


class WorkItem(Base):
    """A user task waiting for a person, or an escalation waiting for a senior role."""

    __tablename__ = "work_items"
    __table_args__ = (
        UniqueConstraint("instance_id", "wait_id"),
        # What is done stands in no inbox: an index holds it no longer than it is open.
        _where("ix_work_items_assignee", "state = 'open'", "assignee_id", "sort_key"),
        _where(
            "ix_work_items_free", "state = 'open' AND assignee_id IS NULL", "agency_id", "name", "sort_key"
        ),
        _where("ix_work_items_finished", "completed_by IS NOT NULL", "completed_by", "sort_key"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    wait_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))  # task | escalation
    element: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(Clipped(300))
    form: Mapped[str | None] = mapped_column(String(120))
    roles: Mapped[list[str]] = mapped_column(JSON)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    claimed_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    sort_key: Mapped[str] = mapped_column(String(60))  # due instant, then id: the inbox's order
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    reminder_at: Mapped[datetime | None]
    deadline_id: Mapped[str | None] = mapped_column(ID)
    escalation_of: Mapped[str | None] = mapped_column(ID)  # deadline escalated
    level: Mapped[int] = mapped_column(default=0)
    excluded_unit: Mapped[str | None] = mapped_column(Clipped(60))  # the first that its report accuses
    local: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    draft: Mapped[dict[str, Any]] = deferred(mapped_column(JSON, default=dict))
    outcome: Mapped[dict[str, Any]] = deferred(mapped_column(Packed, default=dict))
    ended_limit: Mapped[dict[str, Any] | None] = deferred(mapped_column(Packed))  # engine.runtime.item_limits
    completed_by: Mapped[str | None] = mapped_column(ID)
    completed_at: Mapped[datetime | None]


class AccusedPerson(Base):
    """Somebody whom an instance's report accuses: kept from everything of it."""

    __tablename__ = "accused_people"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True, index=True)


class AccusedUnit(Base):
    """A unit whom an instance's report accuses: its people and those of all units below are kept from it.

    ``unit`` is its key, or, where the agency has no such unit (yet), the words the report calls it by.
    """

    __tablename__ = "accused_units"
    __table_args__ = (Index("ix_accused_units_unit", "unit", "instance_id"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(Clipped(200), primary_key=True)


class AccusedName(Base):
    """The words in which an instance's report accuses people: who is called so later is kept from it too."""

    __tablename__ = "accused_names"

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    words: Mapped[str] = mapped_column(Text)  # as engine.people.naming folds them


class WorkItemRole(Base):
    """An open item in a role's inbox, in the inbox's order; the row goes when the item closes.

    What somebody took stands apart from what is free, so that nobody reads over it. ``level`` is the item's.
    """

    __tablename__ = "work_item_roles"
    __table_args__ = (
        _where("ix_work_item_roles_escalations", "level > 0", "agency_id", "role", "taken", "sort_key"),
    )

    agency_id: Mapped[str] = mapped_column(ID, primary_key=True)
    role: Mapped[str] = mapped_column(Clipped(60), primary_key=True)
    taken: Mapped[bool] = mapped_column(primary_key=True)
    sort_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    work_item_id: Mapped[str] = mapped_column(ID, index=True)
    level: Mapped[int] = mapped_column(default=0)


class Job(Base):
    """A deferred durable step: a timer, a topic for a worker, a reminder or an escalation."""

    __tablename__ = "jobs"
    __table_args__ = (
        _where("ix_jobs_due", "state = 'waiting'", "due_at"),
        # Only jobs with a topic: the search for due timers must not be tempted by it.
        _where("ix_jobs_topic", "topic IS NOT NULL", "state", "topic", "due_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # timer | topic | reminder | escalation
    state: Mapped[str] = mapped_column(String(12))
    element: Mapped[str] = mapped_column(String(120))
    wait_id: Mapped[str | None] = mapped_column(String(80))
    topic: Mapped[str | None] = mapped_column(String(120))
    due_at: Mapped[datetime | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    deadline_id: Mapped[str | None] = mapped_column(ID)
    level: Mapped[int] = mapped_column(default=0)
    retries: Mapped[int] = mapped_column(default=3)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Subscription(Base):
    """A message or signal that an instance waits for."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("instance_id", "wait_id"),
        Index("ix_subscriptions_lookup", "agency_id", "kind", "name", "key"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    wait_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))  # message | signal | condition
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(Clipped(200))
    element: Mapped[str] = mapped_column(String(120))


class Deadline(Base):
    """A limit of a work item (while it runs), a scope or a case clock, with the receipt that explains it."""

    __tablename__ = "deadlines"
    __table_args__ = (
        UniqueConstraint("instance_id", "subject", "key"),
        _where("ix_deadlines_open", "state <> 'stopped'", "agency_id", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    subject: Mapped[str] = mapped_column(String(8))  # item | scope | clock
    key: Mapped[str] = mapped_column(String(120))  # wait id, scope id, or clock name
    element: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(Clipped(300))
    limit: Mapped[str] = mapped_column(String(40))
    extension: Mapped[str | None] = mapped_column(String(40))
    ends: Mapped[str | None] = mapped_column(String(8))
    unit: Mapped[str | None] = mapped_column(Clipped(60))  # whose calendar counts; empty: the SOP's
    reminder_percent: Mapped[int] = mapped_column(default=80)
    roles: Mapped[list[str]] = mapped_column(JSON)  # whom it escalates to, in order
    state: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime]
    pauses: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [[from, to|null], …] ISO instants
    due_at: Mapped[datetime | None]
    reminder_at: Mapped[datetime | None]
    receipt: Mapped[dict[str, Any]] = mapped_column(Packed, default=dict)
    stopped_at: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(default=1)  # moves with each recount, so that old jobs cannot fire
    told: Mapped[int] = mapped_column(default=0)  # 0 nothing, 1 reminded, 2 escalated, 3 escalated again


class HistoryEntry(Base):
    """What one step did to a case, written in the same transaction as the change.

    Written by ``engine.db.history`` and read by ``engine.db.events`` only: ``seq`` counts the agency's
    entries, ``link`` chains each to the one before it; ``sealed`` is what ``content`` leaves out because only
    the case's key may open it.
    """

    __tablename__ = "history"

    agency_id: Mapped[str] = mapped_column(ID, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    link: Mapped[bytes] = mapped_column(LargeBinary)


class OutboxEntry(Base):
    """Something to tell the outside, at least once, under a stable key."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "state", "next_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("instances.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # letter | notice | message
    recipient: Mapped[str] = mapped_column(String(200), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12))  # pending | delivered | failed
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class Incident(Base):
    """A technical failure waiting for an operator.

    ``said`` is the sentence and its values, by which it is told in any language; {} in rows older than that.
    """

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_open", "agency_id", "state", "created_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(ID)
    element: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(Clipped(300), default="")
    kind: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(ID)


class ReceivedMessage(Base):
    """A message already taken in, by its sender's id: the second copy does nothing."""

    __tablename__ = "received_messages"
    __table_args__ = (UniqueConstraint("agency_id", "message_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    message_id: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    instance_id: Mapped[str | None] = mapped_column(ID)
    received_at: Mapped[datetime]
