"""A package made ready to be kept: read as text, checked, with everything it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn.check import check
from engine.bpmn.finding import Answer, Finding, Severity, Verdict
from engine.bpmn.kinds import Kind, kind
from engine.bpmn.questions import serialised
from engine.catalog import library
from engine.db.models import Definition
from engine.errors import NotFound, Refused, msg
from engine.runtime import bundles
from engine.runtime.house import House
from engine.states import DefinitionState


@dataclass(frozen=True)
class Prepared:
    """``source`` are the files as uploaded, in UTF-8; ``bundle`` is what runs, else the source itself."""

    source: dict[str, bytes]
    verdict: Verdict
    bundle: dict[str, bytes]


def resolver(session: Session, agency_id: str) -> library.Resolve:
    """Called packages: the agency's own processes in force first, then those that come with Alur."""
    own = library.built_in()

    def resolve(entry: str) -> Mapping[str, bytes] | None:
        definition = session.scalar(
            select(Definition).where(
                Definition.agency_id == agency_id,
                Definition.process_key == entry.rpartition("/")[2],
                Definition.state == DefinitionState.ACTIVE,
            )
        )
        return bundles.load(session, definition.source_hash) if definition else own.resolve(entry)

    return resolve


def prepare(
    house: House,
    session: Session,
    agency_id: str,
    files: Mapping[str, bytes],
    answers: Mapping[str, str],
    *,
    unfinished: bool = False,
) -> Prepared:
    """Check a package and put together what runs.

    Raises Refused with every finding when it cannot run; with ``unfinished`` only what is no text is refused.
    """
    source, faults = as_text(files)
    resolve = resolver(session, agency_id)
    verdict = check(
        {path: files[path] for path in source},
        answers=answers,
        resolve=resolve,
        severities=house.severities,
    )
    bundle = dict(source)
    if verdict.verdict != Answer.REFUSE:
        try:
            bundle = library.assemble(as_text(verdict.files)[0], resolve)
        except NotFound as missing:
            faults.append(Finding("call", Severity.ERROR, "sop.toml", missing.message, path="sop.toml"))
    if faults:
        verdict = Verdict(Answer.REFUSE, verdict.processes, [*faults, *verdict.findings], {})
    if verdict.verdict == Answer.REFUSE and not (unfinished and len(source) == len(files)):
        raise Refused(msg("The package cannot run as it is."), list(verdict.findings), verdict=verdict)
    return Prepared(source, verdict, bundle)


def as_text(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[Finding]]:
    """The files in UTF-8: diagrams in another encoding are written anew, other files are a fault each."""
    found, faults = {}, []
    for path, data in files.items():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            root = bpmn.read(data, path).root if kind(path, data) == Kind.BPMN else None
            if root is None:
                fault = msg("The file is no text in UTF-8: a package holds text files only.")
                faults.append(Finding("package", Severity.ERROR, path, fault, name=path, path=path))
                continue
            data = serialised(root)
        found[path] = data
    return found, faults


def main_process(files: Mapping[str, bytes], verdict: Verdict) -> str:
    """The process that a package is about: what ``sop.toml`` names, else the only or first one."""
    if "sop.toml" in files:
        named = bpmn.sop.read_sop(files["sop.toml"])[0]
        if named is not None and named.process_id in verdict.processes:
            return named.process_id
    if not verdict.processes:
        raise Refused(msg("The package holds no process."), list(verdict.findings), verdict=verdict)
    return verdict.processes[0]


def title_of(files: Mapping[str, bytes], process: str) -> str:
    """What people call the SOP: its ``nama_sop``, else the drawn name of the process."""
    if "sop.toml" in files:
        named = bpmn.sop.read_sop(files["sop.toml"])[0]
        if named is not None and named.title:
            return named.title
    for path, data in sorted(files.items()):
        if path.endswith(".bpmn"):
            drawn = bpmn.read(data, path).process(process)
            if drawn is not None and drawn.name:
                return drawn.name
    return process
