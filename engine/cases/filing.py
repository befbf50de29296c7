"""Filing a complaint: answers checked by the SOP's start form, one case per idempotency key."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import feel, form, worktime
from engine.cases import attachments, numbers
from engine.cases.opening import Opening, active_definition, identity_apart, is_private, open_case
from engine.db.models import Agency, Case, Deadline, Definition, IdempotencyKey
from engine.errors import Conflict, Invalid, NotFound, msg
from engine.people.calendars import calendar_of
from engine.people.principals import REPORTER, Actor
from engine.runtime.house import House

RESOLUTION_CLOCK = "jam_penyelesaian"
RESPONSE_CLOCK = "jam_tanggapan"
LONGEST_SCOPE = 60


@dataclass(frozen=True)
class Filing:
    """A complaint as it is sent. ``key`` is the idempotency key, ``scope`` whose keys they are.

    ``fingerprint`` says what was sent where the answers do not: attachments get new ids each time they come.
    """

    agency: str
    process: str
    answers: dict[str, Any]
    key: str
    scope: str = "public"
    channel: str = "web"
    language: str = "id"
    actor: Actor = field(default=REPORTER)
    fingerprint: Any = None


@dataclass(frozen=True)
class Filed:
    """The acknowledgement; made only after the commit. ``due_at`` is the running resolution clock, UTC.

    ``zone`` is the agency's time zone.
    """

    tracking_number: str
    case_number: str
    receipt: str
    status: str
    due_at: datetime | None
    agency: str
    process: str
    anonymous: bool
    zone: str


@dataclass(frozen=True)
class Service:
    """An SOP that the public can file to."""

    agency: str
    agency_name: str
    process: str
    title: str
    contact: str


def services(house: House) -> list[Service]:
    """Every agency's SOPs in force that start with a form, by the agency's name."""
    with house.database.read() as session:
        rows = session.execute(
            select(Agency, Definition)
            .join(Definition, Definition.agency_id == Agency.id)
            .where(Agency.active.is_(True), Definition.state == "active", Definition.startable.is_(True))
            .order_by(Agency.name, Definition.title)
        ).all()
    return [
        Service(agency.key, agency.name, definition.process_key, definition.title, agency.contact)
        for agency, definition in rows
    ]


def start_form(house: House, agency: str, process: str) -> tuple[Service, form.Form]:
    """The form that starts an agency's process; raises NotFound."""
    with house.database.read() as session:
        owner, definition = _startable(session, agency, process)
        found = house.programs.get(session, definition.bundle_hash).start_form(process)
        if found is None:
            raise NotFound(msg("This service takes no reports here."))
        return Service(owner.key, owner.name, process, definition.title, owner.contact), found


def check(house: House, agency: str, process: str, answers: dict[str, Any]) -> form.Checked:
    """The answers by the start form, without filing anything."""
    with house.database.read() as session:
        owner, definition = _startable(session, agency, process)
        return _check(house, session, owner, definition, answers)


def file(house: House, filing: Filing) -> Filed:
    """File a complaint; durable when this returns.

    The same key with the same answers gives the first filing's numbers and receipt again. Raises NotFound,
    Invalid with every field's fault, and Conflict for the same key with other answers.
    """
    filing = _privately(house, filing)
    try:
        return _file(house, filing)
    except IntegrityError:
        # Another request with the same key won the race; the second look finds its case.
        return _file(house, filing)


def earlier(house: House, filing: Filing) -> Filed | None:
    """The acknowledgement that this key got before, so that attachments are not kept twice.

    Raises NotFound, and Conflict as ``file`` does.
    """
    with house.database.read() as session:
        agency, _ = _startable(session, filing.agency, filing.process)
        return _before(house, session, filing, agency)


def _privately(house: House, filing: Filing) -> Filing:
    """The same filing; what a private report names has left names and metadata behind."""
    with house.database.read() as session:
        agency, definition = _startable(session, filing.agency, filing.process)
        start = house.programs.get(session, definition.bundle_hash).start_form(filing.process)
        if not is_private(start, filing.answers) or _before(house, session, filing, agency) is not None:
            return filing
        fingerprint = filing.fingerprint or attachments.by_content(session, filing.answers)
    copies = attachments.privately(house, agency.key, attachments.mentioned(filing.answers))
    return replace(filing, answers=attachments.replaced(filing.answers, copies), fingerprint=fingerprint)


