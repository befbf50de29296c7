"""Who is not accused, as a condition: a report's accused are kept from everything of it."""

from typing import Any

from sqlalchemy import ColumnElement, exists

from engine.db.models import AccusedPerson


def not_accused(person_id: Any, instance_id: Any) -> ColumnElement[bool]:
    """The condition that the report of an instance does not accuse a person; both are ids or columns."""
    return ~exists().where(AccusedPerson.person_id == person_id, AccusedPerson.instance_id == instance_id)
