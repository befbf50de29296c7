"""The history: what each step did to a case is one entry, linked to the one before it of its agency.

A link covers the link before and the entry as it is stored, so an entry that is changed, taken out, put in or
moved breaks the chain. What a person told or wrote is stored sealed under the case's key; the chain covers
the ciphertext, so it holds when the key is destroyed. ``engine.db.events`` reads entries back.

Entries are gathered in the session and written at the end of its transaction: the head of an agency's chain
is then locked only for the time of three statements, and those of several agencies always in the same order.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from engine.db import keys
from engine.db.entries import Event, link_of, packed, squeeze
from engine.db.models import ChainHead, HistoryEntry
from engine.db.prepared import Prepared, connection_of

START = bytes(32)  # what the first entry of an agency is linked to
PENDING = "history"

HISTORY, HEADS = cast(Table, HistoryEntry.__table__), cast(Table, ChainHead.__table__)
HEAD = Prepared(
    select(HEADS.c.seq, HEADS.c.link).where(HEADS.c.agency_id == bindparam("agency")).with_for_update()
)
BEGIN = text(
    "INSERT INTO chain_heads (agency_id, seq, link) VALUES (:agency, 0, :link) ON CONFLICT DO NOTHING"
)
WRITE = Prepared(insert(HISTORY), [column.name for column in HISTORY.columns])
MOVE = Prepared(
    update(HEADS)
    .where(HEADS.c.agency_id == bindparam("agency"))
    .values(seq=bindparam("last"), link=bindparam("end"))
)
LONGEST_NAME, LONGEST_ACTOR = 300, 200

# What may stand readable: ids, counts, times and the words of the SOP. Whatever is not named here is sealed.
READABLE = frozenset(
    {
        "action", "after", "attempt", "before", "calendar", "count", "deadline", "due", "incident", "item",
        "kind", "late_seconds", "level", "limit", "most", "number", "rating", "role", "roles", "since",
        "subject", "to", "until", "variables", "why",
    }
)  # fmt: skip
TOLD_IN_NAME = frozenset({"terminated"})  # kinds whose name is what somebody wrote
Entry = dict[str, Any]


def event(kind: str, element: str | None = None, name: str = "", data: dict[str, Any] | None = None) -> Event:
    """Something that happened, in the past tense; no name is longer than what is shown of it."""
    return [kind, element, name[:LONGEST_NAME], data or {}, 0]


def entry(
    *events: Event,
    agency_id: str,
    at: datetime,
    actor_id: str | None,
    actor: str,
    instance_id: str | None = None,
    sealed: bytes | None = None,
) -> Entry:
    """What one actor did at one instant, to be remembered. Raises Invalid for what cannot be kept."""
    content = packed(at, actor_id, actor[:LONGEST_ACTOR], list(events))
    return {"agency_id": agency_id, "instance_id": instance_id, "content": content, "sealed": sealed}


def is_personal(event: Event) -> bool:
    """Whether part of an event must be sealed."""
    return event[0] in TOLD_IN_NAME or not READABLE.issuperset(event[3])


def seal(events: list[Event], key: keys.Seal | None) -> bytes:
    """Put what is personal of these events under the case's key; without one, it was destroyed, it is lost.

    Each event from which something was taken is marked, in the order in which the parts are sealed.
    """
    parts = []
    for event in events:
        if not is_personal(event):
            continue
        kind, _, name, data, _ = event
        apart: dict[str, Any] = {"data": {name: data[name] for name in data if name not in READABLE}}
        event[3], event[4] = {name: data[name] for name in data if name in READABLE}, 1
        if kind in TOLD_IN_NAME:
            apart["name"], event[2] = name, ""
        parts.append(apart)
    return key.close_bytes(squeeze(parts)) if key else b""


def remember(session: Session, *entries: Entry) -> None:
    """Write these entries, in this order, when the session's transaction ends well."""
    session.info.setdefault(PENDING, []).extend(entries)


@contextmanager
def savepoint(session: Session) -> Iterator[None]:
    """A part of a transaction that may fail alone: nothing of it is kept then, nor remembered."""
    pending = session.info.setdefault(PENDING, [])
    kept = len(pending)
    try:
        with session.begin_nested():
            yield
    except BaseException:
        del pending[kept:]
        raise


def write(session: Session) -> None:
    """Link and write what is to be remembered: the last thing in a transaction."""
    pending = session.info.pop(PENDING, None)
    if not pending:
        return
    connection = connection_of(session)
    if all(entry["agency_id"] == pending[0]["agency_id"] for entry in pending):
        _append(connection, pending[0]["agency_id"], pending)
        return
    chains = defaultdict(list)
    for entry in pending:
        chains[entry["agency_id"]].append(entry)
    for agency_id in sorted(chains):
        _append(connection, agency_id, chains[agency_id])


def _append(connection: Connection, agency_id: str, entries: list[Entry]) -> None:
    head = HEAD.first(connection, {"agency": agency_id})
    if head is None:
        connection.execute(BEGIN, {"agency": agency_id, "link": START})
        head = HEAD.first(connection, {"agency": agency_id})
        assert head is not None  # whoever began the chain, it is there now
    seq, link = head
    for entry in entries:
        seq += 1
        entry["seq"] = seq
        entry["link"] = link = link_of(link, entry)
    WRITE.run(connection, entries)
    MOVE.run(connection, {"agency": agency_id, "last": seq, "end": link})
