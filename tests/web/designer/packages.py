"""Packages that designers upload: one that runs, and one for each other answer."""

import io
import zipfile
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from engine.catalog.replication import Identity, blank
from tests.web.pages import form

MINE = Identity("lapor_saya", "Lapor saya", "Contoh", "CT")
LANES = [("admin_unit", "Admin unit"), ("kepala_unit", "Kepala unit")]
SCENARIOS = b"""process_id = "lapor_saya"

[[skenario]]
id = "LS-1"
nama = "jalur biasa"
mulai = "2026-01-15T09:00+07:00"
harap = [{ setelah = 1, terbuka = "T01", role = "admin_unit", due = "2026-01-21T16:00+07:00" }]
[[skenario.langkah]]
start = "M01"
with = { judul = "Lampu padam", isi_laporan = "Lampu jalan padam sejak Senin." }

[[skenario]]
id = "LS-2"
nama = "harapan yang salah"
mulai = "2026-01-15T09:00+07:00"
harap = [{ setelah = 1, terbuka = "T09" }]
[[skenario.langkah]]
start = "M01"
"""


def runs() -> dict[str, bytes]:
    """A package that runs as it is and may be published."""
    return blank(MINE, LANES, "Asia/Jakarta") | {"scenarios.toml": SCENARIOS}


def diagram(change: dict[str, str]) -> dict[str, bytes]:
    """The same with these texts of the diagram replaced."""
    files = runs()
    text = files["lapor_saya.bpmn"].decode()
    for old, new in change.items():
        assert old in text, old
        text = text.replace(old, new)
    return {**files, "lapor_saya.bpmn": text.encode()}


def fixes() -> dict[str, bytes]:
    """Not marked as executable: repaired."""
    return diagram({'isExecutable="true"': 'isExecutable="false"'})


def asks() -> dict[str, bytes]:
    """Who or what sends the answer is not said."""
    return diagram({'<zeebe:taskDefinition type="alur.kirim_tanggapan" retries="3"/>': ""})


def refuses() -> dict[str, bytes]:
    """A limit that cannot be counted."""
    return diagram({'value="3 HK"': 'value="3 bulan purnama"'})


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return packed.getvalue()


def post(
    client: FlaskClient, page: TestResponse, action: str, files: dict[str, bytes], **values: Any
) -> TestResponse:
    """Send a page's form with files as a browser does, by their names."""
    found = form(page, action)
    fields: dict[str, Any] = {name: texts[-1] for name, texts in found["fields"].items()} | values
    fields["berkas"] = [FileStorage(io.BytesIO(data), filename=name) for name, data in files.items()]
    return client.post(found["action"], data=fields, content_type="multipart/form-data")


def upload(client: FlaskClient, files: dict[str, bytes]) -> TestResponse:
    """Upload a package as a zip on the page of SOPs."""
    return post(client, client.get("/sop"), "/sop", {"paket.zip": zipped(files)})


def follow(client: FlaskClient, answer: TestResponse) -> TestResponse:
    """The page that a redirect leads to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return client.get(answer.location)
