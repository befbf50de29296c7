"""Where people meet in one report: two officers in one task, a reporter who withdraws."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, SECOND_OFFICER, Opener, shot
from tests.browser.driver import Clock, Officers, Reporter, answer, banner, send
from tests.browser.journeys import SP4N, Task
from tests.support.axe import faults
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

TYPED = "R-2026-0099, ditulis oleh petugas yang kalah cepat"
REGISTER, VERIFY = SP4N.steps[0], SP4N.steps[4]


@pytest.fixture
def number(live_server: LiveServer, phone_reporter: Reporter) -> str:
    """A report that was just filed, by the number that officers know it by."""
    phone_reporter.server = live_server
    phone_reporter.file(SP4N.service, SP4N.answers(Clock(live_server).today))
    return phone_reporter.case_number()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_of_two_officers_in_one_task_the_slower_is_told_who_was_quicker_and_keeps_the_text(
    live_server: LiveServer, open_page: Opener, number: str, script: bool
) -> None:
    login, task = f"{REGISTER.role}@sp4n_umum", REGISTER.name
    quick = Officers(live_server, lambda: open_page(DESKTOP))
    slow = Officers(live_server, lambda: open_page(DESKTOP, javascript=script))
    late = slow.find(SECOND_OFFICER, number, task)
    answer(late, {"nomor_register": TYPED}, "")

    quick.complete(login, number, task, {"nomor_register": "R-1"})
    with late.expect_response(lambda response: response.request.method == "POST") as sent:
        late.locator('main form#tugas-formulir button.primary[value="kirim"]').click()
    assert sent.value.status == 409
    expect(late.locator("#galat")).to_contain_text("sudah menyelesaikan tugas ini")
    expect(late.locator("#galat")).to_contain_text("Jawaban Anda tersimpan, belum dikirim.")
    expect(late.locator("main")).to_contain_text(TYPED)
    shot(late, "conflict")
    if script:
        assert faults(late) == []


def test_a_reporter_withdraws_and_the_officer_confirms_it(
    live_server: LiveServer, open_page: Opener, phone_reporter: Reporter, number: str
) -> None:
    officers = Officers(live_server, lambda: open_page(DESKTOP))
    for task in (REGISTER, VERIFY):
        assert isinstance(task, Task)
        officers.complete(f"{task.role}@sp4n_umum", number, task.name, task.answers)
    phone_reporter.withdraw("Masalah sudah selesai di loket.")
    assert phone_reporter.status() != "Dicabut"

    page = officers.find("admin_instansi@sp4n_umum", number, "Konfirmasi pencabutan")
    answer(page, {"cabut_sah": "ya"}, "")
    send(page)
    assert banner(page).startswith("Terkirim.")
    assert phone_reporter.status() == "Dicabut"
    page.goto(f"{live_server.url}/tugas?tab=peran&cari={number}")
    assert page.locator("ol.tasks a.what").count() == 0
