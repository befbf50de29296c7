"""Answers written back into the diagram as standard BPMN: ``apply(files, answers)``.

An answer is found by the id of its finding, ``<rule>:<element>``; the rule itself knows how to write it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.edit import find
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.kinds import bpmn_files
from engine.bpmn.read import Document, document
from engine.bpmn.repair import repair
from engine.bpmn.rules import BY_NAME
from engine.errors import Message, msg

RULE = "answer"


@dataclass(frozen=True)
class Prepared:
    """The diagrams of a package, answers written in and repairs made.

    ``findings`` are faults of reading, repairs, and answers that could not be taken; ``files`` all files,
    the diagrams that changed serialised anew.
    """

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes]


def prepare(files: Mapping[str, bytes], answers: Mapping[str, str]) -> Prepared:
    """Read, repair and answer; the trees of ``documents`` are what is checked and deployed."""
    documents = [document(data, path) for path, data in bpmn_files(files)]
    findings = [finding for source in documents for finding in source.findings]
    changed: set[str] = {finding.path for finding in findings if finding.severity == Severity.REPAIR}
    for source in documents:
        made = repair(source)
        findings.extend(made)
        if made:
            changed.add(source.path)
    for finding_id, value in answers.items():
        path, refusal = _write(documents, finding_id, value)
        if refusal is not None:
            findings.append(_refused(finding_id, path, refusal))
        elif path:
            changed.add(path)
    for source in documents if answers else ():
        repair(source)  # an answer may leave something to mend, such as the last pool's mark
    written = dict(files)
    for source in documents:
        if source.path in changed and source.root is not None:
            written[source.path] = serialised(source.root)
    return Prepared(tuple(documents), tuple(findings), written)


def apply(files: Mapping[str, bytes], answers: Mapping[str, str]) -> dict[str, bytes]:
    """The files with these answers written in and every repair made; unknown answers change nothing."""
    return dict(prepare(files, answers).files)


def serialised(root: etree._Element) -> bytes:
    """A tree as a file: UTF-8, with its comments and drawing."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _write(documents: list[Document], finding_id: str, value: str) -> tuple[str, Message | None]:
    rule_name, _, element_id = finding_id.partition(":")
    rule = BY_NAME.get(rule_name)
    if rule is None or rule.answer is None:
        return "", msg("There is no question %(id)s.", id=finding_id)
    for source in documents:
        if source.root is not None and find(source.root, element_id) is not None:
            return source.path, rule.answer(source.root, element_id, str(value))
    return "", msg("There is no element %(id)s.", id=element_id)


def _refused(finding_id: str, path: str, message: Message) -> Finding:
    element_id = finding_id.partition(":")[2]
    return Finding(RULE, Severity.WARNING, element_id or finding_id, message, name=finding_id, path=path)
