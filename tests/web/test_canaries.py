"""Nothing that could unmask an anonymous reporter is left in any store: addresses, browsers, files, minutes.

Every place where a browser, a camera or an office program writes about its owner holds a canary; afterwards
the bytes of the database with its journal, of the kept files, the log and the answers are searched.
"""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.people.signin import create_token
from engine.runtime.house import House
from tests.support.agency import REPORT
from tests.unit.cases import made
from tests.web.journeys import open_own, receipt, text_of, to_check_page
from tests.web.pages import PASSWORD, send, sign_in

NAME = "nama-berkas-kenari"
HEADERS = {
    "User-Agent": "Peramban-kenari-11",
    "X-Forwarded-For": "198.51.100.23",
    "X-Real-IP": "198.51.100.24",
    "Forwarded": "for=198.51.100.25",
    "X-Client-IP": "198.51.100.26",
    "Via": "1.1 perantara-kenari-12",
    "Referer": "http://localhost/kenari-13",
    "Accept-Language": "id-kenari14",
    "X-Request-Id": "kenari-15",
    "X-Device-Id": "kenari-16",
    "From": "kenari-17@contoh.example",
    "Cookie": "pengenal=kenari-18",
    "DNT": "kenari-19",
    "Sec-CH-UA-Model": "kenari-20",
}
ADDRESS = "203.0.113.77"
CANARIES = [
    made.CANARY[:8],
    NAME.encode(),
    ADDRESS.encode(),
    *(value.removeprefix("1.1 ").removeprefix("for=").encode() for value in HEADERS.values()),
]
FILES = (
    ("pdf", made.pdf),
    ("jpg", made.jpeg),
    ("png", made.png),
    ("mp3", made.mp3),
    ("mp4", made.mp4),
)
ANONYMOUS = {key: value for key, value in REPORT.items() if not key.startswith("pelapor_")} | {
    "anonim": True,
    "kanal": "web",
}


@pytest.fixture
def watched(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, clock: ManualClock
) -> Iterator[FlaskClient]:
    """A browser that tells a lot about its owner, at an odd second."""
    caplog.set_level(logging.INFO)
    clock.set(clock.now() + timedelta(hours=1, minutes=23, seconds=45, microseconds=678901))
    client.environ_base |= {"REMOTE_ADDR": ADDRESS}
    client.environ_base |= {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in HEADERS.items()}
    yield client


def _uploads() -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(make()), f"{NAME}.{ending}") for ending, make in FILES]


def _stored(house: House, caplog: pytest.LogCaptureFixture) -> dict[str, bytes]:
    """Everything that is kept, by where."""
    kept = {
        str(path.relative_to(house.data_dir)): path.read_bytes()
        for path in house.data_dir.rglob("*")
        if path.is_file() and path.suffix != ".txt"
    }
    return kept | {"log": caplog.text.encode()} | {"names": "\n".join(kept).encode()}


def _search(places: dict[str, bytes]) -> list[str]:
    return [
        f"{canary!r} in {where}" for where, data in places.items() for canary in CANARIES if canary in data
    ]


def _answers(client: FlaskClient, house: House, number: str, code: str) -> dict[str, bytes]:
    """What the reporter's and the officers' programs are told, downloads included."""
    asked = client.application.test_client(use_cookies=False)
    own = asked.get(f"/api/v1/complaints/{number}", headers={"Alur-Receipt": code})
    told: dict[str, TestResponse] = {"own": own}
    for file in own.get_json()["files"]:
        path = f"/api/v1/complaints/{number}/files/{file['id']}"
        told[path] = asked.get(path, headers={"Alur-Receipt": code})
    bearer = {"Authorization": f"Bearer {create_token(house, 'petugas_pengaduan@bpom', 'uji')}"}
    case = own.get_json()["case_number"]
    told["items"] = asked.get("/api/v1/work-items", headers=bearer)
    told["case"] = asked.get(f"/api/v1/cases/{case}", headers=bearer)
    told["instance"] = asked.get(
        f"/api/v1/instances/{told['case'].get_json()['instance_id']}", headers=bearer
    )
    assert all(each.status_code == 200 for each in told.values())
    return {where: each.data + str(each.headers).encode() for where, each in told.items()}


def test_the_files_carry_what_is_looked_for() -> None:
    places = sum(make().count(made.CANARY[:8]) for _, make in FILES)
    assert places + len(CANARIES) + 5 * 3 >= 40


