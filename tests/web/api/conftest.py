"""Two agencies side by side, the generic SOP in force in both, and a program that calls the API."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine.clock import ManualClock
from engine.people.signin import hash_password
from engine.runtime.house import House
from tests.support import agency
from tests.web.api.client import Api
from tests.web.pages import PASSWORD
from webapp.factory import create_app


@pytest.fixture(scope="session")
def one_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, one_hash: str) -> Path:
    """A SQLite file to copy: agencies ``contoh``, ``lain`` and the platform's, people ``<role>@…``."""
    folder = tmp_path_factory.mktemp("furnished")
    shutil.copyfile(sqlite_template, folder / "alur.db")
    before = agency.START - timedelta(minutes=1)  # what a test makes is newer
    house, _ = agency.open_house(f"sqlite:///{folder / 'alur.db'}", folder, before)
    for key, code in (("contoh", "CT"), ("lain", "LN")):
        agency.put_in_force(house, agency.open_agency(house, key, code, one_hash))
    agency.open_agency(house, "alur", "AL", one_hash)
    house.database.close()
    return folder / "alur.db"


@pytest.fixture
def world(furnished: Path, tmp_path: Path) -> Iterator[tuple[House, ManualClock]]:
    """A house of the test's own over a copy."""
    shutil.copyfile(furnished, tmp_path / "alur.db")
    house, clock = agency.open_house(f"sqlite:///{tmp_path / 'alur.db'}", tmp_path)
    yield house, clock
    house.database.close()


@pytest.fixture
def house(world: tuple[House, ManualClock]) -> House:
    return world[0]


@pytest.fixture
def clock(world: tuple[House, ManualClock]) -> ManualClock:
    return world[1]


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def api(app: Flask, house: House, clock: ManualClock) -> Api:
    return Api(app, house, clock)
