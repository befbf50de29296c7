"""Eight officers complete tasks at once over HTTP: the slowest waits a few times as long as the middle."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import func, select

from benchmarks.databases import POSTGRES, TITLES, fresh
from benchmarks.floor import TASKS, Ground
from benchmarks.office import Client, Office, office
from benchmarks.report import ROUNDS, Ratio, percentile, timed
from benchmarks.sop5 import FORM
from engine.db import events
from engine.db.models import WorkItem

CLIENTS = 8
CASES = 8  # of each client in each round
PROCESSES = {POSTGRES: 2}  # SQLite is served by one


def run(ground: Ground) -> Iterator[Ratio]:
    """p99 ÷ p50 of completing a task, round by round."""
    for kind in ground.sizes.kinds:
        servers = PROCESSES.get(kind, 1)
        with fresh(kind) as another, office(another(), servers, officers=CLIENTS) as opened:
            clients = [opened.client(number) for number in range(CLIENTS)]
            _round(opened, clients, 0)
            rounds = [_round(opened, clients, number) for number in range(1, ROUNDS + 1)]
            _check(opened, (ROUNDS + 1) * CLIENTS * CASES)
            for client in clients:
                client.close()
        middle, slow = ([percentile(took, share) for took in rounds] for share in (0.5, 0.99))
        yield Ratio(
            f"complete a task with {CLIENTS} clients p99 ÷ p50, {TITLES[kind]}",
            [high / low for high, low in zip(slow, middle, strict=True)],
            6.0,
            f"p50 {middle[-1]:.1f} ms, p99 {slow[-1]:.1f} ms, max {max(rounds[-1]):.1f} ms,"
            f" {servers} process{'es' if servers > 1 else ''}",
        )


def _round(opened: Office, clients: list[Client], number: int) -> list[float]:
    """Milliseconds of every completion of all clients, each on cases of its own."""
    cases = [
        [opened.file(number * 10_000 + at * CASES + case) for case in range(CASES)]
        for at in range(len(clients))
    ]
    with ThreadPoolExecutor(len(clients)) as pool:
        took = pool.map(partial(_work, opened), clients, cases)
        return [each for one in took for each in one]


def _work(opened: Office, client: Client, instances: list[str]) -> list[float]:
    took = []
    for instance in instances:
        for _ in range(TASKS):
            item = opened.open_item(instance)
            version = client.call("POST", f"work-items/{item.id}/claim")["version"]
            body = {"version": version, "answers": FORM}
            took.append(timed(partial(client.call, "POST", f"work-items/{item.id}/complete", body)))
    return took


def _check(opened: Office, cases: int) -> None:
    """Every task was completed once, and each completion left its event."""
    with opened.house.database.read() as session:
        items = select(func.count()).where(WorkItem.state == "completed")
        found = session.scalar(items), len(events.read(session, kinds=("task_completed",)))
    if found != (cases * TASKS, cases * TASKS):
        raise RuntimeError(f"{found[0]} tasks and {found[1]} events, not {cases * TASKS} of each")
