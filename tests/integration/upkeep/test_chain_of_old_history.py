"""History from before there was a chain is sealed and linked when the database is brought up to date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select

from engine.db import history
from engine.db.keys import Keyring
from engine.db.migrate import config, migrate
from engine.db.models import HistoryEvent
from engine.db.session import Database
from engine.errors import AlurError
from engine.ids import random_bytes
from engine.upkeep import chain

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


def test_old_history_is_sealed_and_linked(old_url: str) -> None:
    assert "0005" in migrate(old_url, SECRET)
    database = Database(old_url)
    try:
        with database.snapshot() as connection:
            assert list(chain.verify(connection)) == []
            assert [head["seq"] for head in chain.heads(connection)] == [3]
        with database.read() as session:
            rows = session.scalars(select(HistoryEvent).order_by(HistoryEvent.id)).all()
            assert "Sari" not in str([(row.name, row.data) for row in rows])
            assert rows[1].data == {"day": "2026-01-02"}
            history.unseal(Keyring(SECRET, random_bytes), session, rows)
            assert rows[0].data == {"payload": {"teks": "Sari melihatnya"}}
            assert rows[2].name == "karena Sari"
    finally:
        database.close()


def test_without_the_secret_nothing_is_changed(old_url: str) -> None:
    with pytest.raises(AlurError, match="no secret key"):
        migrate(old_url)
    assert "0005" in migrate(old_url, SECRET)
