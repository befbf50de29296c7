"""Two agencies with two designers each, over a fresh house; nothing is in force yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.clock import ManualClock
from engine.runtime.house import House
from tests.support import agency
from tests.web.pages import sign_in
from webapp.factory import create_app


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, password_hash: str) -> Iterator[House]:
    """Agencies ``contoh`` and ``lain``; people sign in as ``<role>@<agency>`` and ``<role>2@<agency>``."""
    opened, _ = agency.open_house(sqlite_url, tmp_path, agency.START)
    agency.open_agency(opened, "contoh", "CT", password_hash)
    agency.open_agency(opened, "lain", "LN", password_hash)
    yield opened
    opened.database.close()


@pytest.fixture
def clock(house: House) -> ManualClock:
    found = house.clock
    assert isinstance(found, ManualClock)
    return found


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def designer(app: Flask) -> FlaskClient:
    """The first designer's browser."""
    client = app.test_client()
    sign_in(client, "perancang@contoh")
    return client


@pytest.fixture
def second(app: Flask) -> FlaskClient:
    """The second person's browser."""
    client = app.test_client()
    sign_in(client, "perancang2@contoh")
    return client
