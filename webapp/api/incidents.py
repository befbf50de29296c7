"""Incidents: what stopped, looked at, tried again and given up, one by one or all of one cause."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import Field

from engine.runtime import alike, operations
from webapp.access import allow
from webapp.api import jobs
from webapp.api.jobs import Cursor, Job, Limit, works
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_incidents", __name__, url_prefix="/api/v1", tag="Jobs")

IncidentId = Annotated[str, Field(min_length=26, max_length=26)]


class Incident(Answer):
    """A failure that waits for an operator, or did."""

    id: str
    state: str
    kind: str
    element: str
    name: str
    message: str
    instance_id: str
    job_id: str | None
    created_at: datetime
    resolved_at: datetime | None


class Incidents(Answer):
    items: list[Incident]
    next: str | None


class IncidentQuery(Given):
    state: Literal["open", "resolved"] = "open"
    cursor: Cursor = None
    limit: Limit = 50


class IncidentGroup(Answer):
    """Open incidents of one cause, by the newest of them: all of one receiver, all of one step that fails."""

    newest: Incident
    count: int
    since: datetime


class IncidentGroups(Answer):
    items: list[IncidentGroup]
    next: str | None


class GroupQuery(Given):
    cursor: Cursor = None
    limit: Limit = 50


class AlikeRetry(Given):
    """``until`` is the newest incident to deal with, ``after`` what the answer before told."""

    until: IncidentId
    after: IncidentId | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class AlikeCancellation(AlikeRetry):
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class Dealt(Answer):
    """How many were dealt with, failed ``again`` at once, or were ``refused``, as changed meanwhile.

    ``after`` is where the next call goes on; null when all were dealt with.
    """

    done: int
    again: int
    refused: int
    after: str | None


class FailedIncident(Incident):
    """An incident with what failed. ``may_drop``: the case goes on without it when it is cancelled."""

    job: Job | None
    may_drop: bool


class Cancellation(Given):
    """Why it is given up. ``end_case`` ends the case where it stands; needed where the case stands on it."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    end_case: bool = False


class Retry(Given):
    """Variables to correct before the failed element runs again."""

    variables: dict[str, Any] = {}


@blueprint.get("/incidents")
@operation("listIncidents", query=IncidentQuery, answer=Incidents)
@allow(works)
def incidents(query: IncidentQuery) -> Incidents:
    """List incidents, newest first."""
    rows = operations.incidents(
        house(), person(), state=query.state, after=query.cursor, limit=query.limit + 1
    )
    return Incidents(
        items=[_incident(row) for row in rows[: query.limit]], next=jobs.next_of(rows, query.limit)
    )


@blueprint.get("/incidents/groups")
@operation("listIncidentGroups", query=GroupQuery, answer=IncidentGroups)
@allow(works)
def groups(query: GroupQuery) -> IncidentGroups:
    """List open incidents by their cause, newest first."""
    found = alike.groups(house(), person(), after=query.cursor, limit=query.limit + 1)
    return IncidentGroups(
        items=[
            IncidentGroup(newest=_incident(each.newest), count=each.count, since=local(each.since))
            for each in found[: query.limit]
        ],
        next=jobs.next_of([each.newest for each in found], query.limit),
    )


@blueprint.get("/incidents/<incident_id>")
@operation("getIncident", answer=FailedIncident)
@allow(works)
def incident(incident_id: str) -> FailedIncident:
    """An incident, and the job that failed if it was one."""
    found = operations.incident(house(), person(), incident_id)
    return FailedIncident(
        **_incident(found.incident).model_dump(),
        job=jobs.shown(found.job) if found.job is not None else None,
        may_drop=found.may_drop,
    )


@blueprint.post("/incidents/<incident_id>/cancel")
@operation("cancelIncident", body=Cancellation, answer=Incident, errors=(409,))
@allow(works)
def cancel(incident_id: str, body: Cancellation) -> Incident:
    """Give up what failed, with a reason; the case goes on without it, or ends with it."""
    row = operations.cancel(house(), person(), incident_id, body.reason, end_case=body.end_case)
    return _incident(row)


@blueprint.post("/incidents/<incident_id>/retry")
@operation("retryIncident", body=Retry, body_needed=False, answer=Incident, errors=(409,))
@allow(works)
def retry(incident_id: str, body: Retry) -> Incident:
    """Let what failed run again; it may fail again as a new incident."""
    return _incident(operations.retry(house(), person(), incident_id, body.variables))


@blueprint.post("/incidents/<incident_id>/alike/retry")
@operation("retryIncidentsAlike", body=AlikeRetry, answer=Dealt)
@allow(works)
def retry_alike(incident_id: str, body: AlikeRetry) -> Dealt:
    """Let what failed of the same cause run again, a batch at a time, oldest first."""
    return _dealt(alike.retry(house(), person(), incident_id, body.until, body.after, body.limit))


@blueprint.post("/incidents/<incident_id>/alike/cancel")
@operation("cancelIncidentsAlike", body=AlikeCancellation, answer=Dealt, errors=(409,))
@allow(works)
def cancel_alike(incident_id: str, body: AlikeCancellation) -> Dealt:
    """Give up what failed of the same cause, with a reason; each case goes on without it."""
    given = (body.reason, body.until, body.after, body.limit)
    return _dealt(alike.cancel(house(), person(), incident_id, *given))


def _dealt(found: alike.Dealt) -> Dealt:
    return Dealt(done=found.done, again=found.again, refused=found.refused, after=found.after)


def _incident(row: Row) -> Incident:
    return Incident(
        id=row.id,
        state=row.state,
        kind=row.kind,
        element=row.element,
        name=row.name,
        message=row.message,
        instance_id=row.instance_id,
        job_id=row.job_id,
        created_at=local(row.created_at),
        resolved_at=maybe(row.resolved_at),
    )
