"""What is left of a limit is told by the calendar it counts on: here of a unit with two more days off."""

from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from engine.cases import inbox
from engine.clock import ManualClock
from engine.db.models import Deadline
from engine.people import agencies, keeping
from engine.runtime import jobs, moving, recount, work_items
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import sign_in

MONDAY_AFTER = datetime.fromisoformat("2026-06-08T09:00+07:00")
OFFICER = "petugas_pengaduan@bpom"


@pytest.fixture
def number(house: House) -> str:
    """A report filed on 2 June, whose task is due on 4 June as the 3rd is a day off of its unit alone."""
    number = people.report(house).case_number
    keeper = people.who(house, "admin@bpom")
    agencies.save_unit(house, keeper, "kanwil", "Kantor Wilayah", fresh=True)
    for day in (3, 5):
        keeping.add_change(house, keeper, date(2026, 6, day), "libur", "Hari raya setempat", unit="kanwil")
    with house.database.write() as session:
        session.scalars(select(Deadline).where(Deadline.subject == "item")).one().unit = "kanwil"
    assert moving.move(house, keeper, "Hari raya", recount.preview(house, keeper).version) == 1
    return number


def test_list_task_and_report_count_on_the_calendar_of_the_unit(
    client: FlaskClient, house: House, number: str
) -> None:
    sign_in(client, OFFICER)
    item = people.item_of(house, "T01_registrasi")
    for address in ("/tugas", f"/tugas/{item}"):
        html = text_of(client.get(address))
        assert "Sisa 1 hari kerja" in html and "Sisa 2 hari kerja" not in html, address
    report = text_of(client.get(f"/laporan/{number}"))
    assert report.count("Sisa 1 hari kerja") == 2  # the task, and its chain of escalations
    assert "Sisa 5 hari kerja" in report  # the clock counts on the agency's calendar


def test_the_board_counts_on_the_calendar_of_the_unit(
    client: FlaskClient, house: House, clock: ManualClock, number: str
) -> None:
    work_items.claim(house, people.who(house, OFFICER), people.item_of(house, "T01_registrasi"))
    clock.set(MONDAY_AFTER)
    jobs.run_due(house)
    sign_in(client, "admin@bpom")
    for address in ("/pantau", f"/pantau/orang/{OFFICER}"):
        html = text_of(client.get(address))
        assert number in html and "Lewat 1 hari kerja" in html, address
        assert "Lewat 2 hari kerja" not in html, address


def test_more_rows_ask_no_more_of_the_database(house: House, number: str) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    def statements() -> int:
        asked.clear()
        inbox.page(house, people.who(house, OFFICER), inbox.Query())
        return len(asked)

    statements()  # what is built once is built
    event.listen(house.database.engine, "before_cursor_execute", note)
    one = statements()
    for key in ("2", "3", "4"):
        people.report(house, key)
    assert statements() == one > 0
