"""A process that its tool did not mark as executable is marked, when there is no doubt which one is meant."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.build import build
from engine.bpmn.finding import Finding
from engine.bpmn.read import Document
from engine.bpmn.rule import Rule
from engine.bpmn.selection import candidates, marked
from engine.errors import msg


def _repair(root: etree._Element) -> Iterator[Finding]:
    diagram = build(Document("", root))
    drawn = candidates(diagram)
    if marked(diagram) or not drawn:
        return
    if len(drawn) == 1:
        drawn[0].xml.set("isExecutable", "true")
    at = drawn[0]
    message = msg("The process was not marked as executable; it is run all the same.")
    yield rule.mended(at.xml, names.line(at.xml), message)


rule = Rule("not-executable", repair=_repair)
