"""An entry of the history as it is stored: all that one step did to one case, packed, and its link.

What stands here decides what a chain proves: none of it may ever change, only a new form be put beside it.
"""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from engine.db.encoding import encoded

STEP = b"\x02"  # begins the content of an entry as this release writes it
ALONE = b"\x01"  # of one event that was linked alone, as release 0.1.0 wrote them
LEVEL = 6
# What steps have in common, the most frequent last.
COMMON = (
    b'"error_thrown""job_completed""job_failed""incident_opened""incident_cancelled""retried""terminated"'
    b'"rated""correspondence_received""message_received""message_sent""signal_thrown""escalation_thrown"'
    b'"task_released""task_reassigned","subject":"scope","reason":"deadline_moved","before":"","after":""'
    b'"clock_started""clock_paused""clock_resumed""clock_stopped","subject":"clock","calendar":"0.109-"'
    b'"escalation_answered""escalation_settled","incident":"01M","action":"","kind":"letter","penjadwal"'
    b'["reminded","",{"deadline":"01M","item":"01M","late_seconds":0,"level":2,"role":"","roles":["'
    b'["escalated","",{"deadline":"01M","due":"2026-01-01T09:00:00+00:00","timer_fired""sistem"'
    b'["task_cancelled","",{"item":"01M"},0],["ended","","completed",{},0]]]["2026-01-01T09:00:00.000000+'
    b'00:00",null,"pelapor",[["started",null,"",{},0],["task_claimed","","",{"item":"01M"},0]]]'
    b',"01M",[["task_completed","","",{"item":"01M"},0],["completed","","",{},1],["entered","","",{},0],'
    b'["task_created","","",{"due":"2027-01-01T09:00:00+00:00","item":"01M","roles":["petugas"]},0]]]'
)

Event = list[Any]  # kind, element, name, details, and 1 where something of it is sealed, else 0
Content = tuple[datetime, str | None, str, list[Event]]


def packed(at: datetime, actor_id: str | None, actor: str, events: list[Event]) -> bytes:
    """The content of an entry. Raises Invalid for what cannot be kept."""
    return STEP + squeeze([as_text(at), actor_id, actor, events])


def unpacked(content: bytes) -> Content:
    """When, who, and what happened."""
    at, actor_id, actor, events = expand(content[1:])
    return datetime.fromisoformat(at), actor_id, actor, events


def squeeze(value: Any) -> bytes:
    """JSON deflated."""
    packer = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS, zdict=COMMON)
    return packer.compress(encoded(value)) + packer.flush()


def expand(data: bytes) -> Any:
    """The value that was squeezed."""
    return orjson.loads(zlib.decompressobj(-zlib.MAX_WBITS, zdict=COMMON).decompress(data))


def as_text(at: datetime) -> str:
    """An instant as links and contents hold it, the same on each database."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def link_of(before: bytes, entry: Mapping[str, Any]) -> bytes:
    """The link of an entry: SHA-256 over the link before it and all that is stored of it."""
    content, sealed = entry["content"], entry["sealed"]
    if content[:1] == ALONE:
        return _link_alone(before, entry)
    lengths = [len(content), None if sealed is None else len(sealed)]
    head = encoded([entry["agency_id"], entry["seq"], entry["instance_id"], *lengths])
    return hashlib.sha256(b"".join((before, head, content, sealed or b""))).digest()


def _link_alone(before: bytes, entry: Mapping[str, Any]) -> bytes:
    """Chains that were begun with 0.1.0 go on, and so do the ends of theirs that somebody keeps."""
    at, actor_id, actor, ((kind, element, name, data, _),) = unpacked(entry["content"])
    sealed = None if entry["sealed"] is None else entry["sealed"].hex()
    told = [as_text(at), kind, element, name, actor_id, actor, data, sealed]
    return hashlib.sha256(
        before + encoded([entry["agency_id"], entry["seq"], entry["instance_id"], *told])
    ).digest()
