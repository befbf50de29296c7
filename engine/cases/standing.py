"""Reports whose clocks stand still while their reporters owe an answer, as heads see them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from engine.cases import coarse, views
from engine.db.models import Case, Deadline, Instance, WorkItem
from engine.people.principals import Principal
from engine.runtime.calendars import Calendars
from engine.runtime.conflicts import apart
from engine.states import CaseStatus, DeadlineState

LOOKED_THROUGH = 500  # clocks, of the reports filed first


@dataclass(frozen=True)
class Standing:
    """A report and those of its clocks that stand; ``may_open`` whether this person may read it.

    ``calendar`` is the one by which its clocks count.
    """

    case: Case
    clocks: list[Deadline]
    may_open: bool
    calendar: worktime.Calendar


def standing(calendars: Calendars, who: Principal, led: set[str], limit: int) -> list[Standing]:
    """What stands of the reports in which a role led by this person has worked, those filed first."""
    session = calendars.session
    rows = session.execute(
        select(Case, Deadline, Instance.bundle_hash)
        .join(Deadline, Deadline.instance_id == Case.instance_id)
        .join(Instance, Instance.id == Case.instance_id)
        .where(
            Case.agency_id == who.agency_id,
            Case.status == CaseStatus.AWAITING_REPORTER,
            Deadline.subject == "clock",
            Deadline.state == DeadlineState.PAUSED,
            *apart(who, Case.instance_id),
        )
        .order_by(Case.filed_at, Case.id, Deadline.key)
        .limit(LOOKED_THROUGH)
    ).all()
    worked = _roles(session, {case.instance_id for case, _, _ in rows})
    found: dict[str, Standing] = {}
    for case, clock, bundle in rows:
        if led.isdisjoint(worked[case.instance_id]):
            continue
        if case.id not in found:
            if len(found) == limit:
                break
            calendar = calendars.of(bundle, clock.unit)
            found[case.id] = Standing(case, [], views.may_see(session, who, case), calendar)
        if case.anonymous:
            coarse.tell_deadlines([clock], who.zone)
        found[case.id].clocks.append(clock)
    return list(found.values())


def _roles(session: Session, instance_ids: set[str]) -> dict[str, set[str]]:
    """The roles that have or had a task, by report."""
    found: dict[str, set[str]] = defaultdict(set)
    query = select(WorkItem.instance_id, WorkItem.roles).where(WorkItem.instance_id.in_(instance_ids))
    for instance_id, roles in session.execute(query):
        found[instance_id].update(roles)
    return found
