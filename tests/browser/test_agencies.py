"""One report of each agency, from the reporter's telephone to the rating, through real forms and pages."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Opener, shot
from tests.browser.driver import Clock, Officers, Program, Reporter, a_minute_after, wait_for
from tests.browser.forms import fill, press
from tests.browser.journeys import ALL, ANSWER, Journey, Reply, Task, Topic, Unit
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser

TIME_FOR_A_REPLY = "10 HK"  # an answered report waits so long before it is closed


@pytest.mark.parametrize("journey", ALL, ids=[each.process for each in ALL])
def test_a_report_runs_from_filing_to_rating(
    moving_server: LiveServer, open_page: Opener, journey: Journey
) -> None:
    clock = Clock(moving_server)
    clock.next_office_morning()
    reporter = Reporter(open_page(PHONE, javascript=journey.script), moving_server)
    reporter.file(journey.service, journey.answers(clock.today), journey.files)
    shot(reporter.page, f"receipt-{journey.process}")
    assert reporter.page.context.cookies() == []

    number = reporter.case_number()
    if journey.secret:
        nobody_else_sees_it(reporter, number, Officers(moving_server, lambda: open_page(DESKTOP)))
    play(journey, reporter, number, Officers(moving_server, lambda: open_page(DESKTOP)))

    assert reporter.status() == "Dijawab"
    assert reporter.page.locator("article.letter.ours").filter(has_text=ANSWER).is_visible()
    close_by_itself(clock, reporter, journey.appeal)
    reporter.rate(5)
    assert reporter.page.get_by_text("Anda memberi 5 dari 5").is_visible()
    shot(reporter.page, f"rated-{journey.process}")


def play(journey: Journey, reporter: Reporter, number: str, officers: Officers) -> None:
    """Every step up to the answer, each by whom it belongs to."""
    for step in journey.steps:
        match step:
            case Task(role, name, answers):
                officers.complete(f"{role}@{journey.agency}", number, name, answers)
            case Topic(name, result):
                program = Program(reporter.server, f"operator@{journey.agency}")
                assert program.work(name, result) > 0, f"no job of {name}"
            case Unit(key, name):
                page = officers.of(f"admin@{journey.agency}")
                page.goto(f"{reporter.server.url}/kelola/unit/baru")
                fill(page, nama=name, kunci=key)
                press(page, "Tambah")
            case Reply(text):
                assert reporter.status() == "Menunggu jawaban Anda"
                reporter.reply(text)
                assert reporter.status() != "Menunggu jawaban Anda"


def nobody_else_sees_it(reporter: Reporter, number: str, officers: Officers) -> None:
    """A secret report has no public status, and is no report for colleagues who do not handle it."""
    page = reporter.page
    page.goto(f"{reporter.server.url}/lacak/{reporter.number}")
    assert "Diterima" not in page.locator("main").inner_text()
    colleague = officers.of("kajari@kejaksaan_agung")
    answered = colleague.goto(f"{reporter.server.url}/laporan/{number}")
    assert answered is not None and answered.status == 404
    desk = officers.of("petugas_pengaduan@kejaksaan_agung")
    desk.goto(f"{reporter.server.url}/tugas?tab=peran&cari={number}")
    expect(desk.locator("ol.tasks")).to_contain_text("(judul tertutup)")


def close_by_itself(clock: Clock, reporter: Reporter, appeal: str) -> None:
    """Nothing is called: time passes, and the running server closes the report on its day and not before."""
    if appeal:
        clock.set(a_minute_after(clock.end_of(TIME_FOR_A_REPLY)))
        wait_for(lambda: reporter.may("Ajukan banding"), "the time for an appeal")
    end = clock.end_of(appeal or TIME_FOR_A_REPLY)
    clock.set(end.replace(hour=9, minute=0))
    assert reporter.status() == "Dijawab"
    clock.set(a_minute_after(end))
    reporter.wait_for_status("Selesai")
