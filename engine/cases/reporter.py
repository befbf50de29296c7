"""What reporters see and do: public status by tracking number; with the receipt, their own report.

A wrong receipt, an unknown number and a number of another agency all look alike, and take equally long.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import attachments, coarse, correspondence, entries, intake, numbers
from engine.cases.filing import resolution_due
from engine.db.models import Agency, Case, Deadline, File, Letter, Reporter
from engine.db.store import Store
from engine.errors import Conflict, FieldError, Invalid, NotFound, msg
from engine.form import Form
from engine.people.principals import REPORTER
from engine.runtime import messages
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import CaseStatus

SHORTEST_TEXT, LONGEST_TEXT = 3, 5000
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
    those that the SOP brings itself.
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
        case = _own(house, session, tracking_number, receipt)
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
            may_rate=_may_rate(case, house.now()),
            rating=case.rating,
            rating_until=case.rating_until,
            case_id=case.id,
            private=_is_private(case),
        )


def reply(
    house: House,
    tracking_number: str,
    receipt: str,
    text: str,
    files: list[str] | None = None,
    extra: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Answer a question or write back; whether the flow was waiting for it.

    What the flow does not wait for is kept as correspondence that the officers see. The same idempotency
    ``key`` again sends nothing. Raises NotFound, Invalid.
    """
    payload = {"teks": _text(text, "teks"), "lampiran": files or [], **(extra or {})}
    return _send(house, tracking_number, receipt, correspondence.REPLY, payload, key)


def withdraw(house: House, tracking_number: str, receipt: str, reason: str, key: str | None = None) -> bool:
    """Ask to withdraw; whether that ends the handling, the SOP decides. Raises NotFound, Invalid."""
    payload = {"alasan": _text(reason, "alasan"), "bukti_identitas": "tanda_terima"}
    return _send(house, tracking_number, receipt, correspondence.WITHDRAWAL, payload, key)


def send(
    house: House,
    tracking_number: str,
    receipt: str,
    name: str,
    text: str = "",
    answers: dict[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """Send another message that the SOP takes from reporters: a text, or the answers of its own form.

    Raises NotFound, Invalid.
    """
    with house.database.read() as session:
        case = _own(house, session, tracking_number, receipt)
        step = Step.look(house, session, case.instance_id)
        own = entries.declared(step, entries.FROM_REPORTER)
        if name not in own and name not in STANDARD:
            raise Invalid(msg("Reporters do not send %(name)s.", name=name))
        payload: dict[str, Any] = {}
        if name in own:
            checked = own[name][1].validate(answers or {}, {}, step.env())
            if checked.errors:
                raise Invalid(msg("Some answers need correction."), checked.errors)
            payload = checked.values
        else:
            payload["alasan"] = payload["teks"] = _text(text, "alasan")
    return _send(house, tracking_number, receipt, name, payload, key, own[name][1] if name in own else None)


def rate(house: House, tracking_number: str, receipt: str, rating: int, comment: str = "") -> None:
    """Rate the handling from 1 to 5, once the answer was sent until the 10th working day after closing.

    Raises NotFound, Invalid, and Conflict outside that time.
    """
    if rating not in range(1, 6):
        fault = FieldError("rating", msg("Choose a rating from 1 to 5."))
        raise Invalid(msg("Some answers need correction."), [fault])
    if len(comment) > LONGEST_TEXT:
        raise Invalid(
            msg("Some answers need correction."), [FieldError("comment", msg("The text is too long."))]
        )
    with house.database.write() as session:
        case = _own(house, session, tracking_number, receipt)
        step = _locked(house, session, case)
        if not _may_rate(case, step.now):
            raise Conflict(msg("This report cannot be rated now."))
        case.rating, case.rating_comment = rating, comment
        case.rated_at = coarse.day(step.now, step.calendar.zone.key) if case.anonymous else step.now
        step.record("rated", None, "", rating=rating)
        step.save()


def attachment(house: House, tracking_number: str, receipt: str, file_id: str) -> tuple[File, bytes]:
    """An attachment of the reporter's own report; raises NotFound."""
    with house.database.read() as session:
        case = _own(house, session, tracking_number, receipt)
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


def _send(
    house: House,
    tracking_number: str,
    receipt: str,
    name: str,
    payload: dict[str, Any],
    key: str | None,
    form: Form | None = None,
) -> bool:
    payload = _privately(house, tracking_number, receipt, payload)
    with house.database.write() as session:
        case = _own(house, session, tracking_number, receipt)
        # Locked before looking: a catch that waits now still waits when the message is handed over.
        step = _locked(house, session, case)
        message_id = f"{case.id}:{house.digest('reporter-message', key)}" if key else None
        incoming = intake.Incoming(name, payload, message_id=message_id)
        faults = (
            attachments.faults(session, case.agency_id, form, payload, case.id)
            if form
            else _missing(session, case, payload)
        )
        if faults:
            raise Invalid(msg("Some answers need correction."), faults)
        if not intake.is_first(house, session, case.agency_id, incoming, case.instance_id):
            return True
        found = messages.find(session, case.agency_id, name, case.case_number, case.instance_id)
        if found is not None:
            intake.deliver(house, session, case.instance_id, found.wait_id, incoming, REPORTER)
            return True
        step.record("correspondence_received", None, name)
        correspondence.write(step, case, "in", name, payload)
        step.save()
        return False


def _privately(house: House, tracking_number: str, receipt: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The same message; files sent to a private report have left names and metadata behind."""
    with house.database.read() as session:
        case = _own(house, session, tracking_number, receipt)
        if not _is_private(case):
            return payload
        agency = session.get_one(Agency, case.agency_id)
    copies = attachments.privately(house, agency.key, attachments.mentioned(payload))
    replaced: dict[str, Any] = attachments.replaced(payload, copies)
    return replaced


def _missing(session: Session, case: Case, payload: dict[str, Any]) -> list[FieldError]:
    """The files of a letter that are not there, or another report's."""
    missing = attachments.unknown(session, case.agency_id, payload.get("lampiran") or [], case.id)
    return [FieldError("files", attachments.no_file(each)) for each in sorted(missing)]


def _is_private(case: Case) -> bool:
    return case.anonymous or case.secret


def _locked(house: House, session: Session, case: Case) -> Step:
    """The case's instance locked, and the case as whoever held the lock before left it."""
    step = Step.open(house, session, case.instance_id, REPORTER)
    session.refresh(case)
    return step


def _own(store: Store, session: Session, tracking_number: str, receipt: str) -> Case:
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


def _may_rate(case: Case, now: datetime) -> bool:
    return case.answered_at is not None and (case.rating_until is None or now <= case.rating_until)


def _text(text: str, key: str) -> str:
    text = text.strip()
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT or "\x00" in text:
        fault = FieldError(
            key, msg("Write between %(least)d and %(most)d characters.", least=3, most=LONGEST_TEXT)
        )
        raise Invalid(msg("Some answers need correction."), [fault])
    return text
