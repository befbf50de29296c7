"""Expressions of other engines that mean the same in FEEL are rewritten as FEEL."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.expressions import Language, read_expression
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule
from engine.errors import msg

_PLACES = frozenset(
    {
        "conditionExpression",
        "condition",
        "completionCondition",
        "loopCondition",
        "timeDate",
        "timeDuration",
        "timeCycle",
    }
)


def _repair(root: etree._Element) -> Iterator[Finding]:
    for xml in root.iter():
        if not names.is_bpmn(xml) or names.local(xml) not in _PLACES or not (xml.text or "").strip():
            continue
        written = (xml.text or "").strip()
        if names.local(xml).startswith("time") and "{" not in written:
            continue
        reading = read_expression(written)
        if reading.language != Language.TRANSLATED:
            continue
        xml.text = reading.feel
        xml.attrib.pop("language", "")
        owner = _owner(xml)
        message = msg("%(old)s was rewritten as %(new)s.", old=written, new=reading.feel)
        yield rule.mended(owner, names.line(xml), message)


def _owner(xml: etree._Element) -> etree._Element:
    """The node or flow that the expression belongs to."""
    around = (at for at in xml.iterancestors() if names.local(at) in {*names.NODES, "sequenceFlow"})
    return next(around, xml)


rule = Rule("expression-language", repair=_repair)
