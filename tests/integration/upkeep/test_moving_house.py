"""Backup, restore and moving to another database keep every row; verify sees what must not be."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db import history
from engine.db.models import (
    Agency,
    Base,
    Case,
    File,
    HistoryEntry,
    Incident,
    Instance,
    Job,
    Subscription,
    Unit,
    WorkItem,
    WorkItemRole,
)
from engine.db.session import Database
from engine.errors import Conflict
from engine.runtime.house import House
from engine.upkeep import archive, audit, copying
from engine.upkeep.restoring import restore
from engine.upkeep.sealed import ArchiveError
from tests.support.agency import REPORT, open_agency, put_in_force
from tests.support.agency import open_house as open_test_house


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """Two open cases and an attachment, on SQLite."""
    yield from _furnished(sqlite_url, tmp_path / "data")


def _furnished(url: str, data_dir: Path) -> Iterator[House]:
    house, _ = open_test_house(url, data_dir)
    agency = open_agency(house)
    put_in_force(house, agency)
    for key in ("k1", "k2"):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=key))
    with house.database.write() as session:
        now = house.now()
        attached = File(
            id=house.new_id(now), agency_id=agency, name="bukti.pdf", media_type="application/pdf", size=5,
            sha256="0" * 64, created_at=now,
        )  # fmt: skip
        session.add(attached)
    path = data_dir / "files" / attached.id[-2:] / attached.id
    path.parent.mkdir(parents=True)
    path.write_bytes(b"bukti")
    (data_dir / "secret.key").write_text("k" * 32)
    yield house
    house.database.close()


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }


def settings(url: str, data_dir: Path) -> Settings:
    return Settings(database_url=url, data_dir=data_dir)


def test_a_backup_comes_back_whole_into_an_empty_place(house: House, tmp_path: Path) -> None:
    target, place = tmp_path / "alur.zip", tmp_path / "new"
    counts = archive.backup(house, target)
    assert counts["cases"] == 2 and counts["history"] == 2
    for ending in ("", ".keys", ".erasures"):
        assert target.with_name(target.name + ending).stat().st_mode & 0o077 == 0
    assert list(tmp_path.glob("*.partial")) == []

    restored = restore(settings(f"sqlite:///{place}/alur.db", place), target)
    assert (restored.rows, restored.erased) == ({**counts, "case_keys": 2}, 0)
    opened = open_house(settings(f"sqlite:///{place}/alur.db", place))
    try:
        assert rows(opened.database) == rows(house.database)
        assert audit.verify(opened) == []
        assert [path.read_bytes() for path in (place / "files").glob("*/*")] == [b"bukti"]
        assert (place / "secret.key").read_text() == "k" * 32
        assert (place / "secret.key").stat().st_mode & 0o077 == 0
    finally:
        opened.database.close()


def test_where_there_is_data_nothing_is_restored(house: House, tmp_path: Path) -> None:
    target = tmp_path / "alur.zip"
    archive.backup(house, target)
    before = rows(house.database)
    (house.data_dir / "secret.key").write_text("other")
    with pytest.raises(Conflict, match="holds data"):
        restore(settings(house.database.url, house.data_dir), target)
    assert rows(house.database) == before
    assert (house.data_dir / "secret.key").read_text() == "other"


def _rewritten(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == archive.MANIFEST:
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()
            new.writestr(name, data)
    shutil.copyfile(f"{source}.keys", f"{target}.keys")
    return target


def test_a_damaged_or_foreign_archive_leaves_the_place_empty(house: House, tmp_path: Path) -> None:
    good, place = tmp_path / "alur.zip", tmp_path / "new"
    archive.backup(house, good)
    cases = {
        "is no archive": tmp_path / "text.zip",
        "another release": _rewritten(good, tmp_path / "old.zip", lambda m: m["release"].append("later")),
        "differ in their number": _rewritten(
            good, tmp_path / "short.zip", lambda m: m["rows"].update(cases=9)
        ),
    }
    cases["is no archive"].write_bytes(b"halo")
    for why, path in cases.items():
        with pytest.raises(ArchiveError, match=why):
            restore(settings(f"sqlite:///{place}/alur.db", place), path)
        assert not (place / "secret.key").exists() and not (place / "files").exists()
    assert restore(settings(f"sqlite:///{place}/alur.db", place), good).rows["cases"] == 2


def test_a_copy_whose_history_differs_is_refused_and_nothing_stays(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faithful = copying.rows

    def forged(connection: Any, table: Any) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(faithful(connection, table)):
            yield {**row, "instance_id": "orang lain"} if (table.name, number) == ("history", 1) else row

    there = f"sqlite:///{tmp_path}/there.db"
    monkeypatch.setattr(copying, "rows", forged)
    with pytest.raises(Conflict, match="history is not the same"):
        copying.move(house, there)
    monkeypatch.setattr(copying, "rows", faithful)
    assert copying.move(house, there)["cases"] == 2


def test_a_history_that_was_broken_before_may_move(house: House, tmp_path: Path) -> None:
    with house.database.write() as session:
        session.execute(update(HistoryEntry).where(HistoryEntry.seq == 2).values(content=b"lain"))
    assert copying.move(house, f"sqlite:///{tmp_path}/there.db")["cases"] == 2


@pytest.mark.postgres
def test_rows_move_to_postgres_and_back(house: House, empty_postgres_url: str, tmp_path: Path) -> None:
    counts = copying.move(house, empty_postgres_url)
    with pytest.raises(Conflict, match="holds data"):
        copying.move(house, empty_postgres_url)
    there = open_house(settings(empty_postgres_url, house.data_dir))
    back = f"sqlite:///{tmp_path}/back.db"
    try:
        assert audit.verify(there) == []
        with there.database.write() as session:  # history goes on counting behind what came
            last = session.scalar(select(func.max(HistoryEntry.seq))) or 0
            agency_id = session.scalars(select(Agency.id)).one()
            entered = history.event("entered")
            history.remember(
                session,
                history.entry(entered, agency_id=agency_id, at=there.now(), actor_id=None, actor="–"),
            )
        with there.database.read() as session:
            assert (session.scalar(select(func.max(HistoryEntry.seq))) or 0) > last
        assert audit.verify(there) == []
        backed_up = archive.backup(there, tmp_path / "pg.zip")
        assert backed_up.items() < {**counts, "history": counts["history"] + 1}.items()
        assert copying.move(there, back) == {**counts, "history": counts["history"] + 1}
    finally:
        there.database.close()
    returned = Database(back)
    try:
        again, before = rows(returned), rows(house.database)
        assert len(again.pop("history")) == len(before.pop("history")) + 1
        assert again.pop("chain_heads") != before.pop("chain_heads")
        assert again == before
    finally:
        returned.close()


def _planted(house: House, plant: Callable[[Any], None]) -> list[str]:
    with house.database.write() as session:
        plant(session)
    return [problem["kind"] for problem in audit.verify(house)]


def test_a_sound_house_has_no_problems(house: House) -> None:
    assert audit.verify(house) == []


def test_an_instance_that_waits_for_nothing_is_seen(house: House) -> None:
    def plant(session: Any) -> None:
        one = session.scalars(select(Instance.id)).first()
        items = select(WorkItem.id).where(WorkItem.instance_id == one)
        session.execute(delete(WorkItemRole).where(WorkItemRole.work_item_id.in_(items)))
        session.execute(update(WorkItem).where(WorkItem.instance_id == one).values(state="completed"))
        for table in (Job, Subscription):
            session.execute(delete(table).where(table.instance_id == one))

    assert set(_planted(house, plant)) == {"stuck", "timer", "answers"}


def test_work_of_an_ended_instance_is_seen(house: House) -> None:
    def plant(session: Any) -> None:
        one = session.scalars(select(Instance.id)).first()
        session.execute(update(Instance).where(Instance.id == one).values(state="completed"))

    assert set(_planted(house, plant)) == {"left"}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_limit_without_one_of_its_jobs_is_seen(house: House, level: int) -> None:
    def plant(session: Any) -> None:
        session.execute(delete(Job).where(Job.level == level, Job.kind != "timer"))

    assert set(_planted(house, plant)) == {"timer"}


@pytest.mark.parametrize("change", [{"due_at": None}, {"deadline_id": None}, {"kind": "timer"}])
def test_a_job_that_never_tells_is_seen(house: House, change: dict[str, Any]) -> None:
    def plant(session: Any) -> None:
        one = session.scalars(select(Job.id).where(Job.kind == "reminder")).first()
        session.execute(update(Job).where(Job.id == one).values(change))

    assert set(_planted(house, plant)) == {"timer"}


def test_an_incident_state_without_an_incident_is_seen(house: House) -> None:
    def plant(session: Any) -> None:
        one = session.scalars(select(Instance.id)).first()
        session.execute(delete(Incident))
        session.execute(update(Instance).where(Instance.id == one).values(state="incident"))

    assert _planted(house, plant) == ["incident"]


def test_a_closed_item_in_a_queue_is_seen(house: House) -> None:
    def plant(session: Any) -> None:
        one = session.scalars(select(WorkItem.id)).first()
        session.execute(update(WorkItem).where(WorkItem.id == one).values(state="cancelled"))

    assert "queue" in _planted(house, plant)


@pytest.mark.parametrize("content", [None, b"buk"])
def test_a_lost_or_cut_attachment_is_seen(house: House, content: bytes | None) -> None:
    (path,) = (house.data_dir / "files").glob("*/*")
    path.unlink() if content is None else path.write_bytes(content)
    assert [problem["kind"] for problem in audit.verify(house)] == ["file"]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_rows_that_refer_to_later_rows_are_restored(
    house: House, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fresh = f"sqlite:///{tmp_path / 'baru.db'}"
    target = fresh if kind == "sqlite" else request.getfixturevalue("empty_postgres_url")
    with house.database.write() as session:
        agency = session.scalars(select(Agency.id)).one()
        for key in ("a", "b"):
            session.add(Unit(id=key * 26, agency_id=agency, key=key, name=key))
        session.flush()
        session.get_one(Unit, "a" * 26).parent_id = "b" * 26
        first, second = session.scalars(select(Case).order_by(Case.id)).all()
        first.parent_id = second.id
    archive.backup(house, tmp_path / "cadangan.zip")
    restore(settings(target, tmp_path / "baru"), tmp_path / "cadangan.zip")
    restored = Database(target)
    with restored.read() as session:
        assert session.get_one(Unit, "a" * 26).parent_id == "b" * 26
        assert session.get_one(Case, first.id).parent_id == second.id
    restored.close()
