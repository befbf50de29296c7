"""The other pages of a version: editors and saving, files, scenarios, the what-if, the sheet, new SOPs."""

import io
import re
import zipfile

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from engine.catalog import overview, versions
from engine.catalog.replication import empty_decision, empty_form
from engine.dmn import load
from engine.runtime.house import House
from tests.support import agency
from tests.web.designer import packages
from tests.web.designer.packages import follow, upload
from tests.web.pages import form, send

PAGE = "/sop/lapor_saya/v/1"
BPMN = "lapor_saya.bpmn"


@pytest.fixture
def draft(designer: FlaskClient) -> FlaskClient:
    """The designer's browser, with a draft uploaded."""
    follow(designer, upload(designer, packages.runs()))
    return designer


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def source(house: House, number: int = 1) -> dict[str, bytes]:
    who = agency.principal(house, "perancang@contoh")
    row = overview.version(house, who, "lapor_saya", number)
    return versions.files(house, who, row.id, source=True)


def keep(client: FlaskClient, content: bytes, path: str = BPMN, **values: str) -> TestResponse:
    """Save a file as the editor's script does."""
    fields = {name: given[-1] for name, given in form(client.get(f"{PAGE}/ubah"), "/ubah")["fields"].items()}
    fields |= {"berkas": path, "isi": FileStorage(io.BytesIO(content), filename="isi"), **values}
    return client.post(f"{PAGE}/ubah", data=fields, headers={"Accept": "application/json"})


def test_the_editor_page_loosens_styles_alone(draft: FlaskClient) -> None:
    page = draft.get(f"{PAGE}/ubah")
    policy = page.headers["Content-Security-Policy"]
    nonce = re.search(r'data-style-nonce="(\w+)"', text(page))
    assert nonce is not None and f"style-src 'self' 'nonce-{nonce.group(1)}';" in policy
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert nonce.group(1) not in draft.get(f"{PAGE}/ubah").headers["Content-Security-Policy"]
    assert "nonce" not in draft.get(PAGE).headers["Content-Security-Policy"]
    assert form(page, "/ubah")["fields"]["isi"][0].encode() == source_text(page)


def source_text(page: TestResponse) -> bytes:
    return form(page, "/ubah")["fields"]["isi"][0].encode()


def test_a_changed_limit_arrives_in_the_draft(house: House, draft: FlaskClient) -> None:
    changed = source(house)[BPMN].replace(b"3 HK", b"4 HK")
    answer = keep(draft, changed)
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["revision"] == 2 and answer.json["state"]["label"] == "Siap"
    assert source(house)[BPMN] == changed and answer.json["findings"] == []


def test_unfinished_drawings_are_kept_with_what_is_wrong(house: House, draft: FlaskClient) -> None:
    answer = keep(draft, source(house)[BPMN].replace(b"3 HK", b"3 bulan purnama"))
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["state"] == {"label": "Ditolak", "tone": "danger"}
    (finding,) = [each for each in answer.json["findings"] if each["tone"] == "danger"]
    assert (
        finding["element"] == "T01" and finding["badge"] == "1!" and "3 bulan purnama" in finding["message"]
    )
    assert "/ajukan" not in text(draft.get(PAGE))


def test_an_old_revision_changes_nothing(house: House, draft: FlaskClient) -> None:
    before = source(house)
    answer = keep(draft, b"<x/>", _revisi="0")
    assert answer.status_code == 409 and answer.json is not None and "Orang lain" in answer.json["problem"]
    assert source(house) == before
    page = draft.get(f"{PAGE}/ubah")
    typed = send(draft, page, "/ubah", isi="<tulisan/>", _revisi="0")
    assert typed.status_code == 409 and "&lt;tulisan/&gt;" in text(typed)
    gone = packages.post(draft, draft.get(f"{PAGE}/berkas"), "/berkas", {"sop.toml": b""}, _revisi="0")
    assert gone.status_code == 409 and source(house) == before


def test_without_scripts_the_text_is_edited(house: House, draft: FlaskClient) -> None:
    page = draft.get(f"{PAGE}/ubah?berkas=sop.toml")
    written = form(page, "/ubah")["fields"]["isi"][0].replace('unit_kerja = ""', 'unit_kerja = "Unit Contoh"')
    follow(draft, send(draft, page, "/ubah", isi=written.replace("\n", "\r\n")))
    assert b'unit_kerja = "Unit Contoh"\n' in source(house)["sop.toml"]


