"""Work items listed with their reports: an officer's own, their roles', overdue, searched, page by page.

Each list reads one index from the last row of the page before, so the thousandth page costs what the first
costs, and a long backlog does not slow a short look.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from engine import worktime
from engine.cases import coarse
from engine.cases.meanings import Meaning, meaning
from engine.db.models import Case, Deadline, Instance, Person, WorkItem, WorkItemRole
from engine.errors import Invalid, msg
from engine.people.principals import Principal
from engine.runtime.calendars import Calendars
from engine.runtime.conflicts import outside
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN
from engine.states import WorkItemState

PAGE = 50
COUNTED_AT_MOST = 1000
NOBODY = "-"
# Written out, not bound: only so does the index over escalations serve.
NO_LEVEL: BindParameter[int] = bindparam("no_level", 0, literal_execute=True)


@dataclass(frozen=True)
class Query:
    """What to list. ``mine`` only what I took; ``role`` one of my roles; ``after`` the last row's cursor.

    ``assignee`` lists what the person with this login took of my roles' tasks, ``"-"`` what nobody took.
    """

    mine: bool = False
    role: str | None = None
    overdue: bool = False
    text: str = ""
    state: str = WorkItemState.OPEN
    after: str | None = None
    limit: int = PAGE
    escalations: bool = False
    assignee: str | None = None


@dataclass(frozen=True)
class Row:
    """One work item, the report it belongs to, and the calendar by which its limit counts."""

    item: WorkItem
    case: Case | None
    assignee: str | None
    calendar: worktime.Calendar

    @property
    def secret(self) -> bool:
        return self.case is not None and self.case.secret

    @property
    def cursor(self) -> str:
        return self.item.sort_key


@dataclass(frozen=True)
class Page:
    """Rows and the cursor of the next page, None at the end."""

    rows: list[Row]
    next: str | None


def page(house: House, who: Principal, query: Query) -> Page:
    """One page of work items, soonest due first."""
    if not 1 <= query.limit <= 200:
        raise Invalid(msg("A page holds between 1 and 200 rows."))
    with house.database.read() as session:
        text = meaning(session, who, query.text) if query.text.strip() else None
        keys = [tuple(row) for row in session.execute(_keys(house, session, who, query, text))]
        if text is not None and text.reports and query.state == WorkItemState.OPEN:
            keys = sorted({*keys, *_of_reports(house, session, who, query, text)})[: query.limit + 1]
        ids = [item_id for _, item_id in keys[: query.limit]]
        rows = rows_of(Calendars(house, session, who.agency_id), WorkItem.id.in_(ids))
        coarse.tell_items((row.item for row in rows if row.case and row.case.anonymous), who.zone)
    following = keys[query.limit - 1][0] if len(keys) > query.limit else None
    return Page(rows, following)


def counts(house: House, who: Principal) -> dict[str, int]:
    """How many are mine, my roles', overdue and escalated to me; counted up to 1,000 each."""
    wanted = {
        "mine": Query(mine=True, limit=COUNTED_AT_MOST),
        "roles": Query(limit=COUNTED_AT_MOST),
        "overdue": Query(overdue=True, limit=COUNTED_AT_MOST),
        "escalations": Query(escalations=True, limit=COUNTED_AT_MOST),
    }
    with house.database.read() as session:
        return {name: _count(session, _keys(house, session, who, query)) for name, query in wanted.items()}


def _count(session: Session, keys: Any) -> int:
    return session.scalar(select(func.count()).select_from(keys.limit(COUNTED_AT_MOST).subquery())) or 0


def _keys(house: House, session: Session, who: Principal, query: Query, text: Meaning | None = None) -> Any:
    """A select of a page of (sort key, item id), and one more; a text's few reports are asked apart."""
    if query.state != WorkItemState.OPEN:
        parts = [_finished(who, query, text)]
    elif query.mine:
        parts = [_had_by(house, who, query, text, who.id)]
    else:
        roles = sorted(who.roles & {query.role} if query.role else who.roles)
        parts = [
            *(part for role in roles for part in _free(house, who, query, text, role)),
            *(_had_by(house, who, query, text, one, roles) for one in _whose(session, who, query)),
        ]
    if not parts:
        return select(WorkItem.sort_key, WorkItem.id).where(false())
    cut = [part.order_by(part.selected_columns.sort_key).limit(query.limit + 1) for part in parts]
    if len(cut) == 1:
        return cut[0]
    merged = union_all(*(select(part.subquery()) for part in cut)).subquery()
    found = select(merged.c.sort_key, merged.c.id).distinct().order_by(merged.c.sort_key)
    return found.limit(query.limit + 1)


