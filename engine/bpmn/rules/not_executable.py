"""A process that its tool did not mark as executable is marked, when there is no doubt which one is meant."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule
from engine.errors import msg


def _repair(root: etree._Element) -> Iterator[Finding]:
    drawn = [xml for xml in root.findall(names.bpmn("process")) if _has_content(xml)]
    if not drawn or any(xml.get("isExecutable", "").strip() in ("true", "1") for xml in drawn):
        return
    if len(drawn) == 1:
        drawn[0].set("isExecutable", "true")
    message = msg("The process was not marked as executable; it is run all the same.")
    if len(drawn) > 1:
        message = msg("No process was marked as executable; the one that is chosen is run all the same.")
    yield rule.mended(drawn[0], names.line(drawn[0]), message)


def _has_content(process: etree._Element) -> bool:
    return any(names.is_bpmn(xml) and names.local(xml) in names.NODES for xml in process)


rule = Rule("not-executable", repair=_repair)
