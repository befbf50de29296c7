"""Two elements with one id: the engine would drop one of them silently."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    root = subject.diagram.root
    first: dict[str, int] = {}
    told: set[str] = set()
    for xml in root.iter() if root is not None else ():
        element_id = xml.get("id") if names.is_bpmn(xml) else None
        if not element_id:
            continue
        if element_id in first and element_id not in told:
            told.add(element_id)
            message = msg(
                "The id %(id)s is used on line %(first)s and again on line %(second)s.",
                id=element_id,
                first=first[element_id],
                second=names.line(xml),
            )
            hint = msg("Give one of the two another id.")
            name = xml.get("name") or ""
            yield Finding(rule.name, Severity.ERROR, element_id, message, name, names.line(xml), hint)
        first.setdefault(element_id, names.line(xml))


rule = Rule("duplicate-id", _check)
