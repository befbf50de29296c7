"""Two agencies side by side, the generic SOP in force in both, and a program that calls the API."""

from collections.abc import Iterator
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


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, one_hash: str) -> Iterator[tuple[House, ManualClock]]:
    """Agencies ``contoh`` and ``lain`` with people ``<role>@…``, and the platform's administrator."""
    house, clock = agency.open_house(sqlite_url, tmp_path)
    for key, code in (("contoh", "CT"), ("lain", "LN")):
        agency.put_in_force(house, agency.open_agency(house, key, code, one_hash))
    agency.open_agency(house, "alur", "AL", one_hash)
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
