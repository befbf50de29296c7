"""Who holds which role, from when until when: appointed and ended."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.db.models import RoleHolder
from engine.db.store import Store
from engine.errors import Conflict, FieldError, NotFound, msg
from engine.people.principals import ADMIN, Principal
from engine.people.roles import has_role
from engine.people.rules import must_administer, raise_faults
from engine.people.staff import find_person


def grant(
    store: Store,
    who: Principal,
    person_id: str,
    role: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let a person hold a role from ``since`` (now) until ``until`` (open).

    Raises as ``new_person``; Conflict when the person left or holds the role in that time already.
    """
    must_administer(who)
    start = since or store.now()
    if until is not None and until <= start:
        raise_faults([FieldError("until", msg("The end is before the start."))])
    with store.database.write() as session:
        found = find_person(session, who, person_id)
        if not has_role(session, who.agency_id, role):
            raise NotFound(msg("There is no role %(role)s.", role=role))
        if not found.active:
            raise Conflict(msg("%(name)s left: open the account again first.", name=found.name))
        if _overlaps(session, found.id, role, start, until):
            raise Conflict(msg("%(name)s holds this role in that time already.", name=found.name))
        appoint(store, session, who.agency_id, found.id, role, who.id, since, until)


def end_grant(store: Store, who: Principal, grant_id: str, until: datetime | None = None) -> None:
    """End a role now, or at ``until``; open tasks stay with whoever took them.

    Raises Forbidden, NotFound, Invalid when ``until`` is past, Conflict when it has ended already.
    """
    must_administer(who)
    now = store.now()
    if until is not None and until <= now:
        raise_faults([FieldError("until", msg("The end is in the past."))])
    with store.database.write() as session:
        row = session.scalar(
            select(RoleHolder).where(RoleHolder.id == grant_id, RoleHolder.agency_id == who.agency_id)
        )
        if row is None:
            raise NotFound(msg("There is no such appointment."))
        if row.role == ADMIN and row.person_id == who.id:
            raise Conflict(msg("You cannot end your own administration."))
        if row.until is not None and row.until <= now:
            raise Conflict(msg("This appointment has ended already."))
        row.until = until or now


def appoint(
    store: Store,
    session: Session,
    agency_id: str,
    person_id: str,
    role: str,
    by: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Let a person hold a role, inside a transaction."""
    now = store.now()
    session.add(
        RoleHolder(
            id=store.new_id(now),
            agency_id=agency_id,
            person_id=person_id,
            role=role,
            since=since or now,
            until=until,
            granted_by=by,
        )
    )


def _overlaps(session: Session, person_id: str, role: str, since: datetime, until: datetime | None) -> bool:
    """Whether the person holds the role at some moment of that time; one cancelled before it began, never."""
    query = select(RoleHolder.id).where(
        RoleHolder.person_id == person_id,
        RoleHolder.role == role,
        or_(RoleHolder.until.is_(None), (RoleHolder.until > since) & (RoleHolder.until > RoleHolder.since)),
    )
    if until is not None:
        query = query.where(RoleHolder.since < until)
    return session.scalar(query.limit(1)) is not None
