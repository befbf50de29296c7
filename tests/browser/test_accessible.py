"""Each kind of page once: axe-core finds no WCAG 2.2 AA fault in it."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Opener, shot
from tests.browser.driver import Clock, Officers, Reporter, answer
from tests.browser.forms import press
from tests.browser.journeys import KEMENKUMHAM
from tests.support.axe import faults
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

STAFF = {
    "admin_instansi@sp4n_umum": (
        "/tugas?tab=peran",
        "/tugas?tab=lewat",
        "{task}",
        "{report}",
        "{report}/langkah",
        "{report}/riwayat",
        "/laporan",
        "/laporan/baru",
        "/laporan/baru/sp4n_umum",
        "/saya",
        "/saya/wakil",
    ),
    "pimpinan@sp4n_umum": ("/tugas?tab=eskalasi", "/pantau", "/pantau/ketepatan"),
    "perancang@bpom": (
        "/sop",
        "/sop/bpom_ulpk",
        "/sop/bpom_ulpk/v/1",
        "/sop/bpom_ulpk/v/1/skenario",
        "/sop/bpom_ulpk/v/1/simulasi",
        "/sop/bpom_ulpk/v/1/cetak",
        "/sop/bpom_ulpk/v/1/berkas",
        "/sop/dari-contoh",
        "/sop/gambar-baru",
    ),
    "admin@bpom": (
        "/kelola",
        "/kelola/instansi",
        "/kelola/unit",
        "/kelola/unit/baru",
        "/kelola/orang",
        "/kelola/orang/baru",
        "/kelola/peran",
        "/kelola/peran/petugas_ulpk",
        "/kelola/kalender",
        "/kelola/kalender/hitung",
        "/kelola/kalender/jam",
        "/kelola/kalender/tenggat",
    ),
    "operator@bpom": ("/operasi", "/operasi/pekerjaan", "/operasi/kiriman"),
    "pengelola@alur": ("/pengelola", "/pengelola/baru", "/pengelola/bpom"),
}
# Pages with tables that people also read on a telephone.
TABLES = {
    "pimpinan@sp4n_umum": ("/pantau", "/pantau/ketepatan"),
    "operator@sp4n_umum": ("/operasi/pekerjaan", "/operasi/kiriman?keadaan=delivered"),
    "pengelola@alur": ("/pengelola",),
}
NARROW_CELLS = """() => [...document.querySelectorAll('main td, main th')]
    .filter(cell => cell.innerText.trim() && cell.checkVisibility())
    .map(cell => [cell.innerText, cell.getBoundingClientRect()])
    .filter(([, box]) => box.width < 200 || box.right > innerWidth).map(([words]) => words)"""


def check(page: Page, found: dict[str, list[str]]) -> None:
    """Note the faults of the page that is open."""
    if faulty := faults(page):
        found[page.url] = faulty
        shot(page, f"inaccessible-{len(found)}")


@pytest.mark.parametrize("login", STAFF)
def test_no_page_of_the_staff_has_a_fault(live_server: LiveServer, open_page: Opener, login: str) -> None:
    page = Officers(live_server, lambda: open_page(DESKTOP)).of(login)
    found: dict[str, list[str]] = {}
    known = {"task": "", "report": ""}
    for address in STAFF[login]:
        answered = page.goto(live_server.url + address.format(**known))
        assert answered is not None and answered.ok, f"{address}: {answered and answered.status}"
        check(page, found)
        if address == "/tugas?tab=peran":
            task = page.locator("ol.tasks a.what").first
            known["task"] = task.get_attribute("href") or ""
            known["report"] = f"/laporan/{task.locator('.code').inner_text()}"
    assert found == {}


@pytest.mark.parametrize("login", TABLES)
def test_a_table_is_read_on_a_telephone_without_scrolling_sideways(
    live_server: LiveServer, open_page: Opener, login: str
) -> None:
    page = Officers(live_server, lambda: open_page(PHONE)).of(login)
    for address in TABLES[login]:
        page.goto(live_server.url + address)
        assert page.locator("main tbody tr").count() > 0, address
        assert page.evaluate(NARROW_CELLS) == [], address
        assert faults(page) == [], address


def test_no_page_of_a_reporter_has_a_fault(live_server: LiveServer, open_page: Opener) -> None:
    page = open_page(PHONE)
    found: dict[str, list[str]] = {}
    for address in ("/", "/lapor", "/lacak", "/masuk", "/lacak/TIDAK-ADA", "/tidak-ada", "/?bahasa=en"):
        page.goto(live_server.url + address)
        check(page, found)
    today = Clock(live_server).today
    walk(page, live_server, found, today)
    reporter = Reporter(page, live_server)
    reporter.file(KEMENKUMHAM.service, KEMENKUMHAM.answers(today))
    check(page, found)
    reporter.leave_receipt()
    check(page, found)
    reporter.open()
    check(page, found)
    press(page, "Cabut laporan")
    check(page, found)
    assert found == {}


def walk(page: Page, server: LiveServer, found: dict[str, list[str]], today: str) -> None:
    """Every step of a start form, the first one with its errors too, up to the check page."""
    page.goto(f"{server.url}/lapor/{KEMENKUMHAM.service}")
    press(page, "Lanjut")
    assert page.locator("#galat").count() == 1
    check(page, found)
    while not page.get_by_role("button", name="Kirim laporan", exact=True).count():
        answer(page, KEMENKUMHAM.answers(today), today)
        check(page, found)
        press(page, "Lanjut")
    check(page, found)
