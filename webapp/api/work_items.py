"""Tasks by program: listed, opened with their form, taken, handed over, completed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import Field

from engine.cases import documents, inbox, views
from engine.people.signin import normalise_login
from engine.runtime import work_items
from engine.states import WorkItemState
from webapp.access import allow, signed_in
from webapp.api.operation import Answer, Given, local, maybe, operation
from webapp.api.shapes import Deadline, Row, deadline, note_opening
from webapp.house import house, now
from webapp.visitor import person

blueprint = APIBlueprint("api_work_items", __name__, url_prefix="/api/v1", tag="Work items")

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class WorkItemQuery(Given):
    """``assignee`` is a login, `me` or `none`; ``role`` one of one's own roles; ``q`` searches."""

    state: Literal["open", "completed", "cancelled"] = "open"
    role: Annotated[str | None, Field(max_length=60)] = None
    assignee: Annotated[str | None, Field(max_length=120)] = None
    overdue: bool = False
    q: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str | None, Field(max_length=60)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class WorkItem(Answer):
    """A task or escalation; the title of a secret report is told only with the task itself."""

    id: str
    kind: str
    element: str
    name: str
    state: str
    version: int
    roles: list[str]
    assignee: str | None
    instance_id: str
    case_number: str | None
    title: str | None
    status: str | None
    secret: bool
    created_at: datetime
    claimed_at: datetime | None
    completed_at: datetime | None
    due_at: datetime | None
    reminder_at: datetime | None
    overdue: bool


class WorkItems(Answer):
    items: list[WorkItem]
    next: str | None


class FormDocument(Answer):
    """A form: the JSON Schema of its answers and the form-js document that draws it."""

    id: str
    json_schema: Annotated[dict[str, Any], Field(serialization_alias="schema")]
    document: dict[str, Any] | None


class Choice(Answer):
    value: Any
    label: str


class OpenedWorkItem(WorkItem):
    """A task as it is worked on; its form opens with ``answers`` and offers ``choices`` known only now."""

    form: FormDocument | None
    answers: dict[str, Any]
    choices: dict[str, list[Choice]]
    deadline: Deadline | None
    may_work: bool
    may_lead: bool


class ItemState(Answer):
    """Where a task stands after what was done; ``version`` is what the next step names."""

    id: str
    state: str
    version: int
    assignee: str | None


class Completed(Answer):
    """What completing led to: the state of the process, and its report's status."""

    id: str
    state: str
    instance_id: str
    instance_state: str


class Claim(Given):
    version: Version | None = None


class Release(Given):
    version: Version | None = None


class Reassignment(Given):
    """``login`` is who gets the task."""

    login: Annotated[str, Field(min_length=1, max_length=120)]
    reason: Annotated[str, Field(max_length=500)] = ""
    version: Version | None = None


class Completion(Given):
    """``take`` claims an unclaimed task in the same step."""

    version: Version
    answers: dict[str, Any]
    take: bool = False


class Draft(Given):
    answers: dict[str, Any]


@blueprint.get("/work-items")
@operation("listWorkItems", query=WorkItemQuery, answer=WorkItems)
@allow(signed_in)
def listing(query: WorkItemQuery) -> WorkItems:
    """List tasks of one's roles, soonest due first; finished ones are those that one did oneself."""
    login = _login(query.assignee)
    page = inbox.page(
        house(),
        person(),
        inbox.Query(
            mine=login == person().login and query.role is None,
            role=query.role,
            overdue=query.overdue,
            text=query.q,
            state=query.state,
            after=query.cursor,
            limit=query.limit,
            assignee=login,
        ),
    )
    rows = [_row(row.item, row.case, row.assignee, told=not row.secret) for row in page.rows]
    return WorkItems(items=rows, next=page.next)


