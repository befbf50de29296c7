"""A timer needs a time that can be counted."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, timers
from engine.bpmn.finding import Finding, Option
from engine.bpmn.model import EventDefinition, Node
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.spoken import spoken
from engine.errors import Message, msg

HERE = "+07:00"
_TAGS = {"date": "timeDate", "duration": "timeDuration", "cycle": "timeCycle"}
_OPTIONS = (
    Option("P3WD", msg("Three working days (3 HK)")),
    Option("PT4WH", msg("Four working hours (4 JK)")),
    Option("P14CD", msg("Fourteen calendar days")),
)


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        event = node.event
        if event is None or event.kind != "timer":
            continue
        fault = timers.fault(event.timer, event.text)
        hint = msg("Write for example P3WD (working days), PT4WH (working hours), P14CD, PT2H or R3/PT1H.")
        if fault is not None and fault.hard:
            yield rule.error(node, fault.message, hint)
        elif fault is not None:
            yield rule.question(node, fault.message, hint, _options(node, event))


def _options(node: Node, event: EventDefinition) -> list[Option]:
    """What the drawing itself says comes first."""
    written = [
        Option(str(limit), msg("%(limit)s, as the drawing says", limit=limit.words))
        for text in (event.text, node.name)
        for limit in spoken(text)
        if timers.fault("duration", str(limit)) is None
    ]
    options: dict[str, Option] = {}
    for option in (*_here(event), *written, *_OPTIONS):
        options.setdefault(option.value, option)
    return list(options.values())


def _here(event: EventDefinition) -> list[Option]:
    """A written instant that only lacks its zone."""
    here = f"{timers.written(event.text)}{HERE}"
    if event.timer != "date" or timers.fault("date", here) is not None:
        return []
    return [Option(here, msg("The instant in the time of Jakarta (WIB)"))]


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    node = edit.find(root, element_id)
    definition = node.find(names.bpmn("timerEventDefinition")) if node is not None else None
    if definition is None:
        return msg("There is no timer %(id)s.", id=element_id)
    kind = timers.kind_of(value)
    fault = timers.fault(kind, value)
    if fault is not None:
        return fault.message
    write(definition, kind, value)
    return None


def write(definition: etree._Element, kind: str, value: str) -> None:
    """Set the time of a timer definition."""
    for child in list(definition):
        if names.local(child) in _TAGS.values():
            definition.remove(child)
    box = etree.SubElement(definition, names.bpmn(_TAGS[kind]))
    prefix = definition.prefix or ""
    box.set(f"{{{names.XSI}}}type", f"{prefix}:tFormalExpression" if prefix else "tFormalExpression")
    box.text = value.strip()


rule = Rule("timer", _check, answer=_answer)
