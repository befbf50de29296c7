"""One archive holds an installation: every row, every attachment. Also how rows move to another database.

Rows are written table by table in the order of their references, read in one transaction, so an archive is
one moment of the house.
"""

import base64
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, TypeDecorator, func, select

from engine.bootstrap import Settings
from engine.clock import instant
from engine.db import Database
from engine.db import migrate as migrations
from engine.db.models import Base
from engine.errors import AlurError, Conflict, msg
from engine.runtime.house import House

BATCH = 500
MANIFEST = "manifest.json"
KEY = "secret.key"


class ArchiveError(AlurError):
    """The archive cannot be read or does not fit this release."""


def backup(house: House, target: Path) -> dict[str, int]:
    """Write rows and attachments; returns rows per table. The target appears only when it is complete.

    Only the owner may read it: it holds the secret key and what reporters told.
    """
    partial = target.with_name(target.name + ".partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as out:
            counts = _write(house, out)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def restore(settings: Settings, source: Path) -> dict[str, int]:
    """Bring an archive into an empty installation: everything, or nothing of it.

    Raises Conflict where there is data, ArchiveError for what is no archive of this release.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            migrations.migrate(settings.database_url)
            _check_release(manifest["release"], settings.database_url)
            database = Database(settings.database_url)
            try:
                return _fill(
                    database,
                    lambda table: _archived(archive, table),
                    manifest["rows"],
                    lambda: _restore_files(settings.data_dir, archive),
                )
            finally:
                database.close()
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(msg("%(path)s is no archive of Alur.", path=str(source))) from error


def move(house: House, target_url: str) -> dict[str, int]:
    """Copy every row into another, empty database and compare the counts. Raises Conflict."""
    migrations.migrate(target_url)
    target = Database(target_url)
    try:
        with house.database.snapshot() as connection:
            before = {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
            return _fill(target, lambda table: _rows(connection, table), before)
    finally:
        target.close()


def _write(house: House, out: IO[bytes]) -> dict[str, int]:
    counts = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with house.database.snapshot() as connection:
            for table in Base.metadata.sorted_tables:
                name = str(table.name)
                counts[name] = 0
                with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as lines:
                    for row in _rows(connection, table):
                        lines.write(json.dumps(row, default=_plain).encode() + b"\n")
                        counts[name] += 1
        for path in sorted((house.data_dir / "files").glob("*/*")):
            archive.write(path, f"files/{path.parent.name}/{path.name}")
        if _key_file(house.data_dir).is_file():
            archive.write(_key_file(house.data_dir), KEY)
        manifest = {"release": migrations.applied(house.database.url), "rows": counts}
        archive.writestr(MANIFEST, json.dumps(manifest))
    return counts


def _check_release(release: list[str], url: str) -> None:
    if set(release) != set(migrations.applied(url)):
        raise ArchiveError(
            msg("The archive was written by another release of Alur."),
            hint=msg("Restore it with the release that wrote it, then run `alur migrate` of this one."),
        )


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    keys = list(table.primary_key.columns)
    result = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*keys))
    for row in result.mappings():
        yield dict(row)


def _fill(
    database: Database,
    rows_of: Callable[[Table], Iterator[dict[str, Any]]],
    expected: dict[str, int],
    beside: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Put rows into empty tables and do what is to be done ``beside``, in one transaction."""
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
            rows, name = rows_of(table), str(table.name)
            counts[name] = 0
            within, later = _within(table), []
            while batch := list(islice(rows, BATCH)):
                later += [dict(row) for row in batch if any(row[column] for column in within)]
                connection.execute(table.insert(), [{**row, **dict.fromkeys(within)} for row in batch])
                counts[name] += len(batch)
            _link(connection, table, within, later)
        _continue_sequences(database, connection)
        _compare(expected, counts)
        beside()
    return counts


def _within(table: Table) -> list[str]:
    """The columns that refer to rows of the table itself, perhaps to one that stands further below."""
    return [str(key.parent.name) for key in table.foreign_keys if key.column.table is table]


def _link(connection: Connection, table: Table, within: list[str], rows: list[dict[str, Any]]) -> None:
    """Put the references of rows to each other in, now that all rows are there."""
    for row in rows:
        same = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(table.update().where(*same).values({name: row[name] for name in within}))


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
    of = column.type
    kind = (of.impl_instance if isinstance(of, TypeDecorator) else of).python_type
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


def _restore_files(data_dir: Path, archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        parts = name.split("/")
        if name == KEY:
            _key_file(data_dir).write_bytes(archive.read(name))
            _key_file(data_dir).chmod(0o600)
        elif len(parts) == 3 and parts[0] == "files" and all(part.isalnum() for part in parts):
            path = data_dir.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))


def _key_file(data_dir: Path) -> Path:
    return data_dir / KEY


def _compare(expected: dict[str, int], counts: dict[str, int]) -> None:
    wrong = [name for name, count in expected.items() if counts.get(name) != count]
    if wrong:
        raise ArchiveError(
            msg("These tables differ in their number of rows: %(names)s.", names=", ".join(wrong))
        )