@blueprint.get("/work-items/<item_id>")
@operation("readWorkItem", answer=OpenedWorkItem)
@allow(signed_in)
def read(item_id: str) -> OpenedWorkItem:
    """Open a task: form, answers so far, choices, due time and how it was counted."""
    view = views.task(house(), person(), item_id)
    if view.report is not None:
        note_opening(view.report)
    form = None
    if view.form is not None:
        document = documents.form_of_item(house(), person(), item_id)
        form = FormDocument(id=view.form.id, json_schema=view.form.json_schema(), document=document)
    row = _row(view.item, view.report.case if view.report else None, view.assignee, told=True)
    return OpenedWorkItem(
        **row.model_dump(),
        form=form,
        answers=view.answers,
        choices={
            key: [Choice(value=option.value, label=option.label) for option in options]
            for key, options in view.choices.items()
        },
        deadline=deadline(view.deadline) if view.deadline else None,
        may_work=view.may_work,
        may_lead=view.may_lead,
    )


@blueprint.post("/work-items/<item_id>/claim")
@operation("claimWorkItem", body=Claim, body_needed=False, answer=ItemState, errors=(403, 409))
@allow(signed_in)
def claim(item_id: str, body: Claim) -> ItemState:
    """Take a task; taking one's own again changes nothing."""
    return _state(work_items.claim(house(), person(), item_id, body.version), person().login)


@blueprint.post("/work-items/<item_id>/release")
@operation("releaseWorkItem", body=Release, body_needed=False, answer=ItemState, errors=(403, 409))
@allow(signed_in)
def release(item_id: str, body: Release) -> ItemState:
    """Put a task back into its roles' queues."""
    return _state(work_items.release(house(), person(), item_id, body.version), None)


@blueprint.post("/work-items/<item_id>/reassign")
@operation("reassignWorkItem", body=Reassignment, answer=ItemState, errors=(403, 409))
@allow(signed_in)
def reassign(item_id: str, body: Reassignment) -> ItemState:
    """Hand a task to another person of its roles."""
    login = normalise_login(body.login)
    return _state(work_items.reassign(house(), person(), item_id, login, body.reason, body.version), login)


@blueprint.post("/work-items/<item_id>/complete")
@operation("completeWorkItem", body=Completion, answer=Completed, errors=(403, 409))
@allow(signed_in)
def complete(item_id: str, body: Completion) -> Completed:
    """Complete a task; a version that is not the current one answers 409 with the current state."""
    step = work_items.complete(house(), person(), item_id, body.version, body.answers, take=body.take)
    return Completed(
        id=item_id,
        state=WorkItemState.COMPLETED,
        instance_id=step.instance.id,
        instance_state=step.instance.state,
    )


@blueprint.post("/work-items/<item_id>/draft")
@operation("draftWorkItem", body=Draft, answer=ItemState, errors=(403, 409))
@allow(signed_in)
def draft(item_id: str, body: Draft) -> ItemState:
    """Keep what was typed so far; it is checked only when completing."""
    work_items.save_draft(house(), person(), item_id, body.answers)
    return _state(work_items.get(house(), person(), item_id), person().login)


def _login(assignee: str | None) -> str | None:
    if assignee == "none":
        return inbox.NOBODY
    if assignee == "me":
        return person().login
    return normalise_login(assignee) if assignee else None


def _state(item: Row, assignee: str | None) -> ItemState:
    return ItemState(id=item.id, state=item.state, version=item.version, assignee=assignee)


def _row(item: Row, case: Row, assignee: str | None, *, told: bool) -> WorkItem:
    return WorkItem(
        id=item.id,
        kind=item.kind,
        element=item.element,
        name=item.name,
        state=item.state,
        version=item.version,
        roles=item.roles,
        assignee=assignee,
        instance_id=item.instance_id,
        case_number=case.case_number if case else None,
        title=case.title if case and told else None,
        status=case.status if case else None,
        secret=bool(case and case.secret),
        created_at=local(item.created_at),
        claimed_at=maybe(item.claimed_at),
        completed_at=maybe(item.completed_at),
        due_at=maybe(item.due_at),
        reminder_at=maybe(item.reminder_at),
        overdue=item.state == WorkItemState.OPEN and item.due_at is not None and item.due_at < now(),
    )
