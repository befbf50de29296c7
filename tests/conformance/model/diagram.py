"""A drawn diagram as the model sees it: nodes and flows, read with the standard library alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
NODES = frozenset(
    {
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
        "userTask", "receiveTask", "scriptTask", "serviceTask", "subProcess", "transaction",
        "adHocSubProcess", "callActivity",
        "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
    }
)  # fmt: skip
WAITED = ("timer", "message", "signal", "condition")
"""Triggers that are waited for; errors and escalations come without that."""


class Static:
    """Parts of a diagram never change: copies of a game share them."""

    def __deepcopy__(self, _: object) -> "Static":
        return self


@dataclass(eq=False)
class Flow(Static):
    id: str
    source: "Node"
    target: "Node"
    condition: str | None


@dataclass(frozen=True)
class Trigger(Static):
    kind: str = "none"
    name: str | None = None
    """Of a message or signal; the code of an error or escalation, none for every one."""
    key: str | None = None
    hours: int = 0
    cycles: int = 1
    condition: str = ""


@dataclass(frozen=True)
class Loop(Static):
    """Multi-instance."""

    parallel: bool
    collection: str
    item: str | None
    output: str | None
    result: str | None
    until: str | None


@dataclass(frozen=True)
class While(Static):
    """Standard loop."""

    condition: str
    before: bool
    most: int | None


@dataclass(eq=False)
class Node(Static):
    id: str
    kind: str
    scope: "Scope"
    trigger: Trigger = Trigger()
    interrupting: bool = True
    by_event: bool = False
    host: "Node | None" = None
    parts: "list[Node]" = field(default_factory=list)
    """Of an event that wants all its triggers: one event for each."""
    whole: "Node | None" = None
    handler: "Node | None" = None
    """The activity that undoes it."""
    undoes: bool = False
    waits: bool = True
    """Of an event that throws compensation: whether it goes on only when all is undone."""
    opens: str | None = None
    """Complex gateways: the condition of activation."""
    needs: int = 1
    """Tokens with which it begins."""
    makes: int = 1
    """Tokens that leave it, each by all the flows taken."""
    loop: Loop | While | None = None
    inner: "Scope | None" = None
    called: str | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    shares: bool = True
    """Call activities: all variables go in and come back."""
    script: tuple[str, str] | None = None
    topic: str | None = None
    default: Flow | None = None
    outgoing: list[Flow] = field(default_factory=list)
    incoming: list[Flow] = field(default_factory=list)
    boundaries: list["Node"] = field(default_factory=list)

    @property
    def start(self) -> "Node":
        """Of an event subprocess: the event that begins it."""
        assert self.inner is not None
        return next(node for node in self.inner.nodes.values() if node.kind == "startEvent")


@dataclass(eq=False)
class Scope(Static):
    """A process or a subprocess."""

    id: str
    process: str
    nodes: dict[str, Node] = field(default_factory=dict)
    until: str | None = None
    """Ad-hoc: the condition that ends it, asked when an activity in it is done."""
    ends_rest: bool = True
    """Ad-hoc: whether what is open then is taken away."""

    @property
    def starts(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    @property
    def handlers(self) -> list[Node]:
        """Its event subprocesses."""
        return [node for node in self.nodes.values() if node.by_event]

    @property
    def undone_by(self) -> "Node | None":
        """Its event subprocess that compensation begins."""
        return next((one for one in self.handlers if one.start.trigger.kind == "compensate"), None)

    @property
    def entries(self) -> list[Node]:
        """Where tokens begin when no start event is drawn."""
        return [
            node
            for node in self.nodes.values()
            if not (node.incoming or node.by_event or node.host or node.undoes)
        ]

    def walk(self) -> Iterator[Node]:
        for node in self.nodes.values():
            yield node
            if node.inner is not None:
                yield from node.inner.walk()


def awaited(events: list[Node]) -> list[Node]:
    """What is waited for when these events wait: of one that wants all its triggers each of them."""
    found = [one for event in events for one in (event.parts or [event])]
    return [one for one in found if one.trigger.kind in WAITED]


def read(raw: bytes) -> Scope:
    """The first process of a file."""
    root = ElementTree.fromstring(raw)
    names = {one.get("id", ""): one for one in root}
    process = root.find(BPMN + "process")
    assert process is not None
    return _scope(process, process.get("id", ""), names)


def _scope(xml: Element, process: str, names: dict[str, Element]) -> Scope:
    scope = Scope(xml.get("id", ""), process)
    for one in xml:
        if one.tag.removeprefix(BPMN) in NODES:
            node = _node(one, scope, names)
            scope.nodes[node.id] = node
    for one in xml.findall(BPMN + "boundaryEvent"):
        node, host = scope.nodes[one.get("id", "")], scope.nodes[one.get("attachedToRef", "")]
        for event in (node, *node.parts):
            event.host = host
        host.boundaries.append(node)
    for one in xml.findall(BPMN + "association"):
        host = scope.nodes[one.get("sourceRef", "")].host
        assert host is not None
        host.handler = scope.nodes[one.get("targetRef", "")]
    for one in xml.findall(BPMN + "sequenceFlow"):
        condition = one.findtext(BPMN + "conditionExpression")
        _flow(
            Flow(
                one.get("id", ""),
                scope.nodes[one.get("sourceRef", "")],
                scope.nodes[one.get("targetRef", "")],
                condition,
            )
        )
    for one in xml:
        if one.get("default"):
            source = scope.nodes[one.get("id", "")]
            source.default = next(flow for flow in source.outgoing if flow.id == one.get("default"))
    _links(scope)
    return scope


def _flow(flow: Flow) -> None:
    flow.source.outgoing.append(flow)
    flow.target.incoming.append(flow)


def _links(scope: Scope) -> None:
    """Paired link events are a flow drawn in two places (section 10.5.5)."""
    linked = [node for node in scope.nodes.values() if node.trigger.kind == "link"]
    catches = {node.trigger.name: node for node in linked if node.kind == "intermediateCatchEvent"}
    for node in linked:
        if node.kind == "intermediateThrowEvent":
            _flow(Flow(f"link {node.id}", node, catches[node.trigger.name], None))


def _node(xml: Element, scope: Scope, names: dict[str, Element]) -> Node:
    node = Node(
        xml.get("id", ""),
        xml.tag.removeprefix(BPMN),
        scope,
        trigger=_trigger(xml, names),
        interrupting=xml.get("cancelActivity", xml.get("isInterrupting", "true")) != "false",
        by_event=xml.get("triggeredByEvent") == "true",
        undoes=xml.get("isForCompensation") == "true",
        waits=all(one.get("waitForCompletion") != "false" for one in xml),
        needs=int(xml.get("startQuantity", "1")),
        makes=int(xml.get("completionQuantity", "1")),
        loop=_loop(xml),
    )
    if xml.get("parallelMultiple") == "true":
        triggers = [_read(one, names) for one in xml if one.tag.endswith("EventDefinition")]
        node.trigger = Trigger("all")
        node.parts = [
            Node(node.id, node.kind, scope, trigger, node.interrupting, whole=node) for trigger in triggers
        ]
    node.opens = xml.findtext(BPMN + "activationCondition")
    if node.kind in ("subProcess", "transaction", "adHocSubProcess"):
        node.inner = _scope(xml, scope.process, names)
        node.inner.until = xml.findtext(BPMN + "completionCondition")
        node.inner.ends_rest = xml.get("cancelRemainingInstances") != "false"
    extension = xml.find(BPMN + "extensionElements")
    if extension is None:
        return node
    for one in extension.iter():
        if one.tag == ZEEBE + "calledElement":
            node.called = one.get("processId")
            node.shares = one.get("propagateAllParentVariables") != "false"
        elif one.tag == ZEEBE + "taskDefinition":
            node.topic = one.get("type")
        elif one.tag == ZEEBE + "script":
            node.script = (one.get("resultVariable", ""), one.get("expression", ""))
        elif one.tag in (ZEEBE + "input", ZEEBE + "output"):
            mappings = node.inputs if one.tag == ZEEBE + "input" else node.outputs
            mappings[one.get("target", "")] = one.get("source", "")
    return node


def _loop(node: Element) -> Loop | While | None:
    xml = node.find(BPMN + "standardLoopCharacteristics")
    if xml is not None:
        most = xml.get("loopMaximum")
        condition = xml.findtext(BPMN + "loopCondition") or ""
        return While(condition, xml.get("testBefore") == "true", int(most) if most else None)
    xml = node.find(BPMN + "multiInstanceLoopCharacteristics")
    if xml is None:
        return None
    settings = next(xml.iter(ZEEBE + "loopCharacteristics"))
    return Loop(
        parallel=xml.get("isSequential") != "true",
        collection=settings.get("inputCollection", ""),
        item=settings.get("inputElement"),
        output=settings.get("outputCollection"),
        result=settings.get("outputElement"),
        until=xml.findtext(BPMN + "completionCondition"),
    )


def _trigger(xml: Element, names: dict[str, Element]) -> Trigger:
    if xml.tag == BPMN + "receiveTask":
        return _named("message", names[xml.get("messageRef", "")])
    return next((_read(one, names) for one in xml if one.tag.endswith("EventDefinition")), Trigger())


def _read(definition: Element, names: dict[str, Element]) -> Trigger:
    kind = definition.tag.removeprefix(BPMN).removesuffix("EventDefinition")
    if kind == "timer":
        return _timer("".join(definition.itertext()).strip())
    if kind == "conditional":
        return Trigger("condition", condition=definition.findtext(BPMN + "condition") or "")
    if kind == "link":
        return Trigger(kind, definition.get("name"))
    reference = definition.get(f"{kind}Ref")
    return _named(kind, names[reference]) if reference else Trigger(kind)


def _named(kind: str, xml: Element) -> Trigger:
    subscription = next(xml.iter(ZEEBE + "subscription"), None)
    key = subscription.get("correlationKey") if subscription is not None else None
    return Trigger(kind, xml.get(f"{kind}Code") or xml.get("name"), key)


def _timer(text: str) -> Trigger:
    found = re.fullmatch(r"(?:R(\d+)/)?PT(\d+)H", text)
    assert found, text
    return Trigger("timer", hours=int(found[2]), cycles=int(found[1] or 1))
