"""A web application over a fresh SQLite house with one agency, its people, and the generic SOP in force."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.bootstrap import furnish
from engine.clock import ManualClock
from engine.db.models import Agency, Person, RoleHolder
from engine.db.session import Database
from engine.people.signin import hash_password
from engine.runtime.house import House
from engine.runtime.program import Programs
from tests.web.pages import PASSWORD
from tests.web.sops import publish
from webapp.factory import create_app

START = datetime(2026, 6, 2, 2, 0, tzinfo=UTC)  # Tuesday 09.00 WIB
ROLES = ("admin", "verifikator", "petugas_pengaduan", "admin_instansi", "pejabat_penghubung", "pimpinan")


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everybody: making it is slow on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def programs() -> Programs:
    """Compiled SOPs, shared: compiling is the slow part."""
    return Programs()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def house(
    sqlite_url: str, tmp_path: Path, clock: ManualClock, password_hash: str, programs: Programs
) -> Iterator[House]:
    """Agency ``bpom`` with one person for each role, signing in as ``<role>@bpom``."""
    opened = furnish(Database(sqlite_url), clock, b"k" * 32, tmp_path)
    opened.programs = programs
    with opened.database.write() as session:
        session.add(
            Agency(
                id="A1",
                key="bpom",
                name="Badan POM",
                code="BP",
                zone="Asia/Jakarta",
                calendar="id-nasional",
                contact="Telepon 1500533",
                created_at=START,
            )
        )
        session.flush()
        for role in ROLES:
            session.add(
                Person(
                    id=f"P-{role}",
                    agency_id="A1",
                    login=f"{role}@bpom",
                    name=role.replace("_", " ").title(),
                    password_hash=password_hash,
                    created_at=START,
                )
            )
            session.flush()
            session.add(
                RoleHolder(
                    id=f"H-{role}",
                    agency_id="A1",
                    person_id=f"P-{role}",
                    role=role,
                    since=START - timedelta(days=1),
                )
            )
    publish(opened, "A1", "sp4n_umum", "sp4n_umum")
    yield opened
    opened.database.close()


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
