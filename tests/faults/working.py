"""A served drill with clients at work, whatever happens to it meanwhile; at the end all is compared."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.runtime.house import House
from engine.upkeep import audit
from engine.webhooks import read
from tests.faults.crew import Crew
from tests.faults.drill import place
from tests.faults.drill.judge import judge
from tests.faults.drill.register import Register, register
from tests.faults.mortal import Mortal, Role
from tests.faults.outcome import Outcome
from tests.support.agency import START, open_house
from tests.support.server import LiveServer

SERVER_KEY = b"a key for tests only, thirty-two bytes long"
PATIENCE = 120  # seconds
TICK = timedelta(minutes=10)


@dataclass
class Drill:
    """The house, what runs on it (``mortals``, which a proof starts) and the crew.

    ``tick`` lets the server's clock go on; the house's follows when all is over, so that nobody finds late
    meanwhile what the server has had no second for.
    """

    house: House
    server: LiveServer
    mortals: list[Mortal]
    crew: Crew
    now: datetime = START

    @property
    def mortal(self) -> Mortal:
        """The server, where one serves alone."""
        [only] = self.mortals
        return only

    def tick(self, by: timedelta) -> None:
        self.now += by
        self.server.set_clock(self.now.isoformat())


@contextmanager
def working(
    url: str, folder: Path, seed: int, outcome: Outcome, roles: Sequence[Role] = (Role.ALL,)
) -> Iterator[Drill]:
    """The drill on a fresh migrated database. A server must live when the block ends: clients finish then."""
    house, clock = open_house(url, folder / "data")
    house.key = SERVER_KEY
    try:
        tokens = place.furnish(house)
        server = LiveServer(folder, database_url=url, now=START.isoformat())
        with register(folder, place.AGENCY, seed) as receiving, ExitStack() as lives:
            server.environment["ALUR_RECEIVERS"] = str(receiving.listing)
            house.receivers = read(receiving.listing)
            mortals = [Mortal(server.environment, server.log, role) for role in roles]
            for mortal in mortals:
                lives.callback(mortal.close)
            crew = Crew(house, tokens, [mortal.url for mortal in mortals if mortal.url], seed)
            drill = Drill(house, server, mortals, crew)
            crew.start()
            try:
                yield drill
                _something_done(drill)
            finally:
                crew.stop()
            lives.close()
            clock.set(drill.now)
            _compare(house, crew, receiving, outcome)
    finally:
        house.database.close()


def _something_done(drill: Drill) -> None:
    """Wait for it, however busy the machine: comparing nothing proves nothing."""
    crew, end = drill.crew, time.monotonic() + PATIENCE
    while not (crew.receipts and crew.completed and crew.worked):
        assert time.monotonic() < end, "the clients got nothing done"
        drill.tick(TICK)
        time.sleep(0.1)


def _compare(house: House, crew: Crew, receiving: Register, outcome: Outcome) -> None:
    place.bring_to_an_end(house)
    found = judge(house, crew.receipts)
    outcome.lost, outcome.twice = len(found.lost), len(found.twice) + len(crew.differing)
    outcome.faults += found.lost + found.twice + [f"two answers to {key}" for key in crew.differing]
    outcome.faults += [f"refused {what} {count} times" for what, count in crew.refused.items()]
    outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    outcome.faults += receiving.faults(house)
    outcome.faults += _told_twice("task", crew.completed) + _told_twice("topic", crew.worked)


def _told_twice(what: str, acknowledged: "Counter[Any]") -> list[str]:
    return [f"{what} {key} completed {n} times" for key, n in acknowledged.items() if n > 1]
