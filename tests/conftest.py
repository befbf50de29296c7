"""Fixtures of every test folder: fresh databases of both kinds, and a word about what was left out."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.db.migrate import migrate
from engine.db.session import Database
from tests.support.needs import lacking
from tests.support.postgres import PostgresServer

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("alur", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("alur")

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def run_name(request: pytest.FixtureRequest) -> str:
    """A name that all processes of this test run share, and no other run."""
    worker = getattr(request.config, "workerinput", None)
    return worker["testrunuid"] if worker else f"{os.getpid()}"


@pytest.fixture(scope="session")
def postgres_server(run_name: str) -> Iterator[PostgresServer]:
    """A running PostgreSQL; the test is skipped loudly, or fails where one is required, without it."""
    try:
        server = PostgresServer(run_name)
    except Exception as error:  # whatever keeps a server from starting, the answer is the same
        lacking("postgres", f"{type(error).__name__}: {error}")
    yield server
    server.stop()


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    url = postgres_server.empty()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database of this test's own, with all tables and no rows."""
    url = postgres_server.migrated(migrate)
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite file of this test's own, with all tables and no rows."""
    path = tmp_path / "alur.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The opened fresh database, on SQLite and on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, and why: a silent skip looks like a pass."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped and "CI" not in os.environ:
        return
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    terminalreporter.section(f"{len(skipped)} skipped", sep="!")
    for reason, number in reasons.most_common():
        terminalreporter.write_line(f"{number:5}  {reason}")
