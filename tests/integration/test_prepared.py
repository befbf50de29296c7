"""Prepared statements do what the session's own would: types, errors, listeners, and writing what changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import IntegrityError

from engine.db.models import Agency
from engine.db.prepared import Prepared
from engine.db.records import Records
from engine.db.session import Database
from engine.errors import Invalid

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
AGENCIES = Records(Agency)
BY_KEY = Prepared(select(*AGENCIES.columns).where(Agency.key == bindparam("key"), Agency.active.is_(True)))


def _agency(key: str = "contoh", **more: Any) -> Agency:
    return Agency(
        id=f"A-{key}",
        key=key,
        name="Contoh",
        code=key[:2],
        zone="Asia/Jayapura",
        calendar="nasional",
        created_at=AT,
        **more,
    )


def test_a_row_comes_back_as_it_was_written(database: Database) -> None:
    with database.write() as session:
        AGENCIES.insert(session, [_agency(), _agency("lain", active=False)])
    with database.read() as session:
        stored = session.get_one(Agency, "A-contoh")
        found = BY_KEY.all(session, {"key": "contoh"})
        assert [AGENCIES.of(AGENCIES.made(row)) for row in found] == [AGENCIES.of(stored)]
        assert stored.created_at == AT and stored.active is True  # as the model's default says
        assert BY_KEY.first(session, {"key": "lain"}) is None


def test_only_what_changed_is_written(database: Database) -> None:
    texts: list[str] = []
    with database.write() as session:
        AGENCIES.insert(session, [_agency()])
        row = AGENCIES.made(BY_KEY.all(session, {"key": "contoh"})[0])
        before = AGENCIES.of(row)
        event.listen(
            session.connection().engine, "before_cursor_execute", lambda *args: texts.append(args[2])
        )
        AGENCIES.update(session, row, before)
        assert texts == []
        row.name, row.created_at = "Baru", AT + timedelta(days=1)
        AGENCIES.update(session, row, before)
    assert len(texts) == 1 and "name" in texts[0] and "created_at" in texts[0] and "zone" not in texts[0]
    with database.read() as session:
        stored = session.get_one(Agency, "A-contoh")
        assert (stored.name, stored.created_at) == ("Baru", AT + timedelta(days=1))


def test_errors_are_the_ones_that_everything_else_expects(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        AGENCIES.insert(session, [_agency(), _agency()])
    with pytest.raises(Invalid), database.write() as session:
        AGENCIES.insert(session, [_agency("\ud800")])
    with pytest.raises(KeyError), database.read() as session:
        BY_KEY.first(session, {})
    with database.read() as session:
        assert session.scalars(select(Agency.key)).all() == []
