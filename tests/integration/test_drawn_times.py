"""What a diagram says of times: by which unit's calendar a task counts, and what its drawn timers counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import bpmn
from engine.cases import receipts, views
from engine.cases.opening import Opening, open_case
from engine.cases.receipts import Counted
from engine.db.models import Definition
from engine.people import agencies, keeping
from engine.people.principals import SYSTEM
from engine.runtime.house import House
from tests.conformance.bpmn.kit import E, S, boundary, process, user
from tests.support.agency import open_agency, open_house, principal, put_files_in_force

PROPERTIES = (
    '<extensionElements><zeebe:assignmentDefinition candidateGroups="petugas_pengaduan"/><zeebe:properties>'
    '<zeebe:property name="alur:serviceLevel" value="1 HK"/>'
    '<zeebe:property name="alur:calendar" value="= unit_layanan"/></zeebe:properties></extensionElements>'
)
TIMER = "<timerEventDefinition><timeDuration>3 HK</timeDuration></timerEventDefinition>"
DIAGRAM = process(
    S,
    user("t", PROPERTIES),
    boundary("b", "t", TIMER, False),
    user("u"),
    E,
    flows="s>t t>e b>u u>e",
    name="berwaktu",
)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = open_house(database_url, tmp_path)
    open_agency(opened)
    keeper = principal(opened, "admin@contoh")
    agencies.save_unit(opened, keeper, "jayapura", "Kantor Jayapura", fresh=True)
    keeping.set_zone(opened, keeper, "jayapura", "Asia/Jayapura", "Di Papua")
    yield opened
    opened.database.close()


def counted(house: House, unit: str | None, **flags: bool) -> dict[str, Counted]:
    """What is counted of a case in which this unit is named."""
    files = dict(bpmn.check({"p.bpmn": DIAGRAM}).files)
    definition = put_files_in_force(house, principal(house, "admin@contoh").agency_id, "berwaktu", files)
    with house.database.write() as session:
        opening = Opening(report=dict(flags), extra={"unit_layanan": unit})
        case, _ = open_case(house, session, session.get_one(Definition, definition), opening, SYSTEM)
        number = case.case_number
    view = views.report(house, principal(house, "petugas_pengaduan@contoh"), number)
    return {each.element: each for each in receipts.counted(view)}


@pytest.mark.parametrize(
    ("unit", "due"),
    [
        ("jayapura", "2026-06-03T16:00:00+09:00"),
        ("Kantor Jayapura", "2026-06-03T16:00:00+09:00"),
        ("tidak ada", "2026-06-03T16:00:00+07:00"),
        (None, "2026-06-03T16:00:00+07:00"),
    ],
)
def test_a_task_counts_by_the_calendar_of_the_unit_that_it_names(
    house: House, unit: str | None, due: str
) -> None:
    task = counted(house, unit)["t"]
    assert task.kind == "item" and task.receipt is not None
    assert task.receipt["due"] == due


def test_a_timer_on_a_task_tells_how_it_was_counted(house: House) -> None:
    timer = counted(house, None)["b"]
    assert (timer.kind, timer.host, timer.state) == ("timer", "t", "running")
    assert timer.receipt is not None and timer.due is not None
    assert timer.receipt["due"] == "2026-06-05T16:00:00+07:00"
    assert timer.receipt["start"] == "2026-06-02T09:00:00+07:00"


def test_of_an_anonymous_report_the_timer_tells_the_day(house: House) -> None:
    timer = counted(house, None, anonim=True)["b"]
    assert timer.receipt is not None
    assert timer.receipt["start"] == "2026-06-02T00:00:00+07:00"
