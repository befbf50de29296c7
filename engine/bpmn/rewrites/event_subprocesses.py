"""Event subprocesses as the engine runs them: boundary events on a subprocess around the steps of the scope.

A scope with event subprocesses becomes: start → a subprocess with all its steps → end, where every event
subprocess is a plain subprocess behind a boundary event. The boundary event has the id of the event
subprocess's start event, so that history names what was drawn.

    scope:  start ──▶ [ outer: start ──▶ [ body: the steps ] ──▶ end ] ──▶ end
                               non-interrupting events stand on body, interrupting ones on outer

The two layers are what BPMN says about interruption: an interrupting event subprocess ends everything in its
scope, also the non-interrupting ones that are running. A terminate event of the scope ends those too, which
an error with a code of its own carries out to the scope. Added subprocesses have no mappings, so variables
live where they lived before.
"""

from lxml import etree

from engine.bpmn import names
from engine.bpmn.model import Node, Scope
from engine.bpmn.rewrites.flows import add_flow, add_node, scopes
from engine.bpmn.rewrites.identifiers import added

_STAYS = ("extensionElements", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def event_subprocesses(root: etree._Element) -> None:
    """Rewrite every scope of the tree that has event subprocesses; those that the rules refuse stay."""
    if not any(xml.get("triggeredByEvent") for xml in root.iter(names.bpmn("subProcess"))):
        return
    # Inner scopes first: wrapping an outer one moves them as they are.
    for scope in reversed(scopes(root)):
        if _handlers(scope):
            _wrap(root, scope)


def _handlers(scope: Scope) -> list[Node]:
    """The event subprocesses with one triggered start, in a scope with one start."""
    if len(scope.starts()) != 1:
        return []
    return [node for node in scope.nodes.values() if node.is_event_subprocess and _is_triggered(node)]


def _is_triggered(node: Node) -> bool:
    starts = node.inner.starts() if node.inner is not None else []
    return len(starts) == 1 and len(starts[0].events) == 1


def _wrap(root: etree._Element, scope: Scope) -> None:
    owner = scope.owner.id if scope.owner is not None else scope.process.id.partition("#")[0]
    (start,) = scope.starts()
    handlers = _handlers(scope)
    moved = [xml for xml in scope.xml if names.local(xml) not in _STAYS and xml is not start.xml]
    outer = add_node(scope, "subProcess", added("scope", owner))
    body = _inner(outer, added("body", owner))
    handled = {node.id for node in handlers}
    for xml in moved:
        if xml.get("id") not in handled:
            body.append(xml)
    _lead_into(scope, start, outer, body, owner)
    for node in handlers:
        _handle(scope, node, body if not _interrupting(node) else outer, outer)
    if _carry_termination(root, scope, body, owner):
        _catch_termination(scope, outer, owner)


def _inner(outer: etree._Element, body_id: str) -> etree._Element:
    """The steps' own subprocess inside the outer one, with the start and end around it."""
    start = etree.SubElement(outer, names.bpmn("startEvent"))
    start.set("id", f"{body_id}.start")
    body = etree.SubElement(outer, names.bpmn("subProcess"))
    body.set("id", body_id)
    end = etree.SubElement(outer, names.bpmn("endEvent"))
    end.set("id", f"{body_id}.end")
    _flow(outer, start, body)
    _flow(outer, body, end)
    return body


def _lead_into(scope: Scope, start: Node, outer: etree._Element, body: etree._Element, owner: str) -> None:
    """The scope's start event leads to the subprocess, and a start inside to where it led before."""
    inner = etree.SubElement(body, names.bpmn("startEvent"))
    inner.set("id", added("bodystart", owner))
    for flow in start.outgoing:
        flow.xml.set("sourceRef", inner.get("id", ""))
    end = add_node(scope, "endEvent", added("done", owner))
    add_flow(scope, added("enter", owner), start.id, outer.get("id", ""))
    add_flow(scope, added("finish", owner), outer.get("id", ""), end.get("id", ""))


def _interrupting(node: Node) -> bool:
    assert node.inner is not None
    (start,) = node.inner.starts()
    return start.interrupting or start.event_kind == "error"


def _handle(scope: Scope, node: Node, host: etree._Element, outer: etree._Element) -> None:
    """One event subprocess: a boundary event on ``host`` that leads to its steps, and an end behind them."""
    assert node.inner is not None
    (start,) = node.inner.starts()
    place = scope.xml if host is outer else outer
    boundary = etree.SubElement(place, names.bpmn("boundaryEvent"))
    boundary.set("id", start.id)
    boundary.set("name", start.name)
    boundary.set("attachedToRef", host.get("id", ""))
    boundary.set("cancelActivity", "true" if _interrupting(node) else "false")
    for child in list(start.xml):
        boundary.append(child)
    plain = added("begin", node.id)
    start.xml.set("id", plain)
    start.xml.attrib.pop("isInterrupting", "")
    for flow in node.xml.findall(names.bpmn("sequenceFlow")):
        if flow.get("sourceRef") == start.id:
            flow.set("sourceRef", plain)
    node.xml.attrib.pop("triggeredByEvent", "")
    place.append(node.xml)
    end = etree.SubElement(place, names.bpmn("endEvent"))
    end.set("id", added("handled", node.id))
    _flow(place, boundary, node.xml)
    _flow(place, node.xml, end)


def _flow(place: etree._Element, source: etree._Element, target: etree._Element) -> None:
    made = etree.SubElement(place, names.bpmn("sequenceFlow"))
    made.set("id", added("flow", f"{source.get('id')}.{target.get('id')}"))
    made.set("sourceRef", source.get("id", ""))
    made.set("targetRef", target.get("id", ""))


def _carry_termination(root: etree._Element, scope: Scope, body: etree._Element, owner: str) -> bool:
    """A terminate event among the steps becomes an error of its own; whether there was one."""
    found = False
    for xml in body:
        terminate = xml.find(names.bpmn("terminateEventDefinition"))
        if terminate is None:
            continue
        found = True
        xml.remove(terminate)
        error = etree.SubElement(xml, names.bpmn("errorEventDefinition"))
        error.set("errorRef", added("terminate", owner))
    if found:
        error = etree.Element(names.bpmn("error"))
        error.set("id", added("terminate", owner))
        error.set("errorCode", added("terminate", owner))
        root.insert(0, error)
    return found


def _catch_termination(scope: Scope, outer: etree._Element, owner: str) -> None:
    boundary = add_node(scope, "boundaryEvent", added("terminated", owner))
    boundary.set("attachedToRef", outer.get("id", ""))
    definition = etree.SubElement(boundary, names.bpmn("errorEventDefinition"))
    definition.set("errorRef", added("terminate", owner))
    end = add_node(scope, "endEvent", added("termination", owner))
    etree.SubElement(end, names.bpmn("terminateEventDefinition"))
    add_flow(scope, added("terminating", owner), boundary.get("id", ""), end.get("id", ""))
