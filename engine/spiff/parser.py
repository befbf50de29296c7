"""SpiffWorkflow's BPMN parser, taught the dialect of Camunda 8.

Differences from the library's own: elements are read in the order of the document and without recursion,
flows keep that order, every id is allowed, boundary events stay with their host, and one file's ids never
meet another's.
"""

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.bpmn import drawn_id
from engine.errors import msg
from engine.spiff import xml
from engine.spiff.activities import (
    CallActivity,
    MultiInstance,
    RuleTask,
    ScriptTask,
    SubProcess,
    TopicTask,
    UserTask,
)
from engine.spiff.errors import CompileError
from engine.spiff.events import Boundary, Catch, EndEvent, StartEvent, Throw
from engine.spiff.gateways import EventGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.nodes import CHILD, Node
from engine.spiff.process import ProcessSpec
from engine.spiff.settings import Flow, Trigger, Value
from engine.spiff.triggers import trigger_of


class ElementParser(TaskParser):
    """Makes the spec of one element; its flows are connected later."""

    process_parser: "FlowParser"

    def parse_node(self) -> Node:
        """The spec; with a multi-instance around it, that one, and the element's own as its child."""
        loop = xml.loop_of(self.node)
        if loop is None:
            return self.create_task()
        body = MultiInstance(
            self.spec, self.bpmn_id, element=drawn_id(self.bpmn_id), loop=loop, **self.bpmn_attributes
        )
        self.create_task(CHILD)
        return body

    def create_task(self, suffix: str = "") -> Node:
        spec_class, settings = self.settings()
        return spec_class(
            self.spec,
            self.bpmn_id + suffix,
            element=drawn_id(self.bpmn_id),
            io=xml.mappings_of(self.node),
            **settings,
            **self.bpmn_attributes,
        )

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        return {"lane": self.lane, "bpmn_name": self.node.get("name")}

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        """The class of the spec and its own arguments."""
        return self.spec_class, {}

    def refuse(self, text: str, **params: Any) -> CompileError:
        return CompileError(msg(text, **params), self.bpmn_id)

    def value(self, text: str | None) -> Value:
        return xml.value_of(text, self.bpmn_id)

    def trigger(self) -> Trigger:
        return trigger_of(self.node, self.process_parser.parser)


class JobParser(ElementParser):
    """A task done by a worker, unless the element says otherwise."""

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        job = xml.extension(self.node, "taskDefinition")
        if job is None or not job.get("type"):
            raise self.refuse("The task names no topic.")
        return TopicTask, {
            "topic": self.value(job.get("type")),
            "retries": self.value(job.get("retries") or "3"),
        }


class RuleParser(JobParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        decision = xml.extension(self.node, "calledDecision")
        if decision is None:
            return super().settings()
        context = xml.alur_property(self.node, "decisionContext")
        return RuleTask, {
            "decision": self.value(decision.get("decisionId")),
            "variable": decision.get("resultVariable") or "result",
            "context": xml.feel_of(context, self.bpmn_id) if context else None,
        }


class ScriptParser(JobParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        script = xml.extension(self.node, "script")
        if script is None:
            return super().settings()
        return ScriptTask, {
            "expression": xml.feel_of(script.get("expression") or "null", self.bpmn_id),
            "variable": script.get("resultVariable") or "result",
        }


class CallParser(ElementParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        called = xml.extension(self.node, "calledElement")
        name = called.get("processId") if called is not None else self.node.get("calledElement")
        if not name:
            raise self.refuse("The call activity names no process.")
        settings = called.attrib if called is not None else {}
        return CallActivity, {
            "called": self.value(name),
            "pass_all": settings.get("propagateAllParentVariables", "true") != "false",
            "return_all": settings.get("propagateAllChildVariables", "true") != "false",
        }


class SubProcessParser(ElementParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        if self.node.get("triggeredByEvent") == "true":
            raise self.refuse("Event subprocesses must be rewritten as boundary events.")
        outer = self.process_parser
        inner = FlowParser(outer.parser, self.node, self.nsmap, {}, lane=self.lane, outer=outer)
        return SubProcess, {"subworkflow_spec": inner.get_spec().name}


class EventParser(ElementParser):
    """Everything with a trigger."""

    kinds = frozenset({"none", "message", "signal", "timer", "condition"})

    def trigger(self) -> Trigger:
        trigger = super().trigger()
        if trigger.kind not in self.kinds:
            raise self.refuse("An event of kind %(kind)s is not possible here.", kind=trigger.kind)
        return trigger

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        return self.spec_class, {"trigger": self.trigger()}


class StartParser(EventParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        self.trigger()
        return StartEvent, {}


class ThrowParser(EventParser, JobParser):
    """A message without a name but with a topic is sent by a worker."""

    kinds = frozenset({"none", "message", "signal", "escalation"})

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        trigger = self.trigger()
        job = xml.extension(self.node, "taskDefinition") is not None
        nameless = trigger.name is None and (trigger.kind == "message" or self.node.tag == SEND_TASK)
        if nameless or (job and self.node.tag == SEND_TASK):
            return JobParser.settings(self)
        return self.spec_class, {"trigger": trigger}


class EndParser(ThrowParser):
    kinds = frozenset({"none", "message", "signal", "escalation", "error", "terminate"})


class BoundaryParser(EventParser):
    kinds = frozenset({"message", "signal", "timer", "condition", "error", "escalation"})

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        trigger = self.trigger()
        interrupting = self.node.get("cancelActivity", "true") != "false" or trigger.kind == "error"
        return Boundary, {"trigger": trigger, "interrupting": interrupting}


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
        nodes = [node for node in self.node if isinstance(node.tag, str) and is_flow_node(node)]
        for node in nodes:
            if node.tag not in self.parser.OVERRIDE_PARSER_CLASSES:
                raise CompileError(
                    msg("The engine cannot run a %(kind)s.", kind=node.tag.rpartition("}")[2]),
                    node.get("id", ""),
                )
            if node.get("id") in self.spec.task_specs:
                raise CompileError(msg("The id %(id)s is used twice.", id=node.get("id")), node.get("id"))
            self.parse_node(node)
        self.connect(nodes)
        starts = sorted(
            self.xpath("./bpmn:startEvent"), key=lambda node: trigger_of(node, self.parser).kind != "none"
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
        self.spec.task_specs[host].boundary += (spec.name,)

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


SEND_TASK = full_tag("sendTask")
FLOW_NODES = frozenset(
    {
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "task",
        "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask",
        "subProcess", "transaction", "adHocSubProcess", "callActivity", "exclusiveGateway", "parallelGateway",
        "inclusiveGateway", "eventBasedGateway", "complexGateway",
    }
)  # fmt: skip


def is_flow_node(node: Any) -> bool:
    """Whether the XML element is something that a token can be at."""
    namespace, _, name = node.tag[1:].rpartition("}")
    return namespace == xml.BPMN and name in FLOW_NODES


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
        full_tag("transaction"): (SubProcessParser, SubProcess),
        full_tag("exclusiveGateway"): (ElementParser, ExclusiveGateway),
        full_tag("parallelGateway"): (ElementParser, ParallelGateway),
        full_tag("inclusiveGateway"): (ElementParser, InclusiveGateway),
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
