"""Running processes as officers' programs see them."""

from datetime import datetime
from typing import Annotated

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import runs
from webapp.access import allow, signed_in
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import (
    Deadline,
    Event,
    Row,
    deadline,
    event,
)
from webapp.house import house
from webapp.visitor import person

blueprint = APIBlueprint("api_instances", __name__, url_prefix="/api/v1", tag="Instances")


class Token(Answer):
    """A place where the process waits: for a user, a topic's worker, a timer, a message, or an operator."""

    element: str
    kind: str
    id: str


class Timer(Answer):
    id: str
    element: str
    due_at: datetime | None


class Subscription(Answer):
    kind: str
    name: str
    key: str | None
    element: str


class OpenIncident(Answer):
    id: str
    element: str
    name: str
    kind: str
    message: str
    created_at: datetime


class OpenItem(Answer):
    id: str
    kind: str
    element: str
    name: str
    roles: list[str]
    due_at: datetime | None


class Instance(Answer):
    """One run of a process; ``history`` is its newest page."""

    id: str
    process: str
    definition_id: str
    state: str
    version: int
    case_number: str | None
    started_at: datetime
    ended_at: datetime | None
    ended_element: str | None
    tokens: list[Token]
    timers: list[Timer]
    subscriptions: list[Subscription]
    work_items: list[OpenItem]
    deadlines: list[Deadline]
    incidents: list[OpenIncident]
    history: "History"


class History(Answer):
    items: list[Event]
    next: str | None


class HistoryQuery(Given):
    """``cursor`` is the ``next`` of the page before."""

    cursor: Annotated[int | None, Field(ge=1, le=2**62)] = None


@blueprint.get("/instances/<instance_id>")
@operation("readInstance", answer=Instance)
@allow(signed_in)
def read(instance_id: str) -> Instance:
    """Where a process stands: tokens, timers, what it waits for, deadlines, incidents."""
    found = runs.look(house(), person(), instance_id)
    run, instance = found.view, found.view.instance
    return Instance(
        id=instance.id,
        process=instance.process_key,
        definition_id=instance.definition_id,
        state=instance.state,
        version=instance.version,
        case_number=found.case.case_number if found.case else None,
        started_at=local(instance.started_at),
        ended_at=maybe(instance.ended_at),
        ended_element=instance.ended_element,
        tokens=_tokens(run),
        timers=[
            Timer(id=job.id, element=job.element, due_at=maybe(job.due_at))
            for job in run.jobs
            if job.kind == "timer"
        ],
        subscriptions=[
            Subscription(kind=each.kind, name=each.name, key=each.key, element=each.element)
            for each in run.subscriptions
        ],
        work_items=[item_of(each) for each in run.items],
        deadlines=[deadline(each) for each in run.deadlines],
        incidents=[_incident(each) for each in run.incidents],
        history=history_of(found.history, found.history_next),
    )


@blueprint.get("/instances/<instance_id>/history")
@operation("readHistory", query=HistoryQuery, answer=History)
@allow(signed_in)
def history(instance_id: str, query: HistoryQuery) -> History:
    """What happened, newest first."""
    return history_of(*runs.history(house(), person(), instance_id, query.cursor))


def _tokens(run: Row) -> list[Token]:
    """Where it waits, in the order in which each place was reached; each place once."""
    waiting = [(item, "user") for item in run.items if item.kind == "task"]
    waiting += [(job, job.kind) for job in run.jobs if job.kind in ("timer", "topic")]
    waiting += [(each, each.kind) for each in run.subscriptions]
    waiting += [(each, "incident") for each in run.incidents]
    waiting.sort(key=lambda pair: pair[0].id)
    return [Token(element=row.element, kind=kind, id=row.id) for row, kind in waiting]


def item_of(row: Row) -> OpenItem:
    """An open task's row."""
    return OpenItem(
        id=row.id,
        kind=row.kind,
        element=row.element,
        name=row.name,
        roles=row.roles,
        due_at=maybe(row.due_at),
    )


def _incident(row: Row) -> OpenIncident:
    return OpenIncident(
        id=row.id,
        element=row.element,
        name=row.name,
        kind=row.kind,
        message=row.message,
        created_at=local(row.created_at),
    )


def history_of(rows: list[Row], following: int | None) -> History:
    """A page of the history with where the next one begins."""
    return History(items=[event(row) for row in rows], next=str(following) if following else None)
