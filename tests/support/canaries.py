"""Reports full of words that are found again wherever they were left."""

from pathlib import Path

from sqlalchemy import select

from engine.cases import attachments, reporter, views
from engine.cases.filing import Filed, Filing, file
from engine.db.models import Base, Case, WorkItem
from engine.runtime import operations, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, principal

CANARY = "kenari"
PDF = b"%PDF-1.4\n%%EOF"


def mark(number: int) -> bytes:
    """What stands in everything that was told with the report of this number."""
    return f"{CANARY}{number}x".encode()


def filed(house: House, number: int = 0) -> tuple[Filed, Case]:
    """A report full of canaries, with an attachment, a letter, a note of an officer, and ended."""
    word = mark(number).decode()
    attached = attachments.keep(house, "contoh", f"{word}-berkas.pdf", PDF + mark(number) + b"-bytes")
    answers = {
        **REPORT,
        "judul": f"{word}-judul",
        "isi_laporan": f"{word}-isi laporan yang cukup panjang untuk diterima",
        "pelapor_nama": f"{word}-nama",
        "pelapor_kontak": f"{word}-kontak@contoh.example",
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
    work_items.save_draft(house, officer, item.id, {"catatan": f"{word}-draf"})
    work_items.reassign(house, officer, item.id, "petugas_pengaduan2@contoh", f"{word}-alasan")
    reporter.reply(house, report.tracking_number, report.receipt, f"{word}-balasan")
    views.log_access(house, officer, case.id, "identitas", f"{word}-sebab")
    return report, case


def ended(house: House, number: int = 0) -> tuple[Filed, Case]:
    report, case = filed(house, number)
    operator = principal(house, "operator@contoh")
    operations.terminate(house, operator, case.instance_id, f"{mark(number).decode()}-akhir")
    with house.database.read() as session:
        return report, session.get_one(Case, case.id)


def everything(house: House) -> bytes:
    """All bytes of the database and of the data folder; of PostgreSQL, what its tables say."""
    kept = [path.read_bytes() for path in house.data_dir.rglob("*") if path.is_file()]
    if house.database.is_sqlite:
        file = Path(str(house.database.engine.url.database))
        assert file.with_name(file.name + "-wal").exists()
        return b"".join([*kept, *(path.read_bytes() for path in file.parent.glob(file.name + "*"))])
    with house.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            kept += [repr(tuple(row)).encode() for row in connection.execute(select(table))]
    return b"".join(kept)
