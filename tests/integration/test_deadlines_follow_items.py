"""A limit ends with its task: nobody is told of what was done in time."""

from datetime import timedelta

from sqlalchemy import func, select

from engine.cases.play import Player
from engine.clock import instant
from engine.db.models import Deadline, Job, WorkItemRole
from engine.people.principals import SYSTEM
from engine.runtime import deadlines, pausing
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
        done = session.scalars(select(Deadline).where(Deadline.element == "T01_registrasi")).one()
        assert done.state == "stopped"
        jobs = session.scalars(select(Job).where(Job.deadline_id == done.id)).all()
        assert jobs == []
        assert session.scalar(select(func.count()).select_from(WorkItemRole)) == 1  # V_T01 only


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
        assert clock.receipt["extended"] == {"by": "2 HK", "before": before}
        deadlines.start(step, "clock", clock.key, element="x", name="x", limit=Limit.parse("5 HK"), roles=[])
        assert "extended" not in clock.receipt
