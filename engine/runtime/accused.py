"""Who is accused: a report's accused are kept from everything of it.

Which data of an instance accuses somebody is not known here; ``House.accused`` says it.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from engine.db.models import AccusedPerson


@dataclass(frozen=True)
class Named:
    """Whom an instance's data accuses, in its own words: a person, a unit; empty where it accuses none."""

    person: str = ""
    unit: str = ""


NOBODY = Named()


def not_accused(person_id: Any, instance_id: Any) -> ColumnElement[bool]:
    """The condition that the report of an instance does not accuse a person; both are ids or columns."""
    return ~exists().where(AccusedPerson.person_id == person_id, AccusedPerson.instance_id == instance_id)


def accused_of(session: Session, instance_id: str) -> set[str]:
    """The ids of the people whom the report of this instance accuses."""
    query = select(AccusedPerson.person_id).where(AccusedPerson.instance_id == instance_id)
    return set(session.scalars(query))
