"""Work items listed with their reports: an officer's own, their roles', overdue, searched, page by page.

Each list reads one index from the last row of the page before, so the thousandth page costs what the first
costs, and a long backlog does not slow a short look.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from engine.cases import coarse
from engine.db.models import Case, Person, WorkItem, WorkItemRole
from engine.errors import Invalid, msg
from engine.people.principals import Principal
from engine.runtime.conflicts import does_not_accuse
from engine.runtime.house import House
from engine.runtime.queue import IS_OPEN
from engine.states import WorkItemState

PAGE = 50
COUNTED_AT_MOST = 1000
NOBODY = "-"


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
    """One work item and the report it belongs to; ``title`` is empty for a secret report not opened yet."""

    item: WorkItem
    case: Case | None
    assignee: str | None

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
        keys = list(session.execute(_keys(house, who, query).limit(query.limit + 1)))
        rows = _rows(session, [item_id for _, item_id in keys[: query.limit]])
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
        return {
            name: session.scalar(
                select(func.count()).select_from(_keys(house, who, query).limit(COUNTED_AT_MOST).subquery())
            )
            or 0
            for name, query in wanted.items()
        }


def _keys(house: House, who: Principal, query: Query) -> Any:
    """A select of (sort key, item id) in the inbox's order."""
    if query.state != WorkItemState.OPEN:
        return _finished(who, query)
    if query.mine:
        selected = select(WorkItem.sort_key, WorkItem.id).where(
            WorkItem.assignee_id == who.id, IS_OPEN, *_filters(house, who, query)
        )
        return _after(selected, WorkItem.sort_key, query).order_by(WorkItem.sort_key)
    roles = sorted(who.roles & {query.role} if query.role else who.roles)
    if not roles:
        return select(WorkItem.sort_key, WorkItem.id).where(WorkItem.id.is_(None))
    parts = [_of_role(house, who, query, role) for role in roles]
    if len(parts) == 1:
        return parts[0]
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return select(merged.c.sort_key, merged.c.work_item_id).distinct().order_by(merged.c.sort_key)


def _of_role(house: House, who: Principal, query: Query, role: str) -> Any:
    """The queue of one role: an index range, cut to a page before anything is merged."""
    selected = select(WorkItemRole.sort_key, WorkItemRole.work_item_id).where(
        WorkItemRole.agency_id == who.agency_id, WorkItemRole.role == role
    )
    if query.overdue:
        selected = selected.where(WorkItemRole.sort_key < house.now().strftime("%Y%m%d%H%M%S"))
    selected = selected.join(WorkItem, WorkItem.id == WorkItemRole.work_item_id).where(
        *_filters(house, who, query), _taken(who, query)
    )
    return (
        _after(selected, WorkItemRole.sort_key, query).order_by(WorkItemRole.sort_key).limit(query.limit + 1)
    )


def _taken(who: Principal, query: Query) -> ColumnElement[bool]:
    """Whose items of a role: free ones, my own and those of whom I stand for, unless somebody is named."""
    if query.assignee is None:
        return or_(WorkItem.assignee_id.is_(None), WorkItem.assignee_id.in_([who.id, *who.stands_for]))
    if query.assignee == NOBODY:
        return WorkItem.assignee_id.is_(None)
    named = select(Person.id).where(Person.login == query.assignee, Person.agency_id == who.agency_id)
    return WorkItem.assignee_id == named.scalar_subquery()


def _finished(who: Principal, query: Query) -> Any:
    """What this person completed; newest items last, by their place in the queue."""
    selected = select(WorkItem.sort_key, WorkItem.id).where(
        WorkItem.completed_by == who.id, WorkItem.agency_id == who.agency_id, WorkItem.state == query.state
    )
    return _after(selected, WorkItem.sort_key, query).order_by(WorkItem.sort_key)


def _filters(house: House, who: Principal, query: Query) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = [does_not_accuse(who, WorkItem.instance_id)]
    if who.unit_key:
        filters.append(or_(WorkItem.excluded_unit.is_(None), WorkItem.excluded_unit != who.unit_key))
    if query.overdue:
        filters.append(and_(WorkItem.due_at.is_not(None), WorkItem.due_at < house.now()))
    if query.escalations:
        filters.append(WorkItem.kind == "escalation")
    if query.text.strip():
        wanted = query.text.strip()
        filters.append(
            WorkItem.instance_id.in_(
                select(Case.instance_id).where(
                    Case.agency_id == who.agency_id,
                    or_(
                        Case.case_number.icontains(wanted, autoescape=True),
                        and_(Case.secret.is_(False), Case.title.icontains(wanted, autoescape=True)),
                    ),
                )
            )
            | WorkItem.name.icontains(wanted, autoescape=True)
        )
    return filters


def _after(selected: Any, column: Any, query: Query) -> Any:
    return selected.where(column > query.after) if query.after else selected


def _rows(session: Session, item_ids: list[str]) -> list[Row]:
    """The items of a page with their reports, in one query."""
    found = session.execute(
        select(WorkItem, Case, Person.name)
        .outerjoin(Case, Case.instance_id == WorkItem.instance_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .where(WorkItem.id.in_(item_ids))
        .order_by(WorkItem.sort_key)
    )
    return [Row(item, case, name) for item, case, name in found]
