"""A database as it was before there was a chain, and the way up from it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from engine.db.migrate import config
from engine.db.session import Database

SECRET = b"s" * 32
AT = datetime(2026, 1, 5, 2, 0, 0, 7, tzinfo=UTC)
OLD = (
    "INSERT INTO agencies (id, key, name, code, zone, calendar, contact, active, created_at)"
    " VALUES ('a', 'a', 'A', 'A', 'Asia/Jakarta', 'nasional', '', true, :at)",
    "INSERT INTO bundles (hash, content) VALUES ('h', '')",
    "INSERT INTO definitions (id, agency_id, process_key, version, title, state, startable, source_hash,"
    " bundle_hash, verdict, findings, answers, note, uploaded_at, revision)"
    " VALUES ('d', 'a', 'p', 1, 'P', 'active', true, 'h', 'h', 'RUN', '[]', '{}', '', :at, 1)",
    "INSERT INTO instances (id, agency_id, definition_id, bundle_hash, process_key, state, version, blob,"
    " started_at) VALUES ('i', 'a', 'd', 'h', 'p', 'active', 1, '', :at)",
    "INSERT INTO history (agency_id, instance_id, at, kind, name, actor, data) VALUES"
    " ('a', 'i', :at, 'message_received', 'pesan', 'pelapor', :told),"
    " ('a', NULL, :at, 'calendar_changed', 'Cuti bersama', 'Admin', :day),"
    " ('a', 'i', :at, 'terminated', 'karena Sari', 'Operator', :nothing)",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database as the release before left it."""
    url: str = (
        f"sqlite:///{tmp_path / 'old.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("empty_postgres_url")
    )
    command.upgrade(config(url), "0004")
    database = Database(url)
    told = {"told": '{"payload": {"teks": "Sari melihatnya"}}', "day": '{"day": "2026-01-02"}'}
    with database.write() as session:
        for statement in OLD:
            values = {"at": AT, **told, "nothing": "{}"}
            session.connection().exec_driver_sql(*_bound(statement, values, database.is_sqlite))
    database.close()
    return url


def _bound(statement: str, values: dict[str, object], is_sqlite: bool) -> tuple[str, dict[str, object]]:
    if is_sqlite:
        return statement, {**values, "at": "2026-01-05 02:00:00.000007"}
    for name in values:
        statement = statement.replace(f":{name}", f"%({name})s")
    return statement, values


def with_secret(url: str) -> Config:
    made = config(url)
    made.attributes["secret"] = SECRET
    return made
