"""Officers' work done straight through the engine, for tests of what reporters see."""

from typing import Any

from sqlalchemy import select

from engine.db.models import WorkItem
from engine.people.principals import of_person
from engine.runtime import work_items
from engine.runtime.house import House


def complete(house: House, element: str, role: str, **answers: Any) -> None:
    """The holder of ``role`` takes the oldest open item of an element and completes it."""
    with house.database.read() as session:
        item = session.scalars(
            select(WorkItem)
            .where(WorkItem.element == element, WorkItem.state == "open")
            .order_by(WorkItem.id)
        ).first()
        who = of_person(session, f"P-{role}", house.now())
    assert item is not None, element
    taken = work_items.claim(house, who, item.id)
    work_items.complete(house, who, item.id, taken.version, answers)


def ask(house: House, question: str) -> None:
    """Registration, verification, and a question to the reporter."""
    complete(house, "T01_registrasi", "petugas_pengaduan", nomor_register="R-1")
    complete(
        house,
        "V_T01",
        "admin_instansi",
        hasil_verifikasi="tidak_lengkap",
        alasan_verifikasi="Foto belum ada, mohon dilengkapi.",
    )
    complete(house, "V_T02", "admin_instansi", pertanyaan=[{"pertanyaan": question}])


def answer(house: House, text: str) -> None:
    """From registration to the answer, for a request for information."""
    complete(house, "T01_registrasi", "petugas_pengaduan", nomor_register="R-1")
    complete(house, "V_T01", "admin_instansi", hasil_verifikasi="lengkap")
    complete(house, "T02_jawab", "admin_instansi", konsep_tanggapan=text)
    complete(house, "R_T01", "admin_instansi", konsep_tanggapan=text)
    complete(house, "R_T02", "pejabat_penghubung", disetujui=True)
