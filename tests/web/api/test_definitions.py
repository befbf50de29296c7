"""Packages by program: drafts, refused with every finding, answered, put in force by a second person."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from engine.catalog import library
from tests.web.api.client import Api

DESIGNER, SECOND = "perancang@contoh", "perancang2@contoh"
ROOM = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BROKEN = (
    f'<definitions xmlns="{ROOM}" targetNamespace="t"><process id="p" isExecutable="true">'
    '<startEvent id="s"/><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="x"/>'
    "</process></definitions>"
)


def package() -> dict[str, bytes]:
    """The generic SOP's files as somebody downloads them."""
    return library.built_in().package("sp4n_umum", "sp4n_umum")


def zipped(files: dict[str, bytes], folder: str = "") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in files.items():
            archive.writestr(folder + path, data)
    return out.getvalue()


def upload(api: Api, files: dict[str, bytes], status: int = 201, by: str = DESIGNER, **more: Any) -> Any:
    data = {"package": (BytesIO(zipped(files)), "paket.zip"), **more}
    return api.ok(api.post("/packages", by, data=data), status)


def test_a_package_becomes_the_next_draft_and_a_second_person_puts_it_in_force(api: Api) -> None:
    made = upload(api, package(), note="Batas waktu diperiksa")
    assert (made["process"], made["version"], made["state"]) == ("sp4n_umum", 2, "draft")
    assert made["verdict"] in ("RUN", "FIX")
    assert made["note"] == "Batas waktu diperiksa"
    path = f"/definitions/{made['id']}"
    assert api.ok(api.get(path, DESIGNER))["findings"] == made["findings"]
    assert api.ok(api.post(f"{path}/submit", DESIGNER))["state"] == "submitted"
    refused = api.post(f"{path}/activate", DESIGNER)
    assert api.ok(refused, 403)["detail"]
    assert api.ok(api.post(f"{path}/activate", SECOND))["state"] == "active"
    states = [(each["version"], each["state"]) for each in api.ok(api.get("/definitions", DESIGNER))["items"]]
    assert states == [(2, "active"), (1, "retired")]
    assert api.post(f"{path}/activate", SECOND).status_code == 409


def test_files_may_come_one_by_one(api: Api) -> None:
    files = [(BytesIO(data), f"paket/{path}") for path, data in package().items()]
    made = api.ok(api.post("/packages", DESIGNER, data={"files": files}), 201)
    assert made["process"] == "sp4n_umum"


def test_a_rejected_version_tells_why(api: Api) -> None:
    path = f"/definitions/{upload(api, package())['id']}"
    assert api.post(f"{path}/reject", SECOND, {"reason": "Belum diajukan"}).status_code == 409
    api.ok(api.post(f"{path}/submit", DESIGNER))
    assert api.post(f"{path}/reject", DESIGNER, {"reason": "Milik sendiri"}).status_code == 403
    rejected = api.ok(api.post(f"{path}/reject", SECOND, {"reason": "Batas waktu keliru"}))
    assert (rejected["state"], rejected["note"]) == ("rejected", "Batas waktu keliru")


def test_what_cannot_run_is_refused_with_every_finding(api: Api) -> None:
    problem = upload(api, {"a.bpmn": BROKEN.encode()}, 422)
    assert {"dangling-flow:f", "unreachable:t"} <= {each["id"] for each in problem["findings"]}
    for finding in problem["findings"]:
        assert finding["id"] == f"{finding['rule']}:{finding['element']}"
        assert finding["message"]
    assert api.ok(api.get("/definitions", DESIGNER))["items"][0]["version"] == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("p.zip", zipped({"../a.bpmn": b"x"}), "ke luar"),
        ("p.zip", zipped({"a.zip": b"x"}), "arsip"),
        ("p.zip", b"PK\x03\x04 rusak", "rusak"),
        ("p.zip", zipped({f"{n}.json": b"{}" for n in range(300)}), "200"),
        ("a.txt", b"bukan paket", ""),
        ("a.bpmn", b"<!DOCTYPE a><a/>", ""),
        ("gambar.png", b"\x89PNG\r\n\x1a\n\xff\xfe", ""),
    ],
)
def test_bad_archives_and_files_are_refused(api: Api, name: str, data: bytes, words: str) -> None:
    answer = api.post("/packages", DESIGNER, data={"package": (BytesIO(data), name)})
    problem = api.ok(answer, 422)
    assert problem["findings"]
    assert words in " ".join(each["message"] for each in problem["findings"])


def test_a_wrong_request_names_its_part(api: Api) -> None:
    zip_part = (BytesIO(zipped(package())), "paket.zip")
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "package"),
        ({"package": zip_part, "agency_id": "A"}, "agency_id"),
    ]
    for data, key in cases:
        answer = api.post("/packages", DESIGNER, data=data, content_type="multipart/form-data")
        assert [each["key"] for each in api.ok(answer, 422)["errors"]] == [key]
    assert api.post("/packages", DESIGNER, {"package": "x"}).status_code == 415
    broken = {"package": (BytesIO(zipped(package())), "paket.zip"), "answers": "{"}
    assert api.post("/packages", DESIGNER, data=broken).status_code == 400


def test_questions_are_answered_with_the_upload_or_after_it(api: Api) -> None:
    files = package()
    path = next(each for each in files if each.endswith(".bpmn"))
    files[path] = files[path].replace(b' default="Flow_G01_terusan_R01_klasifikasi"', b"")
    made = upload(api, files)
    edited = api.post(f"/definitions/{made['id']}/answers", DESIGNER, {"answers": {"tiada:x": "1"}})
    assert api.ok(edited)["revision"] == made["revision"] + 1
    stale = {"answers": {}, "revision": made["revision"]}
    assert api.ok(api.post(f"/definitions/{made['id']}/answers", DESIGNER, stale), 409)["revision"] == 2


def test_versions_are_listed_in_pages_and_by_process(api: Api) -> None:
    for _ in range(2):
        upload(api, package())
    first = api.ok(api.get("/definitions?limit=2", DESIGNER))
    second = api.ok(api.get(f"/definitions?limit=2&cursor={first['next']}", DESIGNER))
    assert [each["version"] for each in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next"] is None
    assert api.ok(api.get("/definitions?process=tiada", DESIGNER))["items"] == []
