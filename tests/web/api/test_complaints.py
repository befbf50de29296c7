"""Filing: once per key, with attachments, in either language of names; following: only with the receipt."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from engine.db import events
from engine.db.models import Case, File
from engine.runtime.house import House
from tests.support.agency import REPORT
from tests.web.api.client import Api
from tests.web.api.test_life import PDF
from tests.web.api.work import file, report

BODY = {"agency": "contoh", "process": "sp4n_umum", "answers": REPORT}


def _count(house: House, table: type) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _multipart(part: str = "complaint", **files: list[tuple[bytes, str]]) -> dict[str, Any]:
    data: dict[str, Any] = {part: orjson.dumps(BODY).decode()}
    return data | {key: [(BytesIO(content), name) for content, name in each] for key, each in files.items()}


def test_the_same_key_files_once(api: Api, house: House) -> None:
    first, again = file(api, key="satu"), file(api, key="satu")
    assert again == first
    other = api.post("/complaints", body={**BODY, "answers": {**REPORT, "judul": "Judul lain"}}, key="satu")
    assert api.ok(other, 422)["errors"][0]["key"] == "Idempotency-Key"
    assert file(api)["receipt"] != file(api)["receipt"]
    assert _count(house, Case) == 3


def test_keys_belong_to_whoever_uses_them(api: Api, house: House) -> None:
    anonymous, officer = file(api, key="satu"), file(api, by="petugas_pengaduan@contoh", key="satu")
    elsewhere = file(api, "lain", key="satu")
    assert len({each["receipt"] for each in (anonymous, officer, elsewhere)}) == 3
    with house.database.read() as session:
        started = events.read(session, kinds=("started",))  # agency by agency
        assert [event.actor for event in started] == ["pelapor", "petugas_pengaduan", "pelapor"]


def test_many_at_once_with_one_key_and_attachments_file_once(api: Api, house: House) -> None:
    assert api.document  # read before the threads do

    def send(_: int) -> Any:
        return api.post("/complaints", data=_multipart(lampiran=[(PDF, "a.pdf")]), key="satu").get_json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert len({each["receipt"] for each in answers}) == 1
    assert _count(house, Case) == 1


@pytest.mark.parametrize("part", ["complaint", "data"])
def test_attachments_come_as_parts_and_their_ids_into_the_answers(api: Api, house: House, part: str) -> None:
    def send() -> Any:
        data = _multipart(part, lampiran=[(PDF, "satu.pdf"), (PDF, "dua.pdf")])
        return api.ok(api.post("/complaints", data=data, key="satu"), 201)

    filed = send()
    assert send() == filed
    assert _count(house, File) == 2
    own = report(api, filed)
    assert [each["name"] for each in own["files"]] == ["satu.pdf", "dua.pdf"]
    assert own["answers"]["lampiran"] == [each["id"] for each in own["files"]]
    other = api.post("/complaints", data=_multipart(part, lampiran=[(PDF, "tiga.pdf")]), key="satu")
    assert other.status_code == 422
    assert _count(house, File) == 2


def test_the_json_may_come_as_a_file_part(api: Api) -> None:
    data = {"complaint": (BytesIO(orjson.dumps(BODY)), "laporan.json")}
    assert api.ok(api.post("/complaints", data=data), 201)["status"] == "diterima"


def test_files_kept_before_are_named_by_their_ids(api: Api) -> None:
    kept = api.ok(api.post("/files", data={"file": (BytesIO(PDF), "a.pdf"), "agency": "contoh"}), 201)["id"]
    filed = file(api, lampiran=[kept])
    assert [each["id"] for each in report(api, filed)["files"]] == [kept]


def test_a_wrong_attachment_is_refused_by_name_and_nothing_is_kept(api: Api, house: House) -> None:
    cases = {
        "lampiran": _multipart(lampiran=[(PDF, "baik.pdf"), (b"MZ", "jahat.exe")]),
        "foto": _multipart(foto=[(PDF, "a.pdf")]),
        "catatan": _multipart() | {"catatan": "x"},
    }
    for key, data in cases.items():
        answer = api.post("/complaints", data=data, content_type="multipart/form-data")
        faults = api.ok(answer, 422)["errors"]
        assert [fault["key"] for fault in faults] == [key]
    many = _multipart(lampiran=[(PDF, f"{n}.pdf") for n in range(30)])
    assert api.post("/complaints", data=many).status_code == 422
    without = api.post("/complaints", data={"lampiran": (BytesIO(PDF), "a.pdf")})
    assert api.ok(without, 422)["errors"][0]["key"] == "complaint"
    assert _count(house, File) == _count(house, Case) == 0


def test_wrong_answers_beside_good_attachments_keep_no_file(api: Api, house: House) -> None:
    data = _multipart(lampiran=[(PDF, "a.pdf")])
    data["complaint"] = orjson.dumps({**BODY, "answers": {**REPORT, "judul": ""}}).decode()
    assert [each["key"] for each in api.ok(api.post("/complaints", data=data), 422)["errors"]] == ["judul"]
    assert _count(house, File) == 0


def test_names_of_the_briefs_are_taken_and_the_channel_may_be_left_out(api: Api) -> None:
    answers = {key: value for key, value in REPORT.items() if key != "kanal"}
    body = {"instansi": "contoh", "proses": "sp4n_umum", "isian": answers}
    filed = api.ok(api.post("/complaints", body=body), 201)
    assert report(api, filed)["answers"]["kanal"] == "web"


def test_an_unknown_answer_is_refused_also_when_it_is_null(api: Api) -> None:
    body = {**BODY, "answers": {**REPORT, "status": None, "judul": ""}}
    faults = api.ok(api.post("/complaints", body=body), 422)["errors"]
    assert {each["key"] for each in faults} == {"status", "judul"}


@pytest.mark.parametrize("change", [{"agency": "tiada"}, {"process": "tiada"}, {"agency": "alur"}])
def test_what_is_not_offered_is_not_found(api: Api, change: dict[str, str]) -> None:
    assert api.post("/complaints", body={**BODY, **change}).status_code == 404


def test_a_token_that_is_none_is_refused_also_where_none_is_needed(api: Api) -> None:
    answer = api.client.post("/api/v1/complaints", json=BODY, headers={"Authorization": "Bearer alur_x"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_wrong_receipt_no_receipt_and_unknown_number_answer_the_same(api: Api) -> None:
    filed, other = file(api), file(api)
    asked = [
        (filed["tracking_number"], None),
        (filed["tracking_number"], other["receipt"]),
        (filed["tracking_number"], "x" * 500),
        ("0000-0000-0000", filed["receipt"]),
        ("x" * 100, filed["receipt"]),
        (filed["case_number"], filed["receipt"]),
    ]
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/replies", {"text": "Balasan."}),
        ("POST", "/withdrawal", {"reason": "Selesai."}),
        ("POST", "/rating", {"rating": 5}),
        ("POST", "/messages", {"name": "balasan_pelapor", "text": "Balasan."}),
    ):
        answers = [api.call(method, f"/complaints/{n}{path}", receipt=code, json=body) for n, code in asked]
        assert {(each.status_code, each.data) for each in answers} == {(404, answers[0].data)}


def test_a_receipt_may_be_typed_carelessly(api: Api) -> None:
    filed = file(api)
    number, code = (
        filed["tracking_number"].replace("-", "").lower(),
        filed["receipt"].lower().replace("-", " "),
    )
    assert api.ok(api.get(f"/complaints/{number}", receipt=code))["case_number"] == filed["case_number"]


def test_the_public_status_tells_no_words_and_a_secret_report_has_none(api: Api) -> None:
    filed, secret = file(api), file(api, rahasia=True)
    shown = api.ok(api.get(f"/complaints/{filed['tracking_number']}/status"))
    assert shown["status"] == "diterima"
    assert set(shown) == {
        "tracking_number", "agency", "agency_name", "process", "status", "filed_at", "closed_at",
    }  # fmt: skip
    hidden = api.get(f"/complaints/{secret['tracking_number']}/status")
    unknown = api.get("/complaints/0000-0000-0000/status")
    assert (hidden.status_code, hidden.data) == (unknown.status_code, unknown.data) == (404, unknown.data)


def test_services_tell_the_form_that_a_report_answers(api: Api) -> None:
    offered = api.ok(api.get("/services"))["items"]
    assert [(each["agency"], each["process"]) for each in offered] == [
        ("contoh", "sp4n_umum"),
        ("lain", "sp4n_umum"),
    ]
    service = api.ok(api.get("/services/contoh/sp4n_umum"))
    assert service["form"]["document"]["id"] == service["form"]["id"] == "umum_laporan"
    assert "judul" in service["form"]["schema"]["required"]
    assert api.get("/services/contoh/tiada").status_code == 404
    assert {each["key"] for each in api.ok(api.get("/agencies"))["items"]} == {"alur", "contoh", "lain"}
