"""Reminders and escalations: what a limit does when its share is used up, and the senior role's answer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.db.models import Deadline, Job, Person, WorkItem
from engine.errors import FieldError, Invalid, NotFound, msg
from engine.people.principals import of_person
from engine.runtime import deadlines, queue, staffing
from engine.runtime.commands import lateness
from engine.runtime.conflicts import is_accused
from engine.runtime.second_look import look_again
from engine.runtime.step import Step
from engine.states import DeadlineState, WorkItemState

FORM = "bersama_eskalasi"


@dataclass(frozen=True)
class Remind:
    """The reminder's share of a limit is used up: tell the assignee, or all candidates."""

    job: Job

    def apply(self, step: Step) -> None:
        deadline = _live(step, self.job)
        if deadline is None:
            return
        deadline.told = max(deadline.told, deadlines.REMIND)
        step.record(
            "reminded",
            deadline.element,
            deadline.name,
            deadline=deadline.id,
            subject=deadline.subject,
            late_seconds=lateness(step, self.job),
        )
        for person_id in _whom(step, deadline):
            step.tell("notice", f"{self.job.key}:{person_id}", person_id, _notice("reminder", deadline))


@dataclass(frozen=True)
class Escalate:
    """A limit has passed: a work item for the senior role; what is late stays open."""

    job: Job

    def apply(self, step: Step) -> None:
        deadline = _live(step, self.job)
        if deadline is None:
            return
        deadline.told = max(deadline.told, self.job.level)
        excluded = _excluded_unit(step)
        wanted = deadlines.escalation_role(deadline, self.job.level)
        roles = staffing.with_next_level(step, deadline.element, [wanted], excluded)
        item = step.rows.new(
            WorkItem,
            id=step.house.new_id(step.now),
            agency_id=step.instance.agency_id,
            instance_id=step.instance.id,
            wait_id=f"esc:{deadline.id}:{deadline.round}:{self.job.level}",
            kind="escalation",
            element=deadline.element,
            name=f"Eskalasi: {deadline.name}",
            form=FORM if FORM in step.program.forms else None,
            roles=roles,
            state=WorkItemState.OPEN,
            version=1,
            created_at=step.now,
            escalation_of=deadline.id,
            level=self.job.level,
            excluded_unit=excluded,
            local={},
        )
        queue.put_in(step.session, item)
        step.record(
            "escalated",
            deadline.element,
            item.name,
            item=item.id,
            deadline=deadline.id,
            subject=deadline.subject,
            role=roles[-1],
            level=self.job.level,
            late_seconds=lateness(step, self.job),
        )
        for person_id in staffing.reached(step, roles, excluded):
            step.tell("notice", f"{self.job.key}:{person_id}", person_id, _notice("escalation", deadline))


@dataclass(frozen=True)
class Answer:
    """The senior role decided on an escalation: take over, hand to another, or give time."""

    item: WorkItem
    answers: dict[str, Any]

    def apply(self, step: Step) -> None:
        late = _late_item(step, self.item)
        action = self.answers.get("tindakan")
        step.record(
            "escalation_answered",
            self.item.element,
            self.item.name,
            item=self.item.id,
            action=action,
            reason=self.answers.get("alasan"),
        )
        if late is None:
            return
        if action == "ambil_alih" and self.item.completed_by:
            _hand_over(step, late, self.item.completed_by)
        elif action == "tugaskan_ulang":
            _hand_over(step, late, _person(step, late, str(self.answers.get("pelaksana_baru"))))


def _live(step: Step, job: Job) -> Deadline | None:
    """The limit a job tells of, while it still runs in the round the job was set for."""
    deadline = next((row for row in step.rows.deadlines if row.id == job.deadline_id), None)
    if deadline is None or deadline.state != DeadlineState.RUNNING:
        return None
    return deadline if job.key.split(":")[1] == str(deadline.round) else None


def _whom(step: Step, deadline: Deadline) -> list[str]:
    """The assignee, or a deputy of theirs, or whoever answers for its roles now."""
    item = next((item for item in step.rows.items if item.deadline_id == deadline.id), None)
    if item is not None:
        look_again(step, item)
        if item.assignee_id:
            return staffing.deputies(step, item.assignee_id, item.excluded_unit) or [item.assignee_id]
    roles = item.roles if item is not None else deadline.roles[:1]
    return staffing.reached(step, roles, _excluded_unit(step))


def _late_item(step: Step, escalation: WorkItem) -> WorkItem | None:
    return next((item for item in step.rows.items if item.deadline_id == escalation.escalation_of), None)


def _hand_over(step: Step, item: WorkItem, person_id: str) -> None:
    item.assignee_id, item.claimed_at = person_id, step.now
    item.version += 1
    step.record("task_reassigned", item.element, item.name, item=item.id)
    queue.move(step.session, item)


def _person(step: Step, late: WorkItem, login_or_id: str) -> str:
    """The new assignee of a late task: somebody of its roles whom its report does not accuse."""
    person_id = step.session.scalar(
        select(Person.id).where(
            Person.agency_id == step.instance.agency_id,
            Person.active.is_(True),
            (Person.login == login_or_id) | (Person.id == login_or_id),
        )
    )
    if person_id is None:
        raise NotFound(msg("Nobody of this agency is %(login)s.", login=login_or_id))
    person = of_person(step.session, person_id, step.now)
    if not person.has(*late.roles) or is_accused(step.session, person, late.instance_id):
        problem = msg("%(name)s may not do this task.", name=person.name)
    elif staffing.leaves_alone(step, person_id, late.excluded_unit):
        problem = staffing.alone(person.name)
    else:
        return person_id
    raise Invalid(msg("Some answers need correction."), [FieldError("pelaksana_baru", problem)])


def _excluded_unit(step: Step) -> str | None:
    other = step.session.scalar(
        select(WorkItem.excluded_unit)
        .where(WorkItem.instance_id == step.instance.id)
        .order_by(WorkItem.id.desc())
        .limit(1)
    )
    return other


def _notice(kind: str, deadline: Deadline) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": deadline.name,
        "due": deadline.due_at.isoformat() if deadline.due_at else None,
    }
