"""The history looked through link by link: whatever was changed, taken out, put in or moved is found.

A chain that somebody rewrote from its beginning agrees with itself. Only its earlier ends, kept by somebody
else, show that: ``heads`` gives them out, and looking through with them finds what no longer leads there.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from engine.db.entries import link_of
from engine.db.history import HEADS, HISTORY, START
from engine.db.models import Agency
from engine.errors import AlurError, msg

BATCH = 1000
TOLD_EVERY = 50_000
UNREADABLE = (
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    zlib.error,
)  # of what no program of ours wrote
Problem = dict[str, str]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Head:
    """The end of an agency's chain at some moment."""

    agency_id: str
    seq: int
    link: bytes


def heads(connection: Connection) -> list[dict[str, Any]]:
    """The ends of all chains, for another custodian to keep: ``{"agency", "key", "seq", "link"}``."""
    query = (
        select(HEADS.c.agency_id, Agency.key, HEADS.c.seq, HEADS.c.link)
        .outerjoin(Agency, Agency.id == HEADS.c.agency_id)
        .order_by(HEADS.c.agency_id)
    )
    return [
        {"agency": row.agency_id, "key": row.key, "seq": row.seq, "link": row.link.hex()}
        for row in connection.execute(query)
    ]


def read_heads(document: Any) -> list[Head]:
    """Ends that ``heads`` once gave out. Raises AlurError for anything else."""
    try:
        return [
            Head(str(one["agency"]), int(one["seq"]), bytes.fromhex(one["link"])) for one in document["heads"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise AlurError(msg("This is no list of chain heads.")) from error


def verify(
    connection: Connection, kept: Iterable[Head] = (), progress: Progress = lambda done, of: None
) -> Iterator[Problem]:
    """What is wrong with the chains, one after the other, in one pass over the history.

    ``kept`` are earlier ends that must still lie on the chains; ``progress`` is told now and then how many
    entries of how many were looked at.
    """
    ends = {row.agency_id: Head(*row) for row in connection.execute(select(HEADS))}
    known: dict[str, dict[int, bytes]] = {}
    for head in kept:
        known.setdefault(head.agency_id, {})[head.seq] = head.link
    walked: set[str] = set()
    chain: _Chain | None = None
    try:
        for entry in _entries(connection, progress):
            if chain is None or chain.agency_id != entry["agency_id"]:
                if chain is not None:
                    yield from chain.end(ends.get(chain.agency_id))
                chain = _Chain(entry["agency_id"], known.get(entry["agency_id"], {}))
                walked.add(chain.agency_id)
            yield from chain.follow(entry)
    except UNREADABLE:
        after = f"after {chain.last} of agency {chain.agency_id}" if chain else "at the beginning"
        yield {"kind": "history", "what": f"an entry {after} cannot be read: nothing behind it was looked at"}
        return
    if chain is not None:
        yield from chain.end(ends.get(chain.agency_id))
    for agency_id in sorted((ends.keys() | known.keys()) - walked):
        if known.get(agency_id) or ends[agency_id].seq or ends[agency_id].link != START:
            yield _problem(agency_id, "all entries are gone")


def _entries(connection: Connection, progress: Progress) -> Iterator[dict[str, Any]]:
    """Every entry, chain by chain."""
    total = connection.scalar(select(func.count()).select_from(HISTORY)) or 0
    query = select(HISTORY).order_by(HISTORY.c.agency_id, HISTORY.c.seq)
    rows = connection.execute(query.execution_options(yield_per=BATCH)).mappings()
    for count, row in enumerate(rows, 1):
        yield dict(row)
        if count % TOLD_EVERY == 0:
            progress(count, total)


class _Chain:
    """One agency's chain while it is followed."""

    def __init__(self, agency_id: str, kept: dict[int, bytes]) -> None:
        self.agency_id = agency_id
        self._kept = dict(kept)
        self._link = START
        self.last = 0

    def follow(self, entry: dict[str, Any]) -> Iterator[Problem]:
        """The next entry by its number; what is wrong with it. The chain goes on from what stands there."""
        seq, missing = entry["seq"], entry["seq"] - self.last - 1
        if missing > 0:
            yield self._wrong(f"entries {self.last + 1} to {seq - 1} are missing")
        elif missing < 0:
            yield self._wrong(f"entry {seq} stands where {self.last + 1} should")
        if link_of(self._link, entry) != entry["link"] and missing == 0:
            yield self._wrong(f"entry {seq} or what it is linked to was changed")
        if self._kept.pop(seq, entry["link"]) != entry["link"]:
            yield self._wrong(f"entry {seq} is not the one that was given out as the end")
        self.last, self._link = seq, entry["link"]

    def end(self, head: Head | None) -> Iterator[Problem]:
        """Whether the chain ends where its head says, and reaches every end given out."""
        if head is None:
            yield self._wrong("the end of the chain is not known")
        elif head.seq != self.last:
            yield self._wrong(f"the last entry is {self.last}, not {head.seq}")
        elif head.link != self._link:
            yield self._wrong(f"entry {self.last} is not the end of the chain")
        for seq in sorted(self._kept):
            yield self._wrong(f"entry {seq}, given out as the end, is gone")

    def _wrong(self, what: str) -> Problem:
        return _problem(self.agency_id, what)


def _problem(agency_id: str, what: str) -> Problem:
    return {"kind": "history", "what": f"agency {agency_id}: {what}"}
