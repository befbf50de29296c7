"""What reporters see: public status by tracking number; with the receipt, their own report.

A wrong receipt, an unknown number and a number of another agency all look alike, and take equally long.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import worktime
from engine.cases import attachments, coarse, correspondence, entries, numbers
from engine.cases.filing import resolution_due
from engine.db.models import Agency, Case, Deadline, File, Letter, Reporter
from engine.db.store import Store
from engine.errors import NotFound, msg
from engine.form import Form
from engine.runtime import messages
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import CaseStatus

STANDARD = (correspondence.REPLY, correspondence.WITHDRAWAL, correspondence.OMBUDSMAN)


@dataclass(frozen=True)
class PublicStatus:
    """What anybody with the tracking number sees: states and dates, no text, no name."""

    tracking_number: str
    agency: str
    agency_name: str
    process: str
    status: str
    filed_at: datetime
    closed_at: datetime | None
    zone: str
    anonymous: bool


@dataclass(frozen=True)
class ReporterView:
    """A report as its reporter sees it; ``private`` when it is anonymous or secret.

    ``actions`` names the messages that the flow now takes from the reporter; ``forms`` has label and form of
    those that the SOP brings itself. ``calendar`` is the one by which its clocks count.
    """

    public: PublicStatus
    case_number: str
    title: str
    answers: dict[str, Any]
    letters: list[Letter]
    files: list[File]
    clocks: list[Deadline]
    due_at: datetime | None
    actions: frozenset[str]
    forms: dict[str, tuple[str, Form]]
    question: Letter | None
    may_rate: bool
    rating: int | None
    rating_until: datetime | None
    case_id: str
    private: bool
    calendar: worktime.Calendar


def public_status(house: House, tracking_number: str) -> PublicStatus | None:
    """The public status; nothing for an unknown number and for a secret report."""
    with house.database.read() as session:
        case = _by_number(session, tracking_number)
        if case is None or case.secret:
            return None
        return _public(session, case)


def view(house: House, tracking_number: str, receipt: str) -> ReporterView:
    """The reporter's own view; raises NotFound when number and receipt do not fit."""
    with house.database.read() as session:
        case = own_case(house, session, tracking_number, receipt)
        letters = [one for one in correspondence.of_case(session, case.id) if one.direction != "agency"]
        clocks = session.scalars(
            select(Deadline)
            .where(Deadline.instance_id == case.instance_id, Deadline.subject == "clock")
            .order_by(Deadline.key)
        ).all()
        public = _public(session, case)
        if case.anonymous:
            coarse.tell_deadlines(clocks, public.zone)
        step = Step.look(house, session, case.instance_id)
        own = entries.declared(step, entries.FROM_REPORTER)
        awaiting = case.status == CaseStatus.AWAITING_REPORTER
        questions = [one for one in letters if one.kind == correspondence.QUESTION]
        return ReporterView(
            public=public,
            case_number=case.case_number,
            title=case.title,
            answers=case.answers,
            letters=letters,
            files=_files(session, case),
            clocks=list(clocks),
            due_at=resolution_due(session, case.instance_id),
            actions=_actions(session, case, (*STANDARD, *own)),
            forms={name: (label, form) for name, (label, form, _) in own.items()},
            question=questions[-1] if awaiting and questions else None,
            may_rate=may_rate(case, house.now()),
            rating=case.rating,
            rating_until=case.rating_until,
            case_id=case.id,
            private=is_private(case),
            calendar=step.calendar,
        )


def attachment(house: House, tracking_number: str, receipt: str, file_id: str) -> tuple[File, bytes]:
    """An attachment of the reporter's own report; raises NotFound."""
    with house.database.read() as session:
        case = own_case(house, session, tracking_number, receipt)
        known = {file.id for file in _files(session, case)}
    if file_id not in known:
        raise NotFound(msg("There is no such file."))
    return attachments.read_of_case(house, case.id, file_id)


def _files(session: Session, case: Case) -> list[File]:
    """What the reporter sent or was sent; the files of officers' own tasks stay with the officers."""
    letters = correspondence.of_case(session, case.id)
    reporter = session.get(Reporter, case.id)
    known = attachments.mentioned(case.answers) | attachments.mentioned(reporter.fields if reporter else {})
    known |= {file_id for letter in letters if letter.direction != "agency" for file_id in letter.files}
    return [file for file in attachments.of_case(session, case.id) if file.id in known]


def is_private(case: Case) -> bool:
    """Whether nothing may unmask the reporter."""
    return case.anonymous or case.secret


def own_case(store: Store, session: Session, tracking_number: str, receipt: str) -> Case:
    """The case that number and receipt open together; raises NotFound."""
    case = _by_number(session, tracking_number)
    given = numbers.receipt_hash(store, receipt)
    kept = (case.receipt_hash if case else None) or "0" * len(given)
    if not hmac.compare_digest(given, kept) or case is None:
        raise NotFound(msg("Number or code does not match."))
    return case


def _by_number(session: Session, tracking_number: str) -> Case | None:
    return session.scalar(
        select(Case).where(Case.tracking_number == numbers.normal_tracking(tracking_number))
    )


def _public(session: Session, case: Case) -> PublicStatus:
    agency = session.get_one(Agency, case.agency_id)
    return PublicStatus(
        tracking_number=case.tracking_number,
        agency=agency.key,
        agency_name=agency.name,
        process=case.process_key,
        status=case.status,
        filed_at=case.filed_at,
        closed_at=case.closed_at,
        zone=agency.zone,
        anonymous=case.anonymous,
    )


def _actions(session: Session, case: Case, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        name
        for name in names
        if messages.find(session, case.agency_id, name, case.case_number, case.instance_id)
    )


def may_rate(case: Case, now: datetime) -> bool:
    """Whether the answer may be rated now."""
    return case.answered_at is not None and (case.rating_until is None or now <= case.rating_until)
