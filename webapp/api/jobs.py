"""Jobs: topics leased to workers, and what waits for its time."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import Field, WithJsonSchema

from engine.runtime import jobs, operations
from webapp.access import allow, role
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Row
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_jobs", __name__, url_prefix="/api/v1", tag="Jobs")

works = role("operator", "admin")
Worker = Annotated[str, Field(min_length=1, max_length=120)]
Topic = Annotated[str, Field(min_length=1, max_length=120)]
Lease = Annotated[
    timedelta,
    Field(strict=False),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "format": "duration"}]}),
]
Cursor = Annotated[str | None, Field(max_length=26)]
Limit = Annotated[int, Field(ge=1, le=200)]


class Fetch(Given):
    """``lease`` is a number of seconds or an ISO duration, at most an hour."""

    topics: Annotated[list[Topic], Field(min_length=1, max_length=100)]
    worker: Worker
    lease: Lease = timedelta(minutes=5)
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class Result(Given):
    worker: Worker
    variables: dict[str, Any] = {}


class Failure(Given):
    """``retries`` is how often it may be tried again; left out, one less each time. 0 asks an operator."""

    worker: Worker
    error: Annotated[str, Field(max_length=2000)]
    retries: Annotated[int | None, Field(ge=0, le=1000)] = None


class BusinessError(Given):
    """A BPMN error that a boundary event catches by its code."""

    worker: Worker
    code: Annotated[str, Field(min_length=1, max_length=200)]


class LeasedJob(Answer):
    """Work for a worker until ``lease_until``; after that another worker may get it."""

    id: str
    topic: str | None
    element: str
    instance_id: str
    variables: dict[str, Any]
    attempts: int
    retries: int
    lease_until: datetime | None


class LeasedJobs(Answer):
    items: list[LeasedJob]
    next: str | None = None


class Job(Answer):
    """A deferred step: timer, topic, reminder or escalation."""

    id: str
    kind: str
    state: str
    topic: str | None
    element: str
    instance_id: str
    due_at: datetime | None
    attempts: int
    retries: int
    lease_owner: str | None
    lease_until: datetime | None
    error: str | None
    created_at: datetime


class Jobs(Answer):
    items: list[Job]
    next: str | None


class JobQuery(Given):
    state: Literal["waiting", "done", "cancelled", "failed"] = "waiting"
    kind: Literal["timer", "topic", "reminder", "escalation", "resume"] | None = None
    cursor: Cursor = None
    limit: Limit = 50


@blueprint.post("/jobs/fetch")
@operation("fetchJobs", body=Fetch, answer=LeasedJobs)
@allow(works)
def fetch(body: Fetch) -> LeasedJobs:
    """Lease waiting jobs of these topics, oldest first."""
    found = jobs.fetch(house(), person(), body.topics, body.worker, body.lease, body.limit)
    return LeasedJobs(
        items=[
            LeasedJob(
                id=job.id,
                topic=job.topic,
                element=job.element,
                instance_id=job.instance_id,
                variables=job.payload,
                attempts=job.attempts,
                retries=job.retries,
                lease_until=maybe(job.lease_until),
            )
            for job in found
        ]
    )


@blueprint.post("/jobs/<job_id>/complete")
@operation("completeJob", body=Result, status=204, errors=(409,))
@allow(works)
def complete(job_id: str, body: Result) -> None:
    """Report a leased job as done; its variables go into the process."""
    jobs.complete(house(), person(), job_id, body.worker, body.variables)


@blueprint.post("/jobs/<job_id>/fail")
@operation("failJob", body=Failure, answer=Job, errors=(409,))
@allow(works)
def fail(job_id: str, body: Failure) -> Job:
    """Report that a leased job could not be done; tried again later, an incident when no retry is left."""
    return shown(jobs.fail(house(), person(), job_id, body.worker, body.error, body.retries))


@blueprint.post("/jobs/<job_id>/error")
@operation("throwJobError", body=BusinessError, status=204, errors=(409,))
@allow(works)
def error(job_id: str, body: BusinessError) -> None:
    """Answer a leased job with a business error."""
    jobs.throw_error(house(), person(), job_id, body.worker, body.code)


@blueprint.get("/jobs")
@operation("listJobs", query=JobQuery, answer=Jobs)
@allow(works)
def listing(query: JobQuery) -> Jobs:
    """List jobs, newest first."""
    rows = operations.jobs(
        house(), person(), state=query.state, kind=query.kind, after=query.cursor, limit=query.limit + 1
    )
    return Jobs(items=[shown(row) for row in rows[: query.limit]], next=next_of(rows, query.limit))


def next_of(rows: list[Row], limit: int) -> str | None:
    """Where the next page begins, when one row more than fits was read."""
    return rows[limit - 1].id if len(rows) > limit else None


def shown(row: Row) -> Job:
    """A job as the API tells it."""
    return Job(
        id=row.id,
        kind=row.kind,
        state=row.state,
        topic=row.topic,
        element=row.element,
        instance_id=row.instance_id,
        due_at=maybe(row.due_at),
        attempts=row.attempts,
        retries=row.retries,
        lease_owner=row.lease_owner,
        lease_until=maybe(row.lease_until),
        error=row.error,
        created_at=local(row.created_at),
    )
