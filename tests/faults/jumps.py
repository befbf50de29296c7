"""A clock that jumps to and fro under a running scheduler: timers fire at the first look past their time.

Due times are those of the second model of working time (``tests/unit/worktime/model.py``), in three zones,
around a new year and a leap day.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from engine.clock import ManualClock
from engine.db import events
from engine.db.models import Agency
from engine.runtime.house import House
from engine.upkeep import audit
from tests.conformance.bpmn.kit import E, S, node, process, user
from tests.faults import world
from tests.faults.matching import match
from tests.faults.mortal import Mortal
from tests.faults.outcome import Outcome
from tests.support.agency import open_agency, open_house, put_files_in_force
from tests.support.server import LiveServer
from tests.unit.worktime.model import Office, ends

ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
LIMITS = {  # as drawn, and as the model reads them
    "PT1H": "1 jam", "PT36H": "36 jam", "P1CD": "1 hari", "P1WD": "1 HK", "P2WD": "2 HK", "PT5WH": "5 JK",
}  # fmt: skip
SEASONS = (datetime(2027, 12, 29, tzinfo=UTC), datetime(2028, 2, 26, tzinfo=UTC))
DAYS = 4  # after a season's beginning, in which cases begin
JUMPS = tuple(timedelta(hours=hours) for hours in (1, -1, 24, -24, 24, 24))
BEAT_PATIENCE = 30.0
WAIT = "<timerEventDefinition><timeDuration>= batas</timeDuration></timerEventDefinition>"
DRAWN = process(S, node("intermediateCatchEvent", "w", WAIT), user("t"), E, flows="s>w w>t t>e")


def prove(url: str, folder: Path, timers: int, seasons: int, seed: int) -> Outcome:
    """So many timers in each of so many seasons; the clock jumps until every one of them has fired."""
    outcome = Outcome("clock jumps", f"{timers * seasons} timers, 3 zones")
    chance = random.Random(seed)
    house, clock = open_house(url, folder / "data", SEASONS[0])
    try:
        _furnish(house)
        server = LiveServer(folder, database_url=url, now=SEASONS[0].isoformat())
        mortal = Mortal(server.environment, server.log)
        jumps = 0
        try:
            for season in SEASONS[:seasons]:
                due = _begin(house, clock, season, timers, chance)
                mortal.start()
                jumps += _jump(house, server, season, due, chance, outcome)
                mortal.kill()
        finally:
            mortal.close()
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
        outcome.note = f"{jumps} jumps, seed {seed}"
    finally:
        house.database.close()
    return outcome


def _furnish(house: House) -> None:
    for number, zone in enumerate(ZONES):
        agency_id = open_agency(house, f"zona{number}", f"Z{number}")
        with house.database.write() as session:
            session.get_one(Agency, agency_id).zone = zone
        put_files_in_force(house, agency_id, "p", {"p.bpmn": DRAWN})


def _begin(
    house: House, clock: ManualClock, season: datetime, timers: int, chance: random.Random
) -> dict[str, datetime]:
    """Cases that begin at chance instants; when the model says that each falls due."""
    with house.database.read() as session:
        agencies = {zone: key for key, zone in session.execute(select(Agency.id, Agency.zone))}
    due = {}
    for number in range(timers):
        zone, limit = list(ZONES)[number % 3], list(LIMITS)[number // 3 % len(LIMITS)]
        clock.set(season + timedelta(minutes=chance.randrange(DAYS * 24 * 60)))
        case = world.open_bare(house, agencies[zone], "p", batas=limit)
        office = Office(ZONES[zone])
        due[case] = ends(office, LIMITS[limit], clock.now().astimezone(office.zone)).astimezone(UTC)
    return due


def _jump(
    house: House,
    server: LiveServer,
    season: datetime,
    due: dict[str, datetime],
    chance: random.Random,
    outcome: Outcome,
) -> int:
    """Move the clock until all are due; after each jump exactly those have fired that it has passed."""
    first: dict[str, datetime] = {}
    instants = list(_instants(season, max(due.values()), chance))
    for now in instants:
        server.set_clock(now.isoformat())
        first |= {key: now for key, at in due.items() if at <= now and key not in first}
        end = time.monotonic() + BEAT_PATIENCE
        while len(_fired(house, due)) < len(first) and time.monotonic() < end:
            time.sleep(0.05)
    fired = _fired(house, due)
    found = match(due, fired)
    outcome.missed += len(found.missed)
    outcome.twice += len(found.extra)
    outcome.faults += [f"before its time: {key}" for key in found.early]
    outcome.faults += [
        f"fired at {at}, due {due[key]}, first passed at {first[key]}"
        for key, at in fired
        if at != first.get(key)
    ]
    return len(instants)


def _instants(season: datetime, last: datetime, chance: random.Random) -> Iterator[datetime]:
    now = season
    while now < last:
        now += chance.choice(JUMPS)
        yield now


def _fired(house: House, due: dict[str, datetime]) -> list[tuple[str, datetime]]:
    with house.database.read() as session:
        told = events.read(session, kinds=("timer_fired",))
        return [(str(event.instance_id), event.at) for event in told if event.instance_id in due]
