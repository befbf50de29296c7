"""Years whose holidays nobody has decreed yet: the first deadline that reaches one asks the keepers.

The year stands on the calendar page until one of them confirms it; each deadline's receipt warns of it.
"""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from engine.db.models import CalendarYear
from engine.people.principals import ADMIN, holders
from engine.runtime.step import Step


def ask(step: Step, receipt: dict[str, Any]) -> None:
    """Ask once in each agency for each year that this receipt warns of."""
    for year in sorted({warning["year"] for warning in receipt["warnings"]}):
        known = step.session.get(CalendarYear, (step.instance.agency_id, year))
        if known is None and _enter(step, year):
            for person in holders(step.session, step.instance.agency_id, ADMIN, step.now):
                key = f"calendar:{step.instance.agency_id}:{year}:{person.id}"
                step.tell("notice", key, person.id, {"kind": "calendar_year", "year": year})


def _enter(step: Step, year: int) -> bool:
    """Enter the year; False when another step was quicker."""
    insert = sqlite.insert if step.house.database.is_sqlite else postgresql.insert
    row = {"agency_id": step.instance.agency_id, "year": year, "asked_at": step.now, "note": ""}
    entered = insert(CalendarYear).values(row).on_conflict_do_nothing().returning(CalendarYear.year)
    return step.session.execute(entered).first() is not None
