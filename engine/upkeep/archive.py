"""One archive holds an installation: every row, every attachment. Also how rows move to another database.

Rows are written table by table in the order of their references, read in one transaction, so an archive is
one moment of the house.
"""

import base64
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select

from engine.bootstrap import Settings
from engine.clock import instant
from engine.db import Database
from engine.db import migrate as migrations
from engine.db.models import Base
from engine.errors import AlurError, Conflict, msg
from engine.runtime.house import House

BATCH = 500
MANIFEST = "manifest.json"


class ArchiveError(AlurError):
    """The archive cannot be read or does not fit this release."""


def backup(house: House, target: Path) -> dict[str, int]:
    """Write rows and attachments; returns rows per table. The target appears only when it is complete."""
    partial = target.with_name(target.name + ".partial")
    counts = {}
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        with house.database.engine.connect() as connection, connection.begin():
            for table in Base.metadata.sorted_tables:
                with archive.open(f"tables/{table.name}.jsonl", "w") as out:
                    counts[table.name] = 0
                    for row in _rows(connection, table):
                        out.write(json.dumps(row, default=_plain).encode() + b"\n")
                        counts[table.name] += 1
        for path in sorted((house.data_dir / "files").glob("*/*")):
            archive.write(path, f"files/{path.parent.name}/{path.name}")
        archive.write(_key_file(house.data_dir), "secret.key") if _key_file(
            house.data_dir
        ).is_file() else None
        manifest = {"release": migrations.applied(house.database.url), "rows": counts}
        archive.writestr(MANIFEST, json.dumps(manifest))
    partial.replace(target)
    return counts


def restore(settings: Settings, source: Path) -> dict[str, int]:
    """Bring an archive into an empty installation. Raises Conflict where there is data, ArchiveError."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.migrate(settings.database_url)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            database = Database(settings.database_url)
            try:
                counts = _fill(database, lambda table: _archived(archive, table))
            finally:
                database.close()
            for name in archive.namelist():
                _restore_file(settings.data_dir, archive, name)
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ArchiveError(msg("%(path)s is no archive of Alur.", path=str(source))) from error
    _compare(manifest["rows"], counts)
    return counts


def move(house: House, target_url: str) -> dict[str, int]:
    """Copy every row into another, empty database and compare the counts. Raises Conflict."""
    migrations.migrate(target_url)
    target = Database(target_url)
    try:
        with house.database.engine.connect() as connection, connection.begin():
            before = {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
            counts = _fill(target, lambda table: _rows(connection, table))
    finally:
        target.close()
    _compare(before, counts)
    return counts


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    keys = list(table.primary_key.columns)
    result = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*keys))
    for row in result.mappings():
        yield dict(row)


def _fill(database: Database, rows_of: Any) -> dict[str, int]:
    counts = {}
    with database.write() as session:
        connection = session.connection()
        filled = [
            table.name
            for table in Base.metadata.sorted_tables
            if connection.scalar(select(func.count()).select_from(table))
        ]
        if filled:
            raise Conflict(msg("The target holds data already (%(tables)s).", tables=", ".join(filled[:5])))
        for table in Base.metadata.sorted_tables:
            counts[table.name] = 0
            batch: list[dict[str, Any]] = []
            for row in rows_of(table):
                batch.append(row)
                if len(batch) == BATCH:
                    counts[table.name] += _insert(connection, table, batch)
                    batch = []
            counts[table.name] += _insert(connection, table, batch)
        _continue_sequences(database, connection)
    return counts


def _insert(connection: Connection, table: Table, batch: list[dict[str, Any]]) -> int:
    if batch:
        connection.execute(table.insert(), batch)
    return len(batch)


def _continue_sequences(database: Database, connection: Connection) -> None:
    """PostgreSQL counts history numbers on from the last one brought in."""
    if not database.is_sqlite:
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('history', 'id'),"
            " COALESCE((SELECT max(id) FROM history), 1))"
        )


def _archived(archive: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            row = json.loads(line)
            yield {column.name: _typed(column, row.get(column.name)) for column in table.columns}


def _typed(column: Any, value: Any) -> Any:
    """A value as its column's Python type."""
    kind = column.type.python_type
    if value is None or kind in (dict, list):
        return value
    if kind is datetime:
        return instant(value)
    if kind is date:
        return date.fromisoformat(value)
    return base64.b64decode(value) if kind is bytes else value


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat()


def _restore_file(data_dir: Path, archive: zipfile.ZipFile, name: str) -> None:
    parts = name.split("/")
    if name == "secret.key":
        _key_file(data_dir).write_bytes(archive.read(name))
        _key_file(data_dir).chmod(0o600)
    elif len(parts) == 3 and parts[0] == "files" and all(part.isalnum() for part in parts):
        path = data_dir.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(archive.read(name))


def _key_file(data_dir: Path) -> Path:
    return data_dir / "secret.key"


def _compare(expected: dict[str, int], counts: dict[str, int]) -> None:
    wrong = [name for name, count in expected.items() if counts.get(name) != count]
    if wrong:
        raise ArchiveError(
            msg("These tables differ in their number of rows: %(names)s.", names=", ".join(wrong))
        )
