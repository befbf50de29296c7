"""What a text may mean among an agency's tasks: words of their reports, or a part of a step's name."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from engine.db import words
from engine.db.models import Agency, Case, WorkItem
from engine.people.principals import Principal
from engine.runtime.queue import IS_OPEN

MOST_WORDS = 8
FEW = 2_000  # reports whose tasks are read one by one; where more match, a queue is soon found to hold some


@dataclass(frozen=True)
class Meaning:
    """What a text finds: reports by their words, and tasks by their names.

    ``reports`` are the instances of those that match, where they are few; ``many`` is the condition on an
    item that its report matches, where they are not. ``names`` are those of free items that hold the text.
    """

    text: str
    reports: list[str]
    many: ColumnElement[bool] | None
    names: list[str]

    @property
    def of_reports(self) -> ColumnElement[bool]:
        """The condition on an item that its report is one of the few."""
        return WorkItem.instance_id.in_(self.reports)

    @property
    def beside(self) -> ColumnElement[bool]:
        """The condition on an item that it is meant, but not by one of the few reports."""
        named = WorkItem.name.icontains(self.text, autoescape=True)
        return named if self.many is None else named | self.many


def meaning(session: Session, who: Principal, text: str) -> Meaning:
    """What this text finds, by the index of words (``engine.db.words``) and that of free items' names."""
    code = session.scalars(select(Agency.code).where(Agency.id == who.agency_id)).one()
    wanted, found = words.folded(text)[:MOST_WORDS], list[str]()
    names = [name for name in _names(session, who) if text.strip().lower() in name.lower()]
    for ids in words.reports_with(session.connection(), code, wanted):
        found += ids
        if len(found) > FEW:
            same = Case.instance_id == WorkItem.instance_id
            every = words.all_of(session.connection(), code, wanted, Case.id.expression)
            return Meaning(text.strip(), [], select(Case.id).where(same, every).exists(), names)
    instances = session.scalars(select(Case.instance_id).where(Case.id.in_(found))) if found else ()
    return Meaning(text.strip(), list(instances), None, names)


def _names(session: Session, who: Principal) -> list[str]:
    """The names of the agency's free items, each found by one look into their index."""
    one = aliased(WorkItem)
    free = (one.agency_id == who.agency_id, one.state == IS_OPEN.right, one.assignee_id.is_(None))
    next_name = select(func.min(one.name)).where(*free)
    names = next_name.cte("names", recursive=True)
    names = names.union_all(
        select(next_name.where(one.name > names.c[0]).scalar_subquery()).where(names.c[0].is_not(None))
    )
    return list(session.scalars(select(names.c[0]).where(names.c[0].is_not(None))))
