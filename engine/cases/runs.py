"""A running process looked at by an officer: as far as the report it belongs to may be seen."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import coarse, views
from engine.db.events import HistoryEvent
from engine.db.models import Case, Instance
from engine.errors import NotFound, msg
from engine.people.principals import Principal
from engine.runtime import instances
from engine.runtime.house import House
from engine.runtime.instances import InstanceView


@dataclass(frozen=True)
class RunView:
    """An instance, its report if it has one, and the newest page of all that happened to it."""

    view: InstanceView
    case: Case | None
    history: list[HistoryEvent]
    history_next: int | None


def look(house: House, who: Principal, instance_id: str) -> RunView:
    """Where an instance stands; raises NotFound for what this person may not see."""
    with house.database.read() as session:
        instance, case = _find(session, who, instance_id)
        view = instances.view(session, instance)
        rows, following = instances.past(house, session, instance.id)
        if case is not None and case.anonymous:
            views.soften(view, rows, view.deadlines, who.zone)
        return RunView(view, case, rows, following)


def history(
    house: House, who: Principal, instance_id: str, before: int | None = None
) -> tuple[list[HistoryEvent], int | None]:
    """A page of what happened, newest first, and the number to ask the next one with; raises NotFound."""
    with house.database.read() as session:
        instance, case = _find(session, who, instance_id)
        rows, following = instances.past(house, session, instance.id, before)
        if case is not None and case.anonymous:
            coarse.tell_events(rows, who.zone)
        return rows, following


def _find(session: Session, who: Principal, instance_id: str) -> tuple[Instance, Case | None]:
    instance = instances.find(session, who, instance_id)
    case = session.scalar(select(Case).where(Case.instance_id == instance.id))
    if case is not None and not views.may_see(session, who, case):
        raise NotFound(msg("There is no such instance."))
    return instance, case
