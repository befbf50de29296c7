"""A new secret for the keys of cases: nothing is lost on the way, nothing needs the old one at the end."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.bootstrap import Settings, SettingsError, open_house
from engine.cases.filing import Filing, file
from engine.db.keys import KEYS, WrongKey, of_case, of_cases
from engine.db.models import Instance
from engine.errors import AlurError
from engine.runtime.house import House
from engine.upkeep import archive, audit, restoring, rotating
from tests.integration.cli.kit import alur
from tests.support.agency import REPORT, open_agency, put_in_force

SECRET, FIRST, SECOND = "s" * 40, "a" * 40, "b" * 40
CASES = 5


def _settings(url: str, folder: Path, *case_keys: str, secret: str = SECRET) -> Settings:
    keys = tuple(each.encode() for each in case_keys)
    return Settings(database_url=url, data_dir=folder / "data", secret_key=secret, case_keys=keys)


@dataclass(frozen=True)
class Settled:
    """Five reports whose keys are wrapped by the server's secret, and something ``sealed`` under each."""

    url: str
    folder: Path
    sealed: dict[str, bytes]

    def settings(self, *case_keys: str, secret: str = SECRET) -> Settings:
        return _settings(self.url, self.folder, *case_keys, secret=secret)

    def opens(self, settings: Settings) -> bool:
        """Whether all that is sealed opens with these secrets, and nothing is wrong. Raises WrongKey."""
        house = open_house(settings)
        try:
            with house.database.read() as session:
                seals = of_cases(house.keyring, session.connection(), self.sealed)
            assert not audit.verify(house)
            return {each: seals[each].open(what) for each, what in self.sealed.items()} == {
                each: each for each in self.sealed
            }
        finally:
            house.database.close()


@pytest.fixture
def settled(database_url: str, tmp_path: Path) -> Settled:
    house = open_house(_settings(database_url, tmp_path))
    put_in_force(house, open_agency(house))
    for number in range(CASES):
        file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key=f"k{number}"))
    with house.database.write() as session:
        ids = list(session.scalars(select(Instance.id)))
        for each in ids:
            of_case(house.keyring, session.connection(), each)
        seals = of_cases(house.keyring, session.connection(), ids)
    house.database.close()
    return Settled(database_url, tmp_path, {each: seals[each].close(each) for each in ids})


def _rotate(settings: Settings, **how: bool) -> rotating.Rotated:
    house = open_house(settings)
    try:
        return rotating.rotate(house, lambda done, total: None, **how)
    finally:
        house.database.close()


def test_keys_are_wrapped_anew_and_need_the_old_secret_no_more(settled: Settled) -> None:
    both = settled.settings(FIRST)
    assert _rotate(both, only_look=True) == rotating.Rotated(0, 0, CASES)
    assert _rotate(both) == rotating.Rotated(0, CASES, 0)
    assert _rotate(both) == rotating.Rotated(CASES, 0, 0)
    alone = settled.settings(FIRST, secret="other" * 10)
    assert settled.opens(alone)
    assert _rotate(settled.settings(SECOND, FIRST, secret="other" * 10)).anew == CASES
    assert settled.opens(settled.settings(SECOND, secret="other" * 10))
    with pytest.raises(WrongKey):
        settled.opens(alone)


def test_who_is_interrupted_goes_on_and_reading_works_all_the_while(
    settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 2)
    both = settled.settings(FIRST)
    house = open_house(both)

    def die(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(house, die)
    house.database.close()
    assert settled.opens(both)
    assert _rotate(both) == rotating.Rotated(4, 1, 0)


def test_a_key_that_is_destroyed_meanwhile_stays_destroyed(settled: Settled) -> None:
    house = open_house(settled.settings(FIRST))
    with house.database.write() as session:
        gone = session.scalars(select(KEYS.c.instance_id)).first()
        session.execute(KEYS.update().where(KEYS.c.instance_id == gone).values(wrapped=None))
    assert rotating.rotate(house, lambda done, total: None).anew == CASES - 1
    with house.database.read() as session:
        assert session.scalar(select(KEYS.c.wrapped).where(KEYS.c.instance_id == gone)) is None
    house.database.close()


def test_a_backup_under_a_new_key_is_restored_with_it(settled: Settled, tmp_path: Path) -> None:
    both = settled.settings(FIRST)
    _rotate(both)
    house: House = open_house(both)
    archive.backup(house, tmp_path / "b.zip")
    house.database.close()
    elsewhere = f"sqlite:///{tmp_path / 'new.db'}"
    with pytest.raises(WrongKey):
        restoring.restore(_settings(elsewhere, tmp_path / "new"), tmp_path / "b.zip")
    restoring.restore(_settings(elsewhere, tmp_path / "new", FIRST), tmp_path / "b.zip")
    assert settled.opens(_settings(elsewhere, tmp_path / "new", FIRST))


def test_the_command_says_what_is_left_and_what_is_missing(settled: Settled) -> None:
    env = {"ALUR_DATABASE_URL": settled.url, "ALUR_DATA": str(settled.folder / "data")}
    env["ALUR_SECRET_KEY"] = SECRET
    unset = alur("rotate-keys", env=env)
    assert unset.code == 1 and "ALUR_CASE_KEY" in unset.err
    env["ALUR_CASE_KEY"] = FIRST
    looked = alur("rotate-keys", "--check", "--json", env=env)
    assert (looked.code, looked.json) == (1, {"before": 0, "anew": 0, "left": CASES})
    done = alur("rotate-keys", env=env)
    assert done.code == 0 and "No case needs a former key any more." in done.out
    assert alur("rotate-keys", "--check", env=env).code == 0
    assert alur("rotate-keys", env={**env, "ALUR_CASE_KEY": "short"}).code == 1
    wrong = alur("rotate-keys", env={**env, "ALUR_CASE_KEY": SECOND, "ALUR_CASE_KEY_BEFORE": ""})
    assert wrong.code == 1 and "ALUR_CASE_KEY_BEFORE" in wrong.err


def test_a_former_key_alone_is_a_mistake() -> None:
    with pytest.raises(SettingsError):
        Settings.from_env({"ALUR_CASE_KEY_BEFORE": FIRST})
    with pytest.raises(AlurError, match="32 characters"):
        Settings.from_env({"ALUR_CASE_KEY": "short"})
