"""A database that drops connections and crashes under a working server; many writers on one file: T8."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.faults.outcome import Outcome
from tests.faults.working import Drill, working

REST_SECONDS = 0.15  # between two disturbances
RECOVERY_SECONDS = 30.0
TICK = timedelta(minutes=10)
AWAY = 503


def disturb(url: str, folder: Path, drops: int, crashes: int, seed: int) -> Outcome:
    """Drop connections of the served house, and crash the database server, so often, in a mixed order.

    A crash is a backend killed −9: PostgreSQL then throws everybody out and recovers from its log.
    """
    outcome = Outcome("disturbances", f"{drops} dropped connections, {crashes} crashes")
    chance = random.Random(seed)
    plan = [_drop] * drops + [_crash] * crashes
    chance.shuffle(plan)
    _commit_durably(url)
    with working(url, folder, seed, outcome) as drill:
        drill.crew.bearable.add(AWAY)
        drill.mortal.start()
        for act in plan:
            act(url, chance)
            _rest(drill)
    outcome.note = f"{len(drill.crew.receipts)} reports, seed {seed}"
    return outcome


def crowd(url: str, folder: Path, seconds: float, seed: int) -> Outcome:
    """Let clients write for so long, with nothing in their way: nobody may hear that it does not go."""
    outcome = Outcome("writers", f"{seconds:.0f} s")
    with working(url, folder, seed, outcome) as drill:
        drill.mortal.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _rest(drill)
    crew = drill.crew
    if "locked" in drill.server.log.read_text(encoding="utf-8"):
        outcome.faults.append("the log tells of a locked database")
    outcome.note = (
        f"{crew.clients} clients, {len(crew.receipts)} reports, {sum(crew.completed.values())} tasks"
    )
    return outcome


def _rest(drill: Drill) -> None:
    drill.tick(TICK)
    time.sleep(REST_SECONDS)


def _commit_durably(url: str) -> None:
    """Tests are hasty elsewhere; here a commit must be in the log when it is acknowledged."""
    with _admin(url) as admin:
        admin.execute(f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = on")


def _drop(url: str, chance: random.Random) -> None:
    with _admin(url) as admin, suppress(psycopg.OperationalError):
        if found := _backends(admin, url):
            admin.execute("SELECT pg_terminate_backend(%s)", (chance.choice(found),))


def _crash(url: str, chance: random.Random) -> None:
    with _admin(url) as admin:
        found = _backends(admin, url)
    if found:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(found), signal.SIGKILL)
    time.sleep(REST_SECONDS)


def _backends(admin: psycopg.Connection, url: str) -> list[int]:
    """The processes that serve our database; they belong to the server that these tests started."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
    return [pid for (pid,) in admin.execute(query, (make_url(url).database,))]


@contextmanager
def _admin(url: str) -> Iterator[psycopg.Connection]:
    """A connection beside the house's, as soon as the server lets anybody in again."""
    parsed = make_url(url)
    end = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            admin = psycopg.connect(
                host=str(parsed.query["host"]), user=parsed.username, dbname="postgres", autocommit=True
            )
            break
        except psycopg.OperationalError:
            assert time.monotonic() < end, "PostgreSQL does not come back"
            time.sleep(0.05)
    try:
        yield admin
    finally:
        admin.close()
