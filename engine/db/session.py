"""Sessions over SQLite (WAL, one writer) or PostgreSQL; one transaction is one step."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from engine.db import history
from engine.db.encoding import unstorable
from engine.db.prepared import OPEN
from engine.db.turns import Turns

BUSY_SECONDS = 30
OPENING = "opening"  # which of them a connection is of
POSTGRES = ("postgres", "postgresql")  # without a driver's name: ours is psycopg


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class Database:
    """Opens transactions: ``read()`` sees one snapshot, ``write()`` commits when its block ends well.

    On SQLite a writer begins with BEGIN IMMEDIATE, and writers of one process take turns instead of
    polling for the file, which keeps the slowest step short. On PostgreSQL rows are locked where needed.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.drivername in POSTGRES:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed.render_as_string(hide_password=False)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.in_memory = self.is_sqlite and parsed.database in (None, "", ":memory:")
        self._openings = 0  # how often all connections had to be opened anew
        self.engine = self._open("BEGIN")
        self._writer = self.engine if self.in_memory or not self.is_sqlite else self._open("BEGIN IMMEDIATE")
        self._turns = Turns() if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only looks; nothing of it is kept."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """A bare connection that only looks: for what every request asks, and needs no objects for."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A bare connection that sees one moment of the database, however long it reads."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:  # SQLite's transactions are snapshots already
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together, or not at all when the block raises."""
        try:
            with (
                self._turns or nullcontext(),
                self._writer.begin() as connection,
                # Without autoflush a step's rows go to the database together, in a few statements.
                Session(
                    connection, expire_on_commit=False, autoflush=False, info={OPEN: connection}
                ) as session,
            ):
                yield session
                session.flush()
                history.write(session)  # last: nothing else is left to do while the heads are locked
        except OperationalError as error:
            if _found_read_only(error):
                self._openings += 1
                self.close()
            raise

    @property
    def wanted(self) -> bool:
        """Whether somebody of this process waits until the one who writes now is done (SQLite)."""
        return self._turns is not None and self._turns.wanted

    def scrub(self) -> None:
        """Leave nothing of overwritten rows beside the tables: on SQLite, empty the write-ahead log.

        On PostgreSQL old row versions go with ``vacuum``, and the log with its own retention.
        """
        if self.is_sqlite and not self.in_memory:
            with self._turns or nullcontext(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # outside of a transaction

    def vacuum(self, tables: Iterable[str]) -> None:
        """Free what overwritten and deleted rows of these tables left behind (PostgreSQL); nobody waits."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {table}")

    def close(self) -> None:
        self.engine.dispose()
        self._writer.dispose()

    def _opened(self, connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[OPENING] = self._openings
        _configure(connection)

    def _returned(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        """Close what was in use while all were to be closed."""
        if record.info.get(OPENING) != self._openings:
            record.invalidate()

    def _open(self, begin: str) -> Engine:
        if not self.is_sqlite:
            engine = create_engine(
                self.url,
                json_serializer=_dumps,
                json_deserializer=orjson.loads,
                hide_parameters=True,  # an error's text reaches logs
                pool_size=10,
                pool_pre_ping=True,
            )
            event.listen(engine, "handle_error", _refuse_unstorable)
            return engine
        options: dict[str, Any] = {"poolclass": StaticPool} if self.in_memory else {"pool_size": 16}
        engine = create_engine(
            self.url,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            **options,
        )
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "checkin", self._returned)
        event.listen(engine, "handle_error", _refuse_unstorable)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine


def _refuse_unstorable(context: ExceptionContext) -> None:
    """Refuse a value that no column can hold."""
    cause = context.original_exception
    if isinstance(cause, UnicodeError | orjson.JSONEncodeError) or isinstance(
        context.sqlalchemy_exception, DataError
    ):
        raise unstorable() from cause


def _found_read_only(error: OperationalError) -> bool:
    """Whether the file could not be written when it was opened.

    SQLite opens it for reading then, and it stays so until the last connection of the process is closed,
    also when the file can be written again: none may be kept.
    """
    return bool(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY)


def _configure(connection: Any) -> None:
    """SQLite as quality promises it: durable commits, checked references, erased bytes overwritten."""
    connection.isolation_level = None  # SQLAlchemy's begin event opens the transaction itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
