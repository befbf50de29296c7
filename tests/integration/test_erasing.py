"""A report is erased for good: nothing of what people told is left anywhere, and the history holds (T12)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import erasing, following, sweeping, views
from engine.db import events
from engine.db.keys import KEYS
from engine.db.models import Base, Case, File, OutboxEntry
from engine.db.personal import BY_TABLE
from engine.errors import AlurError, Conflict, Forbidden, Invalid, NotFound
from engine.people.principals import SYSTEM, Principal
from engine.runtime import incidents, operations, outbox, sending
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.upkeep import audit
from tests.support.agency import open_agency, open_house, principal, put_in_force
from tests.support.canaries import ended, everything, filed, mark
from tests.support.postgres import PostgresServer


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path / "data")
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


@pytest.fixture
def keeper(house: House) -> Principal:
    return principal(house, "penjaga_identitas@contoh")


@pytest.mark.parametrize("subjects", [4, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_of_erased_reports_is_left_and_the_history_holds(
    house: House, keeper: Principal, subjects: int
) -> None:
    reports = [ended(house, number) for number in range(subjects + 1)]
    before = everything(house)
    assert all(mark(number) in before for number in range(subjects + 1))
    for _, case in reports[:subjects]:
        erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    after = everything(house)
    left = [number for number in range(subjects + 1) if mark(number) in after]
    assert left == [subjects]
    assert audit.verify(house) == []
    with house.database.read() as session:
        kept = events.read(session, kinds=("erased",))
        assert [(row.name, row.actor_id) for row in kept] == [("Permintaan pelapor", keeper.id)] * subjects
    assert [row["case"] for row in erasing.list_erasures(house)] == [
        case.case_number for _, case in reports[:subjects]
    ]


def test_an_erased_report_shows_how_it_went_and_not_what_it_said(house: House, keeper: Principal) -> None:
    report, case = ended(house)
    erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    view = views.report(house, keeper, case.case_number)
    assert (view.case.title, view.case.answers, view.identity_exists, view.files) == ("–", {}, False, [])
    assert view.case.status == case.status and view.case.filed_at == case.filed_at
    told = {event.kind: event.data for event in view.history}
    assert told["task_reassigned"]["erased"] is True and "reason" not in told["task_reassigned"]
    assert view.history[0].kind == "erased"
    with pytest.raises(NotFound):
        following.view(house, report.tracking_number, report.receipt)


def test_who_may_erase_what(house: House, keeper: Principal) -> None:
    _, case = filed(house)
    with pytest.raises(Forbidden):
        erasing.erase(house, principal(house, "petugas_pengaduan@contoh"), case.case_number, "Mau saya")
    with pytest.raises(Conflict, match="being handled"):
        erasing.erase(house, keeper, case.case_number, "Terlalu awal")
    operations.terminate(house, principal(house, "operator@contoh"), case.instance_id, "selesai")
    with pytest.raises(Invalid):
        erasing.erase(house, keeper, case.case_number, " ")
    with pytest.raises(NotFound):
        erasing.erase(house, keeper, "CT-2026-999999", "Tidak ada")
    open_agency(house, "lain", "LN")
    with pytest.raises(NotFound):
        erasing.erase(house, principal(house, "admin@lain"), case.case_number, "Bukan milik kami")
    erasing.erase(house, principal(house, "admin@contoh"), case.case_number, "Permintaan pelapor")
    with pytest.raises(Conflict, match="already"):
        erasing.erase(house, keeper, case.case_number, "Sekali lagi")


def test_whoever_dies_before_the_bytes_are_gone_leaves_them_to_the_sweeper(
    house: House, keeper: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, case = ended(house)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(erasing, "throw_away", dies)
        erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    assert list((house.data_dir / "files").rglob("*K*"))
    assert sweeping.sweep(house) == 1
    with house.database.read() as session:
        assert session.scalars(select(File)).all() == []
    assert [path for path in (house.data_dir / "files").rglob("*") if path.is_file()] == []


@pytest.mark.postgres
def test_postgres_keeps_no_key_of_an_erased_report_in_dead_rows(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    house, _ = open_house(postgres_url, tmp_path / "data")
    put_in_force(house, open_agency(house))
    cases = [ended(house, number)[1] for number in range(6)]
    with house.database.read() as session:
        keys = {row.instance_id: bytes(row.wrapped) for row in session.execute(select(KEYS))}
    scrub = erasing.Scrubbing()
    assert scrub(house) == 0  # nothing was erased yet
    for case in cases[:4]:
        erasing.erase(house, principal(house, "penjaga_identitas@contoh"), case.case_number, "Permintaan")
    erased = [keys[case.instance_id] for case in cases[:4]]
    lying = postgres_server.bytes_of(postgres_url)
    assert all(key in lying for key in erased)  # what the duty is for
    assert scrub(house) == len(BY_TABLE) + 1
    lying = postgres_server.bytes_of(postgres_url)
    assert not any(key in lying for key in erased)
    assert all(keys[case.instance_id] in lying for case in cases[4:])
    house.clock.set(house.now() + erasing.SETTLING)  # type: ignore[attr-defined]
    assert scrub(house)
    assert not scrub(house)
    house.database.close()


def test_an_erased_case_takes_no_more_secrets(house: House, keeper: Principal) -> None:
    """What a late event tells is lost at once: there is no key to seal it under."""
    _, case = ended(house)
    erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    with house.database.write() as session:
        step = Step.open(house, session, case.instance_id, SYSTEM)
        step.record("job_failed", "x", "", error="kenari-terlambat")
        step.save()
    assert b"kenari-terlambat" not in everything(house)
    assert audit.verify(house) == []


# Tables that lead to a case and hold nothing of people, or nothing that may be erased: each with its reason.
KEPT = {
    "accused_people": "keeps officials from what concerns them; names nobody else",
    "accused_units": "keeps the officials of units from what concerns them",
    "case_keys": "destroyed with the case",
    "deadlines": "limits and their receipts",
    "erasures": "says that it was erased",
}


def test_every_table_that_leads_to_a_case_is_erased_or_kept_on_purpose() -> None:
    leading = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("cases", "instances")
    }
    assert leading - BY_TABLE.keys() == set(KEPT)


def test_each_personal_column_is_there() -> None:
    for part in BY_TABLE.values():
        assert {part.of, *part.erased} <= {column.name for column in part.table.columns}, part.table.name


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_what_an_erased_report_had_still_to_tell_is_told_no_more(
    house: House, keeper: Principal, state: str
) -> None:
    _, case = ended(house)
    told: list[str] = []
    house.senders["luar"] = lambda house, parcel: told.append(parcel.key)
    house.channels["dalam"] = lambda house, session, entry: told.append(entry.payload["kenari"])
    with house.database.write() as session:
        for kind in ("luar", "dalam"):
            session.add(_delivery(house, case, kind, state))
    operator = principal(house, "operator@contoh")
    if state == "failed":
        with house.database.write() as session:
            step = Step.open(house, session, case.instance_id, SYSTEM)
            (entry,) = session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "luar"))
            fault = AlurError("x")
            incidents.open_incident(step, "luar", incidents.DELIVERY, fault, entry.id, stops=False)
            step.save()
        assert operations.incidents(house, operator)
    erasing.erase(house, keeper, case.case_number, "Permintaan pelapor")
    while outbox.deliver_due(house) + sending.send_due(house):
        continue
    assert told == []
    with house.database.read() as session:
        query = select(OutboxEntry).where(OutboxEntry.kind.in_(("luar", "dalam")))
        for entry in session.scalars(query):
            assert (entry.state, entry.next_at, entry.attempts) == ("cancelled", None, 0)
            with pytest.raises(Conflict):
                operations.redeliver(house, operator, entry.id)
        (event,) = events.read(session, kinds=("deliveries_cancelled",))
        assert (event.data, event.actor_id) == ({"count": 2}, keeper.id)
    assert not operations.incidents(house, operator)


def _delivery(house: House, case: Case, kind: str, state: str) -> OutboxEntry:
    return OutboxEntry(
        id=house.new_id(house.now()),
        key=f"{kind}:1",
        agency_id=case.agency_id,
        instance_id=case.instance_id,
        kind=kind,
        payload={"kenari": "kenari"},
        state=state,
        next_at=house.now() if state == "pending" else None,
        created_at=house.now(),
    )
