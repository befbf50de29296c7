"""What must never be: looked for by ``alur verify``."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.db.models import Case, File, Incident, Instance, Job, Subscription, WorkItem, WorkItemRole
from engine.runtime.house import House
from engine.states import IncidentState, InstanceState, JobState, WorkItemState

LISTED = 1000

Problem = dict[str, str]


def verify(house: House) -> list[Problem]:
    """Every problem found, at most a thousand of each kind."""
    with house.database.read() as session:
        return [
            *_stuck(session),
            *_queued_but_closed(session),
            *_without_case(session),
            *_lost_files(house, session),
        ]


def _stuck(session: Session) -> list[Problem]:
    """An open instance with no work item, job, subscription or incident waits for nothing."""
    waits = [
        exists().where(WorkItem.instance_id == Instance.id, WorkItem.state == WorkItemState.OPEN),
        exists().where(Job.instance_id == Instance.id, Job.state == JobState.WAITING),
        exists().where(Subscription.instance_id == Instance.id),
        exists().where(Incident.instance_id == Instance.id, Incident.state == IncidentState.OPEN),
    ]
    query = select(Instance.id).where(
        Instance.state.in_((InstanceState.ACTIVE, InstanceState.INCIDENT)), *(~wait for wait in waits)
    )
    return [{"kind": "stuck", "what": f"instance {key}"} for key in session.scalars(query.limit(LISTED))]


def _queued_but_closed(session: Session) -> list[Problem]:
    query = (
        select(WorkItemRole.work_item_id)
        .join(WorkItem, WorkItem.id == WorkItemRole.work_item_id)
        .where(WorkItem.state != WorkItemState.OPEN)
    )
    return [{"kind": "queue", "what": f"work item {key}"} for key in session.scalars(query.limit(LISTED))]


def _without_case(session: Session) -> list[Problem]:
    query = select(Instance.id).where(~exists().where(Case.instance_id == Instance.id))
    return [{"kind": "orphan", "what": f"instance {key}"} for key in session.scalars(query.limit(LISTED))]


def _lost_files(house: House, session: Session) -> list[Problem]:
    keys = session.scalars(select(File.id))
    lost = (key for key in keys if not (house.data_dir / "files" / key[-2:] / key).is_file())
    return [
        {"kind": "file", "what": f"attachment {key}"} for _, key in zip(range(LISTED), lost, strict=False)
    ]
