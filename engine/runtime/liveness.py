"""No case waits for nothing: a duty that looks through the open instances and tells an operator of any."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from engine.clock import stopwatch
from engine.db.models import Incident, Instance, Job, Subscription, WorkItem
from engine.errors import AlurError, msg
from engine.people.principals import SYSTEM
from engine.runtime import incidents
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import IncidentState, JobState, WorkItemState

KIND = "stuck"
PAGE = 10_000
LONGEST_SECONDS = 2.0  # of looking in one go; the next goes on from there

IS_OPEN = Instance.ended_at.is_(None)
WAITS_FOR_NOTHING: tuple[ColumnElement[bool], ...] = (
    IS_OPEN,
    ~exists().where(WorkItem.instance_id == Instance.id, WorkItem.state == WorkItemState.OPEN),
    ~exists().where(Job.instance_id == Instance.id, Job.state == JobState.WAITING),
    ~exists().where(Subscription.instance_id == Instance.id),
    ~exists().where(
        Incident.instance_id == Instance.id,
        Incident.state == IncidentState.OPEN,
        Incident.kind.not_in(incidents.BESIDE),
    ),
)


class LivenessAudit:
    """The duty. It remembers how far it came, so that a million cases are looked through in some turns."""

    def __init__(self) -> None:
        self._place = ""

    def __call__(self, house: House) -> int:
        """Look on for at most some seconds, or to the end; how many incidents were opened."""
        opened, end = 0, stopwatch() + LONGEST_SECONDS
        while True:
            house.courtesy.stand_back()
            found, last = self._look(house)
            opened += sum(_tell(house, instance_id) for instance_id in found)
            self._place = last
            if not last or stopwatch() > end:
                return opened

    def _look(self, house: House) -> tuple[list[str], str]:
        """What waits for nothing on the next page, and the page's last instance; "" on the last page."""
        page = select(Instance.id).where(IS_OPEN, Instance.id > self._place).order_by(Instance.id).limit(PAGE)
        with house.database.read() as session:
            count, last = session.execute(select(func.count(), func.max(page.subquery().c.id))).one()
            if not count:
                return [], ""
            within = (Instance.id > self._place, Instance.id <= last)
            stuck = session.scalars(select(Instance.id).where(*within, *WAITS_FOR_NOTHING))
            return list(stuck), last if count == PAGE else ""


def waits_for_nothing(session: Session, instance_id: str) -> bool:
    """Whether this instance is open and nothing could ever carry it on."""
    query: Any = select(Instance.id).where(Instance.id == instance_id, *WAITS_FOR_NOTHING)
    return session.scalar(query) is not None


def _tell(house: House, instance_id: str) -> bool:
    """Open an incident, unless a step has mended the case meanwhile."""
    with house.database.write() as session:
        step = Step.open(house, session, instance_id, SYSTEM)
        if not waits_for_nothing(session, instance_id):
            return False
        reason = AlurError(msg("The case is open and waits for nothing. A retry lets it wait anew."))
        incidents.open_incident(step, step.instance.process_key, KIND, reason)
        step.save()
        return True
