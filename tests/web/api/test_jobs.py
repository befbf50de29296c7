"""Workers of a topic, their failures and business errors, messages from outside: on BPOM's SOP."""

from datetime import timedelta
from typing import Any

import pytest

from engine.clock import ManualClock
from engine.people import appointments, roles, staff
from engine.runtime.house import House
from tests.support import agency
from tests.web.api.client import Api

OPERATOR, OFFICER = "operator@contoh", "petugas_ulpk@contoh"
REPORT = {
    "jenis_laporan": "pengaduan",
    "judul": "Krim tanpa izin edar",
    "isi_laporan": "Toko menjual krim tanpa nomor izin edar pada kemasannya.",
    "lokasi_kejadian": "Kota Contoh",
    "tanggal_kejadian": "2026-05-29",
    "anonim": False,
    "rahasia": False,
    "pelapor_nama": "Sari Contohwati",
    "pelapor_kontak": "sari@contoh.example",
    "setuju_pdp": True,
    "kategori": "produk_ilegal",
    "komoditi": "kosmetik",
    "nama_produk": "Krim Contoh",
    "jenis_penjualan": "toko",
    "kejadian_tidak_diinginkan": False,
}


@pytest.fixture
def leased(api: Api, house: House) -> Any:
    """BPOM's SOP in force, one report filed and taken in, its job leased to worker ``satu`` for a minute."""
    admin = agency.principal(house, "admin@contoh")
    agency.put_in_force(house, admin.agency_id, "bpom", "bpom_ulpk")
    for role in ("petugas_ulpk", "petugas_balai"):
        roles.save_role(house, admin, role, role)
        person = staff.new_person(house, admin, role, role, "rahasia sekali saja")
        appointments.grant(house, admin, person.id, role)
    body = {"agency": "contoh", "process": "bpom_ulpk", "answers": REPORT}
    api.ok(api.post("/complaints", body=body), 201)
    opened = api.ok(api.get("/work-items", OFFICER))["items"][0]
    answers = {"identitas_produk": "CONTOH-1", "kejadian_tidak_diinginkan": False}
    done = {"version": opened["version"], "answers": answers, "take": True}
    api.ok(api.post(f"/work-items/{opened['id']}/complete", OFFICER, done))
    jobs = _fetch(api)
    assert len(jobs) == 1
    return jobs[0]


def _fetch(api: Api, worker: str = "satu", **more: Any) -> Any:
    body = {"topics": ["bpom.cek_nie"], "worker": worker, "lease": 60, "limit": 5, **more}
    return api.ok(api.post("/jobs/fetch", OPERATOR, body))["items"]


def _report(api: Api, job: Any, what: str, status: int, /, worker: str = "satu", **body: Any) -> Any:
    return api.ok(api.post(f"/jobs/{job['id']}/{what}", OPERATOR, {"worker": worker, **body}), status)


def _tokens(api: Api, job: Any) -> list[str]:
    return [
        each["element"] for each in api.ok(api.get(f"/instances/{job['instance_id']}", OFFICER))["tokens"]
    ]


def test_a_worker_does_a_job_and_the_flow_goes_on(api: Api, leased: Any) -> None:
    assert leased["topic"] == "bpom.cek_nie"
    assert leased["lease_until"] == "2026-06-02T09:01:00+07:00"
    assert _fetch(api, "dua") == []
    assert _report(api, leased, "complete", 409, worker="dua")["owner"] == "satu"
    assert _report(api, leased, "complete", 204, variables={"status_registri": "tidak_ditemukan"}) is None
    assert "T09_klarifikasi" in _tokens(api, leased)
    assert _report(api, leased, "complete", 409)["state"] == "done"


def test_a_business_error_goes_the_drawn_way(api: Api, leased: Any) -> None:
    _report(api, leased, "error", 204, code="REGISTRI_TIDAK_TERSEDIA")
    assert "T08_cek_manual" in _tokens(api, leased)


def test_a_lease_that_ran_out_goes_to_the_next_worker(api: Api, leased: Any, clock: ManualClock) -> None:
    clock.advance(timedelta(seconds=61))
    assert [each["id"] for each in _fetch(api, "dua", lease="PT5M")] == [leased["id"]]
    _report(api, leased, "complete", 409)
    _report(api, leased, "complete", 204, worker="dua", variables={"status_registri": "tidak_ditemukan"})


def test_a_failure_is_retried_then_asks_an_operator_who_retries_it(
    api: Api, leased: Any, clock: ManualClock
) -> None:
    failed = _report(api, leased, "fail", 200, error="Registri tidak menjawab.", retries=1)
    assert (failed["state"], failed["attempts"]) == ("waiting", 1)
    assert _fetch(api) == []
    clock.advance(timedelta(hours=1))
    job = _fetch(api)[0]
    assert _report(api, job, "fail", 200, error="Registri tidak menjawab.", retries=0)["state"] == "failed"
    assert [each["id"] for each in api.ok(api.get("/jobs?state=failed&kind=topic", OPERATOR))["items"]] == [
        job["id"]
    ]

    incident = api.ok(api.get("/incidents", OPERATOR))["items"][0]
    assert (incident["element"], incident["message"]) == ("S01_cek_nie", "Registri tidak menjawab.")
    stopped = api.ok(api.get(f"/instances/{job['instance_id']}", OFFICER))
    assert (stopped["state"], stopped["incidents"][0]["id"]) == ("incident", incident["id"])

    path = f"/incidents/{incident['id']}/retry"
    assert api.ok(api.post(path, OPERATOR, {"variables": {"nama_produk": "Krim"}}))["state"] == "resolved"
    assert api.post(path, OPERATOR).status_code == 409
    assert api.ok(api.get("/incidents", OPERATOR))["items"] == []
    assert [each["id"] for each in api.ok(api.get("/incidents?state=resolved", OPERATOR))["items"]] == [
        incident["id"]
    ]
    _report(api, _fetch(api)[0], "complete", 204, variables={"status_registri": "tidak_ditemukan"})
    assert api.ok(api.get(f"/instances/{job['instance_id']}", OFFICER))["state"] == "active"


