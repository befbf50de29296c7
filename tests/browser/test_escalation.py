"""A late task climbs by itself: time passes, nobody calls anything, the senior finds it and hands it on."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, SECOND_OFFICER, Opener, shot
from tests.browser.driver import Clock, Officers, Reporter, a_minute_after, answer, banner, send, wait_for
from tests.browser.forms import press
from tests.browser.journeys import SP4N
from tests.support.axe import faults
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

TASK = "Registrasi dan beri tanda terima"
LIMIT = "1 HK"


def test_a_late_task_reaches_the_senior_who_hands_it_to_somebody_else(
    moving_server: LiveServer, open_page: Opener, phone_reporter: Reporter
) -> None:
    clock = Clock(moving_server)
    clock.next_office_morning()
    phone_reporter.server = moving_server
    phone_reporter.file(SP4N.service, SP4N.answers(clock.today))
    number = phone_reporter.case_number()
    officers = Officers(moving_server, lambda: open_page(DESKTOP))
    press(officers.find("petugas_pengaduan@sp4n_umum", number, TASK), "Ambil")

    senior = officers.of("admin_instansi@sp4n_umum")
    assert not escalated(senior, moving_server, number)
    end = clock.end_of(LIMIT).replace(hour=16, minute=0)
    clock.set(end - timedelta(minutes=10))
    officers = Officers(moving_server, lambda: open_page(DESKTOP))
    senior = officers.of("admin_instansi@sp4n_umum")
    assert not escalated(senior, moving_server, number)
    clock.set(a_minute_after(end))
    wait_for(lambda: escalated(senior, moving_server, number), "the escalation in the senior's inbox")
    shot(senior, "escalation-inbox")

    officers.find("admin_instansi@sp4n_umum", number, f"Eskalasi: {TASK}", "eskalasi")
    assert faults(senior) == []
    choice = {
        "tindakan": "tugaskan_ulang",
        "pelaksana_baru": SECOND_OFFICER,
        "alasan": "Sedang cuti.",
    }
    answer(senior, choice, clock.today)
    shot(senior, "escalation-task")
    send(senior)
    assert banner(senior).startswith("Terkirim.")

    page = officers.find(SECOND_OFFICER, number, TASK, "milik")
    answer(page, {}, clock.today)
    send(page)
    assert officers.find("admin_instansi@sp4n_umum", number, "Verifikasi laporan").is_visible("h1")


def escalated(page: Page, server: LiveServer, number: str) -> bool:
    """Whether this report stands among the escalations of whoever is signed in."""
    page.goto(f"{server.url}/tugas?tab=eskalasi&cari={number}")
    page.locator("nav.tabs").wait_for()
    return page.locator("ol.tasks a.what").count() > 0
