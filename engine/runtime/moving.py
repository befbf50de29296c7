"""The one command that moves open deadlines to what today's calendars count: audited, all or none."""

from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import history
from engine.db.models import Agency, Job
from engine.errors import FieldError, Stale, msg
from engine.people.calendars import fingerprint
from engine.people.keeping import CHANGED
from engine.people.principals import Principal, actor_of
from engine.people.rules import LONGEST_NAME, length_faults, must_administer, raise_faults
from engine.runtime import deadlines, queue, recount
from engine.runtime.house import House
from engine.runtime.recount import Move
from engine.runtime.step import Step
from engine.runtime.timers import RECEIPT
from engine.states import DeadlineState, JobState

MOVED = "deadline_moved"


def move(house: House, who: Principal, reason: str, version: str) -> int:
    """Move every open deadline of the agency as the preview with this version showed; returns how many.

    Due times, reminders, escalations and drawn timers move together, in one transaction; each report's
    history says from when to when, who and why. Raises Forbidden, Invalid, and Stale when the calendars
    changed since the preview.
    """
    must_administer(who)
    faults = length_faults("reason", reason, LONGEST_NAME)
    if not reason.strip():
        faults.append(FieldError("reason", msg("Write why.")))
    raise_faults(faults)
    with house.database.write() as session:
        session.get_one(Agency, who.agency_id, with_for_update=True)  # no calendar changes meanwhile
        now = fingerprint(session, who.agency_id)
        if now != version:
            raise Stale(msg("The calendar has changed since this preview. Look at it again."), version=now)
        found = sorted(recount.moves(house, session, who.agency_id), key=lambda move: move.instance_id)
        moved = sum(
            _move_instance(house, session, who, instance_id, list(group), reason.strip())
            for instance_id, group in groupby(found, key=lambda move: move.instance_id)
        )
        if moved:
            _note(house, session, who, reason.strip(), moved)
        return moved


def _move_instance(
    house: House, session: Session, who: Principal, instance_id: str, found: list[Move], reason: str
) -> int:
    """The deadlines of one instance, under its lock; what meanwhile ended or moved stays as it is."""
    step = Step.open(house, session, instance_id, actor_of(who), who.agency_id)
    moved = 0
    for each in found:
        done = _move_timer(step, each) if each.kind == "timer" else _move_deadline(step, each, reason)
        if done:
            moved += 1
            step.record(
                MOVED,
                each.element,
                each.name,
                subject=each.kind,
                before=each.before.due.isoformat() if each.before.due else None,
                after=each.after.due.isoformat() if each.after.due else None,
                reason=reason,
                calendar=each.receipt["version"],
            )
    if moved:
        step.save()
    session.flush()
    session.expunge_all()
    return moved


def _move_deadline(step: Step, move: Move, reason: str) -> bool:
    deadline = next((row for row in step.rows.deadlines if row.id == move.id), None)
    if deadline is None or deadline.state == DeadlineState.STOPPED or deadline.due_at != move.before.due:
        return False
    deadlines.count(step, deadline)
    if move.before.due is not None:
        told = {"before": move.before.due.isoformat(), "reason": reason}
        deadline.receipt = {**deadline.receipt, "moved": told}
    for item in step.rows.items:
        if item.deadline_id == deadline.id:
            item.due_at, item.reminder_at = deadline.due_at, deadline.reminder_at
            queue.move(step.session, item)
    return True


def _move_timer(step: Step, move: Move) -> bool:
    job = step.session.scalar(select(Job).where(Job.id == move.id).with_for_update())
    if job is None or job.state != JobState.WAITING or job.due_at != move.before.due:
        return False
    job.due_at = move.after.due
    job.payload = {**job.payload, RECEIPT: move.receipt}
    return True


def _note(house: House, session: Session, who: Principal, reason: str, moved: int) -> None:
    history.remember(
        session,
        history.event(
            agency_id=who.agency_id,
            at=house.now(),
            kind=CHANGED,
            name=reason,
            actor_id=who.id,
            actor=who.name,
            data={"what": "moved", "count": moved},
        ),
    )