def _of_reports(
    house: House, session: Session, who: Principal, query: Query, text: Meaning
) -> list[tuple[str, str]]:
    """The items of a few reports that this list holds, by what the items themselves say."""
    columns = (WorkItem.sort_key, WorkItem.id, WorkItem.roles, WorkItem.assignee_id, WorkItem.state)
    filters = _filters(house, who, query, WorkItem)
    roles = who.roles & {query.role} if query.role else who.roles
    whose = {*_whose(session, who, query), *([None] if query.assignee in (None, NOBODY) else [])}
    # State and place are looked at here: what is indexed of open items alone must not tempt the database.
    return [
        (key, item_id)
        for key, item_id, wanted, assignee, state in session.execute(
            select(*columns).where(text.of_reports, *filters)
        )
        if state == WorkItemState.OPEN
        and (assignee == who.id if query.mine else assignee in whose and roles.intersection(wanted))
    ]


def _whose(session: Session, who: Principal, query: Query) -> list[str | None]:
    """Whose items are listed beside the free ones: mine and those of whom I stand for, or who is named."""
    if query.assignee is None:
        return [who.id, *sorted(who.stands_for)]
    if query.assignee == NOBODY:
        return []
    named = select(Person.id).where(Person.login == query.assignee, Person.agency_id == who.agency_id)
    return list(session.scalars(named))


def _free(house: House, who: Principal, query: Query, text: Meaning | None, role: str) -> list[Any]:
    """What nobody has taken of one role: a range of its queue, or what a text finds of it by names."""
    if query.assignee not in (None, NOBODY):
        return []
    queue = (
        select(WorkItemRole.sort_key, WorkItemRole.work_item_id.label("id"))
        .join(WorkItem, WorkItem.id == WorkItemRole.work_item_id)
        .where(
            WorkItemRole.agency_id == who.agency_id,
            WorkItemRole.role == role,
            WorkItemRole.taken == literal(False),
            *_filters(house, who, query, WorkItemRole),
        )
    )
    if text is None:
        return [queue]
    free = select(WorkItem.sort_key, WorkItem.id).where(
        WorkItem.agency_id == who.agency_id,
        IS_OPEN,
        WorkItem.assignee_id.is_(None),
        _stands_for(who, [role], WorkItemRole.taken == literal(False)),
        *_filters(house, who, query, WorkItem),
    )
    named = [free.where(WorkItem.name == name) for name in text.names]
    return named if text.many is None else [*named, queue.where(text.many)]


def _had_by(
    house: House,
    who: Principal,
    query: Query,
    text: Meaning | None,
    person_id: str | None,
    roles: list[str] | None = None,
) -> Any:
    """What a person has taken; of these roles, if any are named."""
    filters = _filters(house, who, query, WorkItem)
    if roles is not None:
        filters.append(_stands_for(who, roles, WorkItemRole.taken == literal(True)))
    if text is not None:
        filters.append(text.beside)
    return select(WorkItem.sort_key, WorkItem.id).where(WorkItem.assignee_id == person_id, IS_OPEN, *filters)


def _stands_for(who: Principal, roles: list[str], place: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on an item that it stands in the queue of one of these roles."""
    return exists().where(
        WorkItemRole.work_item_id == WorkItem.id,
        WorkItemRole.agency_id == who.agency_id,
        WorkItemRole.role.in_(roles),
        place,
    )


def _finished(who: Principal, query: Query, text: Meaning | None) -> Any:
    """What this person completed; newest items last, by their place in the queue."""
    filters = outside(who)
    if text is not None:
        filters.append(text.beside | text.of_reports)
    if query.after:
        filters.append(WorkItem.sort_key > query.after)
    return select(WorkItem.sort_key, WorkItem.id).where(
        WorkItem.completed_by == who.id,
        WorkItem.agency_id == who.agency_id,
        WorkItem.state == query.state,
        *filters,
    )


def _filters(house: House, who: Principal, query: Query, place: Any) -> list[ColumnElement[bool]]:
    """What is asked of every open item; ``place`` has its sort key and its level."""
    filters = outside(who)
    if query.overdue:
        filters.append(place.sort_key < house.now().strftime("%Y%m%d%H%M%S"))
        filters.append(and_(WorkItem.due_at.is_not(None), WorkItem.due_at < house.now()))
    if query.escalations:
        filters.append(place.level > NO_LEVEL)
    if query.after:
        filters.append(place.sort_key > query.after)
    return filters


def rows_of(calendars: Calendars, *which: ColumnElement[bool], most: int | None = None) -> list[Row]:
    """Items with their reports, who took them and how they count, soonest due first, in one query."""
    found = calendars.session.execute(
        select(WorkItem, Case, Person.name, Instance.bundle_hash, Deadline.unit)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .outerjoin(Case, Case.instance_id == WorkItem.instance_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .outerjoin(Deadline, Deadline.id == func.coalesce(WorkItem.deadline_id, WorkItem.escalation_of))
        .where(*which)
        .order_by(WorkItem.sort_key)
        .limit(most)
    )
    return [Row(item, case, name, calendars.of(bundle, unit)) for item, case, name, bundle, unit in found]
