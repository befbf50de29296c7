"""The journey that every test run plays: a report filed on a telephone without scripts, and found again."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import shot
from tests.browser.forms import fill, press
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SERVICE = "/lapor/sp4n_umum/sp4n_umum"
STORY = "Petugas loket meminta uang lima puluh ribu rupiah tanpa kuitansi."


def test_a_report_filed_on_a_telephone_is_found_again_with_its_code(
    live_server: LiveServer, plain_phone: Page
) -> None:
    page = plain_phone
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

    page.goto(f"{live_server.url}/lacak")
    fill(page, nomor=number, kode=code)
    press(page, "Buka laporan saya")
    page.locator("summary", has_text="Antre terlalu lama").click()
    assert page.get_by_text(STORY).is_visible()
    shot(page, "journey-own-report")
