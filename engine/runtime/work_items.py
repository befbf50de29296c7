"""Work items: claimed, released, reassigned, drafted and completed by people."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import feel, form
from engine.db.models import Instance, Person, WorkItem
from engine.errors import Conflict, Forbidden, Invalid, NotFound, Stale, msg
from engine.people.principals import ADMIN, Principal, of_person
from engine.runtime import (
    advance,
    commands,
    conflicts,
    escalations,
    item_limits,
    queue,
    snapshot,
    staffing,
)
from engine.runtime.accused import not_kept_from
from engine.runtime.house import House
from engine.runtime.staffing import upwards
from engine.runtime.step import Step
from engine.states import WorkItemState

LOCK = (
    select(WorkItem)
    .where(
        WorkItem.id == bindparam("item"),
        WorkItem.agency_id == bindparam("agency"),
        not_kept_from(WorkItem.instance_id),
    )
    .with_for_update()
)


def get(house: House, who: Principal, item_id: str) -> WorkItem:
    """A work item that this person may see; raises NotFound also for another agency's."""
    with house.database.read() as session:
        return find(house, session, who, item_id)


def find(house: House, session: Session, who: Principal, item_id: str) -> WorkItem:
    """The same inside a transaction."""
    item = session.scalar(select(WorkItem).where(WorkItem.id == item_id, WorkItem.agency_id == who.agency_id))
    if item is None or not may_see(house, session, who, item):
        raise NotFound(msg("There is no such task."))
    return item


def may_work(who: Principal, item: WorkItem) -> bool:
    """A candidate or the assignee. Whom its report accuses is turned away before: see ``find``, ``LOCK``."""
    return item.assignee_id == who.id or who.has(*item.roles)


def may_do(session: Session, who: Principal, item: WorkItem) -> bool:
    """May work on it, and is not accused by its report."""
    return may_work(who, item) and not conflicts.is_accused(session, who, item.instance_id)


def may_lead(house: House, session: Session, who: Principal, item: WorkItem) -> bool:
    """A head of this item: an administrator, or holder of a role that it escalates to, however far up.

    As with ``may_work``, whom its report accuses is turned away before.
    """
    if who.has(ADMIN):
        return True
    deadline = item_limits.of(session, item)
    named = deadline.roles if deadline is not None else []
    if who.has(*named):
        return True
    sop = house.programs.get(session, session.get_one(Instance, item.instance_id).bundle_hash).sop
    superiors = sop.superiors if sop else {}
    return any(who.has(*upwards(role, superiors)) for role in (*item.roles, *named))


def may_see(house: House, session: Session, who: Principal, item: WorkItem) -> bool:
    """Whoever may work on it, leads it, or did it; never somebody whom the report accuses, or their unit."""
    return not conflicts.is_accused(session, who, item.instance_id) and _concerns(house, session, who, item)


def _concerns(house: House, session: Session, who: Principal, item: WorkItem) -> bool:
    return may_work(who, item) or item.completed_by == who.id or may_lead(house, session, who, item)


def claim(house: House, who: Principal, item_id: str, version: int | None = None) -> WorkItem:
    """Take an open item. One's own again changes nothing; another's is a Conflict that names who has it.

    A deputy takes over what the person had whom they stand for.
    """
    with house.database.write() as session:
        step = _open_step(house, session, who, item_id)
        item = _open_item(step, who, item_id, version)
        if item.assignee_id == who.id:
            return item
        if item.assignee_id is not None and item.assignee_id not in who.stands_for:
            raise Conflict(_taken(session, item), **state_of(session, item))
        if not may_work(who, item):
            raise Forbidden(msg("This task is for %(roles)s.", roles=", ".join(item.roles)))
        _assign(step, item, who.id, "task_claimed")
        return item


def release(house: House, who: Principal, item_id: str, version: int | None = None) -> WorkItem:
    """Put an item back into its roles' queues; by its assignee or a head."""
    with house.database.write() as session:
        step = _open_step(house, session, who, item_id)
        item = _open_item(step, who, item_id, version)
        if item.assignee_id is None:
            raise Conflict(msg("Nobody has this task."), **state_of(session, item))
        if item.assignee_id != who.id and not may_lead(house, session, who, item):
            raise Forbidden(msg("Only its assignee or a head may release this task."))
        _assign(step, item, None, "task_released")
        return item


def reassign(
    house: House, who: Principal, item_id: str, login: str, reason: str = "", version: int | None = None
) -> WorkItem:
    """Give an item to another person of its roles; by a head, or by its assignee who hands it over.

    Raises Conflict when that person is away and nobody stands in: the item would lie there.
    """
    with house.database.write() as session:
        step = _open_step(house, session, who, item_id)
        item = _open_item(step, who, item_id, version)
        if item.assignee_id != who.id and not may_lead(house, session, who, item):
            raise Forbidden(msg("Only its assignee or a head may reassign this task."))
        target = _candidate(step, who, item, login)
        _assign(step, item, target.id, "task_reassigned", to=target.name, reason=reason)
        return item


def save_draft(house: House, who: Principal, item_id: str, answers: dict[str, Any]) -> None:
    """Keep what the assignee has typed so far; checked only when completing."""
    with house.database.write() as session:
        locked = session.scalar(LOCK, {"item": item_id, "agency": who.agency_id, "person": who.id})
        item = _must_be_open(house, session, who, locked, None)
        if item.assignee_id != who.id:
            raise Conflict(_taken(session, item), **state_of(session, item))
        item.draft = answers


