"""The history: every event linked to the one before it of its agency, in the transaction of what happened.

A link is SHA-256 over the link before and the event as it is stored, so an event that is changed, taken out,
put in or moved breaks the chain. What a person told or wrote is stored sealed under the case's key; the chain
covers the ciphertext, so it holds when the key is destroyed.

Events are gathered in the session and written at the end of its transaction: the head of an agency's chain is
then locked only for the time of three statements, and those of several agencies always in the same order.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.db import keys
from engine.db.encoding import encoded
from engine.db.models import ChainHead, HistoryEvent
from engine.db.prepared import Prepared, connection_of

START = bytes(32)  # what the first event of an agency is linked to
PENDING = "history"
ERASED = "erased"  # stands in the data of an event whose sealed part nobody can open any more

HISTORY, HEADS = cast(Table, HistoryEvent.__table__), cast(Table, ChainHead.__table__)
HEAD = Prepared(
    select(HEADS.c.seq, HEADS.c.link).where(HEADS.c.agency_id == bindparam("agency")).with_for_update()
)
BEGIN = text(
    "INSERT INTO chain_heads (agency_id, seq, link) VALUES (:agency, 0, :link) ON CONFLICT DO NOTHING"
)
WRITE = Prepared(insert(HISTORY), [column.name for column in HISTORY.columns if column.name != "id"])
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
        "kind", "late_seconds", "level", "rating", "role", "roles", "subject", "to", "variables",
    }
)  # fmt: skip
TOLD_IN_NAME = frozenset({"terminated"})  # kinds whose name is what somebody wrote


def event(
    *,
    agency_id: str,
    at: datetime,
    kind: str,
    name: str = "",
    actor_id: str | None,
    actor: str,
    data: dict[str, Any],
    instance_id: str | None = None,
    element: str | None = None,
) -> dict[str, Any]:
    """An event to remember; name and actor as long as their columns."""
    return {
        "agency_id": agency_id,
        "instance_id": instance_id,
        "at": at,
        "kind": kind,
        "element": element,
        "name": name[:LONGEST_NAME],
        "actor_id": actor_id,
        "actor": actor[:LONGEST_ACTOR],
        "data": data,
        "sealed": None,
    }


def is_personal(event: dict[str, Any]) -> bool:
    """Whether part of an event must be sealed."""
    return event["kind"] in TOLD_IN_NAME or not READABLE.issuperset(event["data"])


def seal(event: dict[str, Any], key: keys.Seal | None) -> None:
    """Put what is personal of an event under the case's key; without one, which was destroyed, it is lost."""
    data = event["data"]
    apart: dict[str, Any] = {"data": {name: data[name] for name in data if name not in READABLE}}
    event["data"] = {name: data[name] for name in data if name in READABLE}
    if event["kind"] in TOLD_IN_NAME:
        apart["name"], event["name"] = event["name"], ""
    event["sealed"] = key.close(apart) if key else b""


def unseal(ring: keys.Keyring, session: Session, rows: Sequence[HistoryEvent]) -> None:
    """Let loaded events show what is sealed of them; where the key is destroyed, that it was erased.

    The rows are changed to be shown, never to be kept.
    """
    sealed = [row for row in rows if row.sealed is not None]
    if not sealed:
        return
    opened = keys.of_cases(ring, session.connection(), (row.instance_id or "" for row in sealed))
    for row in sealed:
        key = opened.get(row.instance_id or "")
        apart = key.open(row.sealed) if key and row.sealed else {"data": {ERASED: True}}
        set_committed_value(row, "data", {**row.data, **apart["data"]})
        set_committed_value(row, "name", apart.get("name", row.name))


def remember(session: Session, *events: dict[str, Any]) -> None:
    """Write these events, in this order, when the session's transaction ends well."""
    session.info.setdefault(PENDING, []).extend(events)


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
    if all(event["agency_id"] == pending[0]["agency_id"] for event in pending):
        _append(connection, pending[0]["agency_id"], pending)
        return
    chains = defaultdict(list)
    for event in pending:
        chains[event["agency_id"]].append(event)
    for agency_id in sorted(chains):
        _append(connection, agency_id, chains[agency_id])


def link_of(before: bytes, seq: int, event: dict[str, Any]) -> bytes:
    """The link of an event: over the link before it and everything it says, the same on each database."""
    entry = [
        event["agency_id"],
        seq,
        event["instance_id"],
        event["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        event["kind"],
        event["element"],
        event["name"],
        event["actor_id"],
        event["actor"],
        event["data"],
        None if event["sealed"] is None else event["sealed"].hex(),
    ]
    return hashlib.sha256(before + encoded(entry)).digest()


def _append(connection: Connection, agency_id: str, events: list[dict[str, Any]]) -> None:
    head = HEAD.first(connection, {"agency": agency_id})
    if head is None:
        connection.execute(BEGIN, {"agency": agency_id, "link": START})
        head = HEAD.first(connection, {"agency": agency_id})
        assert head is not None  # whoever began the chain, it is there now
    seq, link = head
    for event in events:
        seq += 1
        link = link_of(link, seq, event)
        event["seq"], event["link"] = seq, link
    WRITE.run(connection, events)
    MOVE.run(connection, {"agency": agency_id, "last": seq, "end": link})
