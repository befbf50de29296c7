"""What must never be: looked for by ``alur verify``."""

from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from engine.db.models import Case, File, Incident, Instance, Job, Subscription, WorkItem, WorkItemRole
from engine.runtime.house import House
from engine.states import IncidentState, InstanceState, JobState, WorkItemState

LISTED = 1000
RUNNING = (InstanceState.ACTIVE, InstanceState.INCIDENT)

Problem = dict[str, str]


def verify(house: House) -> list[Problem]:
    """Every problem found, at most a thousand of each kind."""
    with house.database.read() as session:
        return [
            *_stuck(session),
            *_left_open(session),
            *_without_incident(session),
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
    query = select(Instance.id).where(Instance.state.in_(RUNNING), *(~wait for wait in waits))
    return _told(session, "stuck", "instance", query)


def _left_open(session: Session) -> list[Problem]:
    """What still waits although its instance has ended: nobody could ever finish it."""
    ended = ~Instance.state.in_(RUNNING)
    items = select(WorkItem.id).join(Instance).where(WorkItem.state == WorkItemState.OPEN, ended)
    jobs = select(Job.id).join(Instance).where(Job.state == JobState.WAITING, ended)
    subscriptions = select(Subscription.id).join(Instance).where(ended)
    return [
        *_told(session, "left", "work item", items),
        *_told(session, "left", "job", jobs),
        *_told(session, "left", "subscription", subscriptions),
    ]


def _without_incident(session: Session) -> list[Problem]:
    """An instance that stands in an incident which nobody can find, and so nobody resolves."""
    told = exists().where(Incident.instance_id == Instance.id, Incident.state == IncidentState.OPEN)
    query = select(Instance.id).where(Instance.state == InstanceState.INCIDENT, ~told)
    return _told(session, "incident", "instance", query)


def _queued_but_closed(session: Session) -> list[Problem]:
    query = (
        select(WorkItemRole.work_item_id)
        .join(WorkItem, WorkItem.id == WorkItemRole.work_item_id)
        .where(WorkItem.state != WorkItemState.OPEN)
        .distinct()
    )
    return _told(session, "queue", "work item", query)


def _without_case(session: Session) -> list[Problem]:
    query = select(Instance.id).where(~exists().where(Case.instance_id == Instance.id))
    return _told(session, "orphan", "instance", query)


def _lost_files(house: House, session: Session) -> list[Problem]:
    """Attachments whose bytes are gone or are not as many as were filed."""
    found: list[Problem] = []
    for key, size in session.execute(select(File.id, File.size)):
        path = house.data_dir / "files" / key[-2:] / key
        if not path.is_file() or path.stat().st_size != size:
            found.append({"kind": "file", "what": f"attachment {key}"})
            if len(found) == LISTED:
                break
    return found


def _told(session: Session, kind: str, noun: str, query: Select[Any]) -> list[Problem]:
    return [{"kind": kind, "what": f"{noun} {key}"} for key in session.scalars(query.limit(LISTED))]
