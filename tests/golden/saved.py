"""Saved states as a file: rows of every table, files of the versions once each, and how each case went on."""

import base64
import json
import lzma
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import zstandard
from sqlalchemy import Connection, MetaData, NullPool, create_engine

FOLDER = Path(__file__).parent
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Saved:
    """One case where it stood. ``steps`` finish it, as ``alur play`` takes them; ``end`` is what came of it.

    ``bundle`` is the hash of its version's files, ``now`` the instant at which it was saved.
    """

    id: str
    process: str
    instance: str
    bundle: str
    now: str
    waits: list[str]
    rows: Rows
    steps: list[dict[str, Any]]
    end: dict[str, Any]


@dataclass
class Release:
    """All saved cases of a release; ``revision`` names its tables."""

    release: str
    revision: str
    secret: str
    bundles: dict[str, dict[str, str]]
    states: list[Saved]


def write(path: Path, release: Release) -> None:
    """Keep them, as small as may be."""
    text = json.dumps(asdict(release), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def read(path: Path) -> Release:
    """What ``write`` kept."""
    known = json.loads(lzma.decompress(path.read_bytes()))
    return Release(**{**known, "states": [Saved(**one) for one in known["states"]]})


def releases() -> list[Path]:
    """The files of every release, oldest first by name."""
    return sorted(FOLDER.glob("*.json.xz"))


# ------------------------------------------------------------ rows


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Every row as it lies in the tables; the versions' files stand apart."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found: Rows = {}
    for name in sorted(names):
        cursor = connection.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, map(_told, row), strict=True)) for row in cursor]
        if rows and name not in ("bundles", "alembic_version"):
            found[name] = rows
    return found


def put_rows(url: str, rows: Rows, bundles: Mapping[str, Mapping[str, str]]) -> None:
    """The rows into tables of their release that are there and empty, on SQLite or PostgreSQL."""
    kept = [
        {"hash": key, "content": _Bytes(zstandard.compress(orjson.dumps(files), 3))}
        for key, files in bundles.items()
    ]
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        if not url.startswith("sqlite"):
            connection.exec_driver_sql("SET TIME ZONE 'UTC'")
        for table in tables.sorted_tables:  # each behind those it refers to
            _insert(connection, table.name, kept if table.name == "bundles" else rows.get(table.name, []))
    assert set(rows) <= set(tables.tables), "rows without a table"


def _insert(connection: Connection, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" if sqlite else "%s" for _ in row)
        values = tuple(_read(value) if sqlite else _literal(_read(value)) for value in row.values())
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)


def _literal(value: Any) -> Any:
    """What SQLite holds, as text that PostgreSQL reads by the type of the column."""
    return value if value is None or isinstance(value, bytes) else str(value)


class _Bytes(bytes):
    """Bytes that are not written out as text."""


def _told(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value
