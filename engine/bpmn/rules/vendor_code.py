"""Listeners, scripts and classes of other engines are not run; the designer is told where they stand."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_CODE = frozenset(
    {"executionListener", "taskListener", "script", "connector", "field", "preScript", "postScript"}
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        box = node.xml.find(names.bpmn("extensionElements"))
        found = {names.local(xml) for xml in box.iter() if _foreign(xml)} if box is not None else set()
        if found:
            what = ", ".join(sorted(found))
            yield rule.warning(node, msg("Code of another engine is not run: %(what)s.", what=what))


def _foreign(xml: object) -> bool:
    tag = getattr(xml, "tag", None)
    if not isinstance(tag, str) or tag.startswith((f"{{{names.BPMN}}}", f"{{{names.ZEEBE}}}")):
        return False
    return tag.rpartition("}")[2] in _CODE


rule = Rule("vendor-code", _check)