@pytest.mark.parametrize("path", ["../rahasia.bpmn", "/etc/passwd", "x.exe", "tidak_ada.bpmn", "a/../b.dmn"])
def test_only_files_of_a_package_are_opened_and_kept(house: House, draft: FlaskClient, path: str) -> None:
    assert draft.get(f"{PAGE}/ubah?berkas={path}").status_code == 404
    if path != "tidak_ada.bpmn":
        assert keep(draft, b"x", path).status_code == 404
        assert path not in source(house)


def test_new_forms_and_decisions_begin_empty(house: House, draft: FlaskClient) -> None:
    shown = form(draft.get(f"{PAGE}/ubah?berkas=forms/baru.json"), "/ubah")["fields"]["isi"][0]
    assert orjson.loads(shown)["id"] == "baru"
    assert keep(draft, empty_form("baru"), "forms/baru.json").status_code == 200
    assert form(draft.get(f"{PAGE}/ubah?berkas=baru.dmn"), "/ubah")["fields"]["isi"][0].startswith("<?xml")
    assert keep(draft, empty_decision("baru"), "baru.dmn").status_code == 200
    assert {"forms/baru.json", "baru.dmn"} <= source(house).keys()
    assert list(load(source(house)["baru.dmn"]).decisions) == ["baru"]


def test_files_are_taken_away_replaced_and_removed(house: House, draft: FlaskClient) -> None:
    one = draft.get(f"{PAGE}/berkas/forms/lapor_saya_laporan.json")
    assert one.data == source(house)["forms/lapor_saya_laporan.json"]
    assert "attachment" in one.headers["Content-Disposition"]
    whole = draft.get(f"{PAGE}/paket.zip").data
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == source(house)
    assert whole == draft.get(f"{PAGE}/paket.zip").data
    new = one.data.replace(b"Judul laporan", b"Judul singkat")
    page = draft.get(f"{PAGE}/berkas")
    follow(draft, packages.post(draft, page, "/berkas", {"lapor_saya_laporan.json": new}))
    assert source(house)["forms/lapor_saya_laporan.json"] == new
    follow(draft, send(draft, draft.get(f"{PAGE}/berkas"), "/berkas", buang="scenarios.toml"))
    assert "scenarios.toml" not in source(house)
    assert draft.get(f"{PAGE}/berkas/scenarios.toml").status_code == 404
    bad = packages.post(draft, draft.get(f"{PAGE}/berkas"), "/berkas", {"foto.png": b"\x89PNG\xff"})
    assert bad.status_code == 422 and "UTF-8" in text(bad)


def test_only_drafts_are_edited(draft: FlaskClient, second: FlaskClient) -> None:
    page = draft.get(f"{PAGE}/ubah")
    follow(draft, send(draft, draft.get(PAGE), "/ajukan"))
    assert draft.get(f"{PAGE}/ubah").status_code == 409
    late = send(draft, page, "/ubah", isi="<tulisan/>")
    assert late.status_code == 409 and "&lt;tulisan/&gt;" in text(late)
    assert "Ganti atau tambah" not in text(draft.get(f"{PAGE}/berkas"))


def test_scenarios_are_played_and_their_faults_told(draft: FlaskClient) -> None:
    page = draft.get(f"{PAGE}/skenario")
    assert "jalur biasa" in text(page) and "lulus" not in text(page)
    html = text(send(draft, page, "/skenario"))
    assert "1 dari 2 skenario lulus." in html
    assert html.count("Lulus<") == 1 and "T09 tidak terbuka" in html


def test_broken_scenarios_are_a_sentence_not_a_crash(draft: FlaskClient) -> None:
    files = draft.get(f"{PAGE}/berkas")
    odd = b'[[skenario]]\nid = "X"\nmulai = "kapan saja"\nlangkah = [{ complete = "T01" }]\n'
    follow(draft, packages.post(draft, files, "/berkas", {"scenarios.toml": odd}))
    page = send(draft, draft.get(f"{PAGE}/skenario"), "/skenario")
    assert page.status_code == 200 and "0 dari 1" in text(page)
    many = b'[[skenario]]\nid = "X"\nmulai = "2026-01-15T09:00+07:00"\nlangkah = []\n' * 61
    follow(draft, packages.post(draft, draft.get(f"{PAGE}/berkas"), "/berkas", {"scenarios.toml": many}))
    assert "Paling banyak 60 skenario" in text(draft.get(f"{PAGE}/skenario"))


