"""Designers: a package is uploaded and checked, and a second person, no other, puts it in force."""

import io
import zipfile

import pytest
from playwright.sync_api import Page, expect

from engine.catalog import library
from tests.browser.conftest import DESKTOP, Opener, shot
from tests.browser.driver import Officers, Program, banner
from tests.browser.forms import fill, press
from tests.support.axe import faults
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

# The editors' own surfaces are bpmn.io's; the page has the text of the drawing beside them.
EDITORS = ("#kanvas", "#panel")
RENAMED = "Terima kontak warga"
AGENCY, PROCESS = "bpom", "bpom_ulpk"
SCRIPTED = (
    b'<bpmn:scriptTask id="S99_hitung" name="Hitung"><bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>'
)


def package() -> dict[str, bytes]:
    """The built-in package as an agency that changed one sentence would upload it."""
    files = dict(library.built_in().package(AGENCY, PROCESS))
    files["README.md"] = files.get("README.md", b"") + b"\nDisesuaikan untuk latihan.\n"
    return files


def zipped(files: dict[str, bytes]) -> dict[str, object]:
    """A zip as a file field takes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return {"name": "paket.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}


def upload(page: Page, server: LiveServer, file: dict[str, object], note: str = "") -> None:
    page.goto(f"{server.url}/sop")
    fill(page, berkas=file, catatan=note)
    press(page, "Unggah dan periksa")


def test_a_second_person_puts_an_uploaded_package_in_force(
    live_server: LiveServer, open_page: Opener
) -> None:
    officers = Officers(live_server, lambda: open_page(DESKTOP))
    page = officers.of(f"perancang@{AGENCY}")
    upload(page, live_server, zipped(package()), "Kalimat petunjuk")
    assert banner(page).startswith("Tersimpan sebagai draf.")
    expect(page.locator("h1")).to_contain_text("v2")
    assert page.locator(".picture svg").count() > 0
    assert faults(page) == []
    shot(page, "designer-version")
    rename_a_task(page)
    page.goto(f"{live_server.url}/sop/{PROCESS}/v/2/banding")
    expect(page.locator('tr[data-change="T01_terima"]').first).to_contain_text(RENAMED)
    page.goto(f"{live_server.url}/sop/{PROCESS}/v/2")
    press(page, "Ajukan")
    assert banner(page).startswith("Diajukan.")
    assert page.get_by_text("Anda mengunggah versi ini: orang kedua harus memberlakukannya.").is_visible()
    assert page.get_by_role("button", name="Berlakukan", exact=True).count() == 0
    refuse_own(live_server)

    second = officers.of(f"perancang2@{AGENCY}")
    second.goto(f"{live_server.url}/sop")
    second.get_by_role("region", name="Menunggu Anda sebagai orang kedua").get_by_role("link").click()
    press(second, "Berlakukan")
    assert banner(second).startswith("Berlaku untuk laporan baru.")
    assert "laporan berjalan tetap memakai v1" in banner(second)


def rename_a_task(page: Page) -> None:
    """Draw in the browser: a task gets another name, and the draft is kept."""
    page.get_by_role("link", name="Ubah diagram", exact=True).click()
    page.locator('form#simpan[data-ready="1"]').wait_for()
    page.locator('[data-element-id="T01_terima"] .djs-hit').first.dblclick(force=True)
    page.keyboard.press("Control+A")
    page.keyboard.type(RENAMED)
    page.locator("#kanvas svg").first.click(position={"x": 5, "y": 5}, force=True)
    shot(page, "designer-modeler")
    assert faults(page, leave_out=EDITORS) == []
    press(page, "Simpan draf")
    expect(page.locator("#keadaan")).to_have_text("Tersimpan.", timeout=30_000)


def refuse_own(server: LiveServer) -> None:
    """The uploader's own activation is refused by the server too, not only left off the page."""
    designer = Program(server, f"perancang@{AGENCY}")
    versions = designer.call("GET", f"definitions?process={PROCESS}")["items"]
    waiting = next(each for each in versions if each["version"] == 2)
    assert designer.refused("POST", f"definitions/{waiting['id']}/activate", {}) == 403


def test_a_diagram_with_a_script_is_refused_with_its_place_and_what_to_do(
    live_server: LiveServer, open_page: Opener
) -> None:
    page = Officers(live_server, lambda: open_page(DESKTOP)).of(f"perancang@{AGENCY}")
    files = package()
    path = f"{PROCESS}.bpmn"
    files[path] = files[path].replace(b"<bpmn:userTask", SCRIPTED + b"<bpmn:userTask", 1)
    upload(page, live_server, zipped(files))
    expect(page.locator("main .tag").first).to_have_text("Ditolak")
    finding = page.locator("li.finding").filter(has_text="Hitung").first
    expect(finding).to_contain_text(path)
    expect(finding).to_contain_text("baris")
    shot(page, "designer-refused")
    assert faults(page) == []
