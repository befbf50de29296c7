"""The SOPs of an agency at a glance: in force, being drafted, waiting for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import undefer

from engine.catalog import definitions, versions
from engine.db.models import Definition, Person
from engine.errors import NotFound, msg
from engine.people.principals import Principal
from engine.runtime.house import House
from engine.states import DefinitionState

MOST = 500  # versions in one answer: an agency has a handful of SOPs and edits few of them at a time


@dataclass
class SopRow:
    """One SOP. ``open_cases`` counts the running cases of all its versions."""

    process: str
    title: str
    in_force: Definition | None = None
    drafts: list[Definition] = field(default_factory=list)
    waiting: list[Definition] = field(default_factory=list)
    open_cases: int = 0


def sops(house: House, who: Principal) -> list[SopRow]:
    """The SOPs of the agency by title, newest versions first in each."""
    with house.database.read() as session:
        rows = session.scalars(
            select(Definition)
            .where(Definition.agency_id == who.agency_id)
            .order_by(Definition.id.desc())
            .limit(MOST)
        ).all()
    counts = versions.open_cases(house, who)
    found: dict[str, SopRow] = {}
    for row in rows:
        sop = found.setdefault(row.process_key, SopRow(row.process_key, row.title))
        sop.open_cases += counts.get(row.id, 0)
        if row.state == DefinitionState.ACTIVE:
            sop.in_force, sop.title = row, row.title
        elif row.state == DefinitionState.SUBMITTED:
            sop.waiting.append(row)
        elif row.state in definitions.EDITABLE:
            sop.drafts.append(row)
    return sorted(found.values(), key=lambda sop: (sop.title.lower(), sop.process))


def versions_of(house: House, who: Principal, process: str) -> list[Definition]:
    """The versions of one SOP, newest first; raises NotFound when the agency has no such SOP."""
    found = versions.listing(house, who, process, limit=MOST)
    if not found:
        raise NotFound(msg("There is no such SOP."))
    return found


def version(house: House, who: Principal, process: str, number: int) -> Definition:
    """A version by its number, with findings and answers; raises NotFound."""
    with house.database.read() as session:
        found = session.scalar(
            select(Definition)
            .where(
                Definition.agency_id == who.agency_id,
                Definition.process_key == process,
                Definition.version == number,
            )
            .options(undefer(Definition.findings), undefer(Definition.answers))
        )
    if found is None:
        raise NotFound(msg("There is no such version."))
    return found


def names(house: House, who: Principal, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of these people of the agency, by id."""
    wanted = {each for each in ids if each}
    with house.database.read() as session:
        rows = session.execute(
            select(Person.id, Person.name).where(Person.id.in_(wanted), Person.agency_id == who.agency_id)
        )
        return {row.id: row.name for row in rows}
