"""A second look at an open task: people have come or gone, and it goes back to its role, up a level, or down.

Whoever left, is away and nobody stands in, or has come to be accused, gives back what they had. What stands
with a higher level because nobody answered comes down again when somebody does, unless that one has taken it.
"""

from engine.db.models import Person, WorkItem
from engine.errors import AlurError
from engine.people.principals import of_person
from engine.runtime import conflicts, deadlines, incidents, queue, snapshot, staffing
from engine.runtime.step import Step

# Why a task was given back: its assignee's account is closed, they are away, or the report accuses them.
LEFT, AWAY, ACCUSED = "left", "away", "accused"


def look_again(step: Step, item: WorkItem) -> None:
    """Give it back, pass it up, let it come down, as it stands with the people now."""
    before, roles = (item.assignee_id, item.roles), item.roles
    if item.assignee_id and (why := _gone(step, item, item.assignee_id)):
        item.assignee_id = item.claimed_at = None
        step.record("task_released", item.element, item.name, item=item.id, why=why)
    if (own := _below(step, item)) is not None:
        incidents.resolve_unheld(step, item.element)
        roles = own
    item.roles = staffing.with_next_level(step, item.element, roles, item.excluded_unit)
    if item.roles != before[1]:
        kind = "task_passed_up" if own is None else "task_came_down"
        step.record(kind, item.element, item.name, item=item.id, roles=item.roles)
    if before != (item.assignee_id, item.roles):
        item.version += 1
        queue.move(step.session, item)


def settle(step: Step) -> None:
    """What was told of roles that nobody answers for is over where somebody does, or where it is done."""
    for element in incidents.unheld(step):
        if all(_stands_where_it_belongs(step, item) for item in step.rows.items if item.element == element):
            incidents.resolve_unheld(step, element)


def _stands_where_it_belongs(step: Step, item: WorkItem) -> bool:
    if not staffing.is_answered(step, item.roles, item.excluded_unit):
        return False
    return len(item.roles) < 2 or item.roles == _own_roles(step, item)


def _gone(step: Step, item: WorkItem, person_id: str) -> str | None:
    """Why a task does not stay with its assignee; what somebody took while they were away is theirs."""
    if not step.session.get_one(Person, person_id).active:
        return LEFT
    if conflicts.is_kept_from(step, person_id):
        return ACCUSED
    since = staffing.away_since(step, person_id)
    if since is None or (item.claimed_at is not None and item.claimed_at > since):
        return None
    return None if staffing.deputies(step, person_id, item.excluded_unit) else AWAY


def _below(step: Step, item: WorkItem) -> list[str] | None:
    """The own roles of a task that was passed up, where it can stand lower again; None where it stays."""
    if len(item.roles) < 2 or not staffing.is_answered(step, item.roles[:-1], item.excluded_unit):
        return None
    own = _own_roles(step, item)
    if own is None or own == item.roles:
        return None
    if item.assignee_id and not of_person(step.session, item.assignee_id, step.now).has(*own):
        return None  # the higher level keeps what it has taken
    return own


def _own_roles(step: Step, item: WorkItem) -> list[str] | None:
    """Whom a task, or an escalation, was for before it was passed up; None where that cannot be told."""
    if item.kind == "escalation":
        limit = next((row for row in step.rows.deadlines if row.id == item.escalation_of), None)
        return [deadlines.escalation_role(limit, item.level or deadlines.ESCALATE)] if limit else None
    try:
        return snapshot.roles_of(step, step.program.element(item.element), step.run.context(item.wait_id))
    except AlurError:
        return None
