"""Who is accused: a report's accused, people and units, are kept from everything of it.

Which data of an instance accuses somebody is not known here; ``House.accused`` says it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from engine.db.models import AccusedPerson, AccusedUnit, Person, Unit


@dataclass(frozen=True)
class Named:
    """Whom an instance's data accuses, in its own words: people and units; empty where it accuses none."""

    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


NOBODY = Named()

# The keys of a person's unit and of all units above it, when first needed; keys are an agency's own, and so
# are the units that its instances accuse.
_ABOVE = (
    select(Unit.key, Unit.parent_id)
    .join(Person, Person.unit_id == Unit.id)
    .where(Person.id == bindparam("person"))
    .cte("above", recursive=True, nesting=True)
)
_ABOVE = _ABOVE.union(select(Unit.key, Unit.parent_id).join(_ABOVE, Unit.id == _ABOVE.c.parent_id))

# The ids of the units that an instance accuses and of all units below them.
_BELOW = (
    select(Unit.id)
    .join(AccusedUnit, AccusedUnit.unit == Unit.key)
    .where(AccusedUnit.instance_id == bindparam("instance"), Unit.agency_id == bindparam("agency"))
    .cte("below", recursive=True, nesting=True)
)
_BELOW = _BELOW.union(select(Unit.id).join(_BELOW, Unit.parent_id == _BELOW.c.id))
ACCUSED_UNITS = select(_BELOW.c.id)  # parameters ``instance`` and ``agency``


def not_accused(person_id: Any, instance_id: Any) -> ColumnElement[bool]:
    """The condition that the report of an instance does not accuse a person by name; ids or columns."""
    return ~exists().where(AccusedPerson.person_id == person_id, AccusedPerson.instance_id == instance_id)


def not_kept_from(instance_id: Any) -> ColumnElement[bool]:
    """The condition that an instance accuses neither the person (parameter ``person``) nor their unit."""
    of_unit = exists().where(
        AccusedUnit.instance_id == instance_id, AccusedUnit.unit.in_(select(_ABOVE.c.key))
    )
    return and_(not_accused(bindparam("person"), instance_id), ~of_unit)


def accused_of(session: Session, instance_id: str) -> set[str]:
    """The ids of the people whom the report of this instance accuses by name."""
    query = select(AccusedPerson.person_id).where(AccusedPerson.instance_id == instance_id)
    return set(session.scalars(query))


def accused_units_of(session: Session, instance_id: str) -> set[str]:
    """The keys of the units whom the report of this instance accuses; words where there is no such unit."""
    return set(session.scalars(select(AccusedUnit.unit).where(AccusedUnit.instance_id == instance_id)))
