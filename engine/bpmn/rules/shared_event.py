"""A trigger at the top of the file is written into each event that only points to it."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule
from engine.errors import msg


def _repair(root: etree._Element) -> Iterator[Finding]:
    shared = {xml.get("id"): xml for xml in root if names.local(xml) in names.EVENT_DEFINITIONS}
    for reference in list(root.iter(names.bpmn("eventDefinitionRef"))):
        event = reference.getparent()
        definition = shared.get(names.local_name_of_reference(reference.text))
        if event is None or definition is None:
            continue
        own = deepcopy(definition)
        own.attrib.pop("id", "")
        event.replace(reference, own)
        yield rule.mended(
            event, names.line(event), msg("Its trigger, defined at the top of the file, was written into it.")
        )


rule = Rule("shared-event", repair=_repair)
