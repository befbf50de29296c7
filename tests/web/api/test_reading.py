"""What programs send is read strictly: each fault is refused, its place named, nothing kept."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.db.models import Case, File
from engine.runtime.house import House
from tests.support.agency import REPORT
from tests.web.api.client import Api
from tests.web.api.work import file, item

START = '{"agency": "contoh", "process": "sp4n_umum", "answers": '
BROKEN = {
    "not json": ("{", 400, "1:2"),
    "a repeated name": (START + '{"judul": "a", "judul": "b"}}', 400, "judul"),
    "NaN": (START + '{"judul": NaN}}', 400, "NaN"),
    "infinity": (START + '{"judul": -Infinity}}', 400, "-Infinity"),
    "a number out of range": (START + '{"judul": 1e999}}', 400, "1e999"),
    "a number of 5000 digits": (START + '{"judul": ' + "9" * 5000 + "}}", 400, ""),
    "a number beyond 64 bits": (START + '{"judul": 18446744073709551616}}', 422, "answers.judul"),
    "65 levels": (START + '{"judul": ' + "[" * 63 + "]" * 63 + "}}", 400, None),
    "10000 levels": ("[" * 10_000, 400, None),
    "an unknown name": (START + '{}, "agency_id": "A"}', 422, "agency_id"),
    "a wrong type": ('{"agency": 1, "process": "sp4n_umum", "answers": {}}', 422, "agency"),
    "a list of answers": (START + "[]}", 422, "answers"),
    "a missing name": ('{"agency": "contoh", "process": "sp4n_umum"}', 422, "answers"),
    "a list": ("[]", 422, ""),
    "null": ("null", 422, ""),
    "a NUL": (START + '{"judul": "a\\u0000b"}}', 422, "answers.judul"),
    "half a character": (START + '{"saksi": [{"nama": "\\ud800"}]}}', 422, "answers.saksi[0].nama"),
    "a NUL in a name": (START + '{"a\\u0000": 1}}', 422, "answers"),
    "a byte order mark": ("\ufeff{}", 400, "1:1"),
    "no bytes": ("", 400, "1:1"),
}


def _cases(house: House) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.parametrize("name", BROKEN)
def test_broken_json_is_refused_naming_the_place(api: Api, house: House, name: str) -> None:
    text, status, place = BROKEN[name]
    answer = api.post("/complaints", data=text.encode(), content_type="application/json")
    problem = api.ok(answer, status)
    assert answer.content_type == "application/problem+json"
    keys = [fault["key"] for fault in problem["errors"]]
    assert keys == [place] if place is not None else keys
    assert _cases(house) == 0


def test_text_that_is_not_utf_8_is_refused(api: Api) -> None:
    answer = api.post("/complaints", data=b'{"a": "\xff"}', content_type="application/json")
    assert api.ok(answer, 400)["errors"][0]["key"] == "7"


def test_64_levels_are_read(api: Api) -> None:
    text = START + '{"judul": ' + "[" * 62 + "]" * 62 + "}}"
    answer = api.post("/complaints", data=text.encode(), content_type="application/json")
    assert "judul" in [fault["key"] for fault in api.ok(answer, 422)["errors"]]


def test_brackets_in_a_text_count_as_no_level_and_a_text_without_end_costs_little(api: Api) -> None:
    for text in (START + '{"judul": "' + '[{\\"' * 100_000 + '"}}', '"' + '\\"' * 900_000):
        answer = api.post("/complaints", data=text.encode(), content_type="application/json")
        assert answer.status_code in (400, 422)


def test_a_body_above_the_limit_is_too_large(api: Api, house: House) -> None:
    text = START + '{"judul": "' + "a" * 2_100_000 + '"}}'
    answer = api.post("/complaints", data=text.encode(), content_type="application/json")
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"
    assert _cases(house) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_content_type_is_not_taken(api: Api, kind: str) -> None:
    answer = api.post("/complaints", data=b"{}", content_type=kind or None)
    assert answer.status_code == 415
    assert answer.content_type == "application/problem+json"


def test_another_method_is_answered_with_those_allowed(api: Api) -> None:
    answer = api.client.put("/api/v1/complaints", json={})
    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert "POST" in answer.headers["Allow"]


def test_an_unknown_address_is_a_problem_too(api: Api) -> None:
    for path in ("/api/v1/tiada", "/api/v1/complaints/a/b/c", "/api/", "/api/v2/complaints"):
        answer = api.client.get(path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=banyak", "limit"),
        ("state=gone", "state"),
        ("agency_id=A", "agency_id"),
        ("overdue=perhaps", "overdue"),
        ("role=a&role=b", "role"),
        ("q=%00", "q"),
    ],
)
def test_a_wrong_query_is_refused_naming_the_parameter(api: Api, query: str, key: str) -> None:
    answer = api.get(f"/work-items?{query}", "petugas_pengaduan@contoh")
    assert [fault["key"] for fault in api.ok(answer, 422)["errors"]] == [key]


@pytest.mark.parametrize("path", ["%00", "a" * 300, "..%2f..", "%F0%9F%98%80", "1;x", "'or'1'='1"])
def test_strange_ids_are_not_found(api: Api, path: str) -> None:
    for noun in ("work-items", "instances", "cases", "definitions", "files", "complaints"):
        answer = api.client.get(f"/api/v1/{noun}/{path}", headers=api.headers("admin@contoh"))
        assert answer.status_code == 404, noun
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "kunci\u00e9"])
def test_a_bad_idempotency_key_is_refused(api: Api, key: str) -> None:
    body = {"agency": "contoh", "process": "sp4n_umum", "answers": REPORT}
    answer = api.post("/complaints", body=body, key=key)
    assert [fault["key"] for fault in api.ok(answer, 422)["errors"]] == ["Idempotency-Key"]


def test_faults_are_told_in_the_readers_language(api: Api) -> None:
    def told(query: str) -> Any:
        answer = api.post(f"/complaints{query}", data=b"{}", content_type="application/json")
        return {fault["message"] for fault in api.ok(answer, 422)["errors"]}

    assert told("") == {"Bidang ini wajib diisi."}
    assert told("?bahasa=en") == {"This field is needed."}


def test_a_body_may_be_left_out_where_nothing_in_it_is_needed(api: Api) -> None:
    file(api)
    opened = item(api, "petugas_pengaduan@contoh", "T01_registrasi")
    path = f"/work-items/{opened['id']}/claim"
    assert api.ok(api.post(path, "petugas_pengaduan@contoh"))["assignee"] == "petugas_pengaduan@contoh"
    answer = api.post(path, "petugas_pengaduan@contoh", data=b"versi=1", content_type="text/plain")
    assert answer.status_code == 415


def test_nothing_is_kept_of_a_file_that_is_refused(api: Api, house: House) -> None:
    for name, data in (
        ("a.exe", b"MZ"),
        ("a.pdf", b"kosong"),
        ("a.svg", b"<svg/>"),
        ("foto.jpg", b"\xff\xd8bad"),
    ):
        answer = api.post("/files", data={"file": (BytesIO(data), name), "agency": "contoh"})
        assert name in api.ok(answer, 422)["detail"]
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 0
