"""Versions of an SOP as they stand: one, a list, the one in force, their files and running cases."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from engine.db.models import Definition, Instance
from engine.errors import NotFound, msg
from engine.people.principals import Principal
from engine.runtime import bundles
from engine.runtime.house import House
from engine.states import DefinitionState

PAGE = 50


def find(session: Session, who: Principal, definition_id: str, *, lock: bool = True) -> Definition:
    """A version of this person's agency with its findings, to change it; raises NotFound for any other."""
    query = (
        select(Definition)
        .where(Definition.id == definition_id, Definition.agency_id == who.agency_id)
        .options(undefer(Definition.findings), undefer(Definition.answers))
    )
    definition = session.scalar(query.with_for_update() if lock else query)
    if definition is None:
        raise NotFound(msg("There is no such version."))
    return definition


def get(house: House, who: Principal, definition_id: str) -> Definition:
    """The same, to look at."""
    with house.database.read() as session:
        return find(session, who, definition_id, lock=False)


def listing(
    house: House, who: Principal, process_key: str | None = None, after: str | None = None, limit: int = PAGE
) -> list[Definition]:
    """Versions of the agency, newest first; ``after`` is the last id of the page before."""
    query = (
        select(Definition)
        .where(Definition.agency_id == who.agency_id)
        .order_by(Definition.id.desc())
        .limit(limit)
    )
    if process_key:
        query = query.where(Definition.process_key == process_key)
    if after:
        query = query.where(Definition.id < after)
    with house.database.read() as session:
        return list(session.scalars(query))


def in_force(house: House, who: Principal, process_key: str) -> Definition | None:
    """The version in force of a process of this agency."""
    with house.database.read() as session:
        return session.scalar(
            select(Definition).where(
                Definition.agency_id == who.agency_id,
                Definition.process_key == process_key,
                Definition.state == DefinitionState.ACTIVE,
            )
        )


def open_cases(house: House, who: Principal) -> dict[str, int]:
    """How many running cases each version of the agency has, by version id."""
    with house.database.read() as session:
        rows = session.execute(
            select(Instance.definition_id, func.count())
            .where(Instance.agency_id == who.agency_id, Instance.state.in_(("active", "incident")))
            .group_by(Instance.definition_id)
        )
        return dict(rows.all())


def files(house: House, who: Principal, definition_id: str, *, source: bool = False) -> dict[str, bytes]:
    """The files of a version: what runs, or with ``source`` what was uploaded."""
    with house.database.read() as session:
        definition = find(session, who, definition_id, lock=False)
        return bundles.load(session, definition.source_hash if source else definition.bundle_hash)
