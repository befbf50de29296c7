"""The systems that messages leave the house for: one sender at a time for each, a rest after each failure.

A message has its own patience (``engine.runtime.sending``); a system that is away for days is knocked at ever
more seldom, however much waits for it, and gets all of it in the order of its making once it is back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engine.db.models import OutboxEntry, Recipient
from engine.errors import Message, kept
from engine.people.principals import Principal
from engine.runtime.house import House
from engine.runtime.operators import must_operate

REST, LONGEST_REST = timedelta(seconds=1), timedelta(minutes=5)
AWAY = 6  # failures in a row: it is the system that fails, not a message


@dataclass(frozen=True)
class Turn:
    """The right to send to a recipient ``until`` an instant, and how often in a row it failed before."""

    name: str
    until: datetime
    failures: int


@dataclass(frozen=True)
class Listed:
    """A recipient as an operator sees it: of the own agency, what waits and what was given up."""

    name: str
    waiting: int
    given_up: int
    failing_since: datetime | None
    next_at: datetime | None
    error: str | None
    said: dict[str, Any]


def is_free(house: House) -> ColumnElement[bool]:
    """Whether nobody sends to an outbox entry's recipient now, nor is it left alone."""
    return OutboxEntry.recipient.not_in(select(Recipient.name).where(Recipient.next_at > house.now()))


def take(house: House, name: str, lease: timedelta) -> Turn | None:
    """Be the one who sends to this recipient; None when somebody else is, or it is left alone."""
    now = house.now()
    until = now + lease
    insert = sqlite_insert if house.database.is_sqlite else postgres_insert
    known = insert(Recipient).values(name=name, next_at=now, failures=0).on_conflict_do_nothing()
    mine = update(Recipient).where(Recipient.name == name, Recipient.next_at <= now).values(next_at=until)
    with house.database.write() as session:
        session.execute(known)
        failures = session.scalar(mine.returning(Recipient.failures))
        return None if failures is None else Turn(name, until, failures)


def give_back(house: House, turn: Turn) -> None:
    """Let others send, for this turn brought neither success nor failure."""
    with house.database.write() as session:
        _note(session, turn, next_at=house.now())


def succeed(house: House, turn: Turn) -> Turn:
    """It answers: what was put off while it was away is due, in the order of its making."""
    if not turn.failures:
        return turn
    with house.database.write() as session:
        _note(session, turn, failures=0, failing_since=None, error=None, said={})
        if turn.failures >= AWAY:
            put_off = (OutboxEntry.recipient == turn.name, OutboxEntry.state == "pending")
            later = update(OutboxEntry).where(*put_off, OutboxEntry.next_at > house.now())
            session.execute(later.values(next_at=OutboxEntry.created_at))
    return Turn(turn.name, turn.until, 0)


def fail(house: House, turn: Turn, why: Message) -> None:
    """Leave it alone for a while, each time for longer."""
    now, failures = house.now(), turn.failures + 1
    rest = min(REST * 2 ** min(failures, 20), LONGEST_REST)
    since = func.coalesce(Recipient.failing_since, now)
    with house.database.write() as session:
        told = {"error": str(why), "said": kept(why)}
        _note(session, turn, failures=failures, failing_since=since, next_at=now + rest, **told)


def knock(session: Session, name: str, now: datetime) -> None:
    """Let it be tried now, for an operator has mended it."""
    left_alone = (Recipient.name == name, Recipient.failures > 0, Recipient.next_at > now)
    session.execute(update(Recipient).where(*left_alone).values(next_at=now))


def listed(house: House, who: Principal) -> list[Listed]:
    """To whom the agency sends, and who fails, by name. Raises Forbidden for others than operators."""
    must_operate(who)
    waits, failed = (
        func.sum(case((OutboxEntry.state == state, 1), else_=0)) for state in ("pending", "failed")
    )
    untold = (
        OutboxEntry.agency_id == who.agency_id,
        OutboxEntry.kind.in_(house.senders),
        OutboxEntry.state.in_(("pending", "failed")),
    )
    counted = select(OutboxEntry.recipient, waits, failed).where(*untold).group_by(OutboxEntry.recipient)
    with house.database.read() as session:
        counts = {name: (int(waiting), int(given_up)) for name, waiting, given_up in session.execute(counted)}
        own = {each.name for each in house.receivers if each.agency == who.agency_key} | counts.keys()
        states = {row.name: row for row in session.scalars(select(Recipient).where(Recipient.name.in_(own)))}
    return [_listed(name, *counts.get(name, (0, 0)), states.get(name)) for name in sorted(own)]


def _listed(name: str, waiting: int, given_up: int, state: Recipient | None) -> Listed:
    if state is None or not state.failures:
        return Listed(name, waiting, given_up, None, None, None, {})
    return Listed(name, waiting, given_up, state.failing_since, state.next_at, state.error, state.said)


def _note(session: Session, turn: Turn, **values: object) -> None:
    """Write how it went, unless the turn is over and somebody else's by now."""
    ours = (Recipient.name == turn.name, Recipient.next_at == turn.until)
    session.execute(update(Recipient).where(*ours).values(**values))
