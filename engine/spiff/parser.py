"""SpiffWorkflow's BPMN parser, taught the dialect of Camunda 8.

Differences from the library's own: elements are read in the order of the document and without recursion,
flows keep that order, every id is allowed, boundary events stay with their host, and one file's ids never
meet another's.
"""

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.errors import msg
from engine.spiff import xml
from engine.spiff.activities import (
    CallActivity,
    RuleTask,
    ScriptTask,
    SubProcess,
    TopicTask,
    Transaction,
    UserTask,
)
from engine.spiff.elements import (
    BoundaryParser,
    CallParser,
    ComplexParser,
    ElementParser,
    EndParser,
    EventParser,
    JobParser,
    QuantityParser,
    RuleParser,
    ScriptParser,
    StartParser,
    SubProcessParser,
    ThrowParser,
)
from engine.spiff.errors import CompileError
from engine.spiff.events import Boundary, Catch, EndEvent, StartEvent, Throw
from engine.spiff.gateways import (
    ComplexGateway,
    EventGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from engine.spiff.nodes import Node
from engine.spiff.process import ProcessSpec
from engine.spiff.settings import Flow
from engine.spiff.triggers import triggers_of


class FlowParser(ProcessParser):
    """One process or embedded subprocess: all its elements, then its flows."""

    def __init__(
        self, p: "Parser", node: Any, *args: Any, outer: "FlowParser | None" = None, **kwargs: Any
    ) -> None:
        super().__init__(p, node, *args, **kwargs)
        self.outer = outer

    def create_spec(self) -> ProcessSpec:
        if self.outer is None:
            return ProcessSpec(self.parser.key, self.parser.key.partition("#")[0], self.parser.key)
        outer = self.outer.spec
        return ProcessSpec(f"{outer.name}/{self.bpmn_id}", outer.process, outer.process_key)

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.parser.specs[self.spec.name] = self.spec
        nodes = [node for node in self.node if node.tag in self.parser.OVERRIDE_PARSER_CLASSES]
        for node in nodes:
            if node.get("id") in self.spec.task_specs:
                raise CompileError(msg("The id %(id)s is used twice.", id=node.get("id")), node.get("id"))
            self.parse_node(node)
        self.connect(nodes)
        starts = sorted(
            self.xpath("./bpmn:startEvent"), key=lambda node: triggers_of(node, self.parser)[0].kind != "none"
        )
        if not starts:
            raise CompileError(msg("The process has no start event."), self.bpmn_id)
        self.spec.starts = tuple(node.get("id") for node in starts)

    def connect(self, nodes: list[Any]) -> None:
        """Give the elements their flows, in the order of the document, and their boundary events."""
        specs = self.spec.task_specs
        flows: dict[str, list[Any]] = {}
        for flow in self.xpath("./bpmn:sequenceFlow"):
            flows.setdefault(flow.get("sourceRef"), []).append(flow)
        for node in nodes:
            spec, outgoing = specs[node.get("id")], flows.get(node.get("id"), [])
            spec.flows = tuple(
                self.flow(one, spec, node.get("default"), len(outgoing) == 1) for one in outgoing
            )
            for flow in spec.flows:
                spec.connect(specs[flow.target])
                specs[flow.target].incoming += (flow.id,)
            if isinstance(spec, Boundary):
                self.attach(spec, node.get("attachedToRef"))
            elif isinstance(spec, StartEvent):
                self.spec.start.connect(spec)

    def attach(self, spec: Boundary, host: str | None) -> None:
        """Put a boundary event on its host; raises CompileError when there is none."""
        if host not in self.spec.task_specs:
            raise CompileError(msg("The boundary event stands on no element of its process."), spec.element)
        self.spec.task_specs[host].boundary += (spec.name, *spec.parts)
        if spec.trigger.kind == "compensation":
            self.spec.task_specs[host].compensation = (spec.element, self.handler(spec))

    def handler(self, spec: Boundary) -> str:
        """The activity that a compensation event is associated with; raises CompileError without one."""
        for one in self.node.getroottree().iter(full_tag("association")):
            ends = (one.get("sourceRef"), one.get("targetRef"))
            if spec.name in ends:
                other = ends[1] if ends[0] == spec.name else ends[0]
                if other in self.spec.task_specs:
                    return str(other)
        raise CompileError(msg("The compensation event is associated with no activity."), spec.element)

    def flow(self, node: Any, source: Node, default: str | None, single: bool) -> Flow:
        """One sequence flow; raises CompileError for one that leads nowhere or misses its condition."""
        if node.get("targetRef") not in self.spec.task_specs:
            raise CompileError(msg("The flow leads to no element of its process."), node.get("id", ""))
        condition = xml.found(node, "./bpmn:conditionExpression")
        text = (condition.text or "").strip() if condition is not None else ""
        is_default = node.get("id") == default or (single and not text)
        if isinstance(source, ExclusiveGateway) and not text and not is_default:
            raise CompileError(
                msg("The flow has no condition and is not the default flow."), node.get("id", "")
            )
        return Flow(
            id=node.get("id") or f"{source.element}->{node.get('targetRef')}",
            target=node.get("targetRef"),
            condition=None if is_default or not text else xml.feel_of(text, node.get("id") or source.element),
            default=is_default,
        )


class Parser(BpmnParser):
    """Reads one file into the specs of one process and its embedded subprocesses."""

    PROCESS_PARSER_CLASS = FlowParser
    OVERRIDE_PARSER_CLASSES = {
        full_tag("userTask"): (ElementParser, UserTask),
        full_tag("manualTask"): (ElementParser, UserTask),
        full_tag("task"): (ElementParser, UserTask),
        full_tag("serviceTask"): (JobParser, TopicTask),
        full_tag("sendTask"): (ThrowParser, Throw),
        full_tag("receiveTask"): (EventParser, Catch),
        full_tag("businessRuleTask"): (RuleParser, RuleTask),
        full_tag("scriptTask"): (ScriptParser, ScriptTask),
        full_tag("callActivity"): (CallParser, CallActivity),
        full_tag("subProcess"): (SubProcessParser, SubProcess),
        full_tag("adHocSubProcess"): (SubProcessParser, SubProcess),
        full_tag("transaction"): (SubProcessParser, Transaction),
        full_tag("exclusiveGateway"): (ElementParser, ExclusiveGateway),
        full_tag("parallelGateway"): (QuantityParser, ParallelGateway),
        full_tag("inclusiveGateway"): (ElementParser, InclusiveGateway),
        full_tag("complexGateway"): (ComplexParser, ComplexGateway),
        full_tag("eventBasedGateway"): (ElementParser, EventGateway),
        full_tag("startEvent"): (StartParser, StartEvent),
        full_tag("endEvent"): (EndParser, EndEvent),
        full_tag("intermediateCatchEvent"): (EventParser, Catch),
        full_tag("intermediateThrowEvent"): (ThrowParser, Throw),
        full_tag("boundaryEvent"): (BoundaryParser, Boundary),
    }

    def __init__(self, key: str) -> None:
        super().__init__(namespaces=xml.NAMESPACES)
        self.key = key
        self.specs: dict[str, ProcessSpec] = {}
        self.subscriptions: dict[str, str] = {}

    def add_bpmn_xml(self, bpmn: Any, filename: str | None = None) -> None:
        super().add_bpmn_xml(bpmn, filename)
        for message in bpmn.iter(full_tag("message")):
            subscription = xml.extension(message, "subscription")
            if subscription is not None and subscription.get("correlationKey"):
                self.subscriptions[message.get("id")] = subscription.get("correlationKey")

    def _add_data_stores(self, bpmn: Any) -> None:
        """Data stores are drawn for the reader and hold nothing."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Messages are correlated by their subscription's key."""
