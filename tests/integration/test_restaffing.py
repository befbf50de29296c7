"""People go while tasks are open: what they leave behind goes to the next level, or back to the queue."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import inbox
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive
from engine.db import events
from engine.db.events import HistoryEvent
from engine.db.models import (
    AccusedPerson,
    Agency,
    Incident,
    Instance,
    OutboxEntry,
    Person,
    RoleHolder,
    Unit,
    WorkItem,
)
from engine.people import staff, substitutions
from engine.runtime import affected, jobs, restaffing, work_items
from engine.runtime.house import House
from engine.runtime.restaffing import Restaffing
from tests.support.agency import REPORT, principal

RAISED = ["petugas_pengaduan", "admin_instansi"]


def report(house: House, key: str = "k") -> None:
    file(house, Filing("contoh", "sp4n_umum", REPORT, key=key))


def rows(house: House, table: type[Any], **wanted: Any) -> list[Any]:
    with house.database.read() as session:
        return list(session.scalars(select(table).filter_by(**wanted).order_by(table.id)))


def task(house: House) -> Any:
    return rows(house, WorkItem, kind="task", state="open")[0]


def happened(house: House) -> list[HistoryEvent]:
    """What happened to the one report, the latest first."""
    with house.database.read() as session:
        instance_id = session.scalars(select(Instance.id)).one()
        found, _ = events.page(session, house.keyring, instance_id, 100)
        return found


def kinds(house: House) -> list[str]:
    return [event.kind for event in happened(house)]


def later(house: House, **time: int) -> None:
    house.clock.set(house.now() + timedelta(**time))  # type: ignore[attr-defined]


def reach(house: House, at: datetime) -> None:
    house.clock.set(at)  # type: ignore[attr-defined]
    jobs.run_due(house)


def leave(house: House, *names: str) -> None:
    admin = principal(house, "admin@contoh")
    for name in names:
        person = principal(house, f"{name}@contoh")
        staff.change_person(house, admin, person.id, name=name, active=False)


def away(house: House, absent: str, deputy: str, days: int = 9) -> None:
    absent_id = principal(house, f"{absent}@contoh").id
    until = house.now() + timedelta(days=days)
    admin = principal(house, "admin2@contoh")
    substitutions.substitute(house, admin, absent_id, f"{deputy}@contoh", None, until, "Cuti")


def below_the_unit(house: House, unit: str, login: str) -> None:
    """Somebody of a unit below this one."""
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
        session.add(Unit(id="U", agency_id=agency_id, key=unit, name=unit))
        session.flush()
        session.add(Unit(id="B", agency_id=agency_id, key="below", name="Below", parent_id="U"))
        session.flush()
        session.execute(update(Person).where(Person.login == f"{login}@contoh").values(unit_id="B"))


def test_when_the_last_holder_leaves_the_next_level_gets_what_is_open(house: House) -> None:
    report(house)
    before = task(house)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    assert Restaffing()(house) == 1
    after = task(house)
    assert (after.roles, after.version) == (RAISED, before.version + 1)
    incident = rows(house, Incident)[0]
    assert (incident.kind, incident.element) == ("role", before.element)
    assert "Nobody holds the role petugas_pengaduan" in incident.message
    senior = principal(house, "admin_instansi@contoh")
    assert [row.item.id for row in inbox.page(house, senior, inbox.Query()).rows] == [after.id]
    assert kinds(house)[:2] == ["task_passed_up", "incident_opened"]


def test_a_second_look_changes_nothing(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    look = Restaffing()
    assert look(house) == 1
    before = (task(house).version, rows(house, Instance)[0].version, kinds(house))
    assert [look(house), Restaffing()(house)] == [0, 0]
    assert (task(house).version, rows(house, Instance)[0].version, kinds(house)) == before
    assert len(rows(house, Incident)) == 1


def test_an_appointment_ends_by_itself(house: House) -> None:
    with house.database.write() as session:
        ends = {"until": house.now() + timedelta(hours=3)}
        session.execute(update(RoleHolder).where(RoleHolder.role == "petugas_pengaduan").values(ends))
    report(house)
    assert Restaffing()(house) == 0
    later(house, hours=3)
    assert Restaffing()(house) == 1
    assert task(house).roles == RAISED


def test_a_deputy_leaves_in_the_middle_of_an_absence(house: House) -> None:
    leave(house, "petugas_pengaduan2")
    away(house, "petugas_pengaduan", "apip")
    report(house)
    assert Restaffing()(house) == 0
    leave(house, "apip")
    assert Restaffing()(house) == 1
    assert task(house).roles == RAISED
    assert "is away" in rows(house, Incident)[0].message


def test_what_somebody_took_who_left_goes_back_to_the_queue(house: House) -> None:
    report(house)
    item = work_items.claim(house, principal(house, "petugas_pengaduan@contoh"), task(house).id)
    leave(house, "petugas_pengaduan")
    look = Restaffing()
    assert [look(house), look(house)] == [1, 0]
    after = task(house)
    assert (after.assignee_id, after.claimed_at, after.version) == (None, None, item.version + 1)
    assert after.roles == ["petugas_pengaduan"]
    assert rows(house, Incident) == []
    colleague = principal(house, "petugas_pengaduan2@contoh")
    assert [row.item.id for row in inbox.page(house, colleague, inbox.Query()).rows] == [after.id]
    work_items.claim(house, colleague, after.id)


def test_what_the_last_holder_took_is_given_back_and_passed_up_in_one_step(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan2")
    item = work_items.claim(house, principal(house, "petugas_pengaduan@contoh"), task(house).id)
    leave(house, "petugas_pengaduan")
    assert Restaffing()(house) == 1
    after = task(house)
    assert (after.assignee_id, after.roles, after.version) == (None, RAISED, item.version + 1)


def test_whoever_is_left_of_one_level_after_the_other(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    look = Restaffing()
    look(house)
    leave(house, "admin_instansi", "admin_instansi2")
    assert [look(house), look(house)] == [1, 0]
    assert task(house).roles == [*RAISED, "pimpinan"]


def test_where_nobody_is_left_above_one_incident_says_so(house: House) -> None:
    report(house)
    with house.database.write() as session:
        session.execute(update(RoleHolder).values(until=house.now()))
    look = Restaffing()
    assert look(house) == 1
    version = rows(house, Instance)[0].version
    assert (look(house), rows(house, Instance)[0].version) == (0, version)
    assert task(house).roles == ["petugas_pengaduan"]
    assert ["nor anybody above" in incident.message for incident in rows(house, Incident)] == [True]


def test_an_escalation_falls_as_well(house: House) -> None:
    report(house)
    reach(house, task(house).due_at)
    assert rows(house, WorkItem, kind="escalation")[0].roles == ["admin_instansi"]
    leave(house, "admin_instansi", "admin_instansi2")
    assert Restaffing()(house) == 1
    assert rows(house, WorkItem, kind="escalation")[0].roles == ["admin_instansi", "pimpinan"]


def test_each_role_that_tasks_wait_for_is_looked_at(house: House) -> None:
    report(house)
    reach(house, task(house).due_at)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    assert Restaffing()(house) == 1
    assert rows(house, WorkItem, kind="escalation")[0].roles == ["admin_instansi"]
    assert task(house).roles == RAISED


def test_the_next_level_learns_of_what_somebody_has_whose_appointment_ended(house: House) -> None:
    report(house)
    person = principal(house, "petugas_pengaduan@contoh")
    work_items.claim(house, person, task(house).id)
    with house.database.write() as session:
        session.execute(
            update(RoleHolder).where(RoleHolder.role == "petugas_pengaduan").values(until=house.now())
        )
    assert Restaffing()(house) == 1
    assert (task(house).assignee_id, task(house).roles) == (person.id, RAISED)


def test_only_people_of_the_accused_unit_are_left(house: House) -> None:
    below_the_unit(house, "loket", "petugas_pengaduan")
    accused = {"laporan": {**REPORT, "unit_terlapor": "loket"}, "unit_terlapor": "loket"}
    receive(house, principal(house, "operator@contoh"), Incoming("laporan_diteruskan", accused))
    roles = task(house).roles
    assert "admin_instansi" not in roles
    leave(house, "petugas_pengaduan2")
    look = Restaffing()
    assert [look(house), look(house)] == [1, 0]
    assert task(house).roles == [*roles, "admin_instansi"]


def test_only_the_accused_is_left(house: House) -> None:
    report(house)
    with house.database.write() as session:
        instance_id = session.scalars(select(Instance.id)).one()
        person_id = session.scalars(select(Person.id).where(Person.login == "petugas_pengaduan@contoh")).one()
        session.add(AccusedPerson(person_id=person_id, instance_id=instance_id))
    report(house, "k2")
    assert Restaffing()(house) == 0
    leave(house, "petugas_pengaduan2")
    look = Restaffing()
    assert [look(house), look(house)] == [1, 0]
    raised = {item.instance_id for item in rows(house, WorkItem, state="open") if item.roles == RAISED}
    assert raised == {instance_id}


def test_whoever_still_answers_keeps_the_task(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan")
    assert Restaffing()(house) == 0
    assert (task(house).roles, rows(house, Incident)) == (["petugas_pengaduan"], [])


def test_many_tasks_are_looked_at_in_some_turns(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        report(house, f"k{number}")
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    monkeypatch.setattr(affected, "PAGE", 2)
    monkeypatch.setattr(restaffing, "LONGEST_SECONDS", -1.0)
    look, turns = Restaffing(), []
    while sum(turns) < 5:
        turns.append(look(house))
        assert len(turns) < 20
    assert max(turns) == 2
    assert all(item.roles == RAISED for item in rows(house, WorkItem, state="open"))


def test_several_at_once_do_it_once(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    done: list[int] = []
    together = threading.Barrier(3)

    def look() -> None:
        duty = Restaffing()
        together.wait(timeout=30)
        done.append(duty(house))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(done) == [0, 0, 1]
    assert kinds(house).count("task_passed_up") == 1
    assert len(rows(house, Incident)) == 1


def test_threads_of_one_process_leave_it_to_the_one_that_looks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(house)
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    look, meanwhile = Restaffing(), []

    def look_again(*_: Any) -> bool:
        meanwhile.append(look(house))
        return True

    monkeypatch.setattr(restaffing, "_look_again", look_again)
    assert (look(house), meanwhile) == (1, [0])
    later(house, minutes=1)
    assert look(house) == 1  # whoever has looked lets others


def test_one_that_fails_keeps_no_other_waiting(house: House) -> None:
    report(house)
    report(house, "k2")
    with house.database.write() as session:
        first = session.scalars(select(Instance).order_by(Instance.id)).all()[0]
        first.bundle_hash = "gone"
    leave(house, "petugas_pengaduan", "petugas_pengaduan2")
    assert Restaffing()(house) == 1


def test_it_is_one_of_the_duties(house: House) -> None:
    assert any(isinstance(duty, Restaffing) for duty in house.duties)


def test_a_reminder_for_who_left_goes_to_who_may_do_it_now(house: House) -> None:
    report(house)
    work_items.claim(house, principal(house, "petugas_pengaduan@contoh"), task(house).id)
    colleague = principal(house, "petugas_pengaduan2@contoh")
    leave(house, "petugas_pengaduan")
    reach(house, task(house).reminder_at)
    told = rows(house, OutboxEntry, kind="notice")
    assert {entry.recipient for entry in told} == {colleague.id}


def test_a_reminder_reaches_the_next_level_where_nobody_else_may_do_it(house: House) -> None:
    report(house)
    leave(house, "petugas_pengaduan2")
    work_items.claim(house, principal(house, "petugas_pengaduan@contoh"), task(house).id)
    leave(house, "petugas_pengaduan")
    reach(house, task(house).reminder_at)
    told = {entry.recipient for entry in rows(house, OutboxEntry, kind="notice")}
    assert told == {principal(house, f"admin_instansi{number}@contoh").id for number in ("", "2")}
    assert (task(house).assignee_id, task(house).roles) == (None, RAISED)
    assert Restaffing()(house) == 0
