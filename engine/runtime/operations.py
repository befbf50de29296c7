"""What an operator does: look at incidents and jobs, try again, give up, end an instance."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import history
from engine.db.models import Incident, Instance, Job, OutboxEntry
from engine.errors import Conflict, NotFound, msg
from engine.people.principals import Principal, actor_of
from engine.runtime import advance, commands, recipients
from engine.runtime import incidents as incidents_room
from engine.runtime.conflicts import apart
from engine.runtime.house import House
from engine.runtime.operators import must_operate, must_say_why
from engine.runtime.step import Step
from engine.states import IncidentState, JobState

PAGE = 50
RETRIED = "delivery_retried"
IS_OPEN = Incident.state == IncidentState.OPEN


@dataclass(frozen=True)
class Failure:
    """An incident, the job that failed if it was one, and whether the case goes on without it."""

    incident: Incident
    job: Job | None
    may_drop: bool


def incidents(
    house: House,
    who: Principal,
    *,
    state: str = IncidentState.OPEN,
    cause: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> list[Incident]:
    """Incidents of the agency, newest first; ``after`` is the last id of the page before.

    ``cause`` is the fingerprint of those wanted.
    """
    must_operate(who)
    query = (
        select(Incident)
        .where(
            Incident.agency_id == who.agency_id,
            Incident.state == state,
            *apart(who, Incident.instance_id),
        )
        .order_by(Incident.id.desc())
        .limit(limit)
    )
    if cause:
        query = query.where(Incident.fingerprint == cause)
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
    must_operate(who)
    query = (
        select(Job)
        .where(Job.agency_id == who.agency_id, Job.state == state, *apart(who, Job.instance_id))
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
    must_operate(who)
    query = (
        select(OutboxEntry)
        .where(
            OutboxEntry.agency_id == who.agency_id,
            OutboxEntry.state == state,
            *apart(who, OutboxEntry.instance_id),
        )
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
    must_operate(who)
    with house.database.write() as session:
        step, incident, job = _open(house, session, who, incident_id)
        incidents_room.resolve(step, incident)
        if incident.kind == incidents_room.DELIVERY:
            _deliver_again(step, incident.job_id)
            step.save()
            return incident
        if job is not None and job.state == JobState.FAILED:
            job.state, job.due_at, job.attempts = JobState.WAITING, step.now, 0
        advance.run(step, commands.Retry(variables or {}))
        return incident


def redeliver(house: House, who: Principal, entry_id: str) -> None:
    """Try a delivery again that was given up after its last attempt.

    Raises Forbidden, NotFound, and Conflict when it was not given up.
    """
    must_operate(who)
    with house.database.write() as session:
        named = (OutboxEntry.id == entry_id, OutboxEntry.agency_id == who.agency_id)
        found = session.execute(select(OutboxEntry.instance_id).where(*named)).one_or_none()
        if found is None:
            raise NotFound(msg("There is no such delivery."))
        if found.instance_id is not None:
            step = Step.open(house, session, found.instance_id, actor_of(who))
            _deliver_again(step, entry_id)
            for opened in session.scalars(select(Incident).where(Incident.job_id == entry_id, IS_OPEN)):
                incidents_room.resolve(step, opened)
            step.save()
            return
        entry = _try_again(session, entry_id, house.now())
        told = history.entry(
            history.event(RETRIED, data={"kind": entry.kind}),
            agency_id=entry.agency_id,
            at=house.now(),
            actor_id=who.id,
            actor=actor_of(who).label,
        )
        history.remember(session, told)


def _deliver_again(step: Step, entry_id: str | None) -> None:
    entry = _try_again(step.session, entry_id, step.now)
    step.record(RETRIED, None, "", kind=entry.kind)


def _try_again(session: Session, entry_id: str | None, now: datetime) -> OutboxEntry:
    """Due since it was made, so that what waits for one recipient goes out in the order of its making."""
    entry = _given_up(session, entry_id)
    entry.state, entry.next_at, entry.attempts = "pending", entry.created_at, 0
    recipients.knock(session, entry.recipient, now)
    return entry


def _given_up(session: Session, entry_id: str | None) -> OutboxEntry:
    """A delivery that was given up, locked. Raises Conflict when it is not given up (any more)."""
    entry = session.get_one(OutboxEntry, entry_id, with_for_update=True, populate_existing=True)
    if entry.state != "failed":
        raise Conflict(msg("This delivery was not given up."), state=entry.state)
    return entry


def incident(house: House, who: Principal, incident_id: str) -> Failure:
    """An incident with the job that failed. Raises Forbidden and NotFound."""
    must_operate(who)
    with house.database.read() as session:
        found = _find(session, who, incident_id)
        job = session.get(Job, found.job_id) if found.job_id else None
        return Failure(found, job, may_drop(found, job))


def cancel(
    house: House, who: Principal, incident_id: str, reason: str, *, end_case: bool = False
) -> Incident:
    """Give up what failed, with a reason that stays in the history.

    A reminder, an escalation, a delivery or a warning about a role is dropped, and the case goes on without
    it. What the case stands on can only be given up together with it: ``end_case`` ends it where it stands.
    Raises Forbidden, NotFound, Invalid without a reason, and Conflict when the incident was resolved before
    or the case stands on what failed.
    """
    must_operate(who)
    must_say_why(reason)
    with house.database.write() as session:
        step, incident, job = _open(house, session, who, incident_id)
        if not end_case and not may_drop(incident, job):
            raise Conflict(msg("The case stands on what failed: try it again, or end the case."))
        incidents_room.resolve(step, incident)
        told = {"incident": incident.id, "reason": reason.strip()}
        step.record("incident_cancelled", incident.element, incident.name, **told)
        if end_case:
            advance.run(step, commands.Terminate(reason))
            return incident
        if job is not None:
            job.state, job.ended_at = JobState.CANCELLED, step.now
            step.rows.close(job)
        if incident.kind == incidents_room.DELIVERY:
            _given_up(session, incident.job_id).state = "cancelled"
        session.flush()
        incidents_room.settle(step)
        step.save()
        return incident


def may_drop(incident: Incident, job: Job | None) -> bool:
    """Whether the flow goes on without what failed."""
    if incident.kind in incidents_room.BESIDE:
        return True
    return job is not None and job.state == JobState.FAILED and job.kind in ("reminder", "escalation")


def terminate(house: House, who: Principal, instance_id: str, reason: str) -> None:
    """End an instance where it stands, with a reason. Raises Forbidden, NotFound, Conflict."""
    must_operate(who)
    with house.database.write() as session:
        allowed = select(Instance.id).where(Instance.id == instance_id, *apart(who, Instance.id))
        if session.scalar(allowed) is None:
            raise NotFound(msg("There is no such instance."))
        step = Step.open(house, session, instance_id, actor_of(who), who.agency_id)
        advance.run(step, commands.Terminate(reason))


def _find(session: Session, who: Principal, incident_id: str) -> Incident:
    found = session.scalar(
        select(Incident).where(
            Incident.id == incident_id,
            Incident.agency_id == who.agency_id,
            *apart(who, Incident.instance_id),
        )
    )
    if found is None:
        raise NotFound(msg("There is no such incident."))
    return found


def _open(
    house: House, session: Session, who: Principal, incident_id: str
) -> tuple[Step, Incident, Job | None]:
    """An open incident behind the lock of its instance, with the job that failed."""
    found = _find(session, who, incident_id)
    step = Step.open(house, session, found.instance_id, actor_of(who))
    session.refresh(found)
    if found.state != IncidentState.OPEN:
        raise Conflict(msg("This incident was resolved before."))
    return step, found, step.rows.job(found.job_id) if found.job_id else None
