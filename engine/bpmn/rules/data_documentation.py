"""Data objects, data stores and data associations stay on the drawing and are not run."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        told: set[str] = set()
        for xml in process.xml.iter():
            kind = names.local(xml) if names.is_bpmn(xml) else ""
            if kind not in names.DATA and kind not in names.DATA_ASSOCIATIONS:
                continue
            at = xml if kind in names.DATA else next(xml.iterancestors())
            element_id = at.get("id") or ""
            if element_id in told:
                continue
            told.add(element_id)
            message = msg("Data drawn in the diagram is kept as documentation.")
            name = " ".join((at.get("name") or "").split())
            yield Finding(rule.name, Severity.REPAIR, element_id, message, name, names.line(at))


rule = Rule("data-documentation", _check)
