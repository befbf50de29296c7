"""A database that drops connections and crashes under a working server; many writers on one file: T8."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults.crew import Crew
from tests.faults.drill import place
from tests.faults.drill.judge import judge
from tests.faults.kills import SERVER_KEY
from tests.faults.mortal import Mortal
from tests.faults.outcome import Outcome
from tests.support.agency import START, open_house
from tests.support.server import LiveServer

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
    with _working(url, folder, seed, outcome) as (house, server, crew):
        crew.bearable.add(AWAY)
        now = START
        for act in plan:
            act(url, chance)
            now = _rest(server, now, REST_SECONDS)
        house.clock.set(now)  # type: ignore[attr-defined]
    outcome.note = f"{len(crew.receipts)} reports, seed {seed}"
    return outcome


def crowd(url: str, folder: Path, seconds: float, seed: int) -> Outcome:
    """Let clients write for so long, with nothing in their way: nobody may hear that it does not go."""
    outcome = Outcome("writers", f"{seconds:.0f} s")
    with _working(url, folder, seed, outcome) as (house, server, crew):
        now, end = START, time.monotonic() + seconds
        while time.monotonic() < end:
            now = _rest(server, now, REST_SECONDS)
        house.clock.set(now)  # type: ignore[attr-defined]
    if "locked" in server.log.read_text(encoding="utf-8"):
        outcome.faults.append("the log tells of a locked database")
    outcome.note = (
        f"{crew.clients} clients, {len(crew.receipts)} reports, {sum(crew.completed.values())} tasks"
    )
    return outcome


@contextmanager
def _working(url: str, folder: Path, seed: int, outcome: Outcome) -> Iterator[tuple[House, LiveServer, Crew]]:
    """A served drill with its clients at work; at the end all is brought to an end and compared."""
    house, _ = open_house(url, folder / "data")
    house.key = SERVER_KEY
    try:
        tokens = place.furnish(house)
        server = LiveServer(folder, database_url=url, now=START.isoformat())
        mortal = Mortal(server.environment, server.log)
        crew = Crew(house, tokens, mortal.url, seed)
        try:
            mortal.start()
            crew.start()
            try:
                yield house, server, crew
            finally:
                crew.stop()
        finally:
            mortal.close()
        place.bring_to_an_end(house)
        found = judge(house, crew.receipts)
        outcome.lost, outcome.twice = len(found.lost), len(found.twice) + len(crew.differing)
        outcome.faults += found.lost + found.twice
        outcome.faults += [f"refused {what} {count} times" for what, count in crew.refused.items()]
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
        if not crew.receipts or not crew.completed:
            outcome.faults.append("the clients got nothing done")
    finally:
        house.database.close()


def _rest(server: LiveServer, now: datetime, seconds: float) -> datetime:
    now += TICK
    server.set_clock(now.isoformat())
    time.sleep(seconds)
    return now


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
