"""Parts of answers that several operations share."""

from datetime import datetime
from typing import Any

from engine.cases import views
from engine.cases.correspondence import questions_of
from webapp.api.operation import Answer, local, maybe
from webapp.citizen.letters import letter_text
from webapp.house import house
from webapp.visitor import person

# Rows of the database come in as Any: their types are the engine's.
Row = Any


OPENED = "laporan"  # what was opened, in the access log


class Clock(Answer):
    """A case clock and how its due time was counted."""

    name: str
    state: str
    limit: str
    started_at: datetime
    due_at: datetime | None
    reminder_at: datetime | None
    stopped_at: datetime | None
    receipt: dict[str, Any]


class Letter(Answer):
    """Correspondence; ``direction`` is in (from the reporter), out (to the reporter) or agency."""

    id: str
    direction: str
    kind: str
    text: str
    questions: list[str]
    files: list[str]
    at: datetime
    due_at: datetime | None


class Event(Answer):
    """Something that happened; newest first in lists."""

    at: datetime
    kind: str
    element: str | None
    name: str
    actor: str
    data: dict[str, Any]


class Deadline(Answer):
    """A running limit of a task, a scope or a case clock."""

    subject: str
    key: str
    element: str
    name: str
    limit: str
    state: str
    started_at: datetime
    due_at: datetime | None
    reminder_at: datetime | None
    receipt: dict[str, Any]


def clock(row: Row, zone: str | None = None) -> Clock:
    """A clock's row."""
    return Clock(
        name=row.key,
        state=row.state,
        limit=row.limit,
        started_at=local(row.started_at, zone),
        due_at=maybe(row.due_at, zone),
        reminder_at=maybe(row.reminder_at, zone),
        stopped_at=maybe(row.stopped_at, zone),
        receipt=row.receipt or {},
    )


def letter(row: Row, zone: str | None = None) -> Letter:
    """A letter's row; of its data only what was asked is told."""
    return Letter(
        id=row.id,
        direction=row.direction,
        kind=row.kind,
        text=letter_text(row),
        questions=questions_of(row.data),
        files=row.files,
        at=local(row.at, zone),
        due_at=maybe(row.due_at, zone),
    )


def event(row: Row) -> Event:
    """A history row; what a message carried stands in the letters, where each may be read or not."""
    return Event(
        at=local(row.at),
        kind=row.kind,
        element=row.element,
        name=row.name,
        actor=row.actor,
        data={key: value for key, value in row.data.items() if key != "payload"},
    )


def deadline(row: Row) -> Deadline:
    """A deadline's row."""
    return Deadline(
        subject=row.subject,
        key=row.key,
        element=row.element,
        name=row.name,
        limit=row.limit,
        state=row.state,
        started_at=local(row.started_at),
        due_at=maybe(row.due_at),
        reminder_at=maybe(row.reminder_at),
        receipt=row.receipt or {},
    )


def note_opening(report: views.CaseView) -> None:
    """Every opening of a secret report is written down, by program as on the pages."""
    if report.case.secret:
        views.log_access(house(), person(), report.case.id, OPENED)
