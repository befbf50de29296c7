"""The history read back: events out of its entries, what is sealed of them opened where its key is there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.db import keys
from engine.db.entries import ALONE, expand, unpacked
from engine.db.history import HISTORY

ERASED = "erased"  # stands in the data of an event whose sealed part nobody can open any more
BATCH = 500
AT_A_TIME = 100  # entries, newest first
ENTRIES = select(
    HISTORY.c.agency_id, HISTORY.c.seq, HISTORY.c.instance_id, HISTORY.c.content, HISTORY.c.sealed
)


@dataclass
class HistoryEvent:
    """Something that happened. ``seq`` is the number of its entry, ``place`` its place therein."""

    seq: int
    place: int
    agency_id: str
    instance_id: str | None
    at: datetime
    kind: str
    element: str | None
    name: str
    actor_id: str | None
    actor: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """Names it within its agency."""
        return f"{self.seq}-{self.place}"


def read(
    session: Session, *where: Any, kinds: Collection[str] = (), ring: keys.Keyring | None = None
) -> list[HistoryEvent]:
    """Events of the entries that meet these conditions, oldest first; all kinds unless some are named.

    Without a ring what is sealed stays out.
    """
    query = ENTRIES.where(*where).order_by(HISTORY.c.agency_id, HISTORY.c.seq)
    with session.connection().execute(query.execution_options(yield_per=BATCH)) as found:
        parts = found.partitions()
        return [event for rows in parts for events in _told(session, rows, kinds, ring) for event in events]


def newest(
    session: Session, *where: Any, kinds: Collection[str] = (), ring: keys.Keyring | None = None
) -> Iterator[HistoryEvent]:
    """The same of one agency, newest first, read as far as is asked for."""
    further = ENTRIES.where(*where).order_by(HISTORY.c.seq.desc()).limit(AT_A_TIME)
    query = further
    while rows := session.connection().execute(query).all():
        for events in _told(session, rows, kinds, ring):
            yield from reversed(events)
        query = further.where(HISTORY.c.seq < rows[-1].seq)


def page(
    session: Session,
    ring: keys.Keyring,
    instance_id: str,
    limit: int,
    *,
    before: int | None = None,
    kinds: Collection[str] = (),
) -> tuple[list[HistoryEvent], int | None]:
    """Events of a case, newest first: ``limit`` of them and what else their last entry holds.

    The number is what to ask the next page with, as ``before``; None at the end.
    """
    where = [HISTORY.c.instance_id == instance_id]
    if before is not None:
        where.append(HISTORY.c.seq < before)
    found: list[HistoryEvent] = []
    for event in newest(session, *where, kinds=kinds, ring=ring):
        if len(found) >= limit and event.seq != found[-1].seq:
            return found, found[-1].seq
        found.append(event)
    return found, None


def _told(
    session: Session, rows: Sequence[Any], kinds: Collection[str], ring: keys.Keyring | None
) -> Iterator[list[HistoryEvent]]:
    """The events of each entry."""
    opened = _opened(session, ring, rows) if ring else {}
    for row in rows:
        yield [event for event in _told_by(row, ring, opened) if not kinds or event.kind in kinds]


def _opened(session: Session, ring: keys.Keyring, rows: Sequence[Any]) -> dict[str, keys.Seal]:
    sealed = [row.instance_id for row in rows if row.sealed is not None and row.instance_id]
    return keys.of_cases(ring, session.connection(), sealed) if sealed else {}


def _told_by(
    row: Row[Any], ring: keys.Keyring | None, opened: dict[str, keys.Seal]
) -> Iterator[HistoryEvent]:
    at, actor_id, actor, events = unpacked(row.content)
    parts = _parts(row, opened) if ring and row.sealed is not None else None
    for place, (kind, element, name, data, is_sealed) in enumerate(events):
        apart = next(parts) if parts and is_sealed else {}
        yield HistoryEvent(
            row.seq,
            place,
            row.agency_id,
            row.instance_id,
            at,
            kind,
            element,
            str(apart.get("name", name)),
            actor_id,
            actor,
            {**data, **apart.get("data", {})},
        )


def _parts(row: Row[Any], opened: dict[str, keys.Seal]) -> Iterator[dict[str, Any]]:
    """What is sealed of each marked event in turn."""
    key = opened.get(row.instance_id or "")
    if not key or not row.sealed:
        while True:
            yield {"data": {ERASED: True}}
    if row.content[:1] == ALONE:
        yield key.open(row.sealed)
    else:
        yield from expand(key.open_bytes(row.sealed))