def complete(
    house: House, who: Principal, item_id: str, version: int, answers: dict[str, Any], *, take: bool = False
) -> Step:
    """Complete an item with these answers: one transaction from the check to the next wait.

    ``take`` claims an unclaimed item in the same step. Raises Stale when ``version`` is not the current one
    or somebody else completed it (its details say who and when), Forbidden, Invalid with every field fault.
    """
    with house.database.write() as session:
        return complete_within(house, session, who, item_id, version, answers, take=take)


def complete_within(
    house: House,
    session: Session,
    who: Principal,
    item_id: str,
    version: int,
    answers: dict[str, Any],
    *,
    take: bool,
) -> Step:
    """The same within the caller's transaction."""
    step = _open_step(house, session, who, item_id)
    item = _open_item(step, who, item_id, version)
    if item.assignee_id is None and take and may_work(who, item):
        item.assignee_id, item.claimed_at = who.id, step.now
    if item.assignee_id != who.id:
        raise (Conflict if item.assignee_id else Forbidden)(
            _taken(session, item) if item.assignee_id else msg("Take this task before completing it."),
            **state_of(session, item),
        )
    if not may_work(who, item):
        raise Forbidden(msg("This task is for %(roles)s.", roles=", ".join(item.roles)))
    checked = check_answers(step, item, answers)
    return finish(step, item, checked, who.id)


def finish(step: Step, item: WorkItem, answers: dict[str, Any], person_id: str | None) -> Step:
    """Record a completion and let the flow go on: shared by people and by playing a process."""
    item.state, item.completed_at, item.completed_by = WorkItemState.COMPLETED, step.now, person_id
    item.outcome, item.draft = answers, {}
    step.record("task_completed", item.element, item.name, item=item.id)
    snapshot.close_item(step, item)
    if item.kind == "escalation":
        return advance.run(step, escalations.Answer(item, answers))
    return advance.run(step, commands.CompleteTask(item, answers))


def form_of(step: Step, item: WorkItem) -> form.Form | None:
    """The form of an item, from the files of its own version."""
    return step.program.forms.get(item.form) if item.form else None


def check_answers(step: Step, item: WorkItem, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers by the item's form: hidden fields dropped; raises Invalid with every fault."""
    definition = form_of(step, item)
    if definition is None:
        return answers
    context = step.run.context(item.wait_id) if item.kind == "task" else {}
    judge = step.house.judge
    checked = (
        judge(step, item, definition, answers, context)
        if judge
        else definition.validate(answers, feel.from_json(context), step.env())
    )
    if checked.errors:
        raise Invalid(msg("Some answers need correction."), checked.errors)
    return checked.values


def state_of(session: Session, item: WorkItem) -> dict[str, Any]:
    """The current state of an item, for whoever came late."""
    names = dict(
        session.execute(
            select(Person.id, Person.name).where(
                Person.id.in_([item.assignee_id or "", item.completed_by or ""])
            )
        ).all()
    )
    return {
        "id": item.id,
        "state": item.state,
        "version": item.version,
        "assignee": names.get(item.assignee_id or ""),
        "completed_by": names.get(item.completed_by or ""),
        "completed_at": item.completed_at.isoformat() if item.completed_at else None,
    }


def _open_step(house: House, session: Session, who: Principal, item_id: str) -> Step:
    """The item's instance, locked: whatever changes an item does so under this lock."""
    return Step.open_for_item(house, session, item_id, who)


def _open_item(step: Step, who: Principal, item_id: str, version: int | None) -> WorkItem:
    item = next((item for item in step.rows.items if item.id == item_id), None)
    if item is None:
        item = step.session.get(WorkItem, item_id)
    return _must_be_open(step.house, step.session, who, item, version)


def _must_be_open(
    house: House, session: Session, who: Principal, item: WorkItem | None, version: int | None
) -> WorkItem:
    """An item locked for somebody whom its report does not accuse, when they may change it."""
    if item is None or not _concerns(house, session, who, item):
        raise NotFound(msg("There is no such task."))
    if item.state != WorkItemState.OPEN:
        state = state_of(session, item)
        if item.state == WorkItemState.COMPLETED:
            raise Stale(msg("%(name)s completed this task.", name=state["completed_by"] or "–"), **state)
        raise Stale(msg("The flow has taken this task away."), **state)
    if version is not None and item.version != version:
        raise Stale(msg("This task has changed meanwhile."), **state_of(session, item))
    return item


def _assign(step: Step, item: WorkItem, person_id: str | None, kind: str, **data: Any) -> None:
    item.assignee_id, item.claimed_at = person_id, step.now if person_id else None
    item.version += 1
    step.record(kind, item.element, item.name, item=item.id, **data)
    queue.move(step.session, item)
    step.save()


def _candidate(step: Step, who: Principal, item: WorkItem, login: str) -> Principal:
    """Whom the item may be given: somebody of its roles who does not leave it alone, or oneself."""
    session = step.session
    person = session.scalar(select(Person).where(Person.login == login, Person.agency_id == item.agency_id))
    if person is None:
        raise NotFound(msg("Nobody of this agency signs in as %(login)s.", login=login))
    target = of_person(session, person.id, step.now)
    if not may_do(session, target, item):
        raise Forbidden(msg("%(name)s may not do this task.", name=target.name))
    if person.id != who.id and staffing.leaves_alone(step, person.id, item.excluded_unit):
        raise Conflict(staffing.alone(person.name), **state_of(session, item))
    return target


def _taken(session: Session, item: WorkItem) -> Any:
    name = (
        session.scalar(select(Person.name).where(Person.id == item.assignee_id)) if item.assignee_id else None
    )
    return msg("%(name)s has this task.", name=name or "–")
