"""Who may be given a task or told of it: holders of its roles, but nobody whom the report is about."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.db.models import Person, Unit
from engine.people.principals import holders
from engine.runtime.accused import ACCUSED_UNITS, accused_of


def unit_named(session: Session, agency_id: str, named: Any) -> str | None:
    """The key of the unit that a report calls by its key or its name; the text itself where there is none."""
    text = "" if named is None else str(named).strip()
    if not text:
        return None
    query = select(Unit.key).where(
        Unit.agency_id == agency_id, or_(Unit.key == text, func.lower(Unit.name) == text.lower())
    )
    return session.scalar(query.order_by(Unit.key).limit(1)) or text


def holders_outside(
    session: Session, agency_id: str, role: str, now: datetime, excluded_unit: str | None, instance_id: str
) -> list[Person]:
    """The holders of a role by name, but nobody whom the report accuses, or of a unit that it accuses."""
    people = holders(session, agency_id, role, now)
    if people and (accused := accused_of(session, instance_id)):
        people = [person for person in people if person.id not in accused]
    if excluded_unit is None or not people:
        return people
    barred = set(session.scalars(ACCUSED_UNITS, {"instance": instance_id, "agency": agency_id}))
    return [person for person in people if person.unit_id not in barred]
