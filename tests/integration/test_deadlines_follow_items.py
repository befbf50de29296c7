"""A limit ends with its task: nobody is told of what was done in time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from engine.cases.play import Player
from engine.clock import instant
from engine.db.models import Deadline, Job, WorkItem, WorkItemRole
from engine.people.principals import SYSTEM
from engine.runtime import deadlines, item_limits, pausing
from engine.runtime.step import Step
from engine.worktime import Limit
from tests.scenarios.test_scenarios import PROGRAMS, bundle

REPORT = {
    "jenis_laporan": "aspirasi",
    "kategori": "saran",
    "judul": "Contoh",
    "isi_laporan": "Contoh uraian.",
}


def _player() -> Player:
    start = instant("2026-06-02T09:00+07:00")
    return Player(bundle("sp4n_umum", "sp4n_umum"), "sp4n_umum", start, programs=PROGRAMS)


def test_completing_a_task_stops_its_limit_and_takes_it_out_of_the_queue() -> None:
    player = _player()
    player.apply({"start": "M01_laporan", "with": REPORT})
    player.apply({"complete": "T01_registrasi", "with": {"nomor_register": "1"}})
    with player.house.database.read() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.element == "T01_registrasi")).one()
        running = session.scalars(select(Deadline).where(Deadline.subject == "item")).all()
        assert [limit.element for limit in running] == ["V_T01"]
        jobs = session.scalars(select(Job).where(Job.deadline_id == item.deadline_id)).all()
        assert jobs == []
        assert session.scalar(select(func.count()).select_from(WorkItemRole)) == 1  # V_T01 only


def test_what_the_limit_of_a_done_task_came_to_is_still_told() -> None:
    player = _player()
    player.apply({"start": "M01_laporan", "with": REPORT})
    with player.house.database.read() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.element == "T01_registrasi")).one()
        before = _told(session, item)
    player.apply({"complete": "T01_registrasi", "with": {"nomor_register": "1"}})
    with player.house.database.read() as session:
        item = session.get_one(WorkItem, item.id)
        limit = item_limits.of(session, item)
        assert limit is not None and (limit.state, limit.stopped_at) == ("stopped", item.completed_at)
        assert _told(session, item) == before and before["receipt"]["counted"] and before["roles"]


def _told(session: Session, item: WorkItem) -> dict[str, Any]:
    """All that a limit says, but that it has ended."""
    limit = item_limits.of(session, item)
    assert limit is not None
    names = {column.key for column in inspect(Deadline).column_attrs} - {"state", "stopped_at", "round"}
    return {name: getattr(limit, name) for name in names}


def test_a_task_done_in_time_is_never_escalated() -> None:
    player = _player()
    player.apply({"start": "M01_laporan", "with": REPORT})
    player.apply({"complete": "T01_registrasi", "with": {"nomor_register": "1"}})
    late = player.clock.now() + timedelta(days=30)
    player.apply({"until": late.isoformat()})
    escalated = {row["element"] for row in player.state()["waiting"] if row["escalation_of"]}
    assert "V_T01" in escalated
    assert "T01_registrasi" not in escalated


def test_what_was_escalated_is_settled_when_the_late_task_is_done() -> None:
    player = _player()
    player.apply({"start": "M01_laporan", "with": REPORT})
    player.apply({"advance": "P30D"})
    assert any(row["escalation_of"] == "T01_registrasi" for row in player.state()["waiting"])
    player.apply({"complete": "T01_registrasi", "with": {"nomor_register": "1"}})
    assert not any(row["escalation_of"] == "T01_registrasi" for row in player.state()["waiting"])


def test_an_extension_stays_on_the_receipt_through_later_counts() -> None:
    player = _player()
    player.apply({"start": "M01_laporan", "with": REPORT})
    with player.house.database.write() as session:
        step = Step.open(player.house, session, str(player.instance_id), SYSTEM)
        clock = deadlines.find(step, "clock", "jam_tanggapan")
        assert clock is not None and clock.due_at is not None
        before = clock.due_at.isoformat()
        deadlines.extend(step, clock, Limit.parse("2 HK"))
        pausing.begin(step, clock, Limit.parse("10 HK"), 2)
        pausing.answered(step, clock)
        told = clock.receipt["extended"]
        assert (told["by"], told["before"], told["version"]) == ("2 HK", before, clock.receipt["version"])
        deadlines.start(step, "clock", clock.key, element="x", name="x", limit=Limit.parse("5 HK"), roles=[])
        assert "extended" not in clock.receipt
