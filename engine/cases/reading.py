"""Which answers of a report an officer may read (SOP conventions, section 8: "Terlihat oleh")."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine.cases import attachments
from engine.db.models import Case, Letter, Person, WorkItem
from engine.form import Field, Form
from engine.people.principals import Principal
from engine.runtime.program import Program
from engine.states import WorkItemState

EVERY_OFFICER = frozenset({"semua", "petugas"})
HANDLERS = "penangan"


@dataclass(frozen=True)
class Done:
    """A finished task of a report: who did it, and the answers that this officer may read, by field."""

    item: WorkItem
    by: str | None
    answers: list[tuple[Field, Any]]


def may_read(field: Field, who: Principal, handles: bool) -> bool:
    """``handles``: a role of this person has or had a task of the report. No rule named: everybody."""
    named = frozenset(field.visible_to)
    if not named or named & EVERY_OFFICER:
        return True
    return who.has(*named) or (HANDLERS in named and handles)


def readable(
    form: Form | None, answers: dict[str, Any], who: Principal, handles: bool, *, own: bool = False
) -> list[tuple[Field, Any]]:
    """The given answers with their fields, in the form's order; what one wrote oneself is ``own``."""
    fields: Iterable[Field] = form.inputs if form else ()
    return [
        (field, answers[field.key])
        for field in fields
        if answers.get(field.key) not in (None, "", [], False) and (own or may_read(field, who, handles))
    ]


def done(session: Session, program: Program, instance_id: str, who: Principal, handles: bool) -> list[Done]:
    """The finished tasks of an instance, newest first, with what was answered; one's own wholly."""
    rows = session.execute(
        select(WorkItem, Person.name)
        .outerjoin(Person, Person.id == WorkItem.completed_by)
        .where(WorkItem.instance_id == instance_id, WorkItem.state == WorkItemState.COMPLETED)
        .options(undefer(WorkItem.outcome))
        .order_by(WorkItem.completed_at.desc(), WorkItem.id.desc())
        .limit(200)
    )
    found = []
    for item, name in rows:
        form = program.forms.get(item.form or "")
        own = item.completed_by == who.id
        found.append(Done(item, name, readable(form, item.outcome, who, handles, own=own)))
    return found


def hidden_files(session: Session, program: Program, case: Case, who: Principal, handles: bool) -> set[str]:
    """The attachments that only answers name which this person may not read, and no letter."""
    shown: set[str] = set()
    named: set[str] = set()
    start = program.start_form(case.process_key)
    told = [(case.answers, readable(start, case.answers, who, handles))]
    told += [
        (one.item.outcome, one.answers) for one in done(session, program, case.instance_id, who, handles)
    ]
    for whole, parts in told:
        named |= attachments.mentioned(whole)
        shown |= attachments.mentioned([value for _, value in parts])
    for files in session.scalars(select(Letter.files).where(Letter.case_id == case.id)):
        shown |= set(files)
    return named - shown
