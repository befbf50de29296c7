"""Technical failures: opened where the flow stopped; operations resolves them."""

import hashlib

from sqlalchemy import ColumnElement, func, select

from engine.db.models import Incident
from engine.errors import AlurError, kept
from engine.runtime.step import Step
from engine.states import IncidentState, InstanceState

UNHELD = "role"  # tells that nobody holds a role
DELIVERY = "delivery"  # tells that something was not delivered; its ``job_id`` is the outbox entry
BESIDE = (UNHELD, DELIVERY)  # the flow goes on all the same


def open_incident(
    step: Step,
    element: str,
    kind: str,
    error: Exception,
    job_id: str | None = None,
    *,
    stops: bool = True,
) -> Incident:
    """Stop here and tell an operator; what people completed is kept, and an open incident is not repeated.

    One that does not stop the flow only tells: the instance goes on.
    """
    step.session.flush()
    before = step.session.scalar(
        select(Incident).where(
            Incident.instance_id == step.instance.id,
            Incident.state == IncidentState.OPEN,
            Incident.element == element,
            Incident.kind == kind,
            Incident.message == str(error),
        )
    )
    if stops:
        step.instance.state = InstanceState.INCIDENT
    if before is not None and before.job_id == job_id:
        return before
    known = step.program.elements.get(element)
    incident = Incident(
        id=step.house.new_id(step.now),
        agency_id=step.instance.agency_id,
        instance_id=step.instance.id,
        job_id=job_id,
        element=element,
        name=known.name if known and known.name else element,
        kind=kind,
        message=str(error),
        said=kept(error.message) if isinstance(error, AlurError) else {},
        fingerprint=_cause(step, element, kind, error),
        state=IncidentState.OPEN,
        created_at=step.now,
    )
    step.session.add(incident)
    step.session.flush()
    step.record(
        "incident_opened", element, incident.name, incident=incident.id, kind=kind, message=str(error)
    )
    return incident


def cause_of_delivery(recipient: str) -> str:
    """The fingerprint of whatever could not be sent to a recipient: one repair ends all of it."""
    return _fingerprint("", recipient, DELIVERY)


def _cause(step: Step, element: str, kind: str, error: Exception) -> str:
    if kind == DELIVERY:
        return cause_of_delivery(element)
    return _fingerprint(f"{step.instance.bundle_hash}:{type(error).__name__}", element, kind)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256(":".join(parts).encode()).hexdigest()


def settle(step: Step) -> None:
    """Whether the instance still stands in an incident, after this step; once ended it stands in none."""
    if step.instance.ended_at is not None:
        _resolve_all(step)
        return
    if step.instance.state != InstanceState.INCIDENT:
        return
    step.session.flush()
    still = step.session.scalar(
        select(func.count())
        .select_from(Incident)
        .where(
            Incident.instance_id == step.instance.id,
            Incident.state == IncidentState.OPEN,
            Incident.kind.not_in(BESIDE),
        )
    )
    step.instance.state = InstanceState.INCIDENT if still else InstanceState.ACTIVE


def resolve(step: Step, incident: Incident) -> None:
    """The incident is over, by whoever acts in this step."""
    incident.state, incident.resolved_at = IncidentState.RESOLVED, step.now
    incident.resolved_by = step.actor.id


def unheld(step: Step) -> list[str]:
    """The elements of which an open incident tells that nobody answers for their role."""
    step.session.flush()
    return sorted(set(step.session.scalars(select(Incident.element).where(*_tells_of_roles(step)))))


def resolve_unheld(step: Step, element: str) -> None:
    """Somebody answers again for what is done here, or it is done."""
    step.session.flush()
    query = select(Incident).where(*_tells_of_roles(step), Incident.element == element)
    for incident in step.session.scalars(query):
        resolve(step, incident)
        step.record("incident_resolved", element, incident.name, incident=incident.id)


def _tells_of_roles(step: Step) -> tuple[ColumnElement[bool], ...]:
    return (
        Incident.instance_id == step.instance.id,
        Incident.state == IncidentState.OPEN,
        Incident.kind == UNHELD,
    )


def _resolve_all(step: Step) -> None:
    query = select(Incident).where(
        Incident.instance_id == step.instance.id,
        Incident.state == IncidentState.OPEN,
        Incident.kind != DELIVERY,  # what was told before the end is still to be delivered
    )
    for incident in step.session.scalars(query):
        resolve(step, incident)
