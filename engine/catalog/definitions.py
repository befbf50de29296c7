"""Versions of an SOP: draft, submitted, active, retired. A version's files never change once it is active.

The uploader may edit and submit; a second person activates or rejects. New cases use the version in force,
running cases stay on theirs.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.bpmn.check import check
from engine.bpmn.finding import Answer, Finding, Severity, Verdict
from engine.catalog import versions
from engine.catalog.preparation import Prepared, main_process, prepare, resolver, title_of
from engine.db.models import Agency, Definition
from engine.errors import AlurError, Conflict, Forbidden, Refused, Stale, msg
from engine.people.directory import held_roles
from engine.people.principals import ADMIN, DESIGNER, Principal
from engine.runtime import bundles, starts
from engine.runtime.house import House
from engine.runtime.program import Program, build
from engine.states import DefinitionState

EDITABLE = (DefinitionState.DRAFT, DefinitionState.REJECTED)
LONGEST_TITLE = 300


def inspect(
    house: House,
    who: Principal,
    files: Mapping[str, bytes],
    answers: Mapping[str, str] | None = None,
    *,
    sop: bool = False,
) -> Verdict:
    """What ``upload`` would say, without keeping anything; with ``sop`` what activation would say."""
    with house.database.read() as session:
        resolve = resolver(session, who.agency_id)
        return check(files, answers=answers, sop=sop, resolve=resolve, severities=house.severities)


def upload(
    house: House,
    who: Principal,
    files: Mapping[str, bytes],
    answers: Mapping[str, str] | None = None,
    *,
    note: str = "",
) -> tuple[Definition, Verdict]:
    """Keep a package as the next draft of its process.

    Raises Forbidden, and Refused with every finding when the verdict is REFUSE or what it calls is missing.
    """
    _must_design(who)
    now = house.now()
    with house.database.write() as session:
        made = prepare(house, session, who.agency_id, files, answers or {})
        process = main_process(made.source, made.verdict)
        agency = _alone(session, who)
        last = session.scalar(
            select(func.max(Definition.version)).where(
                Definition.agency_id == agency.id, Definition.process_key == process
            )
        )
        definition = Definition(
            id=house.new_id(now),
            agency_id=agency.id,
            process_key=process,
            version=(last or 0) + 1,
            title=title_of(made.source, process)[:LONGEST_TITLE],
            state=DefinitionState.DRAFT,
            source_hash=bundles.keep(session, made.source),
            bundle_hash=bundles.keep(session, made.bundle),
            uploaded_by=who.id,
            uploaded_at=now,
            note=note,
            revision=1,
        )
        _judge(definition, made.verdict, answers or {})
        session.add(definition)
    return definition, made.verdict


def edit(
    house: House,
    who: Principal,
    definition_id: str,
    revision: int,
    *,
    files: Mapping[str, bytes | None] | None = None,
    answers: Mapping[str, str] | None = None,
    unfinished: bool = False,
) -> tuple[Definition, Verdict]:
    """Change a draft: replace or remove files (None), add answers; checked anew as a whole.

    With ``unfinished`` a draft that cannot run yet is kept too: drawing takes more than one sitting, and
    publishing checks again. Raises Stale when somebody edited it meanwhile, Conflict when it is no draft,
    Refused as ``upload`` and when the files are about another process.
    """
    _must_design(who)
    with house.database.write() as session:
        definition = versions.find(session, who, definition_id)
        if definition.state not in EDITABLE:
            raise Conflict(msg("Only a draft can be edited; upload a new version."), state=definition.state)
        if definition.revision != revision:
            raise Stale(msg("Somebody edited this version meanwhile."), revision=definition.revision)
        source = {**bundles.load(session, definition.source_hash)}
        for path, content in (files or {}).items():
            if content is None:
                source.pop(path, None)
            else:
                source[path] = content
        merged = {**definition.answers, **(answers or {})}
        made = prepare(house, session, who.agency_id, source, merged, unfinished=unfinished)
        _same_process(definition, made)
        definition.source_hash = bundles.keep(session, made.source)
        definition.bundle_hash = bundles.keep(session, made.bundle)
        definition.title = title_of(made.source, definition.process_key)[:LONGEST_TITLE]
        definition.state = DefinitionState.DRAFT
        definition.uploaded_by = who.id
        definition.revision += 1
        _judge(definition, made.verdict, merged)
    return definition, made.verdict


def submit(house: House, who: Principal, definition_id: str) -> Definition:
    """Ask a second person to put a draft in force. Raises Refused with what forbids publishing."""
    _must_design(who)
    with house.database.write() as session:
        definition = versions.find(session, who, definition_id)
        if definition.state not in EDITABLE:
            raise Conflict(msg("This version was submitted before."), state=definition.state)
        _review(house, session, definition)
        definition.state, definition.submitted_at = DefinitionState.SUBMITTED, house.now()
        definition.revision += 1
    return definition


def activate(house: House, who: Principal, definition_id: str) -> Definition:
    """Put a version in force; the one before it retires, its running cases stay on it.

    Raises Forbidden for the uploader, Conflict when it is in force or was retired, Refused with what forbids
    publishing.
    """
    _must_design(who)
    with house.database.write() as session:
        _alone(session, who)
        definition = versions.find(session, who, definition_id)
        _second_person(who, definition)
        if definition.state not in (DefinitionState.DRAFT, DefinitionState.SUBMITTED):
            raise Conflict(msg("This version cannot be activated any more."), state=definition.state)
        program = _review(house, session, definition)
        put_in_force(house, session, definition, program)
        definition.decided_by, definition.decided_at = who.id, house.now()
    return definition


def reject(house: House, who: Principal, definition_id: str, reason: str) -> Definition:
    """Send a submitted version back with a reason; its uploader may edit it again."""
    _must_design(who)
    with house.database.write() as session:
        definition = versions.find(session, who, definition_id)
        _second_person(who, definition)
        if definition.state != DefinitionState.SUBMITTED:
            raise Conflict(msg("Only a submitted version can be rejected."), state=definition.state)
        definition.state, definition.note = DefinitionState.REJECTED, reason
        definition.decided_by, definition.decided_at = who.id, house.now()
        definition.revision += 1
    return definition


def put_in_force(house: House, session: Session, definition: Definition, program: Program) -> None:
    """The state change of an activation: one version in force for each process, whose start timers run."""
    session.execute(
        update(Definition)
        .where(
            Definition.agency_id == definition.agency_id,
            Definition.process_key == definition.process_key,
            Definition.state == DefinitionState.ACTIVE,
        )
        .values(state=DefinitionState.RETIRED)
    )
    definition.state = DefinitionState.ACTIVE
    definition.startable = program.start_form(definition.process_key) is not None
    definition.revision += 1
    starts.wind(house, session, definition, program)


def _alone(session: Session, who: Principal) -> Agency:
    """One server at a time numbers versions and puts them in force; what refers to the agency goes on."""
    query = select(Agency).where(Agency.id == who.agency_id).with_for_update(key_share=True)
    return session.scalars(query).one()


def _review(house: House, session: Session, definition: Definition) -> Program:
    """Everything that publishing asks: it runs, and the accountability rules hold."""
    source = bundles.load(session, definition.source_hash)
    resolve = resolver(session, definition.agency_id)
    verdict = check(
        source,
        answers=definition.answers,
        sop=True,
        resolve=resolve,
        severities=house.severities,
        held=held_roles(session, definition.agency_id, house.now()),
    )
    if verdict.verdict in (Answer.REFUSE, Answer.ASK):
        raise Refused(msg("This version cannot be published yet."), list(verdict.findings), verdict=verdict)
    try:
        return build(bundles.load(session, definition.bundle_hash))
    except AlurError as error:
        raise Refused(msg("This version does not compile: %(reason)s", reason=str(error)), []) from error


def _same_process(definition: Definition, made: Prepared) -> None:
    """A version stays a version of its process; another process is another SOP."""
    if definition.process_key in made.verdict.processes or not made.verdict.processes:
        return
    found = main_process(made.source, made.verdict)
    fault = msg(
        "The process is called %(found)s, but this is a version of %(key)s.",
        found=found,
        key=definition.process_key,
    )
    finding = Finding("package", Severity.ERROR, found, fault, name=found)
    raise Refused(msg("The package cannot run as it is."), [finding, *made.verdict.findings])


def _judge(definition: Definition, verdict: Verdict, answers: Mapping[str, str]) -> None:
    definition.verdict = str(verdict.verdict)
    definition.findings = findings_json(verdict)
    definition.answers = dict(answers)


def findings_json(verdict: Verdict) -> list[dict[str, Any]]:
    """Findings as they are stored and sent; templates and values apart, so that pages can translate."""
    return [
        {
            **finding.as_json(),
            "path": finding.path,
            "template": finding.message.template,
            "params": {key: str(value) for key, value in finding.message.params.items()},
            "hint_template": finding.hint.template if finding.hint else None,
            "hint_params": {key: str(v) for key, v in finding.hint.params.items()} if finding.hint else {},
        }
        for finding in verdict.findings
    ]


def _must_design(who: Principal) -> None:
    if not who.has(DESIGNER, ADMIN):
        raise Forbidden(msg("Only a process designer of the agency may do this."))


def _second_person(who: Principal, definition: Definition) -> None:
    if definition.uploaded_by == who.id:
        raise Forbidden(msg("A second person must activate: this version is your own."))
