"""What is due is found as fast among many waiting timers as among few."""

from collections.abc import Callable, Iterator

from benchmarks.floor import Ground
from benchmarks.inbox import compare
from benchmarks.office import open_engine
from benchmarks.report import Ratio
from benchmarks.stores import pair
from engine.runtime import jobs
from engine.runtime.house import House


def run(ground: Ground) -> Iterator[Ratio]:
    """The scheduler's two questions at both sizes, alternating, on each database."""
    for kind in ground.sizes.kinds:
        with (
            pair(kind, ground.sizes) as stores,
            open_engine(stores.small) as small,
            open_engine(stores.large) as large,
        ):
            yield compare(f"when the next timer is due, {stores.title}", _next, small, large)
            yield compare(f"a beat with nothing due, {stores.title}", _beat, small, large)


def _next(house: House) -> Callable[[], object]:
    def look() -> None:
        with house.database.read() as session:
            if jobs.next_due(session) is None:
                raise RuntimeError("no timer waits")

    return look


def _beat(house: House) -> Callable[[], object]:
    def beat() -> None:
        if jobs.run_due(house):
            raise RuntimeError("a timer was due")

    return beat