def test_an_anonymous_report_filed_and_answered_by_pages(
    watched: FlaskClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    check = to_check_page(watched, named=False, anonim="true")
    sent = receipt(send(watched, check, "/periksa", lampiran=_uploads()))
    own = open_own(watched, sent)
    replied = send(watched, own, "/pelapor/balas", teks="Ini bukti lagi.", lampiran=_uploads())
    assert replied.status_code == 200, text_of(replied)
    told = _answers(watched, house, sent.number, sent.code)
    assert sum("/files/" in where for where in told) == 10
    assert _search(_stored(house, caplog) | told) == []


def test_an_anonymous_report_filed_by_program(
    watched: FlaskClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    ids = [
        watched.post("/api/v1/files", data={"agency": "bpom", "file": each}).get_json()["id"]
        for each in _uploads()
    ]
    filed = watched.post(
        "/api/v1/complaints",
        json={"agency": "bpom", "process": "sp4n_umum", "answers": ANONYMOUS | {"lampiran": ids}},
    )
    assert filed.status_code == 201, filed.data
    with_parts: dict[str, Any] = {
        "complaint": (io.BytesIO(_json(ANONYMOUS)), "c.json"),
        "lampiran": _uploads(),
    }
    assert watched.post("/api/v1/complaints", data=with_parts).status_code == 201
    told = _answers(watched, house, filed.get_json()["tracking_number"], filed.get_json()["receipt"])
    assert sum("/files/" in where for where in told) == 5
    assert _search(_stored(house, caplog) | told) == []


def test_files_kept_as_they_came_are_cleaned_when_the_report_is_secret(
    watched: FlaskClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """An officer's program sends them under a token before anybody knows what they belong to."""
    bearer = {"Authorization": f"Bearer {create_token(house, 'petugas_pengaduan@bpom', 'uji')}"}
    ids = [
        watched.post("/api/v1/files", data={"file": each}, headers=bearer).get_json()["id"]
        for each in _uploads()
    ]
    report = REPORT | {"rahasia": True, "lampiran": ids}
    filed = watched.post(
        "/api/v1/complaints",
        json={"agency": "bpom", "process": "sp4n_umum", "answers": report},
        headers=bearer,
    )
    assert filed.status_code == 201, filed.data
    own = watched.get(
        f"/api/v1/complaints/{filed.get_json()['tracking_number']}",
        headers={"Alur-Receipt": filed.get_json()["receipt"]},
    ).get_json()
    assert len(own["files"]) == 5
    assert all(re.fullmatch(r"lampiran-\w{4}\.\w{3}", each["name"]) for each in own["files"])
    kept = {
        each["id"]: (house.data_dir / "files" / each["id"][-2:] / each["id"]).read_bytes()
        for each in own["files"]
    }
    assert _search(kept) == []


def test_an_officer_at_the_counter_files_anonymously(
    client: FlaskClient, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, "petugas_pengaduan@bpom", PASSWORD)
    page = client.get("/laporan/baru/sp4n_umum")
    answers = {
        key: "true" if value is True else value for key, value in ANONYMOUS.items() if value is not False
    }
    done = send(client, page, "/laporan/baru", lampiran=_uploads(), **answers)
    assert done.status_code == 200, text_of(done)
    assert _search(_stored(house, caplog)) == []


def test_no_time_of_day_of_an_anonymous_report_is_told(watched: FlaskClient, house: House) -> None:
    sent = receipt(send(watched, to_check_page(watched, named=False, anonim="true"), "/periksa"))
    send(watched, open_own(watched, sent), "/pelapor/balas", teks="Tambahan keterangan.")
    pages = _answers(watched, house, sent.number, sent.code)
    sign_in(watched, "petugas_pengaduan@bpom", PASSWORD)
    inbox = watched.get("/tugas")
    (number,) = set(re.findall(r"BP-2026-\d+", text_of(inbox)))
    report = f"/laporan/{number}"
    addresses = [report, f"{report}/langkah", f"{report}/riwayat", "/tugas"]
    addresses += re.findall(r'href="(/tugas/[^"?#]+)', text_of(inbox))
    assert len(addresses) == 5
    for address in addresses:
        pages[address] = watched.get(address).data
    instant = re.compile(rb"(03|10)[:.]23(:45)?")  # UTC or WIB
    due = re.compile(rb'"(due_at|reminder_at|due)":"[^"]*"')
    assert [where for where, page in pages.items() if instant.search(due.sub(b"", page))] == []


def _json(answers: dict[str, Any]) -> bytes:
    return json.dumps({"agency": "bpom", "process": "sp4n_umum", "answers": answers}).encode()
