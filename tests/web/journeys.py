"""A report filed through the pages, for tests that begin where filing ends."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages import send

BEGIN = "/lapor/bpom/sp4n_umum"
STORY = "Petugas loket meminta uang lima puluh ribu rupiah tanpa kuitansi."


@dataclass(frozen=True)
class Sent:
    """What the receipt page said."""

    number: str
    code: str
    page: TestResponse


def text_of(answer: TestResponse) -> str:
    """The page as a string."""
    return answer.get_data(as_text=True)


def to_check_page(
    client: FlaskClient, *, begin: str = BEGIN, named: bool = True, **flags: Any
) -> TestResponse:
    """Walk all steps; ``flags`` go into the first one."""
    first = {"jenis_laporan": "pengaduan", "_ke": "lanjut", **flags}
    page = send(client, client.get(begin), **first)
    page = send(client, page, kategori="layanan", judul="Antre terlalu lama", isi_laporan=STORY, _ke="lanjut")
    page = send(client, page, unit_layanan="Loket 3", tanggal_kejadian="2026-05-30", _ke="lanjut")
    who = {"pelapor_nama": "Sari Contohwati", "pelapor_kontak": "sari@contoh.example"} if named else {}
    return send(client, page, setuju_pdp="true", _ke="lanjut", **who)


def receipt(page: TestResponse) -> Sent:
    """Number and code of a receipt page."""
    html = text_of(page)
    number, code = re.search(r'code big">([^<]+)', html), re.search(r'id="kode">([^<]+)', html)
    assert number and code, html
    return Sent(number[1], code[1], page)


def file_report(client: FlaskClient, *, named: bool = True, **flags: Any) -> Sent:
    """File a report through the pages."""
    return receipt(send(client, to_check_page(client, named=named, **flags), "/periksa"))


def open_own(client: FlaskClient, sent: Sent) -> TestResponse:
    """The reporter's own page."""
    return send(client, client.get("/lacak"), "/pelapor", nomor=sent.number, kode=sent.code)
