"""The journey of every test run: a report filed on a telephone, registered by an officer, found again."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import shot
from tests.browser.forms import fill, press, sign_in
from tests.support.axe import faults
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SERVICE = "/lapor/sp4n_umum/sp4n_umum"
STORY = "Petugas loket meminta uang lima puluh ribu rupiah tanpa kuitansi."


def test_a_report_filed_on_a_telephone_is_registered_and_found_again_with_its_code(
    live_server: LiveServer, plain_phone: Page, page: Page
) -> None:
    number, code = file_without_script(live_server, plain_phone)
    register(live_server, page)
    read_with_code(live_server, plain_phone, number, code)


def file_without_script(live_server: LiveServer, page: Page) -> tuple[str, str]:
    """File a report; returns its number and the reporter's code."""
    page.goto(live_server.url)
    page.get_by_role("link", name="Lapor", exact=True).click()
    page.locator(f'main a[href="{SERVICE}"]').first.click()
    fill(page, jenis_laporan="pengaduan")
    press(page, "Lanjut")
    fill(page, kategori="layanan", judul="Antre terlalu lama", isi_laporan=STORY)
    press(page, "Lanjut")
    fill(page, unit_layanan="Loket 3", tanggal_kejadian="2026-02-27")
    press(page, "Lanjut")
    fill(page, pelapor_nama="Sari Contohwati", pelapor_kontak="sari@contoh.example", setuju_pdp=True)
    press(page, "Lanjut")
    shot(page, "journey-check")
    press(page, "Kirim laporan")
    number, code = page.locator("dd.code").inner_text(), page.locator("#kode").inner_text()
    shot(page, "journey-receipt")
    assert page.context.cookies() == []
    return number, code


def register(live_server: LiveServer, page: Page) -> None:
    """The officer finds the report among the tasks of the role, takes it and completes it."""
    sign_in(page, live_server.url, "petugas_pengaduan@sp4n_umum")
    page.goto(f"{live_server.url}/tugas?tab=peran&cari=Antre+terlalu+lama")
    shot(page, "journey-inbox")
    page.locator("ol.tasks a.what").first.click()
    press(page, "Ambil")
    fill(page, nomor_register="R-1")
    shot(page, "journey-task")
    assert faults(page) == []
    press(page, "Kirim")
    page.goto(f"{live_server.url}/tugas?tab=peran&cari=Antre+terlalu+lama")
    assert page.locator("ol.tasks a.what").count() == 0


def read_with_code(live_server: LiveServer, page: Page, number: str, code: str) -> None:
    """The reporter opens the report and reads what was sent."""
    page.goto(f"{live_server.url}/lacak")
    fill(page, nomor=number, kode=code)
    press(page, "Buka laporan saya")
    page.locator("summary", has_text="Antre terlalu lama").click()
    assert page.get_by_text(STORY).is_visible()
    shot(page, "journey-own-report")
