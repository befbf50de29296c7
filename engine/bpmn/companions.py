"""The files beside the diagrams: decisions, forms and sop.toml, read once, their faults as findings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine import dmn
from engine import form as forms
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.kinds import Kind, of_kind
from engine.bpmn.read import MAX_BYTES
from engine.bpmn.sop import Sop, read_sop
from engine.dmn import DmnError
from engine.errors import Message, msg
from engine.form import FormError


@dataclass
class Companions:
    """What stands beside the diagrams: decisions with names, forms with the keys of their fields, the SOP."""

    decisions: dict[str, str] = field(default_factory=dict)
    forms: dict[str, frozenset[str]] = field(default_factory=dict)
    sop: Sop | None = None
    findings: list[Finding] = field(default_factory=list)


def companions(files: Mapping[str, bytes]) -> Companions:
    """Read all decisions, forms and the sop.toml of a package."""
    found = Companions()
    _decisions(found, files)
    for path, data in of_kind(files, Kind.FORM):
        _form(found, path, data)
    for path, data in of_kind(files, Kind.SOP):
        found.sop, faults = read_sop(data, path)
        found.findings.extend(faults)
    return found


def _decisions(found: Companions, files: Mapping[str, bytes]) -> None:
    models: list[dmn.Model] = []
    texts = dict(of_kind(files, Kind.DMN))
    for path in dmn.in_order(texts):
        try:
            models.append(dmn.load(texts[path], name=path, others=models))
        except DmnError as error:
            found.findings.extend(_decision_faults(path, error))
    try:
        library = dmn.Library(models)
    except DmnError as error:
        paths = [path for path, _ in of_kind(files, Kind.DMN)]
        found.findings.extend(_decision_faults(paths[0], error))
        return
    for decision in library.decisions.values():
        found.decisions[decision.id] = decision.name


def _decision_faults(path: str, error: DmnError) -> list[Finding]:
    if not error.findings:
        return [_fault("decision-file", path, "", error.message)]
    return [
        replace(_fault("decision-file", path, fault.id, fault.message, fault.line), hint=fault.hint)
        for fault in error.findings
    ]


def _form(found: Companions, path: str, data: bytes) -> None:
    key = path.rpartition("/")[2].rpartition(".")[0]
    if len(data) > MAX_BYTES:
        found.findings.append(_fault("form-file", path, key, msg("The form is too large.")))
        return
    try:
        known = forms.load(data)
    except FormError as error:
        for fault in error.findings:
            at = f"{key}.{fault.key}" if fault.key else key
            found.findings.append(_fault("form-file", path, at, fault.message))
        # A form with faults is still there: its tasks need not be told that it is missing.
        found.forms |= {key: frozenset(), _form_id(data) or key: frozenset()}
        return
    found.forms[known.id or key] = frozenset(field.key for field in known.fields)


def _form_id(data: bytes) -> str | None:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError):
        return None
    found = schema.get("id") if isinstance(schema, dict) else None
    return found if isinstance(found, str) else None


def _fault(rule: str, path: str, element_id: str, message: Message, line: int = 0) -> Finding:
    return Finding(rule, Severity.ERROR, element_id or path, message, line=line or 0, path=path)
