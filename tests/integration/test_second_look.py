"""People fall ill, deputies leave, roles have people again: where the open tasks go then."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.db.models import Incident, OutboxEntry, Person, RoleHolder, Substitution, WorkItem
from engine.errors import Conflict, Invalid
from engine.people import substitutions
from engine.runtime import jobs, restaffing, work_items
from engine.runtime.house import House
from engine.runtime.restaffing import Restaffing
from tests.integration.test_restaffing import (
    RAISED,
    away,
    happened,
    kinds,
    later,
    leave,
    reach,
    report,
    rows,
    task,
)
from tests.support.agency import principal

OFFICER, COLLEAGUE, SENIOR = "petugas_pengaduan", "petugas_pengaduan2", "admin_instansi"


def ill(house: House, name: str, days: int = 9) -> Substitution:
    """Away without a deputy, by the person's own word."""
    person = principal(house, f"{name}@contoh")
    until = house.now() + timedelta(days=days)
    return substitutions.substitute(house, person, person.id, None, None, until, "Sakit")


def back(house: House, name: str, absence: Substitution) -> None:
    substitutions.end(house, principal(house, f"{name}@contoh"), absence.id)


def claim(house: House, name: str) -> WorkItem:
    return work_items.claim(house, principal(house, f"{name}@contoh"), task(house).id)


def incident_states(house: House) -> list[str]:
    return [incident.state for incident in rows(house, Incident)]


def test_what_somebody_had_who_falls_ill_goes_back_to_the_role(house: House) -> None:
    report(house)
    item = claim(house, OFFICER)
    ill(house, OFFICER)
    look = Restaffing()
    assert [look(house), look(house)] == [1, 0]
    after = task(house)
    assert (after.assignee_id, after.version, after.roles) == (None, item.version + 1, ["petugas_pengaduan"])
    released = next(event for event in happened(house) if event.kind == "task_released")
    assert released.data["why"] == "away"
    assert rows(house, Incident) == []
    claim(house, COLLEAGUE)


def test_where_all_of_a_role_are_ill_the_next_level_gets_it(house: House) -> None:
    report(house)
    claim(house, OFFICER)
    ill(house, OFFICER)
    ill(house, COLLEAGUE)
    assert Restaffing()(house) == 1
    assert (task(house).assignee_id, task(house).roles) == (None, RAISED)
    assert "is away" in rows(house, Incident)[0].message


def test_what_one_takes_while_away_stays_theirs(house: House) -> None:
    report(house)
    ill(house, OFFICER)
    later(house, hours=1)
    item = claim(house, OFFICER)
    assert Restaffing()(house) == 0
    assert task(house).assignee_id == item.assignee_id


def test_a_deputy_keeps_what_the_absent_had_until_the_deputy_leaves(house: House) -> None:
    report(house)
    item = claim(house, OFFICER)
    away(house, OFFICER, "apip")
    look = Restaffing()
    assert look(house) == 0
    assert task(house).assignee_id == item.assignee_id
    leave(house, "apip")
    assert look(house) == 1
    assert (task(house).assignee_id, task(house).roles) == (None, ["petugas_pengaduan"])


def test_a_deputy_who_falls_ill_answers_no_more(house: House) -> None:
    report(house)
    claim(house, OFFICER)
    away(house, OFFICER, "apip")
    ill(house, "apip")
    assert Restaffing()(house) == 1
    assert task(house).assignee_id is None


def test_what_was_passed_up_comes_down_when_somebody_answers_again(house: House) -> None:
    report(house)
    absences = [ill(house, OFFICER), ill(house, COLLEAGUE)]
    look = Restaffing()
    assert look(house) == 1
    before = task(house)
    back(house, COLLEAGUE, absences[1])
    assert [look(house), look(house)] == [1, 0]
    after = task(house)
    assert (after.roles, after.version) == (["petugas_pengaduan"], before.version + 1)
    assert incident_states(house) == ["resolved"]
    assert kinds(house)[:2] == ["task_came_down", "incident_resolved"]
    assert kinds(house).count("incident_resolved") == 1


def test_the_higher_level_keeps_what_it_has_taken(house: House) -> None:
    report(house)
    absences = [ill(house, OFFICER), ill(house, COLLEAGUE)]
    look = Restaffing()
    look(house)
    item = claim(house, SENIOR)
    back(house, OFFICER, absences[0])
    assert look(house) == 0
    assert (task(house).assignee_id, task(house).roles) == (item.assignee_id, RAISED)
    work_items.release(house, principal(house, f"{SENIOR}@contoh"), item.id)
    later(house, minutes=1)
    assert look(house) == 1
    assert (task(house).roles, incident_states(house)) == (["petugas_pengaduan"], ["resolved"])


