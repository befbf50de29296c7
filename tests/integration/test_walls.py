"""Who must not see what: the unit complained about, heads of secret reports, officers of identities."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from engine.cases import attachments, board, documents, handover, inbox, views
from engine.cases.cleaning import cleaned
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive
from engine.cases.opening import Opening, active_definition, flagged, identity_apart, open_case
from engine.db import events
from engine.db.models import AccusedUnit, Agency, Case, Job, OutboxEntry, Person, Reporter, Unit, WorkItem
from engine.errors import Invalid, NotFound
from engine.form import load
from engine.people.principals import SYSTEM
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from tests.support.agency import (
    REPORT,
    open_agency,
    open_house,
    principal,
    put_files_in_force,
    put_in_force,
)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(sqlite_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


def _file(house: House, key: str = "k", **changes: Any) -> str:
    return file(house, Filing("contoh", "sp4n_umum", {**REPORT, **changes}, key=key)).case_number


def _arrive(house: House, accused: str, title: str = "Antrean loket tidak bergerak") -> str:
    """A forwarded report about a unit."""
    report = {**REPORT, "judul": title, "unit_terlapor": accused}
    incoming = Incoming("laporan_diteruskan", {"laporan": report, "unit_terlapor": accused})
    return str(receive(house, principal(house, "operator@contoh"), incoming).case_number)


def _unit(house: House, key: str, *logins: str) -> None:
    """A unit and the people of it."""
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
        unit = Unit(id=house.new_id(house.now()), agency_id=agency_id, key=key, name=f"Bagian {key}")
        session.add(unit)
        session.flush()
        for login in logins:
            session.scalars(select(Person).where(Person.login == login)).one().unit_id = unit.id


def _item(house: House, **wanted: Any) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(select(WorkItem).filter_by(state="open", **wanted)).first()  # type: ignore[return-value]


def _accused(house: House, item: WorkItem) -> list[str]:
    with house.database.read() as session:
        return list(
            session.scalars(select(AccusedUnit.unit).where(AccusedUnit.instance_id == item.instance_id))
        )


def test_a_unit_is_known_by_key_or_name_and_its_people_are_no_candidates(house: House) -> None:
    _unit(house, "loket", "petugas_pengaduan@contoh")
    _arrive(house, "bagian LOKET")
    item = _item(house)
    assert _accused(house, item) == ["loket"]
    insider, other = (principal(house, f"petugas_pengaduan{n}@contoh") for n in ("", "2"))
    assert inbox.page(house, insider, inbox.Query()).rows == []
    assert len(inbox.page(house, other, inbox.Query()).rows) == 1
    with pytest.raises(NotFound):
        work_items.claim(house, insider, item.id)
    head = principal(house, "admin@contoh")
    assert [person.login for person in handover.candidates(house, head, item)] == [other.login]


def test_an_escalation_passes_over_the_unit_complained_about_and_tells_nobody_there(house: House) -> None:
    seniors = ("admin_instansi@contoh", "admin_instansi2@contoh")
    _unit(house, "pusat", *seniors, "pimpinan2@contoh", "petugas_pengaduan@contoh")
    _arrive(house, "pusat")
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    escalation = _item(house, kind="escalation", level=2)
    with house.database.read() as session:
        assert escalation.roles == ["admin_instansi", "pimpinan"]  # its superior, as the SOP says
        told = set(session.scalars(select(OutboxEntry.recipient).where(OutboxEntry.kind == "notice")))
        logins = set(session.scalars(select(Person.login).where(Person.id.in_(told))))
    assert logins == {"pimpinan@contoh", "petugas_pengaduan2@contoh"}


def test_a_late_task_is_not_handed_to_somebody_who_may_not_do_it(house: House) -> None:
    _file(house)
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    senior = principal(house, "admin_instansi@contoh")
    escalation = next(row.item for row in inbox.page(house, senior, inbox.Query(escalations=True)).rows)
    answers = {"tindakan": "tugaskan_ulang", "pelaksana_baru": "apip@contoh", "alasan": "Sakit"}
    with pytest.raises(Invalid) as refused:
        work_items.complete(house, senior, escalation.id, escalation.version, answers, take=True)
    assert [fault.key for fault in refused.value.fields] == ["pelaksana_baru"]


def test_answering_an_escalation_is_no_step_of_handling(house: House) -> None:
    _file(house)
    with house.database.write() as session:
        session.scalars(select(Case)).one().status = "diverifikasi"
    house.clock.set(house.now() + timedelta(days=2))  # type: ignore[attr-defined]
    jobs.run_due(house)
    senior = principal(house, "admin_instansi@contoh")
    escalation = next(row.item for row in inbox.page(house, senior, inbox.Query(escalations=True)).rows)
    work_items.complete(
        house, senior, escalation.id, escalation.version, {"tindakan": "beri_waktu", "alasan": "x"}, take=True
    )
    with house.database.read() as session:
        assert session.scalars(select(Case.status)).one() == "diverifikasi"


def test_a_report_about_a_unit_is_not_proposed_as_similar_to_others(house: House) -> None:
    _arrive(house, "loket", title="Antrean loket rahasia bagian")
    _file(house, judul="Antrean loket panjang sekali")
    item = next(i for i in _open(house) if not _accused(house, i))
    who = principal(house, "petugas_pengaduan@contoh")
    work_items.complete(house, who, item.id, item.version, {"nomor_register": "1"}, take=True)
    verify = _item(house, element="V_T01")
    context = views.task(house, principal(house, "admin_instansi@contoh"), verify.id).context
    assert context["calon_duplikat"] == []


def test_no_board_counts_tasks_about_its_own_unit(house: House) -> None:
    _unit(house, "pusat", "admin_instansi@contoh")
    _arrive(house, "pusat")
    who = principal(house, "petugas_pengaduan@contoh")
    work_items.claim(house, who, _item(house).id)
    shown = {
        login: sum(load.open for load in board.board(house, principal(house, login)).load)
        for login in ("admin_instansi@contoh", "admin_instansi2@contoh")
    }
    assert shown == {"admin_instansi@contoh": 0, "admin_instansi2@contoh": 1}


def test_an_inbox_of_several_roles_is_counted_whole(house: House) -> None:
    with house.database.write() as session:
        agency = session.scalars(select(Agency)).one()
        _file_in_role(house, session, agency.id, 70)
    who = principal(house, "petugas_pengaduan@contoh")
    both = type(who)(**{**who.__dict__, "roles": frozenset({"petugas_pengaduan", "apip"})})
    assert inbox.counts(house, both)["roles"] == 70


def test_a_head_reads_no_secret_report_but_sees_its_task(house: House) -> None:
    _file(house, rahasia=True)
    view = views.task(house, principal(house, "admin@contoh"), _item(house).id)
    assert (view.may_lead, view.report, view.context, view.answers) == (True, None, {}, {})
    handling = views.task(house, principal(house, "petugas_pengaduan@contoh"), view.item.id)
    assert handling.report is not None and handling.report.identity is None


def test_a_proof_of_identity_is_a_file_for_its_custodian_alone(house: House) -> None:
    number = _file(house, rahasia=True)
    proof = attachments.keep(house, "contoh", "ktp.png", _picture("PNG"))
    with house.database.write() as session:
        case = session.scalars(select(Case)).one()
        session.get_one(Reporter, case.id).fields = {"pelapor_ktp": [proof]}
        attachments.attach(session, case.agency_id, case.id, [proof])
    officer, keeper = (
        principal(house, f"{role}@contoh") for role in ("petugas_pengaduan", "penjaga_identitas")
    )
    assert views.report(house, officer, number).files == []
    with pytest.raises(NotFound):
        documents.attachment(house, officer, proof)
    assert [one.id for one in views.report(house, keeper, number).files] == [proof]
    assert documents.attachment(house, keeper, proof)[0].id == proof


def test_identity_in_a_forwarded_report_stays_apart_too(house: House) -> None:
    report = {**REPORT, "rahasia": True}
    who = principal(house, "operator@contoh")
    receive(
        house, who, Incoming("laporan_diteruskan", {"laporan": report, "pelapor_nama": "Sari Contohwati"})
    )
    with house.database.read() as session:
        case = session.scalars(select(Case)).one()
        assert case.secret and "Sari" not in str(case.answers)
        assert session.get_one(Reporter, case.id).fields["pelapor_nama"] == "Sari Contohwati"
    context = views.task(house, principal(house, "petugas_pengaduan@contoh"), _item(house).id).context
    assert "Sari" not in str(context)


def test_flags_are_what_the_form_marks_and_an_anonymous_report_keeps_no_identity() -> None:
    field = {"type": "checkbox", "id": "f1", "key": "sembunyikan", "label": "Rahasiakan", "properties": {}}
    name = {**field, "type": "textfield", "id": "f2", "key": "nama", "properties": {"alur:reporter": "true"}}
    form = load(
        {
            "type": "default",
            "id": "laporan",
            "components": [{**field, "properties": {"alur:flag": "anonim"}}, name],
        }
    )
    assert flagged(form, {"sembunyikan": True}, "anonim") and not flagged(form, {"anonim": True}, "anonim")
    assert identity_apart(form, {"nama": "Sari", "isi": "x"}) == ({"isi": "x"}, {"nama": "Sari"})
    assert identity_apart(form, {"nama": "Sari", "sembunyikan": True}) == ({"sembunyikan": True}, {})


def test_a_picture_keeps_neither_comment_nor_camera(house: House) -> None:
    for kind, name in (("JPEG", "foto.jpg"), ("PNG", "foto.png")):
        kept = cleaned(name, _picture(kind, comment=b"Budi"), f"image/{kind.lower()}")
        assert b"Budi" not in kept


MESSAGE_ONLY = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:message id="m" name="rekomendasi"/>
  <bpmn:process id="rekomendasi_masuk" isExecutable="true">
    <bpmn:startEvent id="s"><bpmn:messageEventDefinition id="md" messageRef="m"/></bpmn:startEvent>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/><bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>"""
