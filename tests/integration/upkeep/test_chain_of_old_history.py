"""History from before there was a chain is sealed and linked when the database is brought up to date."""

import orjson
import pytest
from alembic import command
from sqlalchemy import select, update

from engine.db import events, history
from engine.db.entries import ALONE, expand, squeeze
from engine.db.history import HISTORY
from engine.db.keys import Keyring
from engine.db.migrate import migrate
from engine.db.session import Database
from engine.errors import AlurError
from engine.ids import random_bytes
from engine.upkeep import chain
from tests.integration.upkeep.conftest import AT, SECRET, with_secret


def test_old_history_is_sealed_and_linked(old_url: str) -> None:
    assert "0005" in migrate(old_url, SECRET)
    database = Database(old_url)
    try:
        with database.snapshot() as connection:
            assert list(chain.verify(connection)) == []
            assert [head["seq"] for head in chain.heads(connection)] == [3]
        with database.read() as session:
            rows = events.read(session)
            assert "Sari" not in str([(row.name, row.data) for row in rows])
            assert rows[1].data == {"day": "2026-01-02"}
            rows = events.read(session, ring=Keyring(SECRET, random_bytes))
            assert rows[0].data == {"payload": {"teks": "Sari melihatnya"}}
            assert rows[2].name == "karena Sari"
    finally:
        database.close()


def test_ends_that_somebody_kept_still_lie_on_the_chain(old_url: str) -> None:
    command.upgrade(with_secret(old_url), "0009")
    database = Database(old_url)
    try:
        with database.snapshot() as connection:
            (head,) = kept = chain.read_heads({"heads": chain.heads(connection)})
            links = connection.exec_driver_sql("SELECT link FROM history ORDER BY seq").scalars().all()
        migrate(old_url, SECRET)
        earlier = chain.Head("a", 2, bytes(links[1]))
        with database.write() as session:
            new = history.entry(history.event("rated"), agency_id="a", at=AT, actor_id=None, actor="pelapor")
            history.remember(session, new)
        with database.snapshot() as connection:
            assert list(chain.verify(connection, [*kept, earlier])) == []
            assert (head.seq, chain.heads(connection)[0]["seq"]) == (3, 4)
    finally:
        database.close()


@pytest.mark.parametrize("change", [b"pesam", b"Admon", b"2026-01-04", b"messag_receivede"])
def test_a_change_of_an_old_event_is_found(old_url: str, change: bytes) -> None:
    migrate(old_url, SECRET)
    was = {b"pesam": b"pesan", b"Admon": b"Admin", b"2026-01-04": b"2026-01-02"}
    database = Database(old_url)
    try:
        with database.engine.connect() as connection, connection.begin():
            before = was.get(change, b"message_received")
            found = 0
            for row in connection.execute(select(HISTORY)).all():
                text = orjson.dumps(expand(row.content[1:]))
                if before in text:
                    forged = ALONE + squeeze(orjson.loads(text.replace(before, change)))
                    connection.execute(update(HISTORY).where(HISTORY.c.seq == row.seq).values(content=forged))
                    found += 1
            assert found
            assert len(list(chain.verify(connection))) == found
            connection.rollback()
    finally:
        database.close()


def test_without_the_secret_nothing_is_changed(old_url: str) -> None:
    with pytest.raises(AlurError, match="no secret key"):
        migrate(old_url)
    assert "0005" in migrate(old_url, SECRET)
