"""A complaint from filing to rating through the API alone, on the generic SOP."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from engine.clock import ManualClock
from engine.runtime import jobs
from engine.runtime.house import House
from tests.web.api.client import Api
from tests.web.api.work import do, file, item, report

LONG = "Contoh isian yang cukup panjang untuk bidang wajib ini."
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OFFICER, CHIEF, UNIT = "petugas_pengaduan@contoh", "admin_instansi@contoh", "admin_unit@contoh"


def _kept(api: Api, name: str, by: str | None = None) -> str:
    answer = api.post("/files", by, data={"file": (BytesIO(PDF), name), "agency": "contoh", "named": "true"})
    return str(api.ok(answer, 201)["id"])


def _to_the_answer(api: Api) -> None:
    do(api, CHIEF, "V_T01", hasil_verifikasi="lengkap")
    do(api, CHIEF, "T03_disposisi", unit_ditunjuk="contoh", arahan=LONG)
    do(api, UNIT, "T04_terima", diterima=True)
    do(api, UNIT, "T05_tindak_lanjut", tindakan=LONG, bukti_tindakan=[_kept(api, "bukti.pdf", UNIT)])
    do(api, "kepala_unit@contoh", "T06_periksa", cukup=True)
    do(api, CHIEF, "R_T01", konsep_tanggapan="Loket sudah ditambah dan petugas dijadwalkan.")
    done = do(api, "pejabat_penghubung@contoh", "R_T02", disetujui=True)
    assert done["instance_state"] == "active"


def _own(api: Api, filed: Any, action: str, body: Any, status: int = 201) -> Any:
    path = f"/complaints/{filed['tracking_number']}/{action}"
    return api.ok(api.post(path, body=body, receipt=filed["receipt"]), status)


def test_from_filing_to_rating(api: Api, house: House, clock: ManualClock) -> None:
    filed = file(api)
    assert filed["status"] == "diterima"
    assert filed["due_at"] == "2026-06-09T16:00:00+07:00"

    do(api, OFFICER, "T01_registrasi", nomor_register="CT-1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="tidak_lengkap", alasan_verifikasi=LONG)
    do(api, CHIEF, "V_T02", pertanyaan=[{"pertanyaan": "Loket nomor berapa?"}])
    asked = report(api, filed)
    assert asked["status"] == "menunggu_pelapor"
    assert asked["question"]["questions"] == ["Loket nomor berapa?"]
    assert asked["question"]["due_at"] == "2026-06-17T23:59:00+07:00"
    assert "balasan_pelapor" in asked["actions"]
    assert [clock["state"] for clock in asked["clocks"]] == ["paused"]
    assert asked["may_rate"] is False

    clock.advance(timedelta(hours=1))
    photo = _kept(api, "loket.pdf")
    replied = _own(api, filed, "replies", {"text": "Loket nomor 3.", "files": [photo]})
    assert replied["question"] is None
    assert replied["letters"][-1]["text"] == "Loket nomor 3."
    assert [each["id"] for each in replied["files"]] == [photo]
    own = api.get(f"/complaints/{filed['tracking_number']}/files/{photo}", receipt=filed["receipt"])
    assert own.data == PDF

    _to_the_answer(api)
    answered = report(api, filed)
    assert answered["status"] == "dijawab"
    assert answered["letters"][-1]["text"] == "Loket sudah ditambah dan petugas dijadwalkan."
    assert answered["may_rate"] is True
    assert [each["id"] for each in answered["files"]] == [photo], "the officers' own files stay with them"
    case = api.ok(api.get(f"/cases/{filed['case_number']}", CHIEF))
    assert {each["name"] for each in case["files"]} == {"bukti.pdf", "loket.pdf"}
    inner = next(each["id"] for each in case["files"] if each["name"] == "bukti.pdf")
    hidden = api.get(f"/complaints/{filed['tracking_number']}/files/{inner}", receipt=filed["receipt"])
    assert hidden.status_code == 404

    assert _own(api, filed, "rating", {"rating": 5, "comment": "Cepat."})["rating"] == 5
    clock.advance(timedelta(days=20))
    while jobs.run_due(house):
        continue
    closed = report(api, filed)
    assert closed["status"] == "selesai"
    assert "menilainya" in closed["letters"][-1]["text"], "the closing note says something"
    assert closed["closed_at"].endswith("+07:00")
    instance = api.ok(api.get(f"/instances/{case['instance_id']}", CHIEF))
    assert instance["state"] == "completed"
    assert instance["tokens"] == []
    assert api.ok(api.get("/work-items?state=completed", OFFICER))["items"][0]["element"] == "T01_registrasi"


def test_a_reply_after_the_answer_goes_to_the_officer(api: Api) -> None:
    filed = file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="CT-1")
    _to_the_answer(api)
    _own(api, filed, "replies", {"text": "Loketnya masih kosong.", "files": []})
    assert item(api, CHIEF, "R_T03")["case_number"] == filed["case_number"]


def test_a_withdrawal_is_taken_as_the_sop_says(api: Api) -> None:
    filed = file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="CT-1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="lengkap")
    assert "pencabutan_laporan" in report(api, filed)["actions"]
    assert "pencabutan_laporan" not in _own(api, filed, "withdrawal", {"reason": "Sudah selesai."})["actions"]
    do(api, CHIEF, "T10_konfirmasi", cabut_sah="ya")
    assert report(api, filed)["status"] == "dicabut"


def test_wrong_words_of_a_reporter_are_refused_beside_their_field(api: Api) -> None:
    filed = file(api)
    for action, body, key in (
        ("replies", {"text": " "}, "teks"),
        ("withdrawal", {"reason": "x"}, "alasan"),
        ("rating", {"rating": 6}, "rating"),
        ("rating", {"rating": "5"}, "rating"),
        ("rating", {"rating": 5, "stars": 5}, "stars"),
    ):
        found = _own(api, filed, action, body, 422)
        assert [fault["key"] for fault in found["errors"]] == [key]
    assert _own(api, filed, "messages", {"name": "tanggapan_terkirim", "text": "Palsu."}, 422)
    assert _own(api, filed, "rating", {"rating": 5}, 409)
