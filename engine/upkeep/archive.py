"""One archive holds an installation: every row, every attachment, one moment of the house.

Three files are written. The archive tells nothing that people wrote: rows and attachments of a case are
sealed under the case's key. ``.keys`` beside it opens it, and is kept apart and briefly. ``.erasures`` lists
what was erased so far: given to ``restore`` with an older archive, it is erased there again.
"""

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.cases import attachments, erasing
from engine.db import migrate as migrations
from engine.db.keys import KEYS
from engine.db.personal import BY_TABLE
from engine.runtime.house import House
from engine.upkeep import copying
from engine.upkeep.sealed import OF, Sealer, plain

MANIFEST = "manifest.json"
SECRET = "secret.key"  # noqa: S105  # a file's name
KEYS_ENDING, ERASURES_ENDING = ".keys", ".erasures"
FILES = BY_TABLE["files"]


def backup(house: House, target: Path) -> dict[str, int]:
    """Write archive, keys and erasures; returns rows per table. Files appear only when they are complete.

    Only the owner may read them.
    """
    archive = house.random(16).hex()
    with (
        _new(target) as out,
        _new(beside(target, KEYS_ENDING)) as keys,
        _new(beside(target, ERASURES_ENDING)) as erasures,
    ):
        counts = _write(house, archive, out, keys)
        erasures.write(json.dumps({"erasures": erasing.list_erasures(house)}, indent=1).encode() + b"\n")
    return counts


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when it is whole."""
    partial = path.with_name(path.name + ".partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as out:
            yield out
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def beside(path: Path, ending: str) -> Path:
    """Where what belongs to an archive lies."""
    return path.with_name(path.name + ending)


def _write(house: House, name: str, out: IO[bytes], keys: IO[bytes]) -> dict[str, int]:
    counts = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, house.database.snapshot() as connection:
        sealer = Sealer(connection, house.keyring, name)
        for table in copying.TABLES:
            if table is KEYS:
                continue
            part = BY_TABLE.get(str(table.name))
            rows = sealer.rows(part) if part else copying.rows(connection, table)
            counts[str(table.name)] = 0
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as lines:
                for row in rows:
                    lines.write(json.dumps(row, default=plain).encode() + b"\n")
                    counts[str(table.name)] += 1
        for row in copying.rows(connection, FILES.table, FILES.owned()):
            path = attachments.path_of(house.data_dir, row["id"])
            data = sealer.file(row[OF], path.read_bytes()) if path.is_file() else None
            if data is not None:
                archive.writestr(f"files/{row['id']}", data, zipfile.ZIP_STORED)
        secret = house.data_dir / SECRET
        sealer.write_keys(keys, secret.read_text(encoding="ascii") if secret.is_file() else None)
        manifest = {"archive": name, "release": migrations.applied(house.database.url), "rows": counts}
        archive.writestr(MANIFEST, json.dumps(manifest))
    return counts
