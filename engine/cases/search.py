"""Reports of one agency found by number, words of title and place, status and class, page by page.

A word finds all that begin with it. Every look reads an index, newest report first, as far as the page goes.

Secret reports are found by their number alone and only by those who may see them; their titles are searched
by nobody. Reports about the asker or the asker's own unit are never found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from engine.cases import numbers
from engine.db import words
from engine.db.models import Agency, Case, WorkItem
from engine.errors import Invalid, msg
from engine.people.principals import IDENTITY_KEEPER, Principal
from engine.runtime.conflicts import apart
from engine.runtime.house import House

PAGE = 50
MOST_WORDS = 8
LONGEST_NUMBER = 40
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
            rows = _rows(session, who, query, after)
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


def _rows(session: Session, who: Principal, query: Query, after: str | None) -> Sequence[Case]:
    """The next reports that match, newest first, and one more: whether this person may see them is open."""
    wanted = _select(who, query, after)
    if not query.text.strip():
        return session.scalars(wanted.order_by(Case.id.desc())).all()
    named = session.scalars(wanted.where(_has_number(query.text.strip()))).all()
    return named or _with_words(session, wanted, who, query, after)


def _select(who: Principal, query: Query, after: str | None) -> Select[Any]:
    filters: list[ColumnElement[bool]] = [
        Case.agency_id == who.agency_id,
        *apart(who, Case.instance_id),
    ]
    if query.status:
        filters.append(Case.status == query.status)
    if query.class_:
        filters.append(Case.class_ == query.class_)
    if after:
        filters.append(Case.id < after)
    return select(Case).where(*filters).limit(query.limit + 1)


def _has_number(text: str) -> ColumnElement[bool]:
    return or_(
        Case.case_number == text.upper(),
        Case.tracking_number == numbers.normal_tracking(text[:LONGEST_NUMBER]),
    )


def _with_words(
    session: Session, wanted: Select[Any], who: Principal, query: Query, after: str | None
) -> list[Case]:
    code = session.scalars(select(Agency.code).where(Agency.id == who.agency_id)).one()
    texts = words.folded(query.text)[:MOST_WORDS]
    found: list[Case] = []
    for ids in words.reports_with(session.connection(), code, texts, after):
        found += session.scalars(wanted.where(Case.id.in_(ids)).order_by(Case.id.desc()))
        if len(found) > query.limit:
            break
    return found[: query.limit + 1]


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
