"""A report is erased for good: nothing of what people told is left anywhere, and the history holds (T12)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import attachments, erasing, reporter, sweeping, views
from engine.cases.filing import Filed, Filing, file
from engine.db.models import Base, Case, File, HistoryEvent, WorkItem
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.people.principals import SYSTEM, Principal
from engine.runtime import operations, work_items
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.upkeep import audit
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force
from tests.web.api.test_life import PDF

CANARY = "kenari"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path / "data")
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


@pytest.fixture
def keeper(house: House) -> Principal:
    return principal(house, "penjaga_identitas@contoh")


def filed(house: House, number: int = 0) -> tuple[Filed, Case]:
    """A report full of canaries, with an attachment, a letter, a note of an officer, and ended."""
    mark = f"{CANARY}{number}x"
    attached = attachments.keep(house, "contoh", f"{mark}-berkas.pdf", PDF + mark.encode() + b"-bytes")
    answers = {
        **REPORT,
        "judul": f"{mark}-judul",
        "isi_laporan": f"{mark}-isi laporan yang cukup panjang untuk diterima",
        "pelapor_nama": f"{mark}-nama",
        "pelapor_kontak": f"{mark}-kontak@contoh.example",
        "lampiran": [attached],
    }
    report = file(house, Filing("contoh", "sp4n_umum", answers, key=f"k{number}"))
    with house.database.read() as session:
        case = session.scalars(select(Case).where(Case.tracking_number == report.tracking_number)).one()
        item = session.scalars(
            select(WorkItem).where(WorkItem.instance_id == case.instance_id, WorkItem.state == "open")
        ).one()
    officer = principal(house, "petugas_pengaduan@contoh")
    work_items.claim(house, officer, item.id)
    work_items.save_draft(house, officer, item.id, {"catatan": f"{mark}-draf"})
    work_items.reassign(house, officer, item.id, "petugas_pengaduan2@contoh", f"{mark}-alasan")
    reporter.reply(house, report.tracking_number, report.receipt, f"{mark}-balasan")
    views.log_access(house, officer, case.id, "identitas", f"{mark}-sebab")
    return report, case


def ended(house: House, number: int = 0) -> tuple[Filed, Case]:
    report, case = filed(house, number)
    operator = principal(house, "operator@contoh")
    operations.terminate(house, operator, case.instance_id, f"{CANARY}{number}x-akhir")
    with house.database.read() as session:
        return report, session.get_one(Case, case.id)


def everything(house: House) -> bytes:
    """All bytes of the database and of the data folder."""
    if house.database.is_sqlite:
        folder = Path(str(house.database.engine.url.database)).parent
        kept = [
            path.read_bytes() for path in folder.rglob("*") if path.is_file() and "template" not in path.name
        ]
        assert any(path.name.endswith("-wal") for path in folder.rglob("*"))
    else:
        with house.database.engine.connect() as connection:
            kept = [
                repr(tuple(row)).encode()
                for table in Base.metadata.sorted_tables
                for row in connection.execute(select(table))
            ]
    return b"".join([*kept, *(path.read_bytes() for path in house.data_dir.rglob("*") if path.is_file())])


@pytest.mark.parametrize("subjects", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_of_erased_reports_is_left_and_the_history_holds(
    house: House, keeper: Principal, subjects: int
) -> None:
    reports = [ended(house, number) for number in range(subjects + 1)]
    before = everything(house)
    assert all(f"{CANARY}{number}x".encode() in before for number in range(subjects + 1))
    for _, case in reports[:subjects]:
        erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    after = everything(house)
    left = [number for number in range(subjects + 1) if f"{CANARY}{number}x".encode() in after]
    assert left == [subjects]
    assert audit.verify(house) == []
    with house.database.read() as session:
        kept = session.scalars(select(HistoryEvent).where(HistoryEvent.kind == "erased")).all()
        assert [(row.name, row.actor_id) for row in kept] == [("Permintaan pelapor", keeper.id)] * subjects
    assert [row["case"] for row in erasing.list_erasures(house)] == [
        case.case_number for _, case in reports[:subjects]
    ]


def test_an_erased_report_shows_how_it_went_and_not_what_it_said(house: House, keeper: Principal) -> None:
    report, case = ended(house)
    erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    view = views.report(house, keeper, case.case_number)
    assert (view.case.title, view.case.answers, view.identity_exists, view.files) == ("–", {}, False, [])
    assert view.case.status == case.status and view.case.filed_at == case.filed_at
    told = {event.kind: event.data for event in view.history}
    assert told["task_reassigned"]["erased"] is True and "reason" not in told["task_reassigned"]
    assert view.history[0].kind == "erased"
    with pytest.raises(NotFound):
        reporter.view(house, report.tracking_number, report.receipt)


def test_who_may_erase_what(house: House, keeper: Principal) -> None:
    _, case = filed(house)
    with pytest.raises(Forbidden):
        erasing.erase(house, principal(house, "petugas_pengaduan@contoh"), case.case_number, "Mau saya")
    with pytest.raises(Conflict, match="being handled"):
        erasing.erase(house, keeper, case.case_number, "Terlalu awal")
    operations.terminate(house, principal(house, "operator@contoh"), case.instance_id, "selesai")
    with pytest.raises(Invalid):
        erasing.erase(house, keeper, case.case_number, " ")
    with pytest.raises(NotFound):
        erasing.erase(house, keeper, "CT-2026-999999", "Tidak ada")
    open_agency(house, "lain", "LN")
    with pytest.raises(NotFound):
        erasing.erase(house, principal(house, "admin@lain"), case.case_number, "Bukan milik kami")
    erasing.erase(house, principal(house, "admin@contoh"), case.case_number, "Permintaan pelapor")
    with pytest.raises(Conflict, match="already"):
        erasing.erase(house, keeper, case.case_number, "Sekali lagi")


def test_whoever_dies_before_the_bytes_are_gone_leaves_them_to_the_sweeper(
    house: House, keeper: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = ended(house)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(erasing, "throw_away", dies)
        erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    assert list((house.data_dir / "files").rglob("*K*"))
    assert sweeping.sweep(house) == 1
    with house.database.read() as session:
        assert session.scalars(select(File)).all() == []
    assert [path for path in (house.data_dir / "files").rglob("*") if path.is_file()] == []


def test_an_erased_case_takes_no_more_secrets(house: House, keeper: Principal) -> None:
    """What a late event tells is lost at once: there is no key to seal it under."""
    _, case = ended(house)
    erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    with house.database.write() as session:
        step = Step.open(house, session, case.instance_id, SYSTEM)
        step.record("job_failed", "x", "", error="kenari-terlambat")
        step.save()
    assert b"kenari-terlambat" not in everything(house)
    assert audit.verify(house) == []
