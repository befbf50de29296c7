"""Every proof by its name, at the size that the test plan asks for; ``scale`` shrinks it."""

from collections.abc import Callable, Iterator

from tests.faults import (
    beside,
    contest,
    disturbances,
    failing,
    fleet,
    jumps,
    kills,
    machine,
    planted,
    receiver,
    rush,
    timers,
)
from tests.faults.commands import COMMANDS
from tests.faults.grounds import Grounds
from tests.faults.outcome import Outcome

Proof = Callable[[Grounds, float, int], Iterator[Outcome]]

KILLS = {"sqlite": 1_000, "postgres": 300}
RUSH_CASES = 300
COURSES, STEPS = 2_000, 60
JUMPED = 100  # timers in each season
HEALTHY, ROUNDS = 200, 1_200
RECEIVED = 2_000  # deliveries
DROPS, CRASHES = 500, 100
WRITING_SECONDS = 60
CONTESTED = {"postgres": 10_000, "sqlite": 1_000}
TIMERS, TIMER_KILLS = 5_000, 200
FLEET_TIMERS, FLEET_KILLS = 2_000, 600
TIMER_SECONDS = 300  # in which they fall due and the schedulers die
KILLS_AT_ONCE = 100  # on one database: what grows too large is slow to compare


def _size(full: int, scale: float) -> int:
    return max(1, round(full * scale))


def _kills(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        wanted, whole = _size(KILLS[kind], scale), Outcome(f"kill -9, {kind}", "")
        for first in range(0, wanted, KILLS_AT_ONCE):
            part = kills.prove(*place.fresh(kind), min(KILLS_AT_ONCE, wanted - first), seed + first)
            whole.add(part)
            print(f"  {part.size}, {part.note}{'' if part.holds else ', ' + part.told()}", flush=True)
        whole.size = f"{wanted} kills at {len(kills.POINTS)} points"
        yield whole


def _timers(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        size, deaths = _size(TIMERS, scale), _size(TIMER_KILLS, scale)
        found = timers.prove(*place.fresh(kind), size, deaths, TIMER_SECONDS * scale, seed)
        found.what = f"timers, {kind}"
        yield found


def _fleet(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    if "postgres" in place.kinds:
        size, deaths = _size(FLEET_TIMERS, scale), _size(FLEET_KILLS, scale)
        yield fleet.prove(*place.fresh("postgres"), size, deaths, seed)


def _contest(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        found = contest.prove(*place.fresh(kind), _size(CONTESTED[kind], scale))
        found.what = f"contest, {kind}"
        yield found


def _disturbances(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    if "postgres" in place.kinds:
        drops, crashes = _size(DROPS, scale), _size(CRASHES, scale)
        yield disturbances.disturb(*place.fresh("postgres"), drops, crashes, seed)
    if "sqlite" in place.kinds:
        yield disturbances.crowd(*place.fresh("sqlite"), WRITING_SECONDS * scale, seed)


def _failing(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    stride = max(1, round(1 / scale))
    for kind in place.kinds:
        whole, calls = Outcome(f"failing calls, {kind}", ""), 0
        for name in COMMANDS:
            part = failing.prove(*place.fresh(kind), name, stride)
            part.faults = [f"{name}: {fault}" for fault in part.faults]
            whole.add(part)
            calls += int(part.size.split()[0])
        whole.size = f"{calls} calls of {len(COMMANDS)} commands, every {stride}."
        yield whole


def _beside(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        found = beside.prove(*place.fresh(kind), _size(HEALTHY, scale))
        found.what = f"faulty definitions, {kind}"
        yield found
    if "sqlite" in place.kinds:
        yield beside.go_round(*place.fresh("sqlite"), _size(ROUNDS, scale))


def _machine(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    yield machine.prove(_size(COURSES, scale), STEPS, seed)


def _jumps(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        found = jumps.prove(*place.fresh(kind), _size(JUMPED, scale), len(jumps.SEASONS), seed)
        found.what = f"clock jumps, {kind}"
        yield found


def _rush(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        found = rush.prove(*place.fresh(kind), _size(RUSH_CASES, scale))
        found.what = f"rush, {kind}"
        yield found


def _receiver(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    for kind in place.kinds:
        found = receiver.prove(*place.fresh(kind), _size(RECEIVED, scale), seed)
        found.what = f"receivers, {kind}"
        yield found


def _planted(place: Grounds, scale: float, seed: int) -> Iterator[Outcome]:
    yield planted.prove(place.folder)


PROOFS: dict[str, Proof] = {
    "kills": _kills,
    "timers": _timers,
    "fleet": _fleet,
    "contest": _contest,
    "failing": _failing,
    "beside": _beside,
    "machine": _machine,
    "jumps": _jumps,
    "rush": _rush,
    "receiver": _receiver,
    "disturbances": _disturbances,
    "planted": _planted,
}
