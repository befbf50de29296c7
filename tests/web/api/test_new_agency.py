"""A further agency brought to a running server by API alone, and a complaint taken through its SOP."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from engine.catalog import library
from engine.clock import ManualClock
from engine.runtime import jobs
from engine.runtime.house import House
from tests.support.agency import REPORT
from tests.web.api.client import Api
from tests.web.api.test_definitions import zipped
from tests.web.api.test_life import LONG, PDF
from tests.web.api.work import do, report
from tests.web.pages import PASSWORD

ADMIN = "kepala@kota_baru"
SECRET = "kata sandi panjang"
ROLES = (
    "petugas_pengaduan",
    "admin_instansi",
    "admin_unit",
    "pejabat_penghubung",
    "kepala_unit",
    "apip",
    "pimpinan",
    "perancang",
)


def _sign_in(api: Api, login: str, password: str) -> None:
    api.tokens[login] = api.ok(api.post("/tokens", body={"login": login, "password": password}), 201)["token"]


def _agency(api: Api, house: House) -> None:
    from engine.people import appointments, roles
    from tests.support.agency import principal

    keeper = principal(house, "admin@alur")
    roles.save_role(house, keeper, "pengelola", "Pengelola")
    appointments.grant(house, keeper, str(keeper.id), "pengelola")
    _sign_in(api, "admin@alur", PASSWORD)
    body = {
        "key": "kota-baru",
        "name": "Pemerintah Kota Baru",
        "code": "KB",
        "zone": "Asia/Makassar",
        "contact": "Telepon 112",
        "admin": {"login": ADMIN, "name": "Kepala Contoh", "password": SECRET},
    }
    assert api.ok(api.post("/agencies", "admin@alur", body), 201)["key"] == "kota_baru"
    assert api.post("/agencies", "admin@alur", body).status_code == 409
    assert api.post("/agencies", "admin@contoh", body).status_code == 403
    _sign_in(api, ADMIN, SECRET)


def _people(api: Api) -> None:
    api.ok(api.post("/units", ADMIN, {"key": "sekretariat", "name": "Sekretariat"}), 201)
    below = {"key": "loket", "name": "Loket", "parent": "sekretariat"}
    assert api.ok(api.post("/units", ADMIN, below), 201)["parent"] == "sekretariat"
    assert [each["parent"] for each in api.ok(api.get("/units", ADMIN))["items"]] == ["sekretariat", None]
    for role in ROLES:
        api.ok(api.post("/roles", ADMIN, {"key": role, "title": role.title()}), 201)
        new = {"login": role, "name": role.title(), "password": SECRET, "unit": "loket"}
        made = api.ok(api.post("/people", ADMIN, new), 201)
        assert made["login"] == f"{role}@kota_baru"
        granted = api.ok(api.post(f"/people/{made['id']}/roles", ADMIN, {"role": role}), 201)
        assert [each["role"] for each in granted["grants"]] == [role]
    held = {each["key"]: each["holders"] for each in api.ok(api.get("/roles", ADMIN))["items"]}
    assert held["petugas_pengaduan"] == 1
    found = api.ok(api.get("/people?q=pimpinan", ADMIN))["items"]
    assert [each["login"] for each in found] == ["pimpinan@kota_baru"]


def _package() -> bytes:
    """The generic SOP under the agency's own process id."""
    files = library.built_in().package("sp4n_umum", "sp4n_umum")
    return zipped(
        {
            path: data.replace(b"sp4n_umum", b"kota_baru_lapor")
            for path, data in files.items()
            if path != "README.md"
        }
    )


def _sop(api: Api) -> None:
    designer = "perancang@kota_baru"
    _sign_in(api, designer, SECRET)
    data = {"package": (BytesIO(_package()), "kota_baru_lapor.zip")}
    made = api.ok(api.post("/packages", designer, data=data), 201)
    assert made["process"] == "kota_baru_lapor"
    api.ok(api.post(f"/definitions/{made['id']}/submit", designer))
    assert api.post(f"/definitions/{made['id']}/activate", designer).status_code == 403
    assert api.ok(api.post(f"/definitions/{made['id']}/activate", ADMIN))["state"] == "active"


def _file(api: Api) -> Any:
    body = {"agency": "kota-baru", "process": "kota_baru_lapor", "answers": REPORT}
    return api.ok(api.post("/complaints", body=body), 201)


