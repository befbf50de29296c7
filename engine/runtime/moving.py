"""The one command that moves open deadlines to what today's calendars count: audited, all or none."""

from itertools import groupby

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db import history
from engine.db.models import Agency, Deadline, Instance, Job, WorkItem
from engine.db.prepared import connection_of
from engine.errors import FieldError, Stale, msg
from engine.people.calendars import fingerprint
from engine.people.keeping import CHANGED
from engine.people.principals import Principal, actor_of
from engine.people.rules import LONGEST_NAME, length_faults, must_administer, raise_faults
from engine.runtime import deadlines, queue, recount
from engine.runtime.deadlines import Counted
from engine.runtime.house import House
from engine.runtime.recount import Move
from engine.runtime.rows import IS_OPEN_JOB, Rows
from engine.runtime.step import Step, save_together
from engine.runtime.timers import RECEIPT
from engine.states import DeadlineState, JobState

MOVED = "deadline_moved"
BATCH = 500


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
        moved = 0
        for start in range(0, len(found), BATCH):
            moved += _move_batch(house, session, who, found[start : start + BATCH], reason.strip())
        if moved:
            _note(house, session, who, reason.strip(), moved)
        return moved


def _move_batch(house: House, session: Session, who: Principal, found: list[Move], reason: str) -> int:
    """Some deadlines, under the locks of their instances; what meanwhile ended or moved stays as it is."""
    moves = {key: list(group) for key, group in groupby(found, key=lambda move: move.instance_id)}
    query = select(Instance).where(Instance.id.in_(moves)).order_by(Instance.id).with_for_update()
    instances = session.scalars(query).all()
    rows, moved = Rows.of_many(connection_of(session), moves), 0
    changed: list[Step] = []
    items: list[WorkItem] = []
    _clear_jobs(session, moves, rows)
    for instance in instances:
        step = Step(house, session, instance, actor_of(who), house.now())
        step.rows = rows[instance.id]
        count = sum(_move(step, move, reason, items) for move in moves[instance.id])
        if count:
            moved += count
            changed.append(step)
    if items:
        queue.move_all(session, items)
    save_together(session, changed)
    session.expunge_all()
    return moved


def _clear_jobs(session: Session, moves: dict[str, list[Move]], rows: dict[str, Rows]) -> None:
    """Delete what would tell of these deadlines at the old times, in one statement."""
    stale = [
        deadline.id
        for instance_id, found in moves.items()
        for deadline in rows[instance_id].deadlines
        if any(_applies(move, deadline) for move in found)
    ]
    gone = delete(Job).where(Job.instance_id.in_(moves), Job.deadline_id.in_(stale), IS_OPEN_JOB)
    session.execute(gone.execution_options(synchronize_session=False))


def _applies(move: Move, deadline: Deadline) -> bool:
    """Whether a deadline is still as it was when its move was counted."""
    same = (move.id, move.round) == (deadline.id, deadline.round)
    return same and deadline.state != DeadlineState.STOPPED


def _move(step: Step, move: Move, reason: str, items: list[WorkItem]) -> bool:
    on = move.on
    if not (_move_timer(step, move) if on is None else _move_deadline(step, move, on, reason, items)):
        return False
    before, after = move.before.promised, move.after.promised
    step.record(
        MOVED,
        move.element,
        move.name,
        subject=move.what,
        before=before.isoformat() if before else None,
        after=after.isoformat() if after else None,
        reason=reason,
        calendar=move.receipt["version"],
    )
    return True


def _move_deadline(step: Step, move: Move, on: Counted, reason: str, items: list[WorkItem]) -> bool:
    """Move a deadline; its open items are added to those that find new places in their queues."""
    deadline = next((row for row in step.rows.deadlines if _applies(move, row)), None)
    if deadline is None:
        return False
    deadlines.settle(step, deadline, on, cleared=True)
    if move.before.promised is not None:
        _tell(deadline, move, {"before": move.before.promised.isoformat(), "reason": reason})
    for item in step.rows.items:
        if item.deadline_id == deadline.id:
            item.due_at, item.reminder_at = deadline.due_at, deadline.reminder_at
            items.append(item)
    return True


def _tell(deadline: Deadline, move: Move, moved: dict[str, str]) -> None:
    """The receipt of what moved says from when, and why."""
    if move.what == recount.PAUSE:
        moved_pause = {**deadline.receipt["paused"], "moved": moved}
        deadline.receipt = {**deadline.receipt, "paused": moved_pause}
    else:
        deadline.receipt = {**deadline.receipt, "moved": moved}


def _move_timer(step: Step, move: Move) -> bool:
    job = step.rows.job(move.id)
    if job is None or job.state != JobState.WAITING or job.due_at != move.before.due:
        return False
    job.due_at = move.after.due
    job.payload = {**job.payload, RECEIPT: move.receipt}
    return True


def _note(house: House, session: Session, who: Principal, reason: str, moved: int) -> None:
    history.remember(
        session,
        history.entry(
            history.event(CHANGED, name=reason, data={"what": "moved", "count": moved}),
            agency_id=who.agency_id,
            at=house.now(),
            actor_id=who.id,
            actor=who.name,
        ),
    )
