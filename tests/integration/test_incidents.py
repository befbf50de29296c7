"""What an operator does about incidents, and the audit that opens one on a case that waits for nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from engine.cases.filing import Filing, file
from engine.db import events
from engine.db.models import Case, Deadline, Incident, Instance, Job, Subscription, WorkItem
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.people.principals import SYSTEM, Principal
from engine.runtime import incidents, jobs, liveness, operations
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.upkeep import audit
from tests.support.agency import REPORT, open_agency, principal

WHY = "Dikerjakan di luar sistem."


def _file(house: House) -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k1"))


def _operator(house: House) -> Principal:
    return principal(house, "operator@contoh")


def _stand(house: House) -> str:
    """Let the case of one report stand in an incident of its flow."""
    _file(house)
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        opened = incidents.open_incident(step, "T01_registrasi", "flow", ValueError("Registri diam."))
        step.save()
        return opened.id


def _fail_reminder(house: House) -> str:
    """Let the reminder of one report fail until it is an incident."""
    _file(house)

    def stumble(step: Step) -> None:
        raise KeyError("a fault of the program")

    house.clock.set(house.now() + timedelta(days=1, hours=7, minutes=30))  # type: ignore[attr-defined]
    house.observers.insert(0, stumble)
    for _ in range(jobs.ATTEMPTS):
        jobs.run_due(house)
        house.clock.set(house.now() + timedelta(minutes=70))  # type: ignore[attr-defined]
    house.observers.remove(stumble)
    with house.database.read() as session:
        failed = session.scalars(select(Job).where(Job.state == "failed")).all()
        assert [job.kind for job in failed][:1] == ["reminder"]
        return session.scalars(select(Incident.id).where(Incident.job_id == failed[0].id)).one()


def _state(house: House) -> str:
    with house.database.read() as session:
        return session.scalars(select(Instance.state)).one()


def _events(house: House, kind: str) -> list[events.HistoryEvent]:
    with house.database.read() as session:
        return events.read(session, kinds=(kind,), ring=house.keyring)


def test_a_failed_reminder_is_given_up_and_the_case_goes_on_without_it(house: House) -> None:
    incident_id = _fail_reminder(house)
    found = operations.incident(house, _operator(house), incident_id)
    assert found.may_drop and found.job is not None and found.job.error
    cancelled = operations.cancel(house, _operator(house), incident_id, f" {WHY} ")
    assert cancelled.state == "resolved" and cancelled.resolved_by == _operator(house).id
    with house.database.read() as session:
        assert session.get_one(Job, found.job.id).state == "cancelled"
    (event,) = _events(house, "incident_cancelled")
    assert event.data == {"incident": incident_id, "reason": WHY}
    assert event.actor_id == _operator(house).id
    for other in operations.incidents(house, _operator(house)):
        operations.retry(house, _operator(house), other.id)
    while jobs.run_due(house):
        continue
    assert _state(house) == "active"
    assert [event.kind for event in _events(house, "reminded")] == []
    with pytest.raises(Conflict):
        operations.cancel(house, _operator(house), incident_id, WHY)


def test_what_the_case_stands_on_is_given_up_only_with_the_case(house: House) -> None:
    incident_id = _stand(house)
    assert not operations.incident(house, _operator(house), incident_id).may_drop
    with pytest.raises(Conflict, match="try it again, or end the case"):
        operations.cancel(house, _operator(house), incident_id, WHY)
    assert _state(house) == "incident"
    operations.cancel(house, _operator(house), incident_id, WHY, end_case=True)
    assert _state(house) == "terminated"
    assert len(_events(house, "incident_cancelled")) == len(_events(house, "terminated")) == 1
    assert operations.incidents(house, _operator(house)) == []
    with house.database.read() as session:
        assert session.scalars(select(Case)).one().closed_at is not None
    assert audit.verify(house) == []


def test_giving_up_takes_a_reason_the_role_and_the_own_agency(house: House) -> None:
    incident_id = _stand(house)
    open_agency(house, "lain", "LN")
    for reason in ("  ", "x" * 1001):
        with pytest.raises(Invalid):
            operations.cancel(house, _operator(house), incident_id, reason, end_case=True)
    with pytest.raises(Forbidden):
        operations.cancel(house, principal(house, "apip@contoh"), incident_id, WHY, end_case=True)
    stranger = principal(house, "operator@lain")
    for refused in (
        lambda: operations.cancel(house, stranger, incident_id, WHY, end_case=True),
        lambda: operations.incident(house, stranger, incident_id),
    ):
        with pytest.raises(NotFound):
            refused()
    assert _state(house) == "incident"


def test_a_case_that_ends_stands_in_no_incident(house: House) -> None:
    _stand(house)
    with house.database.read() as session:
        instance_id = session.scalars(select(Instance.id)).one()
    operations.terminate(house, _operator(house), instance_id, WHY)
    with house.database.read() as session:
        assert session.scalars(select(Incident.state)).all() == ["resolved"]


def _break(house: House) -> None:
    """Take away everything that the case waits for."""
    with house.database.write() as session:
        for table in (Job, Subscription, Deadline, WorkItem):
            session.execute(delete(table))


def test_a_case_that_waits_for_nothing_is_found_once_and_a_retry_mends_it(house: House) -> None:
    _file(house)
    look = liveness.LivenessAudit()
    assert look(house) == 0
    _break(house)
    assert look(house) == 1
    assert look(house) == 0
    (incident,) = operations.incidents(house, _operator(house))
    assert (incident.kind, _state(house)) == (liveness.KIND, "incident")
    operations.retry(house, _operator(house), incident.id)
    with house.database.read() as session:
        assert session.scalars(select(WorkItem.element)).all() == ["T01_registrasi"]
    assert (look(house), _state(house)) == (0, "active")


def test_the_audit_goes_on_where_it_stopped_and_begins_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=f"k{number}"))
    _break(house)
    monkeypatch.setattr(liveness, "PAGE", 2)
    monkeypatch.setattr(liveness, "LONGEST_SECONDS", -1.0)
    look = liveness.LivenessAudit()
    assert [look(house) for _ in range(4)] == [2, 2, 1, 0]
    with house.database.write() as session:
        session.execute(delete(Incident))
    assert [look(house) for _ in range(3)] == [2, 1, 2]  # the first two were looked at in the last turn


def test_the_audit_is_one_of_the_duties(house: House) -> None:
    assert any(isinstance(duty, liveness.LivenessAudit) for duty in house.duties)
