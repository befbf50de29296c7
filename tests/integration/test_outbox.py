"""The outbox within the house: nothing is held up, what is given up is seen and tried again."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db import events
from engine.db.models import Agency, OutboxEntry
from engine.errors import Conflict, Forbidden, NotFound
from engine.runtime import operations, outbox
from engine.runtime.house import House
from tests.support.agency import open_agency, principal

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
        (event,) = events.read(session, kinds=("delivery_retried",))
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
