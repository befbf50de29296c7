"""What several servers do at the same moment on PostgreSQL: locks in one order, nothing twice, no crash."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine.cases import reporter
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive
from engine.catalog import definitions, library
from engine.db import history
from engine.db.models import (
    Case,
    Definition,
    Incident,
    Instance,
    Letter,
    SignInAttempt,
    Substitution,
    WorkItem,
)
from engine.errors import Conflict, NotSignedIn, TooMany
from engine.people import signin, substitutions
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force

pytestmark = pytest.mark.postgres
OFFICER = "petugas_pengaduan@contoh"


@pytest.fixture
def house(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(postgres_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


def _file(house: House, key: str = "k1") -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=key))


def _item(house: House) -> WorkItem:
    with house.database.read() as session:
        return session.scalars(
            select(WorkItem).where(WorkItem.element == "T01_registrasi", WorkItem.kind == "task")
        ).one()


def _waits_for_the_instance_first(house: House, table: Any, row_id: str, call: Callable[[], Any]) -> None:
    """Hold the instance as a running step does: the call must not hold its own row while it waits."""
    worker = threading.Thread(target=call)
    with house.database.write() as session:
        session.scalars(select(Instance.id).with_for_update()).one()
        worker.start()
        while not _waits_for_me(session):
            assert worker.is_alive(), "the call did not wait for the instance"
        session.scalars(select(table.id).where(table.id == row_id).with_for_update(nowait=True)).one()
    worker.join(timeout=30)
    assert not worker.is_alive()


def _waits_for_me(session: Session) -> bool:
    """Whether another connection waits for a lock that this one holds."""
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    return session.scalar(text(waiting)) is not None


@pytest.mark.parametrize("action", ["claim", "release", "reassign"])
def test_a_task_is_locked_behind_its_case(house: House, action: str) -> None:
    _file(house)
    item, who = _item(house), principal(house, OFFICER)
    if action != "claim":
        work_items.claim(house, who, item.id)
    calls: dict[str, Callable[[], Any]] = {
        "claim": lambda: work_items.claim(house, who, item.id),
        "release": lambda: work_items.release(house, who, item.id),
        "reassign": lambda: work_items.reassign(house, who, item.id, "petugas_pengaduan2@contoh"),
    }
    _waits_for_the_instance_first(house, WorkItem, item.id, calls[action])


def test_first_filings_of_a_year_count_on_without_a_gap(house: House) -> None:
    outcomes = _at_once([lambda n=n: _file(house, f"k{n}") for n in range(8)])
    assert [error for error in outcomes if error] == []
    with house.database.read() as session:
        numbers = sorted(session.scalars(select(Case.case_number)))
    assert numbers == [f"CT-2026-{n:06d}" for n in range(1, 9)]


def test_one_message_from_many_servers_opens_one_case(house: House) -> None:
    who = principal(house, "operator@contoh")
    report = {key: value for key, value in REPORT.items() if not key.startswith("pelapor_")}
    incoming = Incoming("laporan_diteruskan", {"laporan": report}, message_id="m1")
    outcomes = _at_once([lambda: receive(house, who, incoming) for _ in range(6)])
    assert sorted(taken.outcome for taken in outcomes) == ["repeated"] * 5 + ["started"]
    assert len({taken.case_number for taken in outcomes}) == 1
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_one_reply_from_many_servers_is_delivered_once(house: House) -> None:
    _ask(house)
    who = principal(house, "operator@contoh")
    incoming = Incoming("balasan_pelapor", {"teks": "Ini jawabannya."}, "CT-2026-000001", "m2")
    outcomes = _at_once([lambda: receive(house, who, incoming) for _ in range(6)])
    assert sorted(taken.outcome for taken in outcomes) == ["delivered"] + ["repeated"] * 5


def test_replies_sent_at_once_are_all_kept_and_one_resumes_the_case(house: House) -> None:
    _ask(house)
    answers = dict(REPORT)
    with house.database.read() as session:
        number = session.scalars(select(Case.tracking_number)).one()
    receipt = file(house, Filing("contoh", "sp4n_umum", answers, key="k1")).receipt
    replies = [
        lambda n=n: reporter.reply(house, number, receipt, f"Jawaban {n}", key=f"{n}" * 200) for n in range(5)
    ]
    assert sorted(_at_once(replies)) == [False] * 4 + [True]
    assert reporter.reply(house, number, receipt, "Jawaban 0", key="0" * 200)
    with house.database.read() as session:
        letters = session.scalars(select(Letter.body).where(Letter.direction == "in")).all()
        assert sorted(letters) == [f"Jawaban {n}" for n in range(5)]
        assert session.scalars(select(Case.status)).one() != "menunggu_pelapor"


def test_guesses_sent_at_once_all_count(house: House) -> None:
    # Five, for a sixth that comes late is refused unread.
    outcomes = _at_once([lambda: signin.sign_in(house, OFFICER, "wrong") for _ in range(5)])
    assert {type(error) for error in outcomes} == {NotSignedIn}
    with house.database.read() as session:
        assert session.scalars(select(SignInAttempt.failures)).one() == 5
    with pytest.raises(TooMany):
        signin.sign_in(house, OFFICER, "wrong")


def test_a_broken_case_does_not_hold_up_the_jobs_behind_it(house: House) -> None:
    _file(house, "k1")
    with house.database.read() as session:
        broken = session.scalars(select(Instance.id)).one()
    house.clock.set(house.now() + timedelta(minutes=1))  # type: ignore[attr-defined]
    _file(house, "k2")

    def stumble(step: Any) -> None:
        if step.instance.id == broken:
            raise KeyError("a fault of the program")

    house.observers.append(stumble)
    for _ in range(8):
        house.clock.set(house.now() + timedelta(days=1))  # type: ignore[attr-defined]
        jobs.run_due(house)
    house.observers.remove(stumble)
    with house.database.read() as session:
        escalated = session.scalars(select(WorkItem.instance_id).where(WorkItem.kind == "escalation")).all()
        assert escalated and broken not in escalated
        incidents = session.scalars(select(Incident).where(Incident.instance_id == broken)).all()
        assert incidents and "a fault of the program" not in incidents[0].message


def _ask(house: House) -> None:
    """A report whose reporter owes an answer."""
    _file(house)
    for element, login, answers in (
        ("T01_registrasi", OFFICER, {"nomor_register": "1"}),
        (
            "V_T01",
            "admin_instansi@contoh",
            {"hasil_verifikasi": "tidak_lengkap", "alasan_verifikasi": "Tanggal kejadian belum jelas."},
        ),
        ("V_T02", "admin_instansi@contoh", {"pertanyaan": [{"pertanyaan": "Kapan kejadiannya?"}]}),
    ):
        with house.database.read() as session:
            item = session.scalars(
                select(WorkItem).where(WorkItem.element == element, WorkItem.state == "open")
            ).one()
        work_items.complete(house, principal(house, login), item.id, item.version, answers, take=True)


def _at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all calls at the same time; each one's result, or whatever it raised."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        gate.wait(timeout=10)
        try:
            outcomes[index] = calls[index]()
        except Exception as error:
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def test_versions_uploaded_and_activated_at_once_are_numbered_and_one_is_in_force(house: House) -> None:
    designers = [principal(house, f"perancang{number}@contoh") for number in ("", "2")]
    source = library.built_in().package("sp4n_umum", "sp4n_umum")
    uploads = _at_once([lambda: definitions.upload(house, designers[0], source) for _ in range(4)])
    made = [definition for definition, _ in uploads]
    assert sorted(definition.version for definition in made) == [2, 3, 4, 5]
    _at_once([lambda one=one: definitions.activate(house, designers[1], one.id) for one in made])
    with house.database.read() as session:
        states = Counter(session.scalars(select(Definition.state)))
    assert states == {"active": 1, "retired": 4}


@pytest.mark.parametrize("second", [("apip@contoh", OFFICER), ("apip@contoh", "pimpinan@contoh")])
def test_two_substitutions_set_at_once_close_no_circle(house: House, second: tuple[str, str]) -> None:
    """Both wait with what they found out: the first for the history, the second for the first."""
    refused: list[Conflict] = []

    def away(absent: str, deputy: str) -> None:
        who, until = principal(house, absent), house.now() + timedelta(days=1)
        try:
            substitutions.substitute(house, who, who.id, deputy, None, until, "Cuti")
        except Conflict as error:
            refused.append(error)

    _file(house)
    pairs = [(OFFICER, "apip@contoh"), second]
    workers = [threading.Thread(target=away, args=pair) for pair in pairs]
    with house.database.write() as session:
        session.execute(select(history.HEADS.c.seq).with_for_update()).one()
        for worker in workers:
            worker.start()
        while _waiting(house) < len(workers):
            assert all(worker.is_alive() for worker in workers), "a call did not wait"
    for worker in workers:
        worker.join(timeout=30)
    with house.database.read() as session:
        assert (len(session.scalars(select(Substitution)).all()), len(refused)) == (1, 1)


def _waiting(house: House) -> int:
    """How many connections wait for a lock; asked anew, since a transaction sees the activity as it was."""
    blocked = "datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    with house.database.read() as session:
        return session.scalars(text(f"SELECT count(*) FROM pg_stat_activity WHERE {blocked}")).one()