SOP = b"""process_id = "rekomendasi_masuk"
[jam.jam_tanggapan]
mulai = "s"
berhenti = "tidak_pernah"
batas = "1 HK"
eskalasi = ["pimpinan"]
"""


def test_a_process_that_only_a_message_starts_leaves_no_clock_behind(
    house: House,
) -> None:
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id)).one()
    files = {"rekomendasi_masuk.bpmn": MESSAGE_ONLY, "sop.toml": SOP}
    put_files_in_force(house, agency_id, "rekomendasi_masuk", files)
    taken = receive(house, principal(house, "operator@contoh"), Incoming("rekomendasi", {}))
    assert taken.outcome == "started"
    with house.database.read() as session:
        assert len(events.read(session, kinds=("ended",))) == 1
        assert session.scalars(select(Job)).all() == []


def _open(house: House) -> list[WorkItem]:
    with house.database.read() as session:
        return list(session.scalars(select(WorkItem).where(WorkItem.state == "open")))


def _file_in_role(house: House, session: Any, agency_id: str, number: int) -> None:
    definition = active_definition(session, agency_id, "sp4n_umum")
    assert definition is not None
    for _ in range(number):
        open_case(house, session, definition, Opening(report=dict(REPORT)), SYSTEM)


def _picture(kind: str, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Budi"
    Image.new("RGB", (8, 8), "red").save(out, kind, exif=exif, comment=comment)
    return out.getvalue()
