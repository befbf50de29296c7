"""A step's rows: new ones are found before they are written, changes are, a limit's jobs go unread."""

from sqlalchemy import select

from engine import worktime
from engine.cases.filing import Filing, file
from engine.db.models import Deadline, Instance, Job
from engine.people.principals import SYSTEM
from engine.runtime import deadlines
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import JobState
from tests.support.agency import REPORT


def test_new_rows_stand_beside_stored_ones_and_go_with_their_limit(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", REPORT, "kunci-1"))
    with house.database.write() as session:
        instance_id = session.scalars(select(Instance.id)).one()
        step = Step.open(house, session, instance_id, SYSTEM)
        deadline = next(row for row in step.rows.deadlines if _stored(house, row))
        other = next(row for row in step.rows.deadlines if row is not deadline and _stored(house, row))
        _add_job(step, deadline, "a")
        _add_job(step, other, "b")

        keys = {job.key for job in step.rows.jobs}
        assert {"a", "b"} <= keys and keys >= _stored(house, deadline) | _stored(house, other)
        step.rows.drop_jobs_of(deadline)
        assert all(job.deadline_id != deadline.id for job in step.rows.jobs)
        step.save()
    assert _stored(house, deadline) == set()
    assert "b" in _stored(house, other) and len(_stored(house, other)) > 1


def test_what_changes_between_two_saves_of_a_step_is_written(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", REPORT, "kunci-1"))
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        limit = worktime.Limit.parse("3 HK")
        new = deadlines.start(step, "scope", "baru", element="baru", name="Baru", limit=limit, roles=[])
        old = next(row for row in step.rows.deadlines if row is not new)
        step.save()
        new.name, old.name = "Lain", "Lain juga"
        step.save()
    with house.database.read() as session:
        assert session.get_one(Deadline, new.id).name == "Lain"
        assert session.get_one(Deadline, old.id).name == "Lain juga"


def _add_job(step: Step, deadline: Deadline, key: str) -> None:
    step.rows.new(
        Job,
        id=step.house.new_id(step.now),
        key=key,
        agency_id=deadline.agency_id,
        instance_id=deadline.instance_id,
        kind="reminder",
        state=JobState.WAITING,
        element=deadline.element,
        due_at=deadline.due_at,
        deadline_id=deadline.id,
        level=1,
        created_at=step.now,
    )


def _stored(house: House, deadline: Deadline) -> set[str]:
    with house.database.read() as session:
        return set(session.scalars(select(Job.key).where(Job.deadline_id == deadline.id)))
