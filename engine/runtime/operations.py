"""What an operator does: look at incidents and jobs, retry, end an instance."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db.models import Incident, Job, OutboxEntry
from engine.errors import Conflict, Forbidden, NotFound, msg
from engine.people.principals import ADMIN, OPERATOR, Principal, actor_of
from engine.runtime import advance, commands
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import IncidentState, JobState

PAGE = 50


def incidents(
    house: House,
    who: Principal,
    *,
    state: str = IncidentState.OPEN,
    after: str | None = None,
    limit: int = PAGE,
) -> list[Incident]:
    """Incidents of the agency, newest first; ``after`` is the last id of the page before."""
    _must_operate(who)
    query = (
        select(Incident)
        .where(Incident.agency_id == who.agency_id, Incident.state == state)
        .order_by(Incident.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(Incident.id < after)
    with house.database.read() as session:
        return list(session.scalars(query))


def jobs(
    house: House,
    who: Principal,
    *,
    state: str = JobState.WAITING,
    kind: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> list[Job]:
    """Jobs of the agency, newest first; ``after`` is the last id of the page before."""
    _must_operate(who)
    query = (
        select(Job)
        .where(Job.agency_id == who.agency_id, Job.state == state)
        .order_by(Job.id.desc())
        .limit(limit)
    )
    if kind:
        query = query.where(Job.kind == kind)
    if after:
        query = query.where(Job.id < after)
    with house.database.read() as session:
        return list(session.scalars(query))


def outbox(
    house: House, who: Principal, *, state: str = "pending", after: str | None = None, limit: int = PAGE
) -> list[OutboxEntry]:
    """Deliveries of the agency, newest first; ``after`` is the last id of the page before."""
    _must_operate(who)
    query = (
        select(OutboxEntry)
        .where(OutboxEntry.agency_id == who.agency_id, OutboxEntry.state == state)
        .order_by(OutboxEntry.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(OutboxEntry.id < after)
    with house.database.read() as session:
        return list(session.scalars(query))


def retry(
    house: House, who: Principal, incident_id: str, variables: dict[str, Any] | None = None
) -> Incident:
    """Let the failed element, or the failed job, run again, perhaps with corrected variables.

    Raises Forbidden, NotFound, and Conflict when the incident was resolved before.
    """
    _must_operate(who)
    with house.database.write() as session:
        incident = session.scalar(
            select(Incident).where(Incident.id == incident_id, Incident.agency_id == who.agency_id)
        )
        if incident is None:
            raise NotFound(msg("There is no such incident."))
        step = Step.open(house, session, incident.instance_id, actor_of(who))
        session.refresh(incident)
        if incident.state != IncidentState.OPEN:
            raise Conflict(msg("This incident was resolved before."))
        incident.state, incident.resolved_at, incident.resolved_by = IncidentState.RESOLVED, step.now, who.id
        _revive_job(session, incident, step)
        advance.run(step, commands.Retry(variables or {}))
        return incident


def terminate(house: House, who: Principal, instance_id: str, reason: str) -> None:
    """End an instance where it stands, with a reason. Raises Forbidden, NotFound, Conflict."""
    _must_operate(who)
    with house.database.write() as session:
        step = Step.open(house, session, instance_id, actor_of(who), who.agency_id)
        advance.run(step, commands.Terminate(reason))


def _revive_job(session: Session, incident: Incident, step: Step) -> None:
    job = session.get(Job, incident.job_id) if incident.job_id else None
    if job is not None and job.state == JobState.FAILED:
        job.state, job.due_at, job.attempts = JobState.WAITING, step.now, 0


def _must_operate(who: Principal) -> None:
    if not who.has(OPERATOR, ADMIN):
        raise Forbidden(msg("Only an operator or administrator of the agency may do this."))
