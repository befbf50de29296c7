"""Expressions of other engines that mean the same in FEEL are rewritten as FEEL."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names, translate
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

# Where vendors write expressions besides: attributes of steps, parameters and their attributes.
_ATTRIBUTES = (
    "assignee", "candidateGroups", "dueDate", "followUpDate", "priority", "decisionRef", "collection",
)  # fmt: skip
_PARAMETERS = frozenset({"inputParameter", "outputParameter"})


def _repair(root: etree._Element) -> Iterator[Finding]:
    yield from _vendor(root)
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


def _vendor(root: etree._Element) -> Iterator[Finding]:
    for xml in root.iter():
        uri, _, name = str(xml.tag).lstrip("{").partition("}")
        vendor = uri in names.CAMUNDA
        if vendor and name in _PARAMETERS and len(xml) == 0 and (told := _translated(xml, xml.text or "")):
            xml.text, finding = told
            yield finding
        keys = ["sourceExpression"] if vendor else ["calledElement"]
        keys += [f"{{{space}}}{key}" for space in names.CAMUNDA for key in _ATTRIBUTES]
        for key in keys if isinstance(xml.tag, str) else ():
            if told := _translated(xml, xml.get(key) or ""):
                value, finding = told
                xml.set(key, value)
                yield finding


def _translated(xml: etree._Element, written: str) -> tuple[str, Finding] | None:
    result = translate.juel(written) if translate.is_juel(written) else None
    if result is None:
        return None
    message = msg("%(old)s was rewritten as %(new)s.", old=written.strip(), new=result)
    return result, rule.mended(_owner(xml), names.line(xml), message)


def _owner(xml: etree._Element) -> etree._Element:
    """The node or flow that the expression belongs to."""
    around = (at for at in (xml, *xml.iterancestors()) if names.local(at) in {*names.NODES, "sequenceFlow"})
    return next(around, xml)


rule = Rule("expression-language", repair=_repair)
