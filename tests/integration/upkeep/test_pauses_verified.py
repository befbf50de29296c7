"""A clock that is paused, with the job that ends the pause, is nothing that `alur verify` warns of."""

from sqlalchemy import delete, select

from engine.db.models import Deadline, Job
from engine.states import DeadlineState
from engine.upkeep import audit
from tests.integration.test_pauses import ask, player


def test_the_job_that_ends_a_pause_belongs_to_a_paused_limit() -> None:
    case = player()
    ask(case)
    with case.house.database.read() as session:
        job = session.scalars(select(Job).where(Job.kind == "resume")).one()
    assert audit.verify(case.house) == []
    with case.house.database.write() as session:
        limit = session.get_one(Deadline, job.deadline_id)
        limit.state = DeadlineState.RUNNING
        session.execute(delete(Job).where(Job.kind.in_(("reminder", "escalation"))))
    assert [f"job {job.id}"] == [each["what"] for each in audit.verify(case.house) if "job" in each["what"]]
