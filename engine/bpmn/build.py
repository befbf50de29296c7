"""From a tree to the model: processes, lanes, scopes, nodes, flows and the references they name."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names, vocabulary
from engine.bpmn.model import Diagram, EventDefinition, Flow, Lane, Node, Process, Reference, Scope
from engine.bpmn.read import Document, document

_LISTS = {"message": "messages", "signal": "signals", "error": "errors", "escalation": "escalations"}
_CODES = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
# What the register of roles keeps of a key; names of lanes may be longer.
LONGEST_ROLE = 60
_TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def read(data: bytes, path: str = "") -> Diagram:
    """Read one BPMN file into a diagram; faults of the file are in ``findings``, nothing is raised."""
    return build(document(data, path))


def build(source: Document) -> Diagram:
    """The model of a tree as it is now."""
    diagram = Diagram(source.path, source.root, list(source.findings))
    if source.root is None:
        return diagram
    for kind, listed in _LISTS.items():
        for xml in source.root.findall(names.bpmn(kind)):
            if xml.get("id"):
                getattr(diagram, listed).setdefault(xml.get("id"), _reference(xml, kind))
    participants = {
        names.local_name_of_reference(xml.get("processRef")): xml
        for xml in source.root.iter(names.bpmn("participant"))
    }
    for xml in source.root.findall(names.bpmn("process")):
        diagram.processes.append(_process(diagram, xml, participants))
    return diagram


def _reference(xml: etree._Element, kind: str) -> Reference:
    subscription = vocabulary.zeebe(xml, "subscription")
    name = (xml.get("name") or "").strip()
    code = (xml.get(_CODES[kind]) or "").strip()
    correlation = subscription.get("correlationKey") if subscription is not None else None
    key = code or name or xml.get("id", "")
    return Reference(xml.get("id", ""), key, name, names.line(xml), xml, correlation or None)


def _process(
    diagram: Diagram, xml: etree._Element, participants: dict[str | None, etree._Element]
) -> Process:
    process_id = xml.get("id", "")
    pool = participants.get(process_id)
    written = xml.get("isExecutable")
    process = Process(
        id=process_id,
        name=xml.get("name") or (pool.get("name") if pool is not None else "") or "",
        line=names.line(xml),
        xml=xml,
        executable=None if written is None else written.strip() in ("true", "1"),
        participant=pool.get("id") if pool is not None else None,
    )
    process.scope = _scope(diagram, process, xml, None)
    for lane_set in xml.findall(names.bpmn("laneSet")):
        _lanes(process, lane_set, None)
    return process


def _lanes(process: Process, lane_set: etree._Element, outer: Lane | None) -> None:
    """Inner lanes come later and win: a nested lane names the role more exactly."""
    for xml in lane_set.findall(names.bpmn("lane")):
        declared = vocabulary.properties(xml).get("alur:role", "").strip()
        name = " ".join((xml.get("name") or "").split())
        role = declared or role_key(name) or (outer.role if outer else None)
        lane = Lane(xml.get("id", ""), name, role, bool(declared), names.line(xml))
        process.lanes.append(lane)
        for reference in xml.findall(names.bpmn("flowNodeRef")):
            node_id = names.local_name_of_reference(reference.text)
            if node_id:
                process.lane_of[node_id] = lane
        for inner in xml.findall(names.bpmn("childLaneSet")):
            _lanes(process, inner, lane)


def role_key(name: str) -> str | None:
    """The role key made of the name of a lane that declares none: ``Team Assistant`` → ``team_assistant``."""
    key = re.sub(r"\W+", "_", name.strip().lower())[:LONGEST_ROLE].strip("_")
    return key or None


def _scope(diagram: Diagram, process: Process, xml: etree._Element, owner: Node | None) -> Scope:
    scope = Scope(owner, process, xml)
    for child in xml:
        kind = names.local(child) if names.is_bpmn(child) else ""
        if kind == "sequenceFlow":
            scope.flows.append(_flow(child))
        elif kind in names.NODES:
            node = _node(diagram, scope, child, kind)
            scope.nodes.setdefault(node.id, node)
    _connect(scope)
    return scope


def _node(diagram: Diagram, scope: Scope, xml: etree._Element, kind: str) -> Node:
    node = Node(
        id=xml.get("id", ""),
        kind=kind,
        name=" ".join((xml.get("name") or "").split()),
        line=names.line(xml),
        xml=xml,
        scope=scope,
    )
    if kind in names.EVENTS:
        node.events = list(_events(diagram, xml))
    if kind in ("sendTask", "receiveTask"):
        node.events = [_event(diagram, xml, "message", xml.get("messageRef"))]
    if kind in names.SUBPROCESSES:
        node.inner = _scope(diagram, scope.process, xml, node)
    return node


def _events(diagram: Diagram, xml: etree._Element) -> Iterator[EventDefinition]:
    for child in xml:
        kind = names.EVENT_DEFINITIONS.get(names.local(child)) if names.is_bpmn(child) else None
        if kind:
            yield _event(diagram, child, kind, child.get(f"{kind}Ref"))


def _event(diagram: Diagram, xml: etree._Element, kind: str, written: str | None) -> EventDefinition:
    ref = names.local_name_of_reference(written)
    known = getattr(diagram, _LISTS[kind]).get(ref) if kind in _LISTS and ref else None
    timer, text = None, ""
    if kind == "timer":
        timer, text = _timer(xml)
    elif kind == "conditional":
        condition = xml.find(names.bpmn("condition"))
        text = (condition.text or "").strip() if condition is not None else ""
    elif kind == "link":
        text = (xml.get("name") or "").strip()
    return EventDefinition(kind, xml, ref, known.key if known else None, timer, text)


def _timer(xml: etree._Element) -> tuple[str | None, str]:
    for tag, kind in _TIMERS.items():
        found = xml.find(names.bpmn(tag))
        if found is not None:
            return kind, (found.text or "").strip()
    return None, ""


def _flow(xml: etree._Element) -> Flow:
    condition = xml.find(names.bpmn("conditionExpression"))
    text = (condition.text or "").strip() if condition is not None else ""
    return Flow(
        id=xml.get("id", ""),
        source=names.local_name_of_reference(xml.get("sourceRef")) or "",
        target=names.local_name_of_reference(xml.get("targetRef")) or "",
        name=" ".join((xml.get("name") or "").split()),
        condition=text or None,
        line=names.line(xml),
        xml=xml,
    )


def _connect(scope: Scope) -> None:
    for flow in scope.flows:
        source, target = scope.nodes.get(flow.source), scope.nodes.get(flow.target)
        if source is not None and target is not None:
            source.outgoing.append(flow)
            target.incoming.append(flow)
    for node in scope.nodes.values():
        host = scope.nodes.get(names.local_name_of_reference(node.xml.get("attachedToRef")) or "")
        if node.kind == "boundaryEvent" and host is not None:
            node.host = host
            host.boundaries.append(node)