def test_a_what_if_tells_who_waits_until_when(draft: FlaskClient) -> None:
    page = draft.get(f"{PAGE}/simulasi")
    assert 'value="Lampu padam"' in text(page)  # the first scenario's answer
    html = text(send(draft, page, "/simulasi", _mulai="2026-01-15T09:00"))
    assert "Rab 21 Jan 2026 16.00 WIB" in html and "admin_unit" in html and "Eskalasi" not in html
    late = text(send(draft, page, "/simulasi", _mulai="2026-01-15T09:00", _sampai="2026-01-21T17:00"))
    assert "Eskalasi" in late and "kepala_unit" in late
    wrong = send(draft, page, "/simulasi", _mulai="besok", judul="")
    assert wrong.status_code == 422 and "Isi tanggal dan jam" in text(wrong)
    empty = send(draft, page, "/simulasi", judul="")
    assert empty.status_code == 422 and 'aria-invalid="true"' in text(empty)


def test_the_sheet_lists_activities_with_their_limits(draft: FlaskClient) -> None:
    html = text(draft.get(f"{PAGE}/cetak"))
    row = re.search(r"<tr><td>1</td>.*?</tr>", html, re.DOTALL)
    assert row is not None
    for part in ("Tangani laporan", "Admin unit", "Jawaban kepada pelapor", "3 hari kerja", "→ Kepala unit"):
        assert part in row.group(0), part
    assert "Lapor saya" in html and "belum diisi" in html


def test_a_sample_becomes_a_draft_of_the_agency(house: House, designer: FlaskClient) -> None:
    page = designer.get("/sop")
    assert text(page).count("Mulai dari contoh ini") == 3
    page = designer.get("/sop/dari-contoh?contoh=sp4n_umum/sp4n_umum")
    wrong = send(designer, page, "/dari-contoh", kunci="Salah Kunci", nama="")
    assert wrong.status_code == 422 and text(wrong).count('class="problem"') == 2
    assert 'value="Salah Kunci"' in text(wrong)
    page = follow(
        designer, send(designer, page, "/dari-contoh", kunci="contoh_umum", nama="Pengaduan Contoh")
    )
    assert page.request.path == "/sop/contoh_umum/v/1" and "Siap" in text(page) and "/ajukan" in text(page)
    who = agency.principal(house, "perancang@contoh")
    kept = versions.files(house, who, overview.version(house, who, "contoh_umum", 1).id, source=True)
    assert b'instansi = "Contoh"' in kept["sop.toml"] and b'kode_nomor = "CT"' in kept["sop.toml"]


def test_a_new_drawing_begins_with_its_lanes(house: House, designer: FlaskClient) -> None:
    page = designer.get("/sop/gambar-baru")
    wrong = send(designer, page, "/gambar-baru", kunci="lapor_saya", nama="Lapor saya")
    assert wrong.status_code == 422 and "Pilih sedikitnya satu peran" in text(wrong)
    made = send(
        designer,
        page,
        "/gambar-baru",
        kunci="lapor_saya",
        nama="Lapor saya",
        peran=["admin_unit", "pimpinan"],
    )
    opened = follow(designer, made)
    assert opened.request.path == f"{PAGE}/ubah" and "BPMNShape" in form(opened, "/ubah")["fields"]["isi"][0]
    assert b'name="pimpinan"' in source(house)[BPMN]


def test_the_pages_have_one_heading_and_one_primary_button(draft: FlaskClient) -> None:
    for path in ("", "/skenario", "/simulasi", "/cetak", "/berkas", "/ubah"):
        html = text(draft.get(PAGE + path))
        assert html.count("<h1") == 1 and re.search(r"<title>[^<]+ – Alur</title>", html), path
        assert html.count('class="primary"') + html.count("button primary") <= 1, path
    for path in ("/sop", "/sop/lapor_saya", "/sop/dari-contoh", "/sop/gambar-baru"):
        html = text(draft.get(path))
        assert html.count("<h1") == 1 and html.count('class="primary"') <= 1, path
