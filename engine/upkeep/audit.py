"""What must never be: looked for by ``alur verify``."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Select, Text, case, cast, exists, or_, select
from sqlalchemy.orm import Session

from engine.cases import attachments
from engine.db.models import (
    Case,
    Deadline,
    File,
    Incident,
    Instance,
    Job,
    Subscription,
    WorkItem,
    WorkItemRole,
)
from engine.runtime import deadlines
from engine.runtime.house import House
from engine.runtime.jobs import DUE_KINDS
from engine.runtime.liveness import WAITS_FOR_NOTHING
from engine.states import DeadlineState, IncidentState, InstanceState, JobState, WorkItemState
from engine.upkeep import answers, chain
from engine.upkeep.chain import Problem

LISTED = 1000
RUNNING = (InstanceState.ACTIVE, InstanceState.INCIDENT)


def verify(
    house: House,
    heads: Iterable[chain.Head] = (),
    progress: chain.Progress = lambda done, of: None,
    compared: chain.Progress = lambda done, of: None,
) -> list[Problem]:
    """Every problem found, at most a thousand of each kind, all at one moment of the database.

    ``heads`` are earlier ends of the chains that must still lie on them; ``progress`` is told how many
    entries of the history were looked at, ``compared`` of how many cases the answers were.
    """
    with house.database.snapshot() as connection, Session(connection, autoflush=False) as session:
        return [
            *islice(chain.verify(connection, heads, progress), LISTED),
            *islice(answers.verify(session, house.keyring, compared), LISTED),
            *_stuck(session),
            *_untold(session),
            *_timeless(session),
            *_left_open(session),
            *_without_incident(session),
            *_queued_but_closed(session),
            *_without_case(session),
            *_lost_files(house, session),
        ]


def heads(house: House) -> list[dict[str, Any]]:
    """The end of each agency's history, for another custodian to keep; ``verify`` takes them back."""
    with house.database.look() as connection:
        return chain.heads(connection)


def _stuck(session: Session) -> list[Problem]:
    """An open instance with no work item, job, subscription or incident waits for nothing."""
    return _told(session, "stuck", "instance", select(Instance.id).where(*WAITS_FOR_NOTHING))


def _untold(session: Session) -> list[Problem]:
    """A running limit that lacks a job for what it has to tell yet: it would pass in silence."""
    answering = cast(Deadline.roles, Text) != "[]"  # both databases hold an empty list as this
    expected = {
        deadlines.REMIND: Deadline.reminder_at.is_not(None),
        deadlines.ESCALATE: answering,
        deadlines.ESCALATE_AGAIN: answering,
    }
    lacking = [
        (Deadline.told < level) & wanted & ~exists().where(Job.deadline_id == Deadline.id, Job.level == level)
        for level, wanted in expected.items()
    ]
    query = select(Deadline.id).where(
        Deadline.state == DeadlineState.RUNNING, Deadline.due_at.is_not(None), or_(*lacking)
    )
    return _told(session, "timer", "deadline", query)


def _timeless(session: Session) -> list[Problem]:
    """A job that waits without a time, an instance or its limit: it would never tell, or wrongly.

    What ends a pause belongs to a limit that is paused, what reminds and escalates to one that runs.
    """
    state = case((Job.kind == "resume", DeadlineState.PAUSED.value), else_=DeadlineState.RUNNING.value)
    query = (
        select(Job.id)
        .outerjoin(Instance, Instance.id == Job.instance_id)
        .outerjoin(Deadline, Deadline.id == Job.deadline_id)
        .where(
            Job.state == JobState.WAITING,
            Job.kind.in_(DUE_KINDS),
            or_(
                Job.due_at.is_(None),
                Instance.id.is_(None),
                (Job.kind == "timer") & Job.wait_id.is_(None),
                (Job.kind != "timer") & (Deadline.id.is_(None) | (Deadline.state != state)),
            ),
        )
    )
    return _told(session, "timer", "job", query)


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
        path = attachments.path_of(house.data_dir, key)
        if not path.is_file() or path.stat().st_size != size:
            found.append({"kind": "file", "what": f"attachment {key}"})
            if len(found) == LISTED:
                break
    return found


def _told(session: Session, kind: str, noun: str, query: Select[Any]) -> list[Problem]:
    return [{"kind": kind, "what": f"{noun} {key}"} for key in session.scalars(query.limit(LISTED))]
