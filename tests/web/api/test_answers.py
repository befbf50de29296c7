"""What a task's answers may name: choices of the agency, files that are there; who may open which file."""

import json
from io import BytesIO
from typing import Any

from engine.catalog import library
from engine.runtime.house import House
from tests.support import agency
from tests.web.api.client import Api
from tests.web.api.work import do, file, item

OFFICER, CHIEF, UNIT = "petugas_pengaduan@contoh", "admin_instansi@contoh", "admin_unit@contoh"
LONG = "Tindakan sudah dilakukan sesuai arahan."
PDF = b"%PDF-1.4\n%%EOF"
NEVER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def _faults(api: Api, by: str, element: str, **answers: Any) -> dict[str, str]:
    opened = item(api, by, element)
    body = {"version": opened["version"], "answers": answers, "take": True}
    refused = api.ok(api.post(f"/work-items/{opened['id']}/complete", by, body), 422)
    return {each["key"]: each["message"] for each in refused["errors"]}


def _upload(api: Api, by: str) -> str:
    return str(api.ok(api.post("/files", by, data={"file": (BytesIO(PDF), "bukti.pdf")}), 201)["id"])


def test_a_unit_that_the_agency_does_not_have_is_refused(api: Api) -> None:
    api.ok(api.post("/units", "admin@contoh", {"key": "loket", "name": "Loket"}), 201)
    file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="lengkap")
    assert set(_faults(api, CHIEF, "T03_disposisi", unit_ditunjuk="tiada", arahan=LONG)) == {"unit_ditunjuk"}
    do(api, CHIEF, "T03_disposisi", unit_ditunjuk="loket", arahan=LONG)


def test_where_the_agency_has_no_units_their_name_will_do(api: Api) -> None:
    file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="lengkap")
    do(api, CHIEF, "T03_disposisi", unit_ditunjuk="Loket Contoh", arahan=LONG)


def test_a_file_that_is_not_there_is_named(api: Api) -> None:
    file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="lengkap")
    do(api, CHIEF, "T03_disposisi", unit_ditunjuk="Loket", arahan=LONG)
    do(api, UNIT, "T04_terima", diterima=True)
    found = _faults(api, UNIT, "T05_tindak_lanjut", tindakan=LONG, bukti_tindakan=[NEVER])
    assert set(found) == {"bukti_tindakan"} and NEVER in found["bukti_tindakan"]
    do(api, UNIT, "T05_tindak_lanjut", tindakan=LONG, bukti_tindakan=[_upload(api, UNIT)])


def test_a_file_in_an_answer_that_one_may_not_read_is_not_there(api: Api, house: House) -> None:

    seen = _secret_evidence(house)
    filed = file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="1", bukti=[kept := _upload(api, OFFICER)])
    for who, status in ((OFFICER, 200), (seen, 200), (CHIEF, 404)):
        assert api.get(f"/files/{kept}", who).status_code == status, who
        case = api.ok(api.get(f"/cases/{filed['case_number']}", who))
        assert (kept in [each["id"] for each in case["files"]]) == (status == 200)


def _secret_evidence(house: House) -> str:
    """The generic SOP whose first task asks for a file that only the watchdog may see; who that is."""
    tree = library.built_in()
    files = library.assemble(tree.package("sp4n_umum", "sp4n_umum"), tree.resolve)
    path = next(path for path in files if path.endswith("t01_registrasi.json"))
    form = json.loads(files[path])
    form["components"].append(
        {
            "type": "filepicker",
            "key": "bukti",
            "id": "Field_bukti",
            "label": "Bukti",
            "multiple": True,
            "properties": {"alur:visibleTo": "apip"},
        }
    )
    files[path] = json.dumps(form).encode()
    admin = agency.principal(house, "admin@contoh")
    agency.put_files_in_force(house, admin.agency_id, "sp4n_umum", files, version=2)
    return "apip@contoh"


def test_a_message_from_outside_sets_nothing_that_the_house_keeps(api: Api) -> None:
    filed = file(api)
    do(api, OFFICER, "T01_registrasi", nomor_register="1")
    do(api, CHIEF, "V_T01", hasil_verifikasi="tidak_lengkap", alasan_verifikasi=LONG)
    do(api, CHIEF, "V_T02", pertanyaan=[{"pertanyaan": "Loket nomor berapa?"}])
    message = {"name": "balasan_pelapor", "key": filed["case_number"], "payload": {"teks": "Loket 3."}}
    wrong = message | {"payload": {"teks": "Loket 3.", "status": "selesai", "nomor_laporan": "X"}}
    refused = api.ok(api.post("/messages", "operator@contoh", wrong), 422)
    assert [each["key"] for each in refused["errors"]] == ["payload.nomor_laporan", "payload.status"]
    assert api.ok(api.post("/messages", "operator@contoh", message))["outcome"] == "delivered"


def test_a_part_named_like_our_own_field_is_an_unknown_part(api: Api) -> None:
    parts = {"file": (BytesIO(PDF), "a.pdf"), "agency": "contoh", "_isi": "1"}
    refused = api.ok(api.post("/files", data=parts), 422)
    assert [each["key"] for each in refused["errors"]] == ["_isi"]
