"""The write path on both databases: once, whole, and only for whom it is meant."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.cases import inbox
from engine.cases.filing import Filed, Filing, file
from engine.cases.intake import Incoming, receive
from engine.cases.opening import Opening, active_definition, open_case
from engine.db import events
from engine.db.models import Agency, Case, Deadline, HistoryEntry, Incident, Instance, Job, Reporter, WorkItem
from engine.errors import AlurError, Conflict, Forbidden, Invalid, NotFound, Stale
from engine.people.principals import SYSTEM
from engine.runtime import jobs, operations, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_files_in_force, put_in_force


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


def _file(house: House, key: str = "k1", **changes: Any) -> Filed:
    return file(house, Filing("contoh", "sp4n_umum", {**REPORT, **changes}, key=key))


def _item(house: House, element: str) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(
            select(WorkItem).where(
                WorkItem.element == element, WorkItem.state == "open", WorkItem.kind == "task"
            )
        ).one()


def _count(house: House, table: Any) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_filed_report_is_there_with_its_first_task_and_clock(house: House) -> None:
    filed = _file(house)
    assert filed.case_number == "CT-2026-000001"
    assert filed.status == "diterima"
    assert filed.due_at is not None
    item = _item(house, "T01_registrasi")
    assert item.roles == ["petugas_pengaduan"]
    assert item.due_at is not None and item.due_at.isoformat() == "2026-06-03T09:00:00+00:00"
    rows = inbox.page(house, principal(house, "petugas_pengaduan@contoh"), inbox.Query()).rows
    assert [row.case.case_number for row in rows if row.case] == ["CT-2026-000001"]


def test_identity_is_kept_apart_from_the_flow(house: House) -> None:
    _file(house)
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
        assert session.get_one(Reporter, case.id).fields["pelapor_nama"] == "Sari Contohwati"
        assert "Sari" not in str(case.answers)
        told = events.read(session, ring=house.keyring)
        assert all("Sari" not in str(event.data) for event in told)


def test_the_same_key_files_once_and_shows_the_same_receipt(house: House) -> None:
    first, again = _file(house), _file(house)
    assert again == first
    assert _count(house, Case) == 1
    with pytest.raises(Conflict):
        _file(house, judul="Laporan lain dengan kunci yang sama")
    assert _file(house, key="k2").receipt != first.receipt


def test_many_at_once_with_one_key_file_once(house: House) -> None:
    answers = _at_once([lambda: _file(house) for _ in range(6)])
    assert len({(filed.tracking_number, filed.receipt) for filed in answers}) == 1
    assert _count(house, Case) == 1


def test_wrong_answers_name_every_field_and_file_nothing(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        _file(house, judul="", isi_laporan="pendek", kategori="tidak_ada", tak_dikenal=1)
    assert {fault.key for fault in refused.value.fields} == {
        "judul",
        "isi_laporan",
        "kategori",
        "tak_dikenal",
    }
    assert _count(house, Case) == _count(house, Instance) == 0


def test_two_officers_on_one_task_one_succeeds_the_other_learns_who_and_when(house: House) -> None:
    _file(house)
    item = _item(house, "T01_registrasi")
    officers = [
        principal(house, login) for login in ("petugas_pengaduan@contoh", "petugas_pengaduan2@contoh")
    ]

    def complete(who: Any) -> Callable[[], Any]:
        return lambda: work_items.complete(
            house, who, item.id, item.version, {"nomor_register": who.login}, take=True
        )

    outcomes = _at_once([complete(who) for who in officers for _ in range(3)])
    refused = [outcome for outcome in outcomes if isinstance(outcome, AlurError)]
    assert len(refused) == 5
    assert all(isinstance(error, Stale) for error in refused)
    details = refused[0].details
    assert details["state"] == "completed"
    assert details["completed_by"] in ("petugas_pengaduan", "petugas_pengaduan2")
    assert details["completed_at"] == "2026-06-02T02:00:00+00:00"
    with house.database.read() as session:
        done = events.read(session, kinds=("task_completed",))
        assert len(done) == 1
        verifying = session.scalars(select(WorkItem).where(WorkItem.element == "V_T01")).all()
        assert len(verifying) == 1


def test_a_task_is_taken_before_it_is_completed_and_only_by_its_role(house: House) -> None:
    _file(house)
    item = _item(house, "T01_registrasi")
    officer = principal(house, "petugas_pengaduan@contoh")
    with pytest.raises(Forbidden):
        work_items.complete(house, officer, item.id, item.version, {"nomor_register": "1"})
    with pytest.raises(NotFound):
        work_items.claim(house, principal(house, "admin_unit@contoh"), item.id)
    claimed = work_items.claim(house, officer, item.id)
    assert claimed.assignee_id == officer.id
    with pytest.raises(Conflict):
        work_items.claim(house, principal(house, "petugas_pengaduan2@contoh"), item.id)
    with pytest.raises(Stale):
        work_items.complete(house, officer, item.id, item.version, {"nomor_register": "1"})
    work_items.complete(house, officer, item.id, claimed.version, {"nomor_register": "1"})


def test_a_refused_completion_changes_nothing(house: House) -> None:
    _file(house)
    item = _item(house, "T01_registrasi")
    officer = principal(house, "petugas_pengaduan@contoh")
    before = _count(house, HistoryEntry)
    with pytest.raises(Invalid) as refused:
        work_items.complete(house, officer, item.id, item.version, {"nomor_register": "x" * 61}, take=True)
    assert [fault.key for fault in refused.value.fields] == ["nomor_register"]
    after = _item(house, "T01_registrasi")
    assert (after.version, after.assignee_id) == (item.version, None)
    assert _count(house, HistoryEntry) == before


def test_a_crash_before_the_commit_leaves_the_earlier_state(house: House) -> None:
    _file(house)
    item = _item(house, "T01_registrasi")
    officer = principal(house, "petugas_pengaduan@contoh")
    with house.database.read() as session:
        blob, version = session.execute(select(Instance.blob, Instance.version)).one()

    def crash(step: Any) -> None:
        raise RuntimeError("power cut")

    house.observers.append(crash)
    with pytest.raises(RuntimeError):
        work_items.complete(house, officer, item.id, item.version, {"nomor_register": "1"}, take=True)
    house.observers.remove(crash)
    with house.database.read() as session:
        assert session.execute(select(Instance.blob, Instance.version)).one() == (blob, version)
    assert _item(house, "T01_registrasi").state == "open"
    work_items.complete(house, officer, item.id, item.version, {"nomor_register": "1"}, take=True)


def test_another_agency_sees_nothing(house: House) -> None:
    _file(house)
    open_agency(house, "lain", "LN")
    item = _item(house, "T01_registrasi")
    stranger = principal(house, "petugas_pengaduan@lain")
    for refused in (
        lambda: work_items.get(house, stranger, item.id),
        lambda: work_items.claim(house, stranger, item.id),
        lambda: work_items.get(house, stranger, "0" * 26),
    ):
        with pytest.raises(NotFound) as error:
            refused()
        assert str(error.value) == "There is no such task."
    assert inbox.page(house, stranger, inbox.Query()).rows == []


def test_an_escalation_comes_once_though_many_schedulers_run(house: House) -> None:
    _file(house)
    house.clock.set(house.now() + timedelta(days=3))  # type: ignore[attr-defined]
    _at_once([lambda: jobs.run_due(house) for _ in range(4)])
    with house.database.read() as session:
        escalations = session.scalars(
            select(WorkItem).where(WorkItem.kind == "escalation", WorkItem.element == "T01_registrasi")
        ).all()
        assert sorted(item.level for item in escalations) == [2, 3]
        assert {tuple(item.roles) for item in escalations} == {("admin_instansi",), ("pimpinan",)}
        reminded = events.read(session, kinds=("reminded",))
        assert len(reminded) == 1
        left = session.scalars(select(Job).where(Job.due_at <= house.now(), Job.state == "waiting")).all()
        assert left == []
    senior = principal(house, "admin_instansi@contoh")
    found = inbox.page(house, senior, inbox.Query(escalations=True)).rows
    assert [row.item.name for row in found] == ["Eskalasi: Registrasi dan beri tanda terima"]


def test_a_senior_role_takes_the_late_task_over(house: House) -> None:
    _file(house)
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    senior = principal(house, "admin_instansi@contoh")
    escalation = next(row.item for row in inbox.page(house, senior, inbox.Query(escalations=True)).rows)
    answers = {"tindakan": "tugaskan_ulang", "pelaksana_baru": "petugas_pengaduan2@contoh", "alasan": "Sakit"}
    work_items.complete(house, senior, escalation.id, escalation.version, answers, take=True)
    other = principal(house, "petugas_pengaduan2@contoh")
    assert _item(house, "T01_registrasi").assignee_id == other.id


def test_a_message_is_taken_in_once(house: House) -> None:
    who = principal(house, "operator@contoh")
    report = {key: value for key, value in REPORT.items() if not key.startswith("pelapor_")}
    incoming = Incoming("laporan_diteruskan", {"laporan": report, "nomor_sp4n": "7"}, message_id="m1")
    first, again = receive(house, who, incoming), receive(house, who, incoming)
    assert (first.outcome, again.outcome) == ("started", "repeated")
    assert first.case_number == again.case_number == "CT-2026-000001"
    assert _count(house, Case) == 1
    with pytest.raises(NotFound):
        receive(house, who, Incoming("balasan_pelapor", {}, key="CT-2026-999999", message_id="m2"))


BROKEN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <bpmn:process id="macet" isExecutable="true">
    <bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="t"/>
    <bpmn:userTask id="t" name="Putuskan"><bpmn:extensionElements>
      <zeebe:assignmentDefinition candidateGroups="admin_instansi"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f1" sourceRef="t" targetRef="g"/>
    <bpmn:exclusiveGateway id="g"/>
    <bpmn:sequenceFlow id="f2" sourceRef="g" targetRef="e"><bpmn:conditionExpression
      xsi:type="bpmn:tFormalExpression">= jumlah &gt; 10</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""


def test_a_flow_that_cannot_go_on_keeps_the_completion_and_waits_for_an_operator(house: House) -> None:
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id)).one()
    put_files_in_force(house, agency_id, "macet", {"macet.bpmn": BROKEN})
    with house.database.write() as session:
        definition = active_definition(session, agency_id, "macet")
        assert definition is not None
        open_case(house, session, definition, Opening(report={}), SYSTEM)
    officer = principal(house, "admin_instansi@contoh")
    item = _item(house, "t")
    work_items.complete(house, officer, item.id, item.version, {"jumlah": 3}, take=True)
    with house.database.read() as session:
        assert session.get_one(WorkItem, item.id).state == "completed"
        instance = session.scalars(select(Instance)).one()
        incident = session.scalars(select(Incident)).one()
        assert (instance.state, incident.element, incident.state) == ("incident", "g", "open")
    with pytest.raises(Forbidden):
        operations.retry(house, officer, incident.id)
    operator = principal(house, "operator@contoh")
    operations.retry(house, operator, incident.id, {"jumlah": 11})
    with house.database.read() as session:
        assert session.scalars(select(Instance.state)).one() == "completed"
        assert session.get_one(Incident, incident.id).state == "resolved"
    with pytest.raises(Conflict):
        operations.retry(house, operator, incident.id)


def test_limits_of_a_case_end_with_it(house: House) -> None:
    _file(house, jenis_laporan="pengaduan")
    for element, login, answers in (
        ("T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"}),
        (
            "V_T01",
            "admin_instansi@contoh",
            {
                "hasil_verifikasi": "tidak_layak",
                "alasan_verifikasi": "Bukan bentuk laporan yang dapat ditangani.",
            },
        ),
        (
            "V_T03",
            "admin_instansi@contoh",
            {"keputusan_arsip": "arsip", "alasan_arsip": "Bukan bentuk laporan yang dapat ditangani."},
        ),
    ):
        item = _item(house, element)
        work_items.complete(house, principal(house, login), item.id, item.version, answers, take=True)
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
        assert case.status == "diarsipkan"
        assert case.closed_at is not None
        assert {limit.state for limit in session.scalars(select(Deadline))} <= {"stopped"}
        assert session.scalars(select(Job).where(Job.state == "waiting")).all() == []


def _at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all calls at the same time; each one's result, or the engine error it raised."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        gate.wait(timeout=10)
        try:
            outcomes[index] = calls[index]()
        except AlurError as error:
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes
