"""Fresh databases of both kinds for the proofs that run outside pytest, each with a folder of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from engine.db.migrate import migrate
from tests.support.postgres import PostgresServer

KINDS = ("sqlite", "postgres")


class Grounds:
    """Databases under one folder, thrown away together; PostgreSQL starts when it is first asked for.

    ``kinds`` are those that the proofs shall run on.
    """

    def __init__(self, folder: Path, kinds: Sequence[str]) -> None:
        self.folder, self.kinds = folder, kinds
        self._numbers = count(1)
        self._template: Path | None = None
        self._postgres: PostgresServer | None = None

    def fresh(self, kind: str) -> tuple[str, Path]:
        """The URL of a migrated database without rows (``sqlite`` or ``postgres``), and a folder for it."""
        folder = self.folder / f"{kind}-{next(self._numbers)}"
        folder.mkdir()
        return (self._sqlite(folder) if kind == "sqlite" else self.server.migrated(migrate)), folder

    @property
    def server(self) -> PostgresServer:
        """The PostgreSQL server of this run."""
        if self._postgres is None:
            self._postgres = PostgresServer(f"faults-{os.getpid()}")
        return self._postgres

    def close(self) -> None:
        if self._postgres is not None:
            self._postgres.stop()

    def _sqlite(self, folder: Path) -> str:
        if self._template is None:
            self._template = self.folder / "template.db"
            migrate(f"sqlite:///{self._template}")
        path = folder / "alur.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


@contextmanager
def grounds(kinds: Sequence[str] = KINDS) -> Iterator[Grounds]:
    """Databases for one run; their folder goes at the end."""
    with tempfile.TemporaryDirectory(prefix="alur-faults-") as folder:
        found = Grounds(Path(folder), kinds)
        try:
            yield found
        finally:
            found.close()
