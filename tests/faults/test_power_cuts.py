"""A server killed in the middle of filings and completions: what it acknowledged is there, once."""

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from engine.cases import following
from engine.db import events
from engine.db.models import Case
from engine.runtime.house import House
from engine.upkeep import audit
from tests.faults import world
from tests.support.agency import REPORT
from tests.support.server import LiveServer

SEED = 20261124
KILLS = 2


@dataclass
class Clients:
    """Two that file and one that completes, until told to stop; what they sent and what was acknowledged."""

    token: str
    url: str = ""
    sent: list[str] = field(default_factory=list)
    filed: dict[str, Any] = field(default_factory=dict)
    completed: set[str] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)
    resting: threading.Event = field(default_factory=threading.Event)

    def run(self, house: House, seconds: float, server: LiveServer) -> None:
        """Let everybody get to work, go on for a while, then cut the power."""
        self.url = server.url
        self.resting.clear()
        threads = [threading.Thread(target=self._file, args=(name,)) for name in ("a", "b")]
        threads.append(threading.Thread(target=self._complete, args=(house,)))
        for thread in threads:
            thread.start()
        self._wait_for_both()
        time.sleep(seconds)
        server.stop(kill=True)
        self.resting.set()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def _wait_for_both(self) -> None:
        """Until this server has acknowledged a filing and a completion."""
        filed, completed, end = len(self.filed), len(self.completed), time.monotonic() + 60
        while len(self.filed) == filed or len(self.completed) == completed:
            assert time.monotonic() < end, f"the server does nothing: {self.refused}"
            time.sleep(0.02)

    def file(self, key: str) -> None:
        """File under this key; again it must be the same report."""
        body = {"agency": "contoh", "process": "sp4n_umum", "answers": REPORT}
        status, answer = world.post(self.url, "/complaints", body, Idempotency_Key=key)
        if status == 201:
            assert self.filed.setdefault(key, answer) == answer
        elif status:
            self.refused.append(status)

    def _file(self, name: str) -> None:
        while not self.resting.is_set():
            key = f"{name}-{len(self.sent)}-{random.getrandbits(32)}"
            self.sent.append(key)
            self.file(key)

    def _complete(self, house: House) -> None:
        while not self.resting.is_set():
            for item in world.open_items(house)[:3]:
                body = {"version": item.version, "answers": {"nomor_register": "1"}, "take": True}
                status, _ = world.post(
                    self.url,
                    f"/work-items/{item.id}/complete",
                    body,
                    Authorization=f"Bearer {self.token}",
                )
                if status == 200:
                    self.completed.add(item.id)
                elif status:
                    self.refused.append(status)
            time.sleep(0.02)


def test_what_was_acknowledged_survives_a_killed_server(sqlite_url: str, tmp_path: Path) -> None:
    """The real command, killed at a random moment; at named points, and often: ``test_named_points``."""
    with world.furnished(sqlite_url, tmp_path) as (house, token):
        clients = Clients(token)
        _work_and_die(house, world.server(sqlite_url, tmp_path), clients, KILLS)
        assert clients.refused == []
        _nothing_lost_nothing_twice(house, clients)


def _work_and_die(house: House, server: LiveServer, clients: Clients, kills: int) -> None:
    chance = random.Random(SEED)
    try:
        for _ in range(kills):
            server.start()
            clients.run(house, chance.random() / 2, server)
            assert audit.verify(house) == []
        server.start()
        clients.url = server.url
        for key in clients.sent:
            clients.file(key)  # whoever got no answer asks again; whoever got one gets the same
        assert server.alur("verify", check=False).returncode == 0
    finally:
        server.stop()


def _nothing_lost_nothing_twice(house: House, clients: Clients) -> None:
    assert set(clients.filed) == set(clients.sent) and clients.sent
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == len(clients.sent)
        numbers = sorted(session.scalars(select(Case.case_number)))
        assert numbers == [f"CT-2026-{count:06d}" for count in range(1, len(numbers) + 1)]
        done = [event.data["item"] for event in events.read(session, kinds=("task_completed",))]
    assert clients.completed and clients.completed <= set(done)
    assert len(done) == len(set(done))
    for answer in list(clients.filed.values())[:20]:
        view = following.view(house, answer["tracking_number"], answer["receipt"])
        assert view.case_number == answer["case_number"]
