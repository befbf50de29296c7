"""Everybody at once in one process: the same tasks, jobs, messages and deliveries are wanted by several.

What HTTP and killed processes prove slowly, this proves in seconds: of rivals exactly one gets through.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.cases import attachments, intake
from engine.cases.filing import Filing, file
from engine.errors import Conflict, NotFound, Stale
from engine.runtime import jobs, outbox, work_items
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.faults.crew import PDF
from tests.faults.drill import place
from tests.faults.drill.judge import judge
from tests.faults.outcome import Outcome
from tests.support.agency import open_house, principal

RIVALS = 4
TOO_LATE = (Conflict, Stale, NotFound)  # how a rival is refused


class Rush:
    """Rivals over one house; ``won`` counts what each thing was granted."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.won: Counter[str] = Counter()
        self.errors: list[str] = []
        self._lock = threading.Lock()

    def at_once(self, calls: list[Callable[[], str | None]]) -> None:
        """Run every call in threads of its own beside its rivals; a call names what it was granted."""
        gate = threading.Barrier(RIVALS)
        threads = [
            threading.Thread(target=self._all, args=(calls, gate), name=f"rival-{number}")
            for number in range(RIVALS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _all(self, calls: list[Callable[[], str | None]], gate: threading.Barrier) -> None:
        for call in calls:
            gate.wait(timeout=120)
            try:
                granted = call()
            except TOO_LATE:
                continue
            except Exception as error:
                self.errors.append(f"{type(error).__name__}: {error}"[:200])
                continue
            if granted:
                with self._lock:
                    self.won[granted] += 1


def prove(url: str, folder: Path, cases: int) -> Outcome:
    """So many cases go through the drill, each step of each wanted by several threads at once."""
    outcome = Outcome("rush", f"{cases} cases, {RIVALS} threads for each step")
    house, _ = open_house(url, folder / "data")
    begun = time.monotonic()
    try:
        place.furnish(house)
        rush = Rush(house)
        keys = [f"k{number}" for number in range(cases)]
        rush.at_once([lambda key=key: _file(house, key) for key in keys])  # type: ignore[misc]
        _go_on(house, rush)
        place.bring_to_an_end(house)
        found = judge(house, keys)
        outcome.lost, outcome.twice = len(found.lost), len(found.twice)
        outcome.faults += found.lost + found.twice + rush.errors
        outcome.faults += [f"granted {count} times: {what}" for what, count in rush.won.items() if count > 1]
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
        outcome.note = f"{len(rush.won)} steps contested, {time.monotonic() - begun:.0f} s"
    finally:
        house.database.close()
    return outcome


def _go_on(house: House, rush: Rush) -> None:
    officer, operator = principal(house, place.OFFICER), principal(house, place.OPERATOR)
    items = world.open_items(house, place.TASK)
    house.clock.set(house.now() + timedelta(minutes=50))  # type: ignore[attr-defined]
    rush.at_once([lambda: _none(jobs.run_due(house)) for _ in range(3)])  # reminders
    house.clock.set(house.now() + timedelta(minutes=6))  # type: ignore[attr-defined]
    # A timer beside each task falls due while the task is being completed.
    rush.at_once([lambda item=item: _fire_or_complete(house, officer, item) for item in items])  # type: ignore[misc]
    house.clock.set(house.now() + timedelta(hours=2))  # type: ignore[attr-defined]
    rush.at_once([lambda: _none(jobs.run_due(house)) for _ in range(3)])  # timers
    rush.at_once([lambda: _lease(house, operator, rush) for _ in range(len(items))])
    waiting = place.awaiting(house)
    rush.at_once(
        [lambda one=one: _receive(house, operator, *one) for one in waiting]  # type: ignore[misc]
    )
    rush.at_once([lambda: _none(outbox.deliver_due(house)) for _ in range(3)])


def _none(_: Any) -> None:
    return None


def _file(house: House, key: str) -> None:
    """Rivals with one key: one case, whoever of them asks."""
    kept = attachments.keep(house, place.AGENCY, "bukti.pdf", PDF)
    file(house, Filing(place.AGENCY, place.PROCESS, {"judul": key, "bukti": [kept]}, key, fingerprint=key))


def _fire_or_complete(house: House, who: Any, item: Any) -> str | None:
    if threading.current_thread().name == "rival-0":
        return _none(jobs.run_due(house, limit=1))
    return _complete(house, who, item)


def _complete(house: House, who: Any, item: Any) -> str:
    work_items.complete(house, who, item.id, item.version, {}, take=True)
    return f"task {item.id}"


def _lease(house: House, who: Any, rush: Rush) -> None:
    """Each job is leased to one worker; whoever has it finishes it."""
    worker = threading.current_thread().name
    for job in jobs.fetch(house, who, [place.TOPIC], worker, place.LEASE, limit=1):
        with rush._lock:
            rush.won[f"lease of {job.id}"] += 1
        jobs.complete(house, who, job.id, worker, {})


def _receive(house: House, who: Any, instance_id: str, number: str) -> str | None:
    taken = intake.receive(house, who, intake.Incoming(**place.message(instance_id, number)))
    return f"message to {instance_id}" if taken.outcome == "delivered" else None
