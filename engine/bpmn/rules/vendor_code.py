"""Listeners, scripts and settings of other engines have no effect; the designer is told where they stand."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CODE = frozenset(
    {"executionListener", "taskListener", "script", "connector", "field", "preScript", "postScript"}
)

# What would change the course of a case in the engine that the file was drawn for, and is not kept to.
_SETTINGS = frozenset(
    {
        "formData",
        "formProperty",
        "candidateUsers",
        "skipExpression",
        "endDate",
        "businessCalendarName",
    }
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        box = node.xml.find(names.bpmn("extensionElements"))
        written = {_foreign(str(xml.tag)) for xml in box.iter()} if box is not None else set()
        code, settings = written & _CODE, written & _SETTINGS | _attributes(node) & _SETTINGS
        if code:
            what = ", ".join(sorted(code))
            yield rule.warning(node, msg("Code of another engine is not run: %(what)s.", what=what))
        if settings:
            what = ", ".join(sorted(settings))
            yield rule.warning(node, msg("Settings of another engine have no effect: %(what)s.", what=what))


def _attributes(node: Node) -> set[str]:
    """The names of vendor attributes of the step and of its timers."""
    places = [node.xml, *(xml for event in node.events for xml in event.xml.iter())]
    return {_foreign(str(key)) for xml in places for key in xml.attrib}


def _foreign(tag: str) -> str:
    """The local name of an element or attribute of a vendor; empty for BPMN's own and Camunda 8's."""
    if not tag.startswith("{") or tag.startswith((f"{{{names.BPMN}}}", f"{{{names.ZEEBE}}}")):
        return ""
    return tag.rpartition("}")[2]


rule = Rule("vendor-code", _check)
