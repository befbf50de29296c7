"""A further agency comes to a running server through its pages alone, and a report runs through its SOP."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, shot
from tests.browser.driver import Clock, Officers, Reporter, banner
from tests.browser.forms import fill, press
from tests.browser.journeys import ANSWER, SP4N, closing
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

KEY, PROCESS = "dinas_contoh", "dinas_lapor"
PASSWORD = "sandi-pertama-2026"
PEOPLE = {
    "rancang": ("Rina Rekaan", ("perancang",)),
    "loket": ("Budi Umpama", ("petugas_pengaduan", "admin_instansi")),
    "hubung": ("Maya Misalkan", ("pejabat_penghubung",)),
    "pimpin": ("Sari Seandainya", ("admin_unit", "kepala_unit", "apip", "pimpinan")),
}


def test_an_agency_is_opened_and_takes_a_report_to_its_answer(
    live_server: LiveServer, open_page: Opener
) -> None:
    demo = Officers(live_server, lambda: open_page(DESKTOP))
    open_agency(demo.of("pengelola@alur"), live_server)
    own = Officers(live_server, lambda: open_page(DESKTOP), password=PASSWORD)
    admin = own.of(f"admin@{KEY}")
    add_person(admin, live_server, "rancang")
    copy_sample(own.of(f"rancang@{KEY}"), live_server)
    adopt_roles(admin, live_server)
    for login in ("loket", "hubung", "pimpin"):
        add_person(admin, live_server, login)
    submit(own.of(f"rancang@{KEY}"), live_server)
    put_in_force(admin, live_server)
    rest_a_day(admin, live_server)
    shot(admin, "new-agency-calendar")

    reporter = Reporter(open_page(PHONE, javascript=False), live_server)
    question = {**SP4N.answers(Clock(live_server).today), "jenis_laporan": "permintaan_informasi"}
    reporter.file(f"{KEY}/{PROCESS}", question | {"kategori": "permintaan_informasi"})
    number = reporter.case_number()
    assert number.startswith("DC-")
    desk = f"loket@{KEY}"
    own.complete(desk, number, "Registrasi dan beri tanda terima", {})
    own.complete(desk, number, "Verifikasi laporan", {"hasil_verifikasi": "lengkap"})
    own.complete(desk, number, "Jawab permintaan informasi atau aspirasi", {"konsep_tanggapan": ANSWER})
    for writing, login in zip(closing("", ""), (desk, f"hubung@{KEY}"), strict=True):
        own.complete(login, number, writing.name, writing.answers)
    assert reporter.status() == "Dijawab"


def open_agency(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/pengelola/baru")
    fill(page, nama="Dinas Contoh", kunci=KEY, kode="DC", zona="Asia/Makassar")
    fill(page, nama_admin="Hendra Andaikan", login="admin", kata_sandi=PASSWORD)
    press(page, "Buka instansi ini")
    expect(page.locator("h1")).to_contain_text("Dinas Contoh")


def add_person(page: Page, server: LiveServer, login: str) -> None:
    """Add a person and appoint them to their roles."""
    name, roles = PEOPLE[login]
    page.goto(f"{server.url}/kelola/orang/baru")
    fill(page, nama=name, login=login, kata_sandi=PASSWORD)
    press(page, "Tambah")
    expect(page.locator("h1")).to_contain_text(name)
    for role in roles:
        page.locator("main details:has(select[name=peran])").evaluate("details => { details.open = true }")
        fill(page, peran=role)
        press(page, "Tunjuk")


def copy_sample(page: Page, server: LiveServer) -> None:
    """A draft of the agency's own from the SOP that comes with Alur."""
    page.goto(f"{server.url}/sop/dari-contoh")
    fill(page, contoh="sp4n_umum/sp4n_umum", nama="Pengaduan Dinas Contoh", kunci=PROCESS)
    press(page, "Salin sebagai draf")
    assert banner(page).startswith("Disalin sebagai draf.")


def submit(page: Page, server: LiveServer) -> None:
    """Put the draft up for review: somebody holds each of its roles by now."""
    page.goto(f"{server.url}/sop/{PROCESS}/v/1")
    press(page, "Ajukan")
    assert banner(page).startswith("Diajukan.")


def put_in_force(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/sop/{PROCESS}/v/1")
    press(page, "Berlakukan")
    assert banner(page).startswith("Berlaku untuk laporan baru.")


def adopt_roles(page: Page, server: LiveServer) -> None:
    """The roles that the SOP names become the agency's."""
    page.goto(f"{server.url}/kelola/peran")
    press(page, "Tambah semua")
    expect(page.locator("main")).to_contain_text("pejabat_penghubung")


def rest_a_day(page: Page, server: LiveServer) -> None:
    """A day off of the agency's own, in its calendar."""
    page.goto(f"{server.url}/kelola/kalender")
    fill(page, tanggal="2026-03-05", jenis="libur", alasan="Hari jadi kota")
    press(page, "Tambah hari")
    expect(page.locator("main")).to_contain_text("Hari jadi kota")
