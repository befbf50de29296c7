"""A server that is started again among many waiting timers fires the first that is due at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import perf_counter, sleep

from sqlalchemy import func, select, update

from benchmarks.floor import Ground
from benchmarks.office import Office, office
from benchmarks.report import Ratio
from benchmarks.stores import pair
from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Job

ALLOWED = 2.0  # seconds
STARTS = 3
PATIENCE = 60.0


def run(ground: Ground) -> Iterator[Ratio]:
    """Seconds from the start of a killed server to the firing, as a share of what is allowed."""
    for kind in ground.sizes.kinds:
        with pair(kind, ground.sizes) as stores, office(stores.large) as opened:
            with opened.house.database.read() as session:
                waiting = session.scalar(select(func.count()).select_from(Job)) or 0
            took = [_restart(opened) for _ in range(STARTS)]
        yield Ratio(
            f"restart to the first due timer ÷ {ALLOWED:g} s, {stores.title}",
            [fired / ALLOWED for _, fired in took],
            1.0,
            f"{waiting:,} jobs wait; answers after {took[-1][0]:.2f} s, fires after {took[-1][1]:.2f} s",
        )


def _restart(opened: Office) -> tuple[float, float]:
    """Seconds until the server answers, and until the one timer that is due has fired, exactly once."""
    (server,) = opened.servers
    server.stop(kill=True)
    instance = _make_due(opened)
    start, begun = perf_counter(), opened.house.now()
    server.start()
    answered = perf_counter() - start
    while not (fired := _fired(opened, instance)):
        if perf_counter() - start > PATIENCE:
            raise RuntimeError("the due timer did not fire")
        sleep(0.01)
    if len(fired) != 1:
        raise RuntimeError(f"the due timer fired {len(fired)} times")
    return answered, (fired[0] - begun).total_seconds()


def _make_due(opened: Office) -> str:
    """Let the first drawn timer fall due a second ago; returns its instance."""
    house = opened.house
    with house.database.write() as session:
        query = select(Job).where(Job.kind == "timer", Job.state == "waiting").order_by(Job.id)
        job = session.scalars(query.limit(1)).one()
        session.execute(update(Job).where(Job.id == job.id).values(due_at=house.now() - timedelta(seconds=1)))
        return job.instance_id


def _fired(opened: Office, instance: str) -> Sequence[datetime]:
    """When the timers of an instance fired."""
    with opened.house.database.read() as session:
        fired = events.read(session, HISTORY.c.instance_id == instance, kinds=("timer_fired",))
        return [event.at for event in fired]