def test_an_incident_is_shown_with_its_job_and_given_up_with_its_case(api: Api, leased: Any) -> None:
    _report(api, leased, "fail", 200, error="Registri tidak menjawab.", retries=0)
    (incident,) = api.ok(api.get("/incidents", OPERATOR))["items"]
    shown = api.ok(api.get(f"/incidents/{incident['id']}", OPERATOR))
    assert (shown["job"]["id"], shown["job"]["attempts"], shown["may_drop"]) == (leased["id"], 1, False)
    path = f"/incidents/{incident['id']}/cancel"
    assert api.post(path, OPERATOR, {"reason": "Di luar sistem."}).status_code == 409
    assert api.post(path, OPERATOR, {"end_case": True}).status_code == 422
    assert api.post(path, OFFICER, {"reason": "Di luar sistem.", "end_case": True}).status_code == 403
    done = api.ok(api.post(path, OPERATOR, {"reason": "Di luar sistem.", "end_case": True}))
    assert done["state"] == "resolved"
    assert api.ok(api.get(f"/instances/{leased['instance_id']}", OFFICER))["state"] == "terminated"
    assert api.get(f"/incidents/{'0' * 26}", OPERATOR).status_code == 404


def test_incidents_of_one_cause_are_tried_again_and_given_up_together(api: Api, leased: Any) -> None:
    assert api.ok(api.get("/incidents/groups", OPERATOR)) == {"items": [], "next": None}
    _report(api, leased, "fail", 200, error="Registri tidak menjawab.", retries=0)
    (group,) = api.ok(api.get("/incidents/groups", OPERATOR))["items"]
    newest = group["newest"]["id"]
    assert (group["count"], group["newest"]["element"]) == (1, "S01_cek_nie")
    path = f"/incidents/{newest}/alike"
    assert api.post(f"{path}/retry", OFFICER, {"until": newest}).status_code == 403
    assert api.post(f"{path}/retry", OPERATOR, {}).status_code == 422
    assert api.post(f"{path}/retry", OPERATOR, {"until": newest, "limit": 1000}).status_code == 422
    assert api.post(f"{path}/cancel", OPERATOR, {"until": newest}).status_code == 422
    assert api.post(f"{path}/cancel", OPERATOR, {"until": newest, "reason": "Coba."}).status_code == 409
    assert api.post(f"/incidents/{'0' * 26}/alike/retry", OPERATOR, {"until": newest}).status_code == 404
    dealt = api.ok(api.post(f"{path}/retry", OPERATOR, {"until": newest}))
    assert dealt == {"done": 1, "again": 0, "refused": 0, "after": None}
    assert api.ok(api.get("/incidents/groups", OPERATOR))["items"] == []


def test_a_lease_is_seconds_or_a_duration_up_to_an_hour(api: Api) -> None:
    for lease in ("PT5M", 0.5, 3600):
        api.ok(api.post("/jobs/fetch", OPERATOR, {"topics": ["lain"], "worker": "satu", "lease": lease}))
    for lease in ("PT2H", 0, -1, "lama", None):
        body = {"topics": ["lain"], "worker": "satu", "lease": lease}
        assert api.post("/jobs/fetch", OPERATOR, body).status_code == 422


def test_lists_of_jobs_come_in_pages(api: Api, leased: Any) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.ok(api.get(f"/jobs?limit=1{cursor}", OPERATOR))
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) > 1
    assert leased["id"] in seen


def test_a_message_opens_a_report_once_and_another_is_delivered(api: Api, leased: Any) -> None:
    body = {
        "name": "laporan_diteruskan",
        "payload": {"laporan": REPORT, "instansi_asal": "SP4N"},
        "message_id": "m1",
    }
    before = len(api.ok(api.get("/work-items", OFFICER))["items"])
    opened = api.ok(api.post("/messages", OPERATOR, body), 201)
    assert opened["outcome"] == "started"
    assert api.ok(api.post("/messages", OPERATOR, body))["outcome"] == "repeated"
    assert len(api.ok(api.get("/work-items", OFFICER))["items"]) <= before + 1
    assert api.post("/messages", OPERATOR, {**body, "name": "balasan_pelapor"}).status_code == 409
    assert (
        api.post("/messages", OPERATOR, {"name": "balasan_pelapor", "key": "CT-2026-000001"}).status_code
        == 404
    )
    assert api.post("/messages", OPERATOR, {"name": "tiada"}).status_code == 404
