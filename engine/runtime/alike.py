"""Incidents of one cause dealt with together: a receiver that was away, a step that fails in many cases.

Each is tried again or given up in a transaction of its own, oldest first, so many at a time; whoever began
deals with what was there then, and not with what comes in meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from engine.db.models import Incident
from engine.errors import AlurError, Conflict, NotFound, msg
from engine.people.principals import Principal
from engine.runtime import operations
from engine.runtime.house import House
from engine.runtime.operators import must_operate, must_say_why
from engine.states import IncidentState

BATCH = 100
GROUPS = 50
OPEN = Incident.state == IncidentState.OPEN


@dataclass(frozen=True)
class Group:
    """Open incidents of one cause: how many, since when, and the newest of them."""

    newest: Incident
    count: int
    since: datetime


@dataclass(frozen=True)
class Dealt:
    """What became of one batch. ``again`` failed anew at once, ``refused`` could not be dealt with.

    ``after`` is where to go on, None at the end.
    """

    done: int
    again: int
    refused: int
    after: str | None


def groups(house: House, who: Principal, *, after: str | None = None, limit: int = GROUPS) -> list[Group]:
    """The agency's open incidents by their cause, newest first; ``after`` is the newest of the last group.

    Raises Forbidden for others than operators.
    """
    must_operate(who)
    query = _grouped(who).order_by(func.max(Incident.id).desc()).limit(limit)
    if after:
        query = query.having(func.max(Incident.id) < after)
    return _read(house, query)


def group(house: House, who: Principal, incident_id: str) -> Group:
    """The open incidents of the same cause as this one. Raises Forbidden, and NotFound where none is open."""
    must_operate(who)
    found = _read(house, _grouped(who).where(Incident.fingerprint == _fingerprint(house, who, incident_id)))
    if not found:
        raise NotFound(msg("No incident of this kind is open any more."))
    return found[0]


def retry(
    house: House, who: Principal, incident_id: str, until: str, after: str | None = None, limit: int = BATCH
) -> Dealt:
    """Try again what is alike, up to the incident ``until``, behind ``after``.

    Raises Forbidden and NotFound.
    """
    return _each(house, who, incident_id, until, after, limit, lambda id_: operations.retry(house, who, id_))


def cancel(
    house: House,
    who: Principal,
    incident_id: str,
    reason: str,
    until: str,
    after: str | None = None,
    limit: int = BATCH,
) -> Dealt:
    """Give up what is alike, as ``retry`` goes through it; each case goes on without it.

    Raises Forbidden, NotFound, Invalid without a reason, and Conflict where the cases stand on what failed.
    """
    must_operate(who)
    must_say_why(reason)
    if not operations.incident(house, who, incident_id).may_drop:
        raise Conflict(msg("These cases stand on what failed: try it again, or end them one by one."))
    return _each(
        house, who, incident_id, until, after, limit, lambda id_: operations.cancel(house, who, id_, reason)
    )


def _each(
    house: House,
    who: Principal,
    incident_id: str,
    until: str,
    after: str | None,
    limit: int,
    deal: Callable[[str], Incident],
) -> Dealt:
    must_operate(who)
    alike = (
        Incident.agency_id == who.agency_id,
        Incident.fingerprint == _fingerprint(house, who, incident_id),
        OPEN,
    )
    query = select(Incident.id).where(*alike, Incident.id <= until, Incident.id > (after or ""))
    with house.database.read() as session:
        ids = list(session.scalars(query.order_by(Incident.id).limit(limit + 1)))
        newest = session.scalar(select(func.max(Incident.id)).where(*alike)) or until
    batch, instances, refused = ids[:limit], set[str](), 0
    for each in batch:
        try:
            instances.add(deal(each).instance_id)
        except AlurError:
            refused += 1  # somebody else was there first, or it cannot be done
    newer = select(func.count()).where(*alike, Incident.id > newest, Incident.instance_id.in_(instances))
    with house.database.read() as session:
        again = session.scalar(newer) or 0
    return Dealt(len(batch) - refused - again, again, refused, batch[-1] if len(ids) > limit else None)


def _grouped(who: Principal) -> Select[Any]:
    columns: tuple[Any, ...] = (func.max(Incident.id), func.count(), func.min(Incident.created_at))
    return select(*columns).where(Incident.agency_id == who.agency_id, OPEN).group_by(Incident.fingerprint)


def _read(house: House, query: Select[Any]) -> list[Group]:
    with house.database.read() as session:
        rows = session.execute(query).all()
        by_id = {
            row.id: row
            for row in session.scalars(select(Incident).where(Incident.id.in_([row[0] for row in rows])))
        }
    return [Group(by_id[newest], count, since) for newest, count, since in rows]


def _fingerprint(house: House, who: Principal, incident_id: str) -> str:
    return operations.incident(house, who, incident_id).incident.fingerprint