def _before(house: House, session: Session, filing: Filing, agency: Agency) -> Filed | None:
    row = session.get(IdempotencyKey, (_scope(filing), filing.key))
    if row is None:
        return None
    if row.request_hash != _fingerprint(session, filing):
        raise Conflict(msg("This idempotency key was used for another report."))
    return _filed(session, session.get_one(Case, row.case_id), agency, _receipt(house, filing))


def _scope(filing: Filing) -> str:
    """Whose key it is, at an agency; a long agency key stands as its hash, for the column is short."""
    whole = f"{filing.scope}:{filing.agency.replace('-', '_')}"
    return (
        whole if len(whole) <= LONGEST_SCOPE else hashlib.sha256(whole.encode()).hexdigest()[:LONGEST_SCOPE]
    )


def _fingerprint(session: Session, filing: Filing) -> str:
    """What is sent, with files by their content: sent again, the same file has another id."""
    sent = [filing.process, filing.fingerprint or attachments.by_content(session, filing.answers)]
    return hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _receipt(house: House, filing: Filing) -> str:
    return numbers.receipt(house, _scope(filing), filing.key)


def _file(house: House, filing: Filing) -> Filed:
    receipt = _receipt(house, filing)
    with house.database.write() as session:
        agency, definition = _startable(session, filing.agency, filing.process)
        before = _before(house, session, filing, agency)
        if before is not None:
            return before
        checked = _check(house, session, agency, definition, filing.answers)
        if checked.errors:
            raise Invalid(msg("Some answers need correction."), checked.errors)
        definition_form = house.programs.get(session, definition.bundle_hash).start_form(filing.process)
        assert definition_form is not None  # _check found it
        report, identity = identity_apart(definition_form, checked.values)
        opening = Opening(
            report=report,
            identity=identity,
            channel=filing.channel,
            language=filing.language,
            receipt=receipt,
        )
        case, _ = open_case(house, session, definition, opening, filing.actor)
        attachments.attach(session, agency.id, case.id, attachments.mentioned(checked.values))
        session.add(
            IdempotencyKey(
                scope=_scope(filing),
                key=filing.key,
                request_hash=_fingerprint(session, filing),
                case_id=case.id,
                created_at=case.filed_at,
            )
        )
        session.flush()
        filed = _filed(session, case, agency, receipt)
    return filed


def _startable(session: Session, agency_key: str, process: str) -> tuple[Agency, Definition]:
    agency = session.scalar(
        select(Agency).where(Agency.key == agency_key.replace("-", "_"), Agency.active.is_(True))
    )
    definition = active_definition(session, agency.id, process) if agency else None
    if agency is None or definition is None or not definition.startable:
        raise NotFound(msg("This service takes no reports here."))
    return agency, definition


def _check(
    house: House, session: Session, agency: Agency, definition: Definition, answers: dict[str, Any]
) -> form.Checked:
    found = house.programs.get(session, definition.bundle_hash).start_form(definition.process_key)
    if found is None:
        raise NotFound(msg("This service takes no reports here."))
    calendar, now = calendar_of(session, agency.id), house.now()
    env = feel.Environment(now=now, zone=calendar.zone, functions=worktime.functions(calendar, now))
    checked = found.validate(answers, {}, env)
    return form.Checked(
        checked.values, checked.errors + attachments.faults(session, agency.id, found, answers)
    )


def _filed(session: Session, case: Case, agency: Agency, receipt: str) -> Filed:
    return Filed(
        tracking_number=case.tracking_number,
        case_number=case.case_number,
        receipt=receipt,
        status=case.status,
        due_at=resolution_due(session, case.instance_id),
        agency=agency.key,
        process=case.process_key,
        anonymous=case.anonymous,
        zone=agency.zone,
    )


def resolution_due(session: Session, instance_id: str) -> datetime | None:
    """When the running resolution clock is due; before it starts, the response clock's due time."""
    due = {
        deadline.key: deadline.due_at
        for deadline in session.scalars(
            select(Deadline).where(Deadline.instance_id == instance_id, Deadline.subject == "clock")
        )
    }
    return due[RESOLUTION_CLOCK] if RESOLUTION_CLOCK in due else due.get(RESPONSE_CLOCK)
