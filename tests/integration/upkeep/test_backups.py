"""A backup tells nothing without its keys, restores whole, and forgets what was erased since (T12, T23)."""

import base64
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.bootstrap import Settings
from engine.bootstrap import open_house as open_settings
from engine.cases import erasing, views
from engine.cases.filing import Filing, file
from engine.db import events
from engine.db.keys import WrongKey
from engine.db.models import Case, File
from engine.errors import AlurError
from engine.runtime.house import House
from engine.upkeep import archive, audit
from engine.upkeep.restoring import read_erasures, restore
from engine.upkeep.sealed import ArchiveError
from tests.support.agency import REPORT, open_agency, open_house, principal, put_in_force
from tests.support.canaries import ended, everything, mark

SECRET = "k" * 32
Place = Callable[[], Settings]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """An agency with three ended reports full of canaries."""
    house, _ = open_house(database_url, tmp_path / "data")
    put_in_force(house, open_agency(house))
    for number in range(3):
        ended(house, number)
    (house.data_dir / "secret.key").write_text(SECRET)
    yield house
    house.database.close()


@pytest.fixture
def place(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Somewhere empty of the same kind."""
    folder = tmp_path / "there"
    url = f"sqlite:///{folder}/alur.db"
    return Settings(
        url if house.database.is_sqlite else request.getfixturevalue("empty_postgres_url"), folder
    )


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    house = open_settings(settings)
    try:
        yield house
    finally:
        house.database.close()


def told_in(path: Path) -> bytes:
    """Everything that stands in an archive, sealed parts decoded."""
    with zipfile.ZipFile(path) as archived:
        return b"".join(archived.read(name) for name in archived.namelist())


def found(data: bytes) -> list[int]:
    return [number for number in range(3) if mark(number) in data]


def instances(house: House) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(Case.instance_id).order_by(Case.id)))


def without_key(keys: Path, instance_id: str) -> None:
    """Take one case's key out of the file."""
    lines = keys.read_text().splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line).get("of") != instance_id]
    assert len(kept) == len(lines) - 1
    keys.write_text("".join(kept))


def test_an_archive_tells_nothing_and_holds_no_key(house: House, tmp_path: Path) -> None:
    target = tmp_path / "alur.zip"
    archive.backup(house, target)
    whole = told_in(target)
    assert found(everything(house)) == [0, 1, 2] and found(whole) == []
    for line in Path(f"{target}.keys").read_text().splitlines()[1:]:
        assert base64.b64decode(json.loads(line)["key"]) not in whole and json.loads(line)["key"] not in str(
            whole
        )
    assert SECRET.encode() not in whole
    assert found(Path(f"{target}.keys").read_bytes() + Path(f"{target}.erasures").read_bytes()) == []


def test_with_its_keys_everything_comes_back(house: House, place: Settings, tmp_path: Path) -> None:
    archive.backup(house, tmp_path / "alur.zip")
    restored = restore(place, tmp_path / "alur.zip")
    assert restored.erased == 0
    with opened(place) as there:
        assert audit.verify(there) == []
        assert found(everything(there)) == [0, 1, 2]
        keeper = principal(there, "penjaga_identitas@contoh")
        view = views.report(there, keeper, "CT-2026-000002")
        assert view.identity == {
            "pelapor_nama": "kenari1x-nama",
            "pelapor_kontak": "kenari1x-kontak@contoh.example",
        }
        assert "kenari1x-alasan" in str([event.data for event in view.history])


def test_a_case_whose_key_is_missing_comes_back_erased(house: House, place: Settings, tmp_path: Path) -> None:
    archive.backup(house, tmp_path / "alur.zip")
    without_key(tmp_path / "alur.zip.keys", instances(house)[1])
    assert restore(place, tmp_path / "alur.zip").erased == 1
    with opened(place) as there:
        assert audit.verify(there) == []
        assert found(everything(there)) == [0, 2]
        view = views.report(there, principal(there, "penjaga_identitas@contoh"), "CT-2026-000002")
        assert view.erasure is not None and view.case.title == "–" and view.history[0].kind == "erased"
        with there.database.read() as session:
            assert len(session.scalars(select(File)).all()) == 2


