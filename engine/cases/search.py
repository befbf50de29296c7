"""Reports of one agency found by number, words of the title, status and class, page by page.

Secret reports are found by their number alone and only by those who may see them; their titles are searched
by nobody. Reports about the asker or the asker's own unit are never found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from engine.cases import numbers
from engine.db.models import Case, WorkItem
from engine.errors import Invalid, msg
from engine.people.principals import IDENTITY_KEEPER, Principal
from engine.runtime.conflicts import does_not_accuse
from engine.runtime.house import House

PAGE = 50
MOST_WORDS = 8
_ROUNDS = 5  # of reading on behind secret reports that this person may not see


@dataclass(frozen=True)
class Query:
    """What to look for; ``after`` is the last row's cursor of the page before."""

    text: str = ""
    status: str | None = None
    class_: str | None = None
    after: str | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """Reports, newest first, and the cursor of the next page, None at the end."""

    cases: list[Case]
    next: str | None


def page(house: House, who: Principal, query: Query) -> Page:
    """One page of reports that this person may see. Raises Invalid for a page size out of bounds."""
    if not 1 <= query.limit <= 200:
        raise Invalid(msg("A page holds between 1 and 200 rows."))
    found: list[Case] = []
    after, more = query.after, True
    with house.database.read() as session:
        for _ in range(_ROUNDS):
            rows: Sequence[Case] = session.scalars(_select(who, query, after)).all()
            more = len(rows) > query.limit
            rows = rows[: query.limit]
            found += _seen(session, who, rows)
            after = rows[-1].id if rows else after
            if not more or len(found) >= query.limit:
                break
    if len(found) > query.limit:
        found, more = found[: query.limit], True
        after = found[-1].id
    return Page(found, after if more else None)


def _select(who: Principal, query: Query, after: str | None) -> Select[Any]:
    filters: list[ColumnElement[bool]] = [
        Case.agency_id == who.agency_id,
        does_not_accuse(who, Case.instance_id),
    ]
    if who.unit_key:
        filters.append(or_(Case.accused_unit.is_(None), Case.accused_unit != who.unit_key))
    if query.status:
        filters.append(Case.status == query.status)
    if query.class_:
        filters.append(Case.class_ == query.class_)
    if after:
        filters.append(Case.id < after)
    filters += [_has_word(word) for word in query.text.split()[:MOST_WORDS]]
    return select(Case).where(*filters).order_by(Case.id.desc()).limit(query.limit + 1)


def _has_word(word: str) -> ColumnElement[bool]:
    return or_(
        Case.case_number.icontains(word, autoescape=True),
        Case.tracking_number == numbers.normal_tracking(word[:40]),
        and_(Case.secret.is_(False), Case.title.icontains(word, autoescape=True)),
    )


def _seen(session: Session, who: Principal, cases: Sequence[Case]) -> list[Case]:
    """Those that ``views.may_see`` lets this person see, asked for all secret ones at once."""
    secret = [case.instance_id for case in cases if case.secret]
    if not secret or who.has(IDENTITY_KEEPER):
        return list(cases)
    rows = session.execute(
        select(WorkItem.instance_id, WorkItem.roles, WorkItem.assignee_id, WorkItem.completed_by).where(
            WorkItem.instance_id.in_(secret)
        )
    )
    own = {key for key, roles, assignee, done in rows if who.has(*roles) or who.id in (assignee, done)}
    return [case for case in cases if not case.secret or case.instance_id in own]
