"""Repairs that need no question, made in the file itself: each is listed, and the drawing stays as it is.

A rule that mends something has a ``repair``; this module runs them all over one document.
"""

from engine.bpmn.finding import Finding
from engine.bpmn.read import Document
from engine.bpmn.rules import RULES


def repair(source: Document) -> list[Finding]:
    """Mend the tree of a document in place; returns what was mended. Doing it again changes nothing."""
    if source.root is None:
        return []
    found: list[Finding] = []
    for rule in RULES:
        if rule.repair is not None:
            found.extend(rule.repair(source.root))
    return [finding.at(source.path) for finding in found]