def test_what_was_erased_since_the_backup_is_erased_again(
    house: House, place: Settings, tmp_path: Path
) -> None:
    old, new = tmp_path / "senin.zip", tmp_path / "selasa.zip"
    archive.backup(house, old)
    keeper = principal(house, "penjaga_identitas@contoh")
    erasing.erase(house, keeper, "CT-2026-000001", "Permintaan pelapor")
    archive.backup(house, new)
    assert instances(house)[0] not in Path(f"{new}.keys").read_text()
    erased = read_erasures(json.loads(Path(f"{new}.erasures").read_text()))
    assert erased == instances(house)[:1]
    assert restore(place, old, erased=erased).erased == 1
    with opened(place) as there:
        assert audit.verify(there) == []
        assert found(everything(there)) == [1, 2]
        assert [row["case"] for row in erasing.list_erasures(there)] == ["CT-2026-000001"]
        with there.database.read() as session:
            (event,) = events.read(session, kinds=("erased",))
            assert event.actor == "sistem" and "lagi" in event.name


def test_an_archive_with_erased_cases_comes_back_as_it_was(
    house: House, place: Settings, tmp_path: Path
) -> None:
    erasing.erase(house, principal(house, "admin@contoh"), "CT-2026-000003", "Permintaan pelapor")
    archive.backup(house, tmp_path / "alur.zip")
    assert restore(place, tmp_path / "alur.zip").erased == 0
    with opened(place) as there:
        assert audit.verify(there) == []
        assert found(everything(there)) == [0, 1]
        assert len(erasing.list_erasures(there)) == 1


def test_without_the_right_keys_nothing_is_restored(house: House, tmp_path: Path) -> None:
    place = Settings(f"sqlite:///{tmp_path}/there/alur.db", tmp_path / "there")
    target, other = tmp_path / "alur.zip", tmp_path / "lain.zip"
    archive.backup(house, target)
    archive.backup(house, other)
    keys = Path(f"{target}.keys")
    elsewhere = keys.rename(tmp_path / "brankas.keys")
    wrong = Settings(place.database_url, place.data_dir, secret_key="x" * 40)
    cases: list[tuple[type[AlurError], str, Settings, Path | None]] = [
        (ArchiveError, "are not at", place, None),
        (ArchiveError, "of another archive", place, Path(f"{other}.keys")),
        (ArchiveError, "holds no keys", place, target),
        (WrongKey, "secret key", wrong, elsewhere),
    ]
    for kind, why, settings, given in cases:
        with pytest.raises(kind, match=why):
            restore(settings, target, given)
        assert not (tmp_path / "there" / "secret.key").exists()
    assert restore(place, target, elsewhere).erased == 0


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.slow)])
def test_a_backup_of_a_working_house_holds_in_every_way(house: House, rounds: int, tmp_path: Path) -> None:
    """T23: reports come in and are erased while it is written."""
    stop = threading.Event()
    failed: list[Exception] = []

    def work(worker: int) -> None:
        count = 0
        try:
            while not stop.wait(0.1):  # a working house, not one that only grows
                file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=f"w{worker}-{count}"))
                count += 1
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(2)]
    for thread in threads:
        thread.start()
    keeper = principal(house, "penjaga_identitas@contoh")
    try:
        for number in range(rounds):
            target, folder = tmp_path / f"{number}.zip", tmp_path / f"place{number}"
            archive.backup(house, target)
            if number == 0:
                erasing.erase(house, keeper, "CT-2026-000001", "Permintaan pelapor")
            erased = [row["instance"] for row in erasing.list_erasures(house)]
            place = Settings(f"sqlite:///{folder}/alur.db", folder)
            assert restore(place, target, erased=erased).erased == (1 if number == 0 else 0)
            with opened(place) as there:
                assert audit.verify(there) == []
                assert found(everything(there)) == [1, 2]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