def test_an_agency_its_people_its_calendar_its_sop_and_a_complaint(
    api: Api, house: House, clock: ManualClock
) -> None:
    _agency(api, house)
    _people(api)
    day = {"day": "2026-06-05", "kind": "libur", "name": "Hari jadi kota"}
    assert api.ok(api.post("/calendar/changes", ADMIN, day), 201)["day"] == "2026-06-05"
    _sop(api)

    filed = _file(api)
    assert filed["case_number"] == "KB-2026-000001"
    assert filed["due_at"] == "2026-06-10T16:00:00+08:00", "the agency's zone, and its own day off left out"

    def by(role: str) -> str:
        login = f"{role}@kota_baru"
        if login not in api.tokens:
            _sign_in(api, login, SECRET)
        return login

    do(api, by("petugas_pengaduan"), "T01_registrasi", nomor_register="KB-1")
    do(api, by("admin_instansi"), "V_T01", hasil_verifikasi="lengkap")
    do(api, by("admin_instansi"), "T03_disposisi", unit_ditunjuk="loket", arahan=LONG)
    do(api, by("admin_unit"), "T04_terima", diterima=True)
    proof = api.ok(api.post("/files", by("admin_unit"), data={"file": (BytesIO(PDF), "b.pdf")}), 201)["id"]
    do(api, by("admin_unit"), "T05_tindak_lanjut", tindakan=LONG, bukti_tindakan=[proof])
    do(api, by("kepala_unit"), "T06_periksa", cukup=True)
    do(api, by("admin_instansi"), "R_T01", konsep_tanggapan=LONG)
    do(api, by("pejabat_penghubung"), "R_T02", disetujui=True)
    clock.advance(timedelta(days=20))
    while jobs.run_due(house):
        continue
    assert report(api, filed)["status"] == "selesai"


def test_days_and_grants_can_be_taken_back(api: Api) -> None:
    admin = "admin@contoh"
    day = {"day": "2026-06-05", "kind": "libur", "name": "Cuti"}
    made = api.ok(api.post("/calendar/changes", admin, day), 201)
    assert [each["id"] for each in api.ok(api.get("/calendar/changes", admin))["items"]] == [made["id"]]
    assert api.delete(f"/calendar/changes/{made['id']}", admin).status_code == 204
    assert api.delete(f"/calendar/changes/{made['id']}", admin).status_code == 404
    assert api.ok(api.get("/calendar/changes", admin))["items"] == []
    person = api.ok(api.get("/people?q=apip2", admin))["items"][0]
    grant = api.ok(api.get(f"/people/{person['id']}", admin))["grants"][0]
    assert api.delete(f"/grants/{grant['id']}", admin).status_code == 204
    assert api.ok(api.get(f"/people/{person['id']}", admin))["grants"][0]["until"] is not None


def test_what_the_rules_of_the_directory_refuse_is_named(api: Api) -> None:
    admin = "admin@contoh"
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("/units", {"key": "A B", "name": "x"}, "key"),
        ("/roles", {"key": "petugas", "title": " "}, "title"),
        ("/people", {"login": "baru", "name": "Baru", "password": "pendek"}, "password"),
        ("/people", {"login": "baru", "name": "Baru", "password": SECRET, "role": "admin"}, "role"),
        ("/calendar/changes", {"day": "2026-02-30", "kind": "libur", "name": "x"}, "day"),
        ("/calendar/changes", {"day": 0, "kind": "libur", "name": "x"}, "day"),
        ("/calendar/changes", {"day": "2026-06-05", "kind": "cuti", "name": "x"}, "kind"),
    ]
    for path, body, key in cases:
        faults = api.ok(api.post(path, admin, body), 422)["errors"]
        assert [each["key"] for each in faults] == [key]
    person = api.ok(api.get("/people?q=apip2", admin))["items"][0]
    path = f"/people/{person['id']}/roles"
    assert api.post(path, admin, {"role": "tiada"}).status_code == 404
    bounded = {"role": "admin", "since": "2026-06-05T00:00:00+07:00", "until": "2026-06-04T00:00:00+07:00"}
    assert api.ok(api.post(path, admin, bounded), 422)["errors"][0]["key"] == "until"
    naive = {"role": "admin", "since": "2026-06-05T00:00:00"}
    assert api.ok(api.post(path, admin, naive), 422)["errors"][0]["key"] == "since"
    assert (
        api.post("/people", admin, {"login": "admin@contoh", "name": "A", "password": SECRET}).status_code
        == 409
    )
    assert api.post("/units", admin, {"key": "loket", "name": "Loket", "parent": "tiada"}).status_code == 404


def test_a_token_is_made_with_the_password_and_revokes_itself(api: Api) -> None:
    wrong = {"login": "admin@contoh", "password": "salah sama sekali"}
    assert api.post("/tokens", body=wrong).status_code == 401
    _sign_in(api, "admin@contoh", PASSWORD)
    assert api.get("/units", "admin@contoh").status_code == 200
    assert api.delete("/tokens/current", "admin@contoh").status_code == 204
    assert api.get("/units", "admin@contoh").status_code == 401
    for _ in range(6):
        answer = api.post("/tokens", body=wrong)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
