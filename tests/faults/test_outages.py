"""The database goes away or the disk is full under a running server: told as such, nothing lost or twice."""

import json
import os
import resource
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.agency import REPORT, START, open_agency, open_house, put_in_force
from tests.support.postgres import PostgresServer
from tests.support.server import LiveServer

LIMIT = resource.RLIMIT_FSIZE
VOLUME, ROUNDS = "24m", 50  # as often as the test plan asks for
TRIES = 10


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def _ask(server: LiveServer, path: str, body: bytes | None = None, **headers: str) -> Answer:
    request = urllib.request.Request(
        server.url + path, body, {name.replace("_", "-"): text for name, text in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode())


def _file(server: LiveServer, key: str, **answers: Any) -> Answer:
    body = {"agency": "contoh", "process": "sp4n_umum", "answers": {**REPORT, **answers}}
    return _ask(
        server,
        "/api/v1/complaints",
        json.dumps(body).encode(),
        Content_Type="application/json",
        Idempotency_Key=key,
    )


def _own(server: LiveServer, filed: Answer) -> Answer:
    known = filed.json()
    return _ask(server, f"/api/v1/complaints/{known['tracking_number']}", Alur_Receipt=known["receipt"])


def _furnished(folder: Path, url: str | None = None) -> LiveServer:
    server = LiveServer(folder, database_url=url, now=START.isoformat())
    if url is None:
        server.prepare(demo=False)
    house, _ = open_house(url or f"sqlite:///{server.data / 'alur.db'}", server.data)
    put_in_force(house, open_agency(house))
    house.database.close()
    server.start()
    return server


def _refused(answer: Answer, status: int) -> None:
    assert answer.status == status, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert "receipt" not in answer.text and "tracking_number" not in answer.text


@pytest.fixture
def postgres(run_name: str, postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server that nobody else uses."""
    server = PostgresServer(f"{run_name}-outage")
    yield server
    server.stop()


@pytest.mark.postgres
@pytest.mark.slow
def test_postgres_goes_away_and_comes_back(postgres: PostgresServer, tmp_path: Path) -> None:
    from engine.db.migrate import migrate

    server = _furnished(tmp_path / "alur", postgres.migrated(migrate))
    try:
        before = _file(server, "before")
        assert before.status == 201
        form = _ask(server, "/lacak").text
        postgres.halt()
        _refused(_file(server, "during"), 503)
        _refused(_own(server, before), 503)
        assert _ask(server, "/readyz").status == 503 and _ask(server, "/healthz").status == 200
        token = form.partition('name="_token" value="')[2].partition('"')[0]
        typed = urlencode(
            {"_token": token, "nomor": before.json()["tracking_number"], "kode": "tulisan saya"}
        )
        page = _ask(server, "/pelapor", typed.encode())
        _refused(page, 503)
        assert 'value="tulisan saya"' in page.text and f'value="{token}"' in page.text
        postgres.resume()
        during = _file(server, "during")
        assert during.status == 201, during.text
        assert _file(server, "during").json() == during.json()
        assert _own(server, before).status == _own(server, during).status == 200
        assert _file(server, "after").json()["case_number"].endswith("000003")
    finally:
        server.stop()


@pytest.mark.slow
def test_a_full_disk_takes_no_report_and_resumes_by_itself(tmp_path: Path) -> None:
    """The running process may write no byte past where its files now end: what a full disk answers."""
    server = _furnished(tmp_path / "alur")
    try:
        before = _file(server, "before")
        assert before.status == 201
        _, most = resource.prlimit(server.pid, LIMIT)
        resource.prlimit(server.pid, LIMIT, (4096, most))
        refused = [_file(server, "during", isi_laporan="x" * 4000) for _ in range(3)]
        for answer in refused:
            _refused(answer, 507)
        assert _own(server, before).status == 200, "what was kept can still be read"
        assert "x" * 40 not in server.log.read_text()
        resource.prlimit(server.pid, LIMIT, (most, most))
        during = _file(server, "during", isi_laporan="x" * 4000)
        assert during.status == 201, during.text
        assert _file(server, "after").json()["case_number"].endswith("000003")
    finally:
        server.stop()
    _is_whole(server)


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A small volume of its own; only root may mount one."""
    folder = tmp_path / "volume"
    folder.mkdir()
    if os.geteuid() or _mount(folder, "-t", "tmpfs", "-o", f"size={VOLUME}", "alur"):
        pytest.skip("needs root, to mount a volume")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def _mount(folder: Path, *arguments: str) -> int:
    return subprocess.run(["mount", *arguments, folder], capture_output=True, check=False).returncode


@pytest.mark.slow
def test_a_full_volume_takes_no_report_however_often_and_resumes_by_itself(volume: Path) -> None:
    server = _furnished(volume / "alur")
    ballast = volume / "ballast"
    try:
        before = _file(server, "before")
        for number in range(ROUNDS):
            with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as rest:
                while True:
                    rest.write(bytes(4096))
            while (refused := _file(server, f"k{number}", isi_laporan="x" * 4000)).status == 201:
                number += ROUNDS  # the log had room for one more
            _refused(refused, 507)
            assert _own(server, before).status == 200
            ballast.unlink()
            again = _file(server, f"k{number}", isi_laporan="x" * 4000)
            assert again.status == 201, again.text
    finally:
        server.stop()
    _is_whole(server)


@pytest.mark.slow
def test_a_read_only_volume_takes_no_report_however_often_and_resumes_by_itself(
    volume: Path, tmp_path: Path
) -> None:
    """The server starts while nothing can be written, shows what there is, and writes again when it can."""
    server = LiveServer(tmp_path / "alur", now=START.isoformat())
    server.data, server.environment["ALUR_DATA"] = volume, str(volume)
    server.prepare(demo=False)
    house, _ = open_house(f"sqlite:///{volume / 'alur.db'}", volume)
    put_in_force(house, open_agency(house))
    house.database.close()
    server.start()
    before = _file(server, "before")
    try:
        for number in range(ROUNDS):
            server.stop(kill=True)
            assert _mount(volume, "-o", "remount,ro") == 0
            server.start()
            _refused(_file(server, f"k{number}"), 503)
            assert _own(server, before).status == 200
            assert _mount(volume, "-o", "remount,rw") == 0
            _resumes(server, f"k{number}")
    finally:
        server.stop()
    _is_whole(server)


def _resumes(server: LiveServer, key: str) -> None:
    """The first finds out; while somebody still reads the file as it was opened, the next may as well."""
    for _ in range(TRIES):
        answer = _file(server, key)
        if answer.status == 201:
            break
        _refused(answer, 503)
    assert _file(server, key).status == 201, "once it writes again, it goes on writing"


def _is_whole(server: LiveServer) -> None:
    with closing(sqlite3.connect(server.data / "alur.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert server.alur("verify", check=False).returncode == 0


@pytest.mark.slow
def test_a_database_locked_by_another_program_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = _furnished(tmp_path / "alur")
    try:
        other = sqlite3.connect(server.data / "alur.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        _refused(_file(server, "during"), 503)
        other.execute("ROLLBACK")
        other.close()
        assert _file(server, "during").status == 201
    finally:
        server.stop()
