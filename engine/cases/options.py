"""Choices that a form takes from the agency: its units, its people, other agencies, similar reports."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import feel
from engine.cases import attachments
from engine.db.models import Agency, Case, Deadline, Person, Unit, WorkItem
from engine.form import Checked, Form, Option
from engine.runtime import item_limits
from engine.runtime.candidates import holders_outside
from engine.runtime.step import Step

AT_MOST = 500
ELSEWHERE = ("ombudsman", "kepolisian", "pemerintah_daerah", "kementerian_lain", "lainnya")


def of_form(
    step: Step, item: WorkItem | None, definition: Form, context: dict[str, Any]
) -> dict[str, tuple[Option, ...]]:
    """The choices of every field whose options are not in the form itself, by key.

    ``item`` is None for a form that belongs to no task.
    """
    choices = definition.choices(context, step.env())
    for key, source in definition.dynamic().items():
        choices[key] = tuple(SOURCES[source](step, item, context)) if source in SOURCES else ()
    return choices


def judge(
    step: Step, item: WorkItem | None, definition: Form, answers: Any, context: dict[str, Any]
) -> Checked:
    """The answers by the form, by the choices that it offers now, and by the files that there are."""
    offered = of_form(step, item, definition, context)
    checked = definition.validate(answers, feel.from_json(context), step.env(), allowed(offered))
    if not definition.files() or checked.errors:
        return checked
    case_id = step.session.scalar(select(Case.id).where(Case.instance_id == step.instance.id))
    agency_id = step.instance.agency_id
    return Checked(checked.values, attachments.faults(step.session, agency_id, definition, answers, case_id))


def allowed(choices: dict[str, tuple[Option, ...]]) -> dict[str, set[Any]]:
    """The values that the check lets through; where the agency has nothing to offer, any text will do."""
    return {key: {option.value for option in options} for key, options in choices.items() if options}


def _units(step: Step, item: WorkItem | None, context: dict[str, Any]) -> list[Option]:
    rows = step.session.scalars(
        select(Unit)
        .where(Unit.agency_id == step.instance.agency_id, Unit.active.is_(True))
        .order_by(Unit.name)
        .limit(AT_MOST)
    )
    return [Option(unit.key, unit.name) for unit in rows]


def _agencies(step: Step, item: WorkItem | None, context: dict[str, Any]) -> list[Option]:
    rows = step.session.scalars(
        select(Agency)
        .where(Agency.active.is_(True), Agency.id != step.instance.agency_id)
        .order_by(Agency.name)
        .limit(AT_MOST)
    )
    named = [Option(agency.key, agency.name) for agency in rows]
    return named + [Option(key, key.replace("_", " ").capitalize()) for key in ELSEWHERE]


def _people(step: Step, item: WorkItem | None, context: dict[str, Any]) -> list[Option]:
    rows = step.session.scalars(
        select(Person)
        .where(Person.agency_id == step.instance.agency_id, Person.active.is_(True))
        .order_by(Person.name)
        .limit(AT_MOST)
    )
    return [Option(person.login, person.name) for person in rows]


def _similar(step: Step, item: WorkItem | None, context: dict[str, Any]) -> list[Option]:
    rows = context.get("calon_duplikat")
    return [
        Option(row["nomor"], f"{row['nomor']} {row.get('judul') or ''}".strip())
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and row.get("nomor")
    ]


def _candidates(step: Step, item: WorkItem | None, context: dict[str, Any]) -> list[Option]:
    """Who may do the task that an escalation is about; for a task, who may do it beside its assignee."""
    if item is None:
        return []
    roles = _late_roles(step.session, item) if item.kind == "escalation" else item.roles
    people = {
        person.login: person
        for role in roles
        for person in holders_outside(
            step.session, step.instance.agency_id, role, step.now, item.excluded_unit, step.instance.id
        )
    }
    return [Option(login, person.name) for login, person in people.items()]


def _late_roles(session: Session, escalation: WorkItem) -> list[str]:
    late = item_limits.owner_of(session, escalation.instance_id, escalation.escalation_of or "")
    if late is not None:
        return late.roles
    deadline = session.get(Deadline, escalation.escalation_of or "")
    return deadline.roles if deadline else []


SOURCES: dict[str, Callable[[Step, WorkItem | None, dict[str, Any]], list[Option]]] = {
    "unit": _units,
    "instansi": _agencies,
    "orang": _people,
    "duplikat": _similar,
    "kandidat": _candidates,
}
