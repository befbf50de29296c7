"""Messages that an SOP takes from an officer's hand: an answer on paper, an objection at the counter.

``sop.toml`` declares them: ``[pesan.<name>]`` with ``dari = "petugas"``, ``label``, ``formulir`` and the role
``peran`` that may enter them. They can be entered while the report waits for them.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import options, views
from engine.cases.intake import Incoming, deliver
from engine.db.models import Case
from engine.errors import Conflict, Forbidden, Invalid, NotFound, msg
from engine.form import Form, Option
from engine.people.principals import Principal, actor_of
from engine.runtime import messages
from engine.runtime.house import House
from engine.runtime.step import Step

FROM_OFFICER, FROM_REPORTER = "petugas", "pelapor"


@dataclass(frozen=True)
class Entry:
    """A message that this person may enter now.

    ``context`` are the variables that the form's conditions see, ``choices`` the options known only now.
    """

    name: str
    label: str
    form: Form
    context: dict[str, Any]
    choices: dict[str, tuple[Option, ...]]


def open_entries(house: House, who: Principal, case_number: str) -> list[Entry]:
    """What this person may enter into a report now; raises NotFound as the report itself does."""
    with house.database.read() as session:
        case = _case(session, who, case_number)
        step = Step.look(house, session, case.instance_id)
        return [
            _entry(step, name, label, form)
            for name, (label, form, role) in declared(step).items()
            if (not role or who.has(role)) and _waits(session, case, name)
        ]


def enter(house: House, who: Principal, case_number: str, name: str, answers: dict[str, Any]) -> Step:
    """Deliver a message with these answers. Raises Invalid, Forbidden, Conflict, NotFound."""
    with house.database.write() as session:
        case = _case(session, who, case_number)
        step = Step.open(house, session, case.instance_id, actor_of(who), who.agency_id)
        session.refresh(case)
        found = declared(step).get(name)
        if found is None:
            raise NotFound(msg("There is no such message."))
        label, form, role = found
        if role and not who.has(role):
            raise Forbidden(msg("This message is entered by %(role)s.", role=role))
        entry = _entry(step, name, label, form)
        checked = options.judge(step, None, form, answers, entry.context)
        if checked.errors:
            raise Invalid(msg("Some answers need correction."), checked.errors)
        waiting = messages.find(session, who.agency_id, name, None, case.instance_id)
        if waiting is None:
            raise Conflict(msg("Nothing waits for %(name)s any more.", name=label))
        incoming = Incoming(name, checked.values, case.case_number)
        return deliver(house, session, case.instance_id, waiting.wait_id, incoming, actor_of(who))


def declared(step: Step, sender: str = FROM_OFFICER) -> dict[str, tuple[str, Form, str]]:
    """Label, form and role of each message that the SOP takes from this kind of sender, by its name."""
    extra = step.program.sop.extra if step.program.sop else {}
    section = extra.get("pesan")
    found = {}
    for name, rule in section.items() if isinstance(section, dict) else ():
        form = step.program.forms.get(str(rule.get("formulir")))
        if rule.get("dari") == sender and form is not None:
            found[name] = (str(rule.get("label") or name), form, str(rule.get("peran") or ""))
    return found


def _entry(step: Step, name: str, label: str, form: Form) -> Entry:
    context = step.run.variables
    return Entry(name, label, form, context, options.of_form(step, None, form, context))


def _waits(session: Session, case: Case, name: str) -> bool:
    return messages.find(session, case.agency_id, name, None, case.instance_id) is not None


def _case(session: Session, who: Principal, case_number: str) -> Case:
    case = session.scalar(
        select(Case).where(Case.agency_id == who.agency_id, Case.case_number == case_number)
    )
    if case is None or not views.may_see(session, who, case):
        raise NotFound(msg("There is no such report."))
    return case
