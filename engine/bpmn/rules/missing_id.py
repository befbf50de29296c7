"""Elements and flows without an id get one: without it the engine drops them silently."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule
from engine.errors import msg


def _repair(root: etree._Element) -> Iterator[Finding]:
    used = {xml.get("id") for xml in root.iter() if isinstance(xml.tag, str)}
    number = 0
    for process in root.findall(names.bpmn("process")):
        for xml in [process, *process.iter()]:
            kind = names.local(xml)
            if (
                not names.is_bpmn(xml)
                or xml.get("id")
                or kind not in {*names.NODES, "sequenceFlow", "process"}
            ):
                continue
            number += 1
            while f"{kind}_{number}" in used:
                number += 1
            xml.set("id", f"{kind}_{number}")
            yield rule.mended(
                xml, names.line(xml), msg("This %(kind)s had no id and was given one.", kind=kind)
            )


rule = Rule("missing-id", repair=_repair)