def test_what_the_higher_level_has_done_needs_no_incident_any_more(house: House) -> None:
    report(house)
    ill(house, OFFICER)
    ill(house, COLLEAGUE)
    look = Restaffing()
    look(house)
    item, senior = task(house), principal(house, f"{SENIOR}@contoh")
    work_items.complete(house, senior, item.id, item.version, {"nomor_register": "1"}, take=True)
    later(house, minutes=1)
    look(house)
    told = [incident for incident in rows(house, Incident) if incident.element == item.element]
    assert [incident.state for incident in told] == ["resolved"]


def test_an_escalation_comes_down_as_well(house: House) -> None:
    report(house)
    absences = [ill(house, "admin_instansi"), ill(house, "admin_instansi2")]
    reach(house, task(house).due_at)
    assert rows(house, WorkItem, kind="escalation")[0].roles == ["admin_instansi", "pimpinan"]
    back(house, "admin_instansi", absences[0])
    assert Restaffing()(house) == 1
    assert rows(house, WorkItem, kind="escalation")[0].roles == ["admin_instansi"]


def test_where_nobody_is_left_somebody_appointed_ends_the_incident(house: House) -> None:
    report(house)
    with house.database.write() as session:
        session.execute(update(RoleHolder).where(RoleHolder.role != "admin").values(until=house.now()))
        session.execute(update(RoleHolder).where(RoleHolder.role == "admin").values(until=house.now()))
    look = Restaffing()
    look(house)
    assert incident_states(house) == ["open"]
    with house.database.write() as session:
        session.execute(update(RoleHolder).where(RoleHolder.role == "petugas_pengaduan").values(until=None))
    assert look(house) == 1
    assert incident_states(house) == ["resolved"]


def test_nothing_is_looked_at_again_while_the_people_stay_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(house)
    with house.database.write() as session:
        session.execute(update(RoleHolder).values(until=house.now()))
    looked: list[str] = []
    really = restaffing._look_again

    def counted(house: House, instance_id: str) -> bool:
        looked.append(instance_id)
        return really(house, instance_id)

    monkeypatch.setattr(restaffing, "_look_again", counted)
    look = Restaffing()
    for _ in range(120):  # two hours of heartbeats
        look(house)
        later(house, minutes=1)
    assert len(looked) == 7  # at once, and after 1, 2, 4, 8, 16 and 32 minutes
    with house.database.write() as session:
        session.execute(update(Person).where(Person.login == "apip@contoh").values(active=False))
    look(house)
    assert len(looked) == 8


def test_a_reminder_reaches_the_deputy_not_the_absent(house: House) -> None:
    report(house)
    claim(house, OFFICER)
    away(house, OFFICER, "apip")
    reach(house, task(house).reminder_at)
    assert told(house) == {principal(house, "apip@contoh").id}


def test_whoever_is_away_is_not_told_while_others_answer(house: House) -> None:
    ill(house, OFFICER)
    ill(house, "admin_instansi")
    report(house)
    reach(house, task(house).reminder_at)
    assert told(house) == {principal(house, f"{COLLEAGUE}@contoh").id}
    reach(house, task(house).due_at)
    assert told(house) == {principal(house, f"{name}@contoh").id for name in (COLLEAGUE, "admin_instansi2")}


def told(house: House) -> set[str]:
    return {entry.recipient for entry in rows(house, OutboxEntry, kind="notice")}


def test_nothing_is_handed_to_who_would_leave_it_alone(house: House) -> None:
    """A head is told at once; whoever has a deputy, or comes back to it, gets it."""
    report(house)
    item, head = claim(house, COLLEAGUE), principal(house, f"{SENIOR}@contoh")
    absence = ill(house, OFFICER)
    with pytest.raises(Conflict, match="is away, and nobody stands in"):
        work_items.reassign(house, head, item.id, f"{OFFICER}@contoh", "Giliran")
    assert task(house).assignee_id == item.assignee_id
    back(house, OFFICER, absence)
    work_items.reassign(house, head, item.id, f"{OFFICER}@contoh", "Giliran")
    assert task(house).assignee_id == principal(house, f"{OFFICER}@contoh").id


def test_a_late_task_is_not_handed_to_who_would_leave_it_alone(house: House) -> None:
    report(house)
    claim(house, COLLEAGUE)
    ill(house, OFFICER)
    later(house, days=2)
    jobs.run_due(house)
    escalation = next(item for item in rows(house, WorkItem) if item.kind == "escalation")
    answers = {"tindakan": "tugaskan_ulang", "pelaksana_baru": f"{OFFICER}@contoh", "alasan": "Giliran"}
    head = principal(house, f"{SENIOR}@contoh")
    with pytest.raises(Invalid) as refused:
        work_items.complete(house, head, escalation.id, escalation.version, answers, take=True)
    assert "is away" in str(refused.value.fields[0].message)
