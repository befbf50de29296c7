"""A web application over a fresh SQLite house with one agency and a few people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.clock import ManualClock
from engine.db.models import Agency, Base, Person, RoleHolder
from engine.db.session import Database
from engine.db.store import Store
from engine.people.signin import hash_password
from webapp.factory import create_app

START = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)
PASSWORD = "rahasia sekali"
_HASH = hash_password(PASSWORD)


@dataclass
class BareHouse:
    """What the web's own floor needs of the engine."""

    store: Store


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[BareHouse]:
    database = Database("sqlite://")
    Base.metadata.create_all(database.engine)
    store = Store(database, clock, b"k" * 32, tmp_path)
    with database.write() as session:
        session.add(
            Agency(
                id="A1",
                key="bpom",
                name="Badan POM",
                code="BP",
                zone="Asia/Jakarta",
                calendar="id-nasional",
                created_at=START,
            )
        )
        session.flush()
        for name in ("verifikator", "admin"):
            session.add(
                Person(
                    id=f"P-{name}",
                    agency_id="A1",
                    login=f"{name}@bpom",
                    name=name.title(),
                    password_hash=_HASH,
                    created_at=START,
                )
            )
            session.flush()
            session.add(
                RoleHolder(
                    id=f"H-{name}",
                    agency_id="A1",
                    person_id=f"P-{name}",
                    role=name,
                    since=START - timedelta(days=1),
                )
            )
    yield BareHouse(store)
    database.close()


@pytest.fixture
def app(house: BareHouse) -> Flask:
    return create_app(house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
