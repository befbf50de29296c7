"""An archive brought into an empty place; what was erased since, or lost its key, comes back erased."""

import base64
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, TypeDecorator, select
from sqlalchemy.orm import Session

from engine.bootstrap import Settings
from engine.cases import attachments, erasing
from engine.clock import instant
from engine.db import Database, history
from engine.db import migrate as migrations
from engine.db.keys import KEYS
from engine.db.models import Erasure, Instance
from engine.db.personal import BY_TABLE
from engine.errors import msg
from engine.people.principals import SYSTEM
from engine.runtime import outbox
from engine.upkeep import copying
from engine.upkeep.archive import FILES, KEYS_ENDING, MANIFEST, SECRET, beside
from engine.upkeep.copying import Row
from engine.upkeep.sealed import OF, ArchiveError, Keys

AGAIN = "Penghapusan sebelumnya diterapkan lagi setelah pemulihan"
WITHOUT_KEY = "Kunci kasus tidak ada ketika dipulihkan"


@dataclass(frozen=True)
class Restored:
    """Rows by table, and how many cases came back erased that were not erased in the archive."""

    rows: dict[str, int]
    erased: int


def restore(
    settings: Settings, source: Path, keys: Path | None = None, erased: list[str] | None = None
) -> Restored:
    """Bring an archive into an empty installation: everything, or nothing of it.

    ``keys`` is its file of keys, beside it unless named; ``erased`` the instances erased since. A case
    whose key is not there, or that was erased since, comes back erased. Raises Conflict where there is data,
    ArchiveError for what is no archive of this release or lacks its keys, WrongKey.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            own = settings.secret_key.encode() or None
            beside_it = keys or beside(source, KEYS_ENDING)
            opened = Keys.read(beside_it, manifest["archive"], own, set(erased or ()), settings.case_keys)
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            migrations.migrate(settings.database_url)
            _check_release(manifest["release"], settings.database_url)
            return _Restoring(settings, archive, opened, set(erased or ())).run(manifest["rows"])
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(msg("%(path)s is no archive of Alur.", path=str(source))) from error


def read_erasures(document: Any) -> list[str]:
    """The instances that a list of erasures names. Raises ArchiveError."""
    try:
        return [str(row["instance"]) for row in document["erasures"]]
    except (KeyError, TypeError) as error:
        raise ArchiveError(msg("This is no list of erasures.")) from error


class _Restoring:
    """One archive on its way into an empty place."""

    def __init__(self, settings: Settings, archive: zipfile.ZipFile, keys: Keys, erased: set[str]) -> None:
        self._settings = settings
        self._archive = archive
        self._keys = keys
        self._erased = erased
        self._read: dict[str, int] = {}
        self._keyless: list[str] = []  # instances whose key is gone, now or in the archive already
        self._owners: dict[str, str | None] = {}  # the instances of files

    def run(self, expected: dict[str, int]) -> Restored:
        """Fill the database and the data folder in one transaction."""
        database = Database(self._settings.database_url)
        try:
            with database.write() as session:
                counts = copying.fill(session, self._rows)
                wrong = [name for name, count in expected.items() if self._read.get(name) != count]
                if wrong:
                    raise ArchiveError(
                        msg("These tables differ in their number of rows: %(names)s.", names=", ".join(wrong))
                    )
                self._note_erased(session)
                self._place_files()
        finally:
            database.close()
        return Restored(counts, len(self._keys.without))

    def _rows(self, table: Table) -> Iterator[Row]:
        if table is KEYS:
            yield from ({"instance_id": of, "wrapped": key} for of, key in self._keys.wrapped.items())
            yield from ({"instance_id": of, "wrapped": None} for of in self._keyless)
            return
        name = str(table.name)
        part = BY_TABLE.get(name)
        self._read[name] = 0
        with self._archive.open(f"tables/{name}.jsonl") as lines:
            for line in lines:
                self._read[name] += 1
                row: Row | None = json.loads(line)
                assert row is not None
                if part is FILES:
                    self._owners[row["id"]] = row.get(OF)
                row = self._keys.opened(part, row) if part else row
                if row is not None:
                    if table is Instance.__table__ and row["id"] not in self._keys.wrapped:
                        self._keyless.append(row["id"])
                    yield {column.name: _typed(column, row.get(column.name)) for column in table.columns}

    def _note_erased(self, session: Session) -> None:
        """What came back erased says so: in the list of erasures and in its history."""
        now = self._settings.clock().now()
        for instance_id in sorted(self._keys.without):
            agency_id = session.scalars(select(Instance.agency_id).where(Instance.id == instance_id)).one()
            session.add(Erasure(instance_id=instance_id, agency_id=agency_id, at=now))
            outbox.cancel_all(session, instance_id, now, SYSTEM.id)
            why = AGAIN if instance_id in self._erased else WITHOUT_KEY
            happened = history.entry(
                history.event(erasing.ERASED, name=why),
                agency_id=agency_id,
                instance_id=instance_id,
                at=now,
                actor_id=SYSTEM.id,
                actor=SYSTEM.label,
            )
            history.remember(session, happened)

    def _place_files(self) -> None:
        for name in self._archive.namelist():
            folder, _, file_id = name.partition("/")
            if folder != "files" or file_id not in self._owners:
                continue
            seal = self._keys.seal(self._owners[file_id])
            if seal is not None:
                path = attachments.path_of(self._settings.data_dir, file_id)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(seal.open_bytes(self._archive.read(name)))
        if self._keys.secret is not None:
            secret = self._settings.data_dir / SECRET
            secret.write_text(self._keys.secret, encoding="ascii")
            secret.chmod(0o600)


def _check_release(release: list[str], url: str) -> None:
    if set(release) != set(migrations.applied(url)):
        raise ArchiveError(
            msg("The archive was written by another release of Alur."),
            hint=msg("Restore it with the release that wrote it, then run `alur migrate` of this one."),
        )


def _typed(column: Any, value: Any) -> Any:
    """A value as its column's Python type."""
    of = column.type
    kind = (of.impl_instance if isinstance(of, TypeDecorator) else of).python_type
    if value is None or not isinstance(value, str):
        return value
    if kind is datetime:
        return instant(value)
    if kind is date:
        return date.fromisoformat(value)
    return base64.b64decode(value) if kind is bytes else value
