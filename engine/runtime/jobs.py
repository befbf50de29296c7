"""Jobs: due timers, reminders and escalations run here; topics are leased to workers.

Firing deletes or ends the job in the same transaction as its effect, so whoever dies in between leaves the
job due and the effect not done, and no job has its effect twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.db.models import Instance, Job
from engine.db.prepared import connection_of
from engine.errors import AlurError, Conflict, Forbidden, Invalid, NotFound, msg
from engine.people.principals import ADMIN, OPERATOR, SCHEDULER, Actor, Principal, actor_of
from engine.runtime import advance, conflicts, escalations, incidents, pausing
from engine.runtime.commands import FIRST_DUE, Command, FinishJob, FireTimer, ThrowError, due_first
from engine.runtime.house import House
from engine.runtime.rows import Rows
from engine.runtime.signals import THROWN
from engine.runtime.step import Step, save_together
from engine.states import JobState

log = logging.getLogger("alur.jobs")

BATCH = 100  # due jobs in one call
TOGETHER = 50  # of them in one transaction
FEW = 10  # of them while people are being served: whoever saves a form waits for the transaction under way
ATTEMPTS = 5  # of a due job that fails, before an operator is asked
LONGEST_LEASE = timedelta(hours=1)
BACKOFF = timedelta(minutes=1)
COMMANDS: dict[str, Callable[[Job], Command]] = {
    "timer": FireTimer,
    "reminder": escalations.Remind,
    "escalation": escalations.Escalate,
    "resume": pausing.GoOn,
}
DUE_KINDS = tuple(COMMANDS)
# Written out, not bound: only so does the index over waiting jobs serve, and each beat asks this.
IS_WAITING = Job.state == bindparam("waiting", JobState.WAITING.value, literal_execute=True)

DUE = (
    select(Job.id, Instance)
    .join(Instance, Instance.id == Job.instance_id)
    .where(IS_WAITING, Job.kind.in_(DUE_KINDS), Job.due_at <= bindparam("now"))
    .order_by(Job.due_at)  # and no more, as the index has them: thousands may be due in one instant
    .with_for_update(of=Instance, skip_locked=True)
)

ENDED = delete(Job).where(Job.id.in_(bindparam("jobs", expanding=True)))


def run_due(house: House, limit: int = BATCH) -> int:
    """Run what is due, oldest first, at most ``limit`` jobs; how many were dealt with.

    On PostgreSQL a case that somebody else works on now is left to a later call; nobody waits for anybody.
    """
    dealt = 0
    while dealt < limit:
        gives_way = house.courtesy.stand_back()
        together = FEW if house.courtesy.is_wanted else TOGETHER
        count = _run_batch(house, min(together, limit - dealt), gives_way)
        if not count:
            break
        dealt += count
    return dealt


class _Heard(Exception):
    """A case threw what those before it in the batch may wait for by now, unseen until they are saved."""


def _run_batch(house: House, limit: int, gives_way: bool) -> int:
    """Run some jobs in one transaction, for a commit costs as much as a step.

    Where one of them fails each is run again in its own, so that a broken case keeps nobody from his due.
    """
    claimed: list[str] = []
    try:
        with house.database.write() as session:
            return _run(house, session, DUE.limit(limit), claimed, gives_way)
    except OperationalError:
        # The database was busy or away, which is no fault of these jobs: they stay due.
        log.warning("%d due jobs have to wait for the database", len(claimed))
        return 0
    except Exception:
        return sum(_run_alone(house, job_id) for job_id in claimed)


def _run_alone(house: House, job_id: str) -> int:
    """Run one due job, or put it off when it fails; 1 where either was done."""
    try:
        with house.database.write() as session:
            return _run(house, session, DUE.where(Job.id == job_id), [], False)
    except OperationalError:
        log.warning("job %s has to wait for the database", job_id)
        return 0
    except Exception as error:
        # Whatever is wrong with one case must not keep the jobs behind it from running.
        log.warning("job %s failed: %s", job_id, type(error).__name__)
        return _postpone(house, job_id, error)


def _run(
    house: House, session: Session, query: Select[str, Instance], claimed: list[str], gives_way: bool
) -> int:
    """Run the first due job of each instance that the query locks; fills in which, and says how many.

    On SQLite nobody else writes meanwhile, so it ends early when somebody waits, if it ``gives_way``: people
    come first, but not always.
    """
    now, due = house.now(), dict[str, tuple[str, Instance]]()
    for job_id, instance in session.execute(query, {"now": now}):
        due.setdefault(instance.id, (job_id, instance))
    for foresee in house.foresights if due else ():
        foresee(session, due)
    steps: list[Step] = []
    # Read behind the locks: what was done meanwhile is not there any more.
    for instance_id, rows in Rows.of_many(connection_of(session), due).items() if due else ():
        job_id, instance = due[instance_id]
        job = rows.job(job_id)
        if job is None or not _is_due(job, now):
            continue
        claimed.append(job_id)
        step = Step(house, session, instance, SCHEDULER, now)
        step.rows = rows
        rows.take_out(job)
        advance.apply(step, COMMANDS[job.kind](job))
        if steps and any(happening.kind == THROWN for happening in step.happenings):
            raise _Heard
        steps.append(step)
        if gives_way and house.database.wanted:
            break
    if steps:
        session.execute(ENDED, {"jobs": claimed})
        save_together(session, steps)
    return len(steps)


def _is_due(job: Job, now: datetime) -> bool:
    return job.state == JobState.WAITING and job.due_at is not None and job.due_at <= now


def is_any_due(house: House) -> bool:
    """Whether a timer, reminder or escalation is due now."""
    with house.database.read() as session:
        first = next_due(session)
    return first is not None and first <= house.now()


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """When the next timer, reminder or escalation is due; with ``after``, the next one later than that."""
    later = Job.due_at.is_not(None) if after is None else Job.due_at > after
    query = select(Job.due_at).where(IS_WAITING, Job.kind.in_(DUE_KINDS), later)
    return session.scalar(query.order_by(Job.due_at).limit(1))


def _lock(house: House, session: Session, job_id: str) -> tuple[Step, Job] | None:
    """A waiting job with its instance, which is locked first, as in every step; None when it is gone."""
    instance_id = session.scalar(select(Job.instance_id).where(Job.id == job_id))
    if instance_id is None:
        return None
    step = Step.open(house, session, instance_id, SCHEDULER)
    job = step.rows.job(job_id)
    return (step, job) if job is not None and job.state == JobState.WAITING else None


def _postpone(house: House, job_id: str, error: Exception) -> int:
    """A due job that cannot run waits longer each time, then becomes an incident; others go on."""
    reason = error if isinstance(error, AlurError) else AlurError(msg("The program failed at this step."))
    with house.database.write() as session:
        found = _lock(house, session, job_id)
        if found is None:
            return 0
        step, job = found
        job.attempts += 1
        job.error = str(reason)
        job.payload = {FIRST_DUE: due_first(job).isoformat(), **job.payload}
        job.due_at = step.now + BACKOFF * 2**job.attempts
        if job.attempts >= ATTEMPTS:
            job.state = JobState.FAILED
            incidents.open_incident(step, job.element, job.kind, reason, job.id)
        step.save()
        return 1


def fetch(
    house: House, who: Principal, topics: list[str], worker: str, lease: timedelta, limit: int = 10
) -> list[Job]:
    """Lease waiting topic jobs of the agency to a worker, oldest first.

    Never of a report that accuses who asks. A job whose lease has run out is fetched again; what the late
    worker reports then is refused.
    """
    _must_work(who)
    if not timedelta(0) < lease <= LONGEST_LEASE:
        raise Invalid(msg("A lease is between 1 second and 1 hour."))
    now = house.now()
    with house.database.write() as session:
        jobs = list(
            session.scalars(
                select(Job)
                .where(
                    Job.agency_id == who.agency_id,
                    Job.state == JobState.WAITING,
                    Job.kind == "topic",
                    Job.topic.in_(topics),
                    Job.due_at <= now,
                    (Job.lease_until.is_(None)) | (Job.lease_until <= now),
                    *conflicts.apart(who, Job.instance_id),
                )
                .order_by(Job.due_at, Job.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        )
        for job in jobs:
            job.lease_owner, job.lease_until = worker, now + lease
        return jobs


def complete(house: House, who: Principal, job_id: str, worker: str, variables: dict[str, Any]) -> None:
    """A worker finished its leased job. Raises NotFound, Conflict (not leased to it any more), Invalid."""
    with house.database.write() as session:
        step, job = _leased(house, session, who, job_id, worker)
        advance.run(step, FinishJob(job, variables))


def throw_error(house: House, who: Principal, job_id: str, worker: str, code: str) -> None:
    """A worker answers its leased job with a business error. Raises as ``complete``."""
    with house.database.write() as session:
        step, job = _leased(house, session, who, job_id, worker)
        advance.run(step, ThrowError(job, code))


def fail(
    house: House, who: Principal, job_id: str, worker: str, error: str, retries: int | None = None
) -> Job:
    """A worker could not do its leased job: tried again later, an incident when no retry is left."""
    with house.database.write() as session:
        step, job = _leased(house, session, who, job_id, worker)
        fail_in(step, job, error, retries)
        return job


def fail_in(step: Step, job: Job, error: str, retries: int | None = None) -> None:
    """The same inside a step: shared by workers and by playing a process."""
    job.attempts += 1
    job.error, job.lease_owner, job.lease_until = error, None, None
    left = retries if retries is not None else job.retries - job.attempts
    step.record("job_failed", job.element, job.topic or "", attempt=job.attempts, error=error)
    if left > 0:
        job.due_at = step.now + BACKOFF * 2 ** min(job.attempts, 10)
    else:
        job.state = JobState.FAILED
        incidents.open_incident(step, job.element, "job", AlurError(error), job.id)
    step.save()


def _leased(house: House, session: Session, who: Principal, job_id: str, worker: str) -> tuple[Step, Job]:
    _must_work(who)
    known = select(Job.instance_id).where(
        Job.id == job_id, Job.agency_id == who.agency_id, Job.kind == "topic"
    )
    instance_id = session.scalar(known)
    if instance_id is None:
        raise NotFound(msg("There is no such job."))
    step = Step.open(house, session, instance_id, worker_actor(who, worker))
    job = step.rows.job(job_id)
    if job is None or job.state != JobState.WAITING:
        state = session.scalar(select(Job.state).where(Job.id == job_id))
        raise Conflict(msg("This job has ended."), state=state)
    if job.lease_owner != worker or job.lease_until is None or job.lease_until <= step.now:
        raise Conflict(msg("This job is not leased to %(worker)s.", worker=worker), owner=job.lease_owner)
    return step, job


def worker_actor(who: Principal, worker: str) -> Actor:
    """A worker's name in the history."""
    return Actor(actor_of(who).id, worker)


def _must_work(who: Principal) -> None:
    if not who.has(OPERATOR, ADMIN):
        raise Forbidden(msg("Only a worker's account (role operator) may handle jobs."))
