"""Clients that work on whatever serves at an address, through all its deaths, and remember what they heard.

Whoever gets no answer asks again, as people and programs do.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import OperationalError

from engine.runtime.house import House
from tests.faults import world
from tests.faults.drill import place

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BOUNDARY = "batas"
WITH_FILE = 0.4
AGAIN = 0.1
MOST_RUNNING = 25
REST_SECONDS = 0.04


class Crew:
    """Two who file, two officers who race, two workers and another system; ``seed`` decides what they do.

    Where several servers serve, each request goes to the next of them.
    """

    def __init__(self, house: House, tokens: dict[str, str], urls: Sequence[str], seed: int) -> None:
        self.house, self.seed = house, seed
        self._urls = cycle(urls)
        self._officer = {"Authorization": f"Bearer {tokens[place.OFFICER]}"}
        self._operator = {"Authorization": f"Bearer {tokens[place.OPERATOR]}"}
        self.receipts: dict[str, Any] = {}
        self.differing: list[str] = []
        self.completed: Counter[str] = Counter()
        self.worked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.bearable = {0, 200, 201, 204, 409, 429}  # no answer at all, success, too late, too many
        self._over = threading.Event()
        roles = (self._file, self._file, self._complete, self._complete, self._work, self._work, self._send)
        self._threads = [
            threading.Thread(target=self._forever, args=(role, number)) for number, role in enumerate(roles)
        ]

    @property
    def url(self) -> str:
        return next(self._urls)

    @property
    def clients(self) -> int:
        return len(self._threads)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nobody begins anything more; what is under way is waited for (something must be serving)."""
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive(), "a client still waits for its answer"

    def _forever(self, role: Callable[[random.Random, str], None], number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}")
        while not self._over.is_set():
            with suppress(OperationalError):  # where they look for work themselves, the database is away
                role(chance, f"{number}-{chance.getrandbits(40)}")
            time.sleep(REST_SECONDS)

    def _file(self, chance: random.Random, key: str) -> None:
        """File until there is an answer, and now and then once more."""
        body = {"agency": place.AGENCY, "process": place.PROCESS, "answers": {"judul": key}}
        if place.running(self.house) > MOST_RUNNING:
            return  # whoever files faster than others work proves nothing but patience
        with_file = chance.random() < WITH_FILE
        while not self._over.is_set():
            status, answer = _filed(self.url, body, key, with_file)
            if status == 201:
                if self.receipts.setdefault(key, answer) != answer:
                    self.differing.append(key)
                if chance.random() > AGAIN:
                    return
            elif not self._bears(status, "file"):
                return
            time.sleep(REST_SECONDS)

    def _complete(self, chance: random.Random, _: str) -> None:
        items = world.open_items(self.house, place.TASK)
        for item in chance.sample(items, min(2, len(items))):
            path = f"/work-items/{item.id}"
            if chance.random() < 0.5:
                status, _ = world.post(self.url, f"{path}/claim", {}, **self._officer)
                self._bears(status, "claim")
            body = {"version": item.version, "answers": {}, "take": True}
            status, _ = world.post(self.url, f"{path}/complete", body, **self._officer)
            if status == 200:
                self.completed[item.id] += 1
            else:
                self._bears(status, "complete")

    def _work(self, chance: random.Random, name: str) -> None:
        wish = {"topics": [place.TOPIC], "worker": name, "lease": 3600, "limit": 2}
        status, answer = world.post(self.url, "/jobs/fetch", wish, **self._operator)
        self._bears(status, "fetch")
        for job in answer["items"] if status == 200 else []:
            path = f"/jobs/{job['id']}/complete"
            status, _ = world.post(self.url, path, {"worker": name}, **self._operator)
            if status in (200, 204):
                self.worked[job["id"]] += 1
            else:
                self._bears(status, "work")

    def _send(self, chance: random.Random, _: str) -> None:
        waiting = place.awaiting(self.house)
        for instance_id, number in chance.sample(waiting, min(2, len(waiting))):
            body = place.message(instance_id, number)
            for _ in range(2):
                status, _ = world.post(self.url, "/messages", body, **self._operator)
                self._bears(status, "send")

    def _bears(self, status: int, what: str) -> bool:
        """Whether the answer is one that a client must expect here."""
        if status in self.bearable:
            return True
        self.refused[f"{what}: {status}"] += 1
        return False


def _filed(url: str, body: dict[str, Any], key: str, with_file: bool) -> tuple[int, Any]:
    """File as JSON, or with an attachment as a browser sends it."""
    if not with_file:
        return world.post(url, "/complaints", body, Idempotency_Key=key)
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="complaint"\r\n\r\n{json.dumps(body)}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="bukti"; filename="bukti.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": key}
    try:
        connection.request(
            "POST", "/api/v1/complaints", parts + PDF + f"\r\n--{BOUNDARY}--\r\n".encode(), headers
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()
