"""The two databases that figures are taken on, durable as in production."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from tests.support.postgres import PostgresServer

SQLITE, POSTGRES = "sqlite", "postgresql"
TITLES = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}


def kind_of(url: str) -> str:
    """Which database a URL is of."""
    return make_url(url).get_backend_name()


@contextmanager
def fresh(kind: str) -> Iterator[Callable[[], str]]:
    """Gives the URLs of empty databases of a kind, as many as are asked for; all are removed in the end."""
    with ExitStack() as closing:
        if kind == POSTGRES:
            server = PostgresServer(f"bench-{os.getpid()}", durable=True)
            closing.callback(server.stop)
            yield server.empty
        else:
            folder = Path(closing.enter_context(TemporaryDirectory(prefix="alur-bench-")))
            numbers = iter(range(1_000))
            yield lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"
