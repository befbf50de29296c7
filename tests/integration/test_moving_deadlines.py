"""When a calendar changes: what would move, and the one command that moves it, all or none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from engine.cases import inbox
from engine.cases.filing import Filing, file
from engine.clock import instant
from engine.db import events
from engine.db.models import CalendarYear, Deadline, Job, OutboxEntry, WorkItem
from engine.errors import Forbidden, Invalid, Stale
from engine.people import agencies, calendars, keeping
from engine.people.principals import Principal
from engine.runtime import jobs, moving, recount, work_items
from engine.runtime.house import House
from engine.worktime import calendars as worktime_calendars
from engine.worktime import national
from tests.support.agency import REPORT, open_agency, principal, put_in_force

REST = date(2026, 6, 3)  # the day after the reports are filed
DECREE = "Cuti bersama, SKB 3 Menteri"


@pytest.fixture
def keeper(house: House) -> Principal:
    return principal(house, "admin@contoh")


def report(house: House, key: str = "k") -> str:
    return file(house, Filing("contoh", "sp4n_umum", REPORT, key=key)).case_number


def complete(house: House, element: str, login: str, answers: dict[str, Any]) -> None:
    item = rows(house, WorkItem, element=element, state="open")[0]
    work_items.complete(house, principal(house, login), item.id, item.version, answers, take=True)


def ask_the_reporter(house: House) -> None:
    """Let the flow ask a question, which pauses the clock beside a drawn timer."""
    complete(house, "T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"})
    verdict = {"hasil_verifikasi": "tidak_lengkap", "alasan_verifikasi": "Contoh alasan yang cukup panjang."}
    complete(house, "V_T01", "admin_instansi@contoh", verdict)
    complete(house, "V_T02", "admin_instansi@contoh", {"pertanyaan": [{"pertanyaan": "Kapan?"}]})


def rows(house: House, table: type[Any], **wanted: Any) -> list[Any]:
    with house.database.read() as session:
        return list(session.scalars(select(table).filter_by(**wanted).order_by(table.id)))


def moves(house: House) -> list[events.HistoryEvent]:
    with house.database.read() as session:
        return events.read(session, kinds=(moving.MOVED,), ring=house.keyring)


def stored(house: House) -> dict[str, Any]:
    """Every stored time that a calendar could move."""
    return {
        "deadlines": [(row.id, row.due_at, row.reminder_at, row.receipt) for row in rows(house, Deadline)],
        "items": [(row.id, row.due_at, row.reminder_at, row.sort_key) for row in rows(house, WorkItem)],
        "jobs": [(row.key, row.due_at) for row in rows(house, Job)],
        "history": len(moves(house)),
    }


def moved(house: House, keeper: Principal) -> int:
    return moving.move(house, keeper, DECREE, recount.preview(house, keeper).version)


def test_a_preview_tells_each_deadline_before_and_after_and_changes_nothing(
    house: House, keeper: Principal
) -> None:
    number = report(house)
    assert recount.preview(house, keeper).total == 0
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    before = stored(house)
    found = recount.preview(house, keeper)
    assert stored(house) == before
    assert (found.total, found.later, found.earlier, found.overdue) == (2, 2, 0, 0)
    task, clock = sorted(found.moves, key=lambda move: move.kind, reverse=True)
    assert (task.kind, task.element, task.case) == ("item", "T01_registrasi", number)
    assert task.before.due == instant("2026-06-03T16:00+07:00")
    assert task.after.due == instant("2026-06-04T16:00+07:00")
    assert {"day": "2026-06-03", "why": "change", "name": DECREE} in task.receipt["skipped"]
    assert (clock.kind, clock.after.due) == ("clock", instant("2026-06-10T16:00+07:00"))


def test_one_command_moves_tasks_clocks_reminders_and_escalations(house: House, keeper: Principal) -> None:
    report(house)
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    assert moved(house, keeper) == 2
    item = rows(house, WorkItem, element="T01_registrasi")[0]
    deadline = rows(house, Deadline, id=item.deadline_id)[0]
    due = instant("2026-06-04T16:00+07:00")
    assert (item.due_at, deadline.due_at) == (due, due)
    assert deadline.receipt["due"] == "2026-06-04T16:00:00+07:00"
    told = {job.level: job.due_at for job in rows(house, Job, deadline_id=deadline.id)}
    assert told == {
        1: instant("2026-06-04T14:24+07:00"),
        2: due,
        3: instant("2026-06-05T09:36+07:00"),
    }
    assert item.reminder_at == told[1]
    assert recount.preview(house, keeper).total == 0
    who = principal(house, "petugas_pengaduan@contoh")
    assert inbox.page(house, who, inbox.Query()).rows[0].item.sort_key.startswith("20260604090000")


def test_the_history_of_each_report_says_from_when_to_when_who_and_why(
    house: House, keeper: Principal
) -> None:
    report(house)
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    moved(house, keeper)
    event_of_task = next(row for row in moves(house) if row.data["subject"] == "item")
    assert (event_of_task.actor_id, event_of_task.actor) == (keeper.id, keeper.name)
    assert event_of_task.data["reason"] == DECREE
    assert event_of_task.data["before"] == instant("2026-06-03T16:00+07:00").isoformat()
    assert event_of_task.data["after"] == instant("2026-06-04T16:00+07:00").isoformat()
    assert event_of_task.data["calendar"] == calendars.calendar(house, keeper).version
    newest = keeping.kept(house, keeper)[0]
    assert (newest.data, newest.name) == ({"what": "moved", "count": 2}, DECREE)


def test_jobs_fire_at_the_moved_time_and_never_at_the_old_one(house: House, keeper: Principal) -> None:
    report(house)
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    moved(house, keeper)
    house.clock.set(instant("2026-06-04T15:59+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert rows(house, WorkItem, kind="escalation") == []
    house.clock.set(instant("2026-06-04T16:00+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert len(rows(house, WorkItem, kind="escalation")) == 1


def test_what_was_told_before_is_not_told_again(house: House, keeper: Principal) -> None:
    report(house)
    house.clock.set(instant("2026-06-03T16:00+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)  # reminded and escalated
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    moved(house, keeper)
    item = rows(house, WorkItem, element="T01_registrasi", kind="task")[0]
    assert item.due_at == instant("2026-06-04T16:00+07:00")
    assert [job.level for job in rows(house, Job, deadline_id=item.deadline_id)] == [3]


def test_a_holiday_taken_back_moves_to_earlier_and_may_be_overdue_at_once(
    house: House, keeper: Principal
) -> None:
    change = keeping.add_change(house, keeper, REST, "libur", DECREE)
    report(house)
    house.clock.set(instant("2026-06-04T09:00+07:00"))  # type: ignore[attr-defined]
    keeping.remove_change(house, keeper, change.id)
    found = recount.preview(house, keeper)
    assert (found.total, found.earlier, found.overdue) == (2, 2, 1)
    moved(house, keeper)
    jobs.run_due(house)
    assert len(rows(house, WorkItem, kind="escalation")) == 1


def test_what_has_passed_does_not_move_to_earlier_still(house: House, keeper: Principal) -> None:
    change = keeping.add_change(house, keeper, REST, "libur", DECREE)
    report(house)
    house.clock.set(instant("2026-06-04T16:00+07:00"))  # type: ignore[attr-defined]
    keeping.remove_change(house, keeper, change.id)
    found = recount.preview(house, keeper)
    assert [move.kind for move in found.moves] == ["clock"]
    assert found.overdue == 0


def test_drawn_timers_move_too(house: House, keeper: Principal) -> None:
    report(house)
    ask_the_reporter(house)
    timer = rows(house, Job, element="V_W01")[0]
    assert timer.payload["receipt"]["limit"] == "P10WD"
    assert timer.due_at == instant("2026-06-17T23:59+07:00")  # 10 HK from 2 June, 16 June is a holiday
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    found = [move for move in recount.preview(house, keeper).moves if move.kind == "timer"]
    assert [(move.name, move.after.due) for move in found] == [
        ("Pelapor tidak membalas", instant("2026-06-18T23:59+07:00"))
    ]
    moved(house, keeper)
    house.clock.set(instant("2026-06-18T23:58+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert rows(house, WorkItem, element="V_T03") == []
    house.clock.set(instant("2026-06-18T23:59+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert len(rows(house, WorkItem, element="V_T03")) == 1
    assert recount.preview(house, keeper).total == 0


def test_the_end_of_an_open_pause_moves_too(house: House, keeper: Principal) -> None:
    report(house)
    ask_the_reporter(house)
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    before = stored(house)
    found = recount.preview(house, keeper)
    assert stored(house) == before
    pause = next(move for move in found.moves if move.what == recount.PAUSE)
    assert (pause.kind, pause.before.due, pause.after.due) == ("clock", None, None)
    assert pause.before.resumes == instant("2026-06-17T23:59+07:00")
    assert pause.after.resumes == instant("2026-06-18T23:59+07:00")
    assert pause.direction == recount.LATER
    assert {"day": "2026-06-03", "why": "change", "name": DECREE} in pause.receipt["skipped"]
    moved(house, keeper)
    clock = rows(house, Deadline, id=pause.id)[0]
    assert clock.receipt["paused"]["until"] == "2026-06-18T16:59:00+00:00"
    assert clock.receipt["paused"]["receipt"]["version"] == calendars.calendar(house, keeper).version
    assert clock.receipt["paused"]["moved"] == {"before": "2026-06-17T16:59:00+00:00", "reason": DECREE}
    told = next(row.data for row in moves(house) if row.data["subject"] == recount.PAUSE)
    assert (told["before"], told["after"]) == ("2026-06-17T16:59:00+00:00", "2026-06-18T16:59:00+00:00")
    assert recount.preview(house, keeper).total == 0
    house.clock.set(instant("2026-06-18T23:58+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert rows(house, Deadline, id=pause.id)[0].state == "paused"
    house.clock.set(instant("2026-06-18T23:59+07:00"))  # type: ignore[attr-defined]
    jobs.run_due(house)
    assert rows(house, Deadline, id=pause.id)[0].state == "running"


def test_of_a_late_clock_that_stands_the_end_of_its_pause_is_told(house: House, keeper: Principal) -> None:
    report(house)
    house.clock.set(instant("2026-06-10T09:00+07:00"))  # type: ignore[attr-defined]  # due on the 9th
    ask_the_reporter(house)
    keeping.add_change(house, keeper, date(2026, 6, 12), "libur", DECREE)
    pause = next(move for move in recount.preview(house, keeper).moves if move.kind == "clock")
    assert (pause.what, pause.direction) == (recount.PAUSE, recount.LATER)
    assert pause.before.due == pause.after.due == instant("2026-06-09T16:00+07:00")
    assert pause.after.promised == instant("2026-06-26T23:59+07:00")
    moved(house, keeper)
    told = next(row.data for row in moves(house) if row.data["subject"] == recount.PAUSE)
    assert (told["before"], told["after"]) == ("2026-06-25T16:59:00+00:00", "2026-06-26T16:59:00+00:00")


def test_a_pause_that_should_have_ended_does_not_end_earlier_still(house: House, keeper: Principal) -> None:
    change = keeping.add_change(house, keeper, REST, "libur", DECREE)
    report(house)
    ask_the_reporter(house)
    house.clock.set(instant("2026-06-18T23:59+07:00"))  # type: ignore[attr-defined]
    keeping.remove_change(house, keeper, change.id)
    assert [move.what for move in recount.preview(house, keeper).moves if move.kind == "clock"] == []


def test_pages_of_a_preview_hold_each_move_once(house: House, keeper: Principal) -> None:
    for number in range(4):
        report(house, f"k{number}")
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    seen: list[str] = []
    after = None
    while True:
        page = recount.preview(house, keeper, after, limit=3)
        assert page.total == 8
        seen += [move.id for move in page.moves]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 8


def test_it_is_all_or_none(house: House, keeper: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    for number in range(3):
        report(house, f"k{number}")
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    before, version = stored(house), recount.preview(house, keeper).version
    seen = 0

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        seen += statement.startswith("UPDATE deadlines")
        if seen == 3:
            raise OSError("the disk is full")

    engine = house.database._writer
    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="disk"):
        moving.move(house, keeper, DECREE, version)
    event.remove(engine, "before_cursor_execute", fail)
    assert stored(house) == before
    assert moving.move(house, keeper, DECREE, version) == 6


def test_nothing_moves_on_a_preview_that_is_out_of_date(house: House, keeper: Principal) -> None:
    report(house)
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    version = recount.preview(house, keeper).version
    keeping.add_change(house, keeper, REST + timedelta(days=1), "libur", DECREE)
    before = stored(house)
    with pytest.raises(Stale):
        moving.move(house, keeper, DECREE, version)
    assert stored(house) == before


def test_only_administrators_move_and_only_their_own_agency(house: House, keeper: Principal) -> None:
    report(house)
    put_in_force(house, open_agency(house, "lain", "LN"))
    keeping.add_change(house, keeper, REST, "libur", DECREE)
    officer, stranger = principal(house, "petugas_pengaduan@contoh"), principal(house, "admin@lain")
    version = recount.preview(house, keeper).version
    with pytest.raises(Forbidden):
        recount.preview(house, officer)
    with pytest.raises(Forbidden):
        moving.move(house, officer, DECREE, version)
    assert recount.preview(house, stranger).total == 0
    with pytest.raises(Stale):
        moving.move(house, stranger, DECREE, version)
    with pytest.raises(Invalid):
        moving.move(house, keeper, " ", version)


def test_an_upgrade_of_the_list_moves_nothing_by_itself(
    house: House, keeper: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(house)
    before = stored(house)
    known = national.year

    def newer(number: int) -> national.Year:
        """The list of a newer library: one more holiday."""
        year = known(number)
        return replace(year, days={**year.days, REST: "Libur baru"}) if number == REST.year else year

    monkeypatch.setattr(national, "year", newer)
    monkeypatch.setattr(national, "VERSION", "0.999")
    worktime_calendars._calendar.cache_clear()
    calendars._known.clear()
    try:
        house.clock.set(instant("2026-06-03T15:59+07:00"))  # type: ignore[attr-defined]
        jobs.run_due(house)
        after = stored(house)
        assert after["deadlines"] == before["deadlines"]
        assert after["items"] == before["items"]
        house.clock.set(instant("2026-06-03T16:00+07:00"))  # type: ignore[attr-defined]
        jobs.run_due(house)
        assert len(rows(house, WorkItem, kind="escalation")) == 1  # as it was promised
        report(house, "new")
        assert rows(house, WorkItem, element="T01_registrasi")[-1].due_at == instant("2026-06-04T16:00+07:00")
        assert {move.after.due for move in recount.preview(house, keeper).moves} >= {
            instant("2026-06-04T16:00+07:00")
        }  # a keeper may move the old ones, and sees them first
    finally:
        monkeypatch.undo()
        worktime_calendars._calendar.cache_clear()
        calendars._known.clear()


def test_a_task_counts_on_the_calendar_of_the_unit_it_names(house: House, keeper: Principal) -> None:
    agencies.save_unit(house, keeper, "kanwil", "Kantor Wilayah", fresh=True)
    keeping.set_zone(house, keeper, "kanwil", "Asia/Makassar", "Di Bali")
    keeping.add_change(house, keeper, REST, "libur", "Galungan", unit="kanwil")
    report(house)
    with house.database.write() as session:
        deadline = session.scalars(select(Deadline).where(Deadline.element == "T01_registrasi")).one()
        deadline.unit = "kanwil"
    found = [move.after.due for move in recount.preview(house, keeper).moves]
    assert found == [instant("2026-06-04T16:00+08:00")]


def test_the_first_deadline_in_an_undecreed_year_asks_the_keepers_once(
    house: House, keeper: Principal
) -> None:
    house.clock.set(instant("2027-12-28T09:00+07:00"))  # type: ignore[attr-defined]
    report(house)
    report(house, "another")
    assert [row.year for row in keeping.open_years(house, keeper)] == [2027, 2028]
    asked = [row for row in rows(house, OutboxEntry) if row.payload.get("kind") == "calendar_year"]
    assert sorted({row.payload["year"] for row in asked}) == [2027, 2028]
    assert len(asked) == 4  # two administrators, two years
    clock = rows(house, Deadline, subject="clock")[0]
    assert {warning["year"] for warning in clock.receipt["warnings"]} == {2027, 2028}
    keeping.confirm_year(house, keeper, 2028, DECREE)
    keeping.confirm_year(house, keeper, 2027, DECREE)
    assert keeping.open_years(house, keeper) == []
    report(house, "third")
    assert rows(house, Deadline, subject="clock")[-1].receipt["warnings"] == []
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CalendarYear)) == 2
