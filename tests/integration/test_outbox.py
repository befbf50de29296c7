"""The outbox over a receiver that hangs, fails or hangs up: at least once, one key each, nothing held up."""

import random
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db.models import Agency, HistoryEvent, OutboxEntry
from engine.errors import Conflict, Forbidden, NotFound
from engine.runtime import operations, outbox
from engine.runtime.house import House
from tests.support.agency import open_agency, principal

DELIVERIES = 120  # of 2,000: one after the other through Python's own server, on two databases
SEED = 20261124
KIND = "luar"


def _put(house: House, number: int, kind: str = KIND) -> None:
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).order_by(Agency.id)).first()
        for count in range(number):
            session.add(
                OutboxEntry(
                    id=house.new_id(house.now()),
                    key=f"{kind}-{count}",
                    agency_id=agency_id,
                    kind=kind,
                    state="pending",
                    next_at=house.now(),
                    created_at=house.now(),
                )
            )


def _states(house: House) -> dict[str, int]:
    with house.database.read() as session:
        query = select(OutboxEntry.state, func.count()).group_by(OutboxEntry.state)
        return {str(state): count for state, count in session.execute(query)}


def _pass(house: House, time_: timedelta) -> None:
    house.clock.set(house.now() + time_)  # type: ignore[attr-defined]


class Receiver(BaseHTTPRequestHandler):
    """Takes in a key, then answers, fails, hangs, or hangs up: the sender cannot tell what became of it."""

    chance = random.Random(SEED)
    taken: Counter[str] = Counter()

    def do_POST(self) -> None:
        key = self.rfile.read(int(self.headers["Content-Length"])).decode()
        mood = self.chance.choice(("answers", "answers", "fails", "hangs", "hangs up"))
        if mood != "fails":
            self.taken[key] += 1
        if mood == "hangs":
            time.sleep(0.15)
        elif mood != "hangs up":
            self.send_response(500 if mood == "fails" else 204)
            self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _receiver() -> Iterator[str]:
    Receiver.taken = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_flaky_receiver_gets_everything_under_one_key_each(house: House) -> None:
    with _receiver() as url:

        def post(_house: House, _session: Session, entry: OutboxEntry) -> None:
            with urllib.request.urlopen(url, entry.key.encode(), timeout=0.05):
                pass

        house.channels[KIND] = post
        _put(house, DELIVERIES)
        for _ in range(40):
            while outbox.deliver_due(house):
                continue
            for each in operations.outbox(
                house, principal(house, "operator@contoh"), state="failed", limit=500
            ):
                operations.redeliver(house, principal(house, "operator@contoh"), each.id)
            if not _states(house).get("pending"):
                break
            _pass(house, timedelta(hours=5))
    assert _states(house) == {"delivered": DELIVERIES}
    assert set(Receiver.taken) == {f"{KIND}-{count}" for count in range(DELIVERIES)}
    assert max(Receiver.taken.values()) > 1  # at least once, not exactly once: the key tells


def test_a_channel_that_is_broken_holds_up_nothing_and_is_given_up_visibly(house: House) -> None:
    def stumble(_house: House, _session: Session, _entry: OutboxEntry) -> None:
        raise KeyError("a fault of the program")

    house.channels["rusak"] = stumble
    _put(house, 1, "rusak")
    _put(house, 3, "notice")
    for _ in range(outbox.ATTEMPTS):
        outbox.deliver_due(house)
        _pass(house, timedelta(hours=10))
    assert _states(house) == {"failed": 1, "delivered": 3}
    assert outbox.deliver_due(house) == 0


def test_what_was_given_up_is_tried_again_by_an_operator(house: House) -> None:
    open_agency(house, "lain", "LN")
    told: list[str] = []
    house.channels[KIND] = lambda _house, _session, entry: told.append(entry.key)
    _put(house, 1)
    operator = principal(house, "operator@contoh")
    with house.database.write() as session:
        entry = session.scalars(select(OutboxEntry)).one()
        entry.state, entry.attempts = "failed", outbox.ATTEMPTS
    with pytest.raises(Forbidden):
        operations.redeliver(house, principal(house, "apip@contoh"), entry.id)
    with pytest.raises(NotFound):
        operations.redeliver(house, principal(house, "operator@lain"), entry.id)
    operations.redeliver(house, operator, entry.id)
    assert outbox.deliver_due(house) == 1
    assert told == [entry.key]
    with pytest.raises(Conflict):
        operations.redeliver(house, operator, entry.id)
    with house.database.read() as session:
        (event,) = session.scalars(select(HistoryEvent).where(HistoryEvent.kind == "delivery_retried"))
        assert (event.actor_id, event.data) == (operator.id, {"kind": KIND})


def test_notices_are_noted_together_and_once_though_many_deliver(house: House) -> None:
    _put(house, 50, "notice")
    threads = [threading.Thread(target=outbox.deliver_due, args=(house,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    while outbox.deliver_due(house):
        continue
    with house.database.read() as session:
        assert set(session.execute(select(OutboxEntry.state, OutboxEntry.attempts)).all()) == {
            ("delivered", 1)
        }
