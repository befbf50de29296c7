"""Messages, signals, errors and escalations without a name are called by their id."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule
from engine.errors import msg


def _repair(root: etree._Element) -> Iterator[Finding]:
    for kind in ("message", "signal", "error", "escalation"):
        for xml in root.findall(names.bpmn(kind)):
            code = xml.get(f"{kind}Code") if kind in ("error", "escalation") else None
            if xml.get("id") and not (xml.get("name") or "").strip() and not code:
                xml.set("name", xml.get("id", ""))
                message = msg("It had no name and is called %(name)s now.", name=xml.get("id", ""))
                yield rule.mended(xml, names.line(xml), message)


rule = Rule("message-name", repair=_repair)
