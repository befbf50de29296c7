"""The roles of an agency, by key."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.db.models import Person, Role, RoleHolder
from engine.db.store import Store
from engine.errors import Conflict, FieldError, msg
from engine.people.principals import PLATFORM, PLATFORM_AGENCY, Principal, held
from engine.people.rules import key_faults, length_faults, must_administer, name_faults, raise_faults


def listing(store: Store, who: Principal) -> list[tuple[Role, int]]:
    """The roles of the agency with how many active people hold each today, by key."""
    now = store.now()
    counted = (
        select(RoleHolder.role, func.count(RoleHolder.person_id.distinct()).label("holders"))
        .join(Person, Person.id == RoleHolder.person_id)
        .where(RoleHolder.agency_id == who.agency_id, Person.active.is_(True), *held(now))
        .group_by(RoleHolder.role)
        .subquery()
    )
    with store.database.read() as session:
        rows = session.execute(
            select(Role, func.coalesce(counted.c.holders, 0))
            .outerjoin(counted, counted.c.role == Role.key)
            .where(Role.agency_id == who.agency_id)
            .order_by(Role.key)
        )
        return list(rows)


def save_role(
    store: Store, who: Principal, key: str, title: str, note: str = "", *, fresh: bool = False
) -> Role:
    """Add a role or change the one with this key; with ``fresh`` a key that exists raises Conflict.

    Raises Forbidden, Invalid.
    """
    must_administer(who)
    faults = key_faults("key", key) + name_faults("title", title) + length_faults("note", note)
    if key == PLATFORM and who.agency_key != PLATFORM_AGENCY:
        faults.append(FieldError("key", msg("This role belongs to the platform.")))
    raise_faults(faults)
    with store.database.write() as session:
        if fresh and has_role(session, who.agency_id, key):
            raise Conflict(msg("There is a role %(key)s already.", key=key))
        return add_role(store, session, who.agency_id, key, title, note)


def add_role(store: Store, session: Session, agency_id: str, key: str, title: str, note: str = "") -> Role:
    """The role with this key, added or changed, inside a transaction."""
    role = session.scalar(select(Role).where(Role.agency_id == agency_id, Role.key == key))
    if role is None:
        role = Role(id=store.new_id(store.now()), agency_id=agency_id, key=key)
        session.add(role)
    role.title, role.note = title.strip(), note.strip()
    return role


def has_role(session: Session, agency_id: str, key: str) -> bool:
    """Whether the agency has a role with this key."""
    query = select(Role.id).where(Role.agency_id == agency_id, Role.key == key)
    return session.scalar(query) is not None
