"""Erasing what a report holds of people (UU 27/2022, articles 43 and 44), once its handling has ended.

The case's key is destroyed, the personal columns of its rows are overwritten, its attachments deleted; what
it had still to tell others is told no more. What stays says that there was a report, when, of which class,
how it went and who in office did what: the history keeps its chain. What another agency was sent is a report
of that agency's own, and for it to erase.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.cases import attachments, views
from engine.db import personal
from engine.db.keys import KEYS
from engine.db.models import Agency, Case, Erasure, File
from engine.errors import Conflict, FieldError, Forbidden, NotFound, msg
from engine.people.principals import ADMIN, IDENTITY_KEEPER, Principal, actor_of
from engine.people.rules import length_faults, raise_faults
from engine.runtime import outbox
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import InstanceState

ERASED = "erased"
LONGEST_REASON = 300
FORGOTTEN = datetime(2000, 1, 1, tzinfo=UTC)  # long enough ago for the sweeper
SETTLING = timedelta(minutes=10)
ENDED = (InstanceState.COMPLETED, InstanceState.TERMINATED)


def erase(house: House, who: Principal, case_number: str, reason: str) -> None:
    """Erase a report for good; who did it and why stands in its history, readable.

    Raises Forbidden for others than the identity custodian and administrators, NotFound for a report that
    they may not see, Invalid, and Conflict while it is being handled or when it is erased already.
    """
    if not may_erase(who):
        raise Forbidden(msg("Only the identity custodian and administrators may erase a report."))
    faults = length_faults("reason", reason, LONGEST_REASON)
    if len(reason.strip()) < 3:
        faults.append(FieldError("reason", msg("Write why.")))
    raise_faults(faults)
    with house.database.write() as session:
        case = session.scalar(
            select(Case).where(Case.agency_id == who.agency_id, Case.case_number == case_number)
        )
        if case is None or not views.may_see(session, who, case):
            raise NotFound(msg("There is no such report."))
        step = Step.open(house, session, case.instance_id, actor_of(who), who.agency_id)
        if step.instance.state not in ENDED:
            raise Conflict(msg("This report is being handled; it can be erased once it has ended."))
        if session.get(Erasure, step.instance.id) is not None:
            raise Conflict(msg("This report is erased already."))
        file_ids = erase_in(session, step, reason.strip())
    house.keyring.forget()
    throw_away(house, file_ids)


def may_erase(who: Principal) -> bool:
    """Whether this person holds an office that erases."""
    return who.has(IDENTITY_KEEPER, ADMIN)


def erase_in(session: Session, step: Step, reason: str) -> list[str]:
    """The same within a transaction; the attachments whose bytes are to be thrown away after it."""
    untold = outbox.cancel_all(session, step.instance.id, step.now, step.actor.id)
    if untold:
        step.record("deliveries_cancelled", count=untold)
    step.record(ERASED, None, reason)
    step.save()
    session.flush()
    session.expire_all()
    instance_id, agency_id = step.instance.id, step.instance.agency_id
    file_ids = _detach(session, instance_id)
    personal.erase(session.connection(), instance_id)
    session.add(Erasure(instance_id=instance_id, agency_id=agency_id, at=step.now))
    return file_ids


def throw_away(house: House, file_ids: list[str]) -> None:
    """Delete the bytes of erased attachments, and what the database still holds beside its tables."""
    for file_id in file_ids:
        attachments.throw_away(house, file_id)
    with house.database.write() as session:
        for file_id in file_ids:
            row = session.get(File, file_id)
            if row is not None and row.case_id is None:
                session.delete(row)
    house.database.scrub()


class Scrubbing:
    """The duty, on PostgreSQL: what was erased is not left lying in dead rows, nor is the key that opens it.

    Repeated for a while after each erasure, for rows that an older transaction can still see are not freed.
    """

    def __init__(self) -> None:
        self._done: datetime | None = None

    def __call__(self, house: House) -> int:
        """Vacuum what erasing touches, when there is need; how many tables."""
        if house.database.is_sqlite:
            return 0
        with house.database.read() as session:
            newest = session.scalar(select(func.max(Erasure.at)))
        if newest is None or (self._done is not None and newest + SETTLING <= self._done):
            return 0
        tables = [str(part.table.name) for part in personal.PARTS] + [str(KEYS.name)]
        self._done = house.now()
        house.database.vacuum(tables)
        return len(tables)


def list_erasures(house: House) -> list[dict[str, Any]]:
    """Every report erased so far: ``{"instance", "agency", "case", "at"}``, oldest first, and no person."""
    query = (
        select(Erasure, Agency.key, Case.case_number)
        .join(Agency, Agency.id == Erasure.agency_id)
        .join(Case, Case.instance_id == Erasure.instance_id)
        .order_by(Erasure.at, Erasure.instance_id)
    )
    with house.database.read() as session:
        return [
            {"instance": row.instance_id, "agency": key, "case": number, "at": row.at.isoformat()}
            for row, key, number in session.execute(query)
        ]


def _detach(session: Session, instance_id: str) -> list[str]:
    """Take the files out of the case, nameless and forgotten: who dies now leaves them to the sweeper."""
    case_id = select(Case.id).where(Case.instance_id == instance_id).scalar_subquery()
    found = session.scalars(
        update(File)
        .where(File.case_id == case_id)
        .values(case_id=None, created_by=None, created_at=FORGOTTEN, name=personal.NOTHING, sha256="")
        .returning(File.id)
    )
    return list(found)
