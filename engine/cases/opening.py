"""Opening a case: the case, its instance and the first step in one transaction."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import coarse, current, numbers
from engine.db import words
from engine.db.models import Agency, Case, Definition, Instance, Reporter
from engine.db.prepared import connection_of
from engine.form import Form
from engine.people.principals import Actor
from engine.runtime import advance, commands
from engine.runtime.house import House
from engine.runtime.program import Program
from engine.runtime.step import Step
from engine.states import CaseStatus, InstanceState

ANONYMOUS, SECRET = "anonim", "rahasia"
PLACE = "lokasi_kejadian"
OF_THE_HOUSE = frozenset({"laporan", "nomor_laporan", "nomor_lacak", "status"})


@dataclass(frozen=True)
class Opening:
    """What a case starts from: report (intake answers without identity), identity, and how it came."""

    report: dict[str, Any]
    identity: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # further variables of a message start
    channel: str = "web"
    language: str = "id"
    receipt: str | None = None
    received: str | None = None  # the message that opened the case
    start_event: str | None = None


def open_case(
    house: House, session: Session, definition: Definition, opening: Opening, actor: Actor
) -> tuple[Case, Step]:
    """Open a case of this version. Every intake key is a variable, null when it was not submitted."""
    now = house.now()
    agency = session.get_one(Agency, definition.agency_id)
    program = house.programs.get(session, definition.bundle_hash)
    report = {**dict.fromkeys(intake_keys(program, definition.process_key)), **opening.report}
    instance = Instance(
        id=house.new_id(now),
        agency_id=agency.id,
        definition_id=definition.id,
        bundle_hash=definition.bundle_hash,
        process_key=definition.process_key,
        business_key=numbers.next_case_number(session, agency, now),
        state=InstanceState.ACTIVE,
        version=0,
        blob=b"",
        started_at=now,
    )
    session.add(instance)
    session.flush()
    case = _case(house, agency, instance, opening, report, program.start_form(definition.process_key))
    current.CASES.insert(session, [case])
    current.keep(session, case)
    found_by = words.of_report(case.case_number, case.title, str(report.get(PLACE) or ""), case.secret)
    words.keep(connection_of(session), agency.code, case.id, found_by)
    if opening.identity:
        session.add(Reporter(case_id=case.id, fields=opening.identity))
    variables = {
        **report,
        **opening.extra,
        "laporan": report,
        "nomor_laporan": case.case_number,
        "nomor_lacak": case.tracking_number,
        "status": CaseStatus.RECEIVED.value,
    }
    if program.sop is None:  # a bare diagram may use these names for something of its own
        variables.update(opening.extra)
    begin = commands.Begin(opening.start_event, variables, opening.received)
    return case, advance.begin(house, session, instance, begin, actor)


def intake_keys(program: Program, process: str) -> list[str]:
    """The keys of the process's start form."""
    form = program.start_form(process)
    return [each.key for each in form.inputs] if form else []


def active_definition(session: Session, agency_id: str, process_key: str) -> Definition | None:
    """The version in force of an agency's process."""
    return session.scalar(
        select(Definition).where(
            Definition.agency_id == agency_id,
            Definition.process_key == process_key,
            Definition.state == "active",
        )
    )


def identity_apart(form: Form | None, report: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Report and reporter's identity: the second has a table of its own and never enters the flow.

    An anonymous report has none, whatever came with it.
    """
    keys = form.reporter_keys() if form else frozenset()
    own = {key: report[key] for key in keys if report.get(key) is not None}
    rest = {key: value for key, value in report.items() if key not in keys or value is None}
    return rest, {} if flagged(form, report, ANONYMOUS) else own


def flagged(form: Form | None, report: dict[str, Any], flag: str) -> bool:
    """Whether the reporter ticked what the form marks as this flag (``alur:flag``), or as its usual key."""
    key = form.flags().get(flag, flag) if form else flag
    return report.get(key) is True or report.get(key) == "ya"


def is_private(form: Form | None, report: dict[str, Any]) -> bool:
    """Whether nothing may unmask the reporter: the report is anonymous or secret."""
    return flagged(form, report, ANONYMOUS) or flagged(form, report, SECRET)


def _case(
    house: House,
    agency: Agency,
    instance: Instance,
    opening: Opening,
    report: dict[str, Any],
    form: Form | None,
) -> Case:
    anonymous = flagged(form, report, ANONYMOUS)
    title = report.get("judul") or report.get("isi_laporan") or instance.process_key
    return current.CASES.new(
        id=house.new_id(instance.started_at),
        agency_id=agency.id,
        instance_id=instance.id,
        tracking_number=numbers.tracking_number(house),
        case_number=instance.business_key or "",
        receipt_hash=numbers.receipt_hash(house, opening.receipt) if opening.receipt else None,
        title=str(title)[:300],
        process_key=instance.process_key,
        status=CaseStatus.RECEIVED,
        channel=str(report.get("kanal") or opening.channel)[:40],
        anonymous=anonymous,
        secret=flagged(form, report, SECRET),
        language=opening.language,
        answers=report,
        filed_at=coarse.day(instance.started_at, agency.zone) if anonymous else instance.started_at,
    )
