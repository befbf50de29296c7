"""The case of a step: read once in a transaction, and written with the step's own rows."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.db.models import Case
from engine.db.prepared import Prepared, connection_of
from engine.db.records import Records
from engine.runtime.step import Step

CASES = Records(Case, without=("answers",))  # no step asks for those
READ = Prepared(select(*CASES.columns).where(Case.instance_id == bindparam("instance")))
READ_MANY = select(*CASES.columns).where(Case.instance_id.in_(bindparam("instances", expanding=True)))
READ_BEFORE = "cases"  # where a session keeps them, by instance


def case_of(step: Step) -> Case | None:
    """The case whose flow this step moves; None where the instance is no case."""
    case = _read(step.session).get(step.instance.id)
    if case is None:
        found = READ.first(step.connection, {"instance": step.instance.id})
        if found is None:
            return None
        case = CASES.made(found)
        keep(step.session, case)
    step.rows.hold(CASES, case)
    return case


def keep(session: Session, case: Case) -> None:
    """The steps of this transaction find this object, and nobody else writes it."""
    _read(session)[case.instance_id] = case


def foresee(session: Session, instance_ids: Collection[str]) -> None:
    """Read the cases of several instances, locked by this transaction, in one statement."""
    for found in connection_of(session).execute(READ_MANY, {"instances": list(instance_ids)}):
        keep(session, CASES.made(found))


def _read(session: Session) -> dict[str, Case]:
    known: dict[str, Case] = session.info.setdefault(READ_BEFORE, {})
    return known
