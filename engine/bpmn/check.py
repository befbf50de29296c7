"""The check: everything that can be said about an upload, in one pass, each fault once.

``check`` reads, mends and answers (``questions.prepare``), then lets every rule look at every diagram.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from engine.bpmn.build import build, read
from engine.bpmn.companions import Companions, companions
from engine.bpmn.finding import Finding, Severity, Verdict, judge
from engine.bpmn.kinds import Kind, kind
from engine.bpmn.model import Diagram
from engine.bpmn.questions import prepare
from engine.bpmn.rule import Package, Rule, Subject
from engine.bpmn.rules import RULES
from engine.bpmn.selection import selected
from engine.bpmn.severities import Severities
from engine.errors import msg

# Gives the files of a called package by its entry in memanggil or its process id; None when there is none.
Resolve = Callable[[str], Mapping[str, bytes] | None]
_FILES = {Kind.BPMN, Kind.DMN, Kind.FORM, Kind.SOP}


def check(
    files: Mapping[str, bytes],
    *,
    answers: Mapping[str, str] | None = None,
    sop: bool = False,
    resolve: Resolve | None = None,
    severities: Severities = MappingProxyType({}),
    held: Collection[str] | None = None,
) -> Verdict:
    """The verdict about a package or a single file.

    ``answers`` maps finding ids to answers, written in before the rules look. With ``sop`` the rules about
    accountability count, each as ``severities`` or the rule itself says; without it they warn. ``held`` are
    the roles that somebody in the agency holds, for review; None leaves that open. ``resolve`` finds
    called packages; without it what sop.toml lists under memanggil is taken to exist.
    """
    prepared = prepare(files, answers or {})
    beside = companions(files)
    diagrams = [build(source) for source in prepared.documents]
    package = replace(_package(diagrams, beside, resolve, sop), held=held)
    findings = [*prepared.findings, *beside.findings, *_nothing(files)]
    processes: list[str] = []
    for diagram in diagrams:
        chosen = selected(diagram)
        processes.extend(process.id for process in chosen)
        subject = Subject(diagram, chosen, package)
        for rule in RULES:
            findings.extend(_look(rule, subject, sop, severities))
    findings = _ordered(findings)
    return Verdict(judge(findings), processes, findings, prepared.files)


def _look(rule: Rule, subject: Subject, sop: bool, severities: Severities) -> list[Finding]:
    weight = severities.get(rule.name, rule.weight)
    if rule.check is None or subject.diagram.root is None or weight is None:
        return []
    found = [finding.at(subject.diagram.path) for finding in rule.check(subject)]
    return [finding.weighing(weight) for finding in found] if rule.sop and sop else found


def _package(diagrams: list[Diagram], beside: Companions, resolve: Resolve | None, strict: bool) -> Package:
    called: dict[str, Diagram | None] = {}
    for entry in beside.sop.calls if beside.sop is not None else ():
        process_id = entry.rpartition("/")[2]
        if resolve is None:
            called[process_id] = None
            continue
        for path, data in (resolve(entry) or {}).items():
            found = read(data, path) if kind(path, data) == Kind.BPMN else None
            if found is not None and found.process(process_id) is not None:
                called[process_id] = found
    return Package(
        diagrams=diagrams,
        decisions=beside.decisions,
        forms=beside.forms,
        called=called,
        sop=beside.sop,
        strict=strict,
    )


def _nothing(files: Mapping[str, bytes]) -> list[Finding]:
    if any(kind(path, data) in _FILES for path, data in files.items()):
        return []
    message = msg("The upload holds no diagram, no decision and no form.")
    return [Finding("unreadable", Severity.ERROR, "", message)]


def _ordered(findings: list[Finding]) -> list[Finding]:
    """By file and line; the same thing is said of an element once."""
    unique: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        unique.setdefault((finding.path, finding.id, str(finding.message)), finding)
    return sorted(unique.values(), key=lambda finding: (finding.path, finding.line, finding.id))
