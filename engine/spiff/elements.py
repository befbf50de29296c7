"""How each kind of element is read: SpiffWorkflow's task parsers, taught the dialect of Camunda 8."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.bpmn import drawn_id
from engine.errors import msg
from engine.spiff import xml
from engine.spiff.activities import CallActivity, RuleTask, ScriptTask, TopicTask
from engine.spiff.errors import CompileError
from engine.spiff.event_subprocess import EVENT, EventStart, EventSubProcess
from engine.spiff.events import Boundary, StartEvent
from engine.spiff.gateways import ComplexGateway, Quantity
from engine.spiff.nodes import CHILD, Node
from engine.spiff.repetition import MultiInstance, StandardLoop
from engine.spiff.settings import Flow, Mappings, Trigger, Value, While
from engine.spiff.triggers import trigger_of, triggers_of

if TYPE_CHECKING:
    from engine.spiff.parser import FlowParser

SEND_TASK = full_tag("sendTask")
ALWAYS_INTERRUPTING = ("error", "cancel")
ALL = Trigger("all")
PART = "&"
"""Added to the id of a boundary event for the wait for one of its triggers; no XML id can end so."""


class ElementParser(TaskParser):
    """Makes the spec of one element; its flows are connected later."""

    process_parser: "FlowParser"

    def parse_node(self) -> Node:
        """The spec; of a repeated element that of the whole, and the element's own as its child."""
        loop = xml.while_of(self.node) or xml.loop_of(self.node)
        if loop is None:
            return self.create_task()
        repeated = StandardLoop if isinstance(loop, While) else MultiInstance
        body = repeated(
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
        outer = self.process_parser
        inner = type(outer)(outer.parser, self.node, self.nsmap, {}, lane=self.lane, outer=outer)
        spec = inner.get_spec()
        settings = {"subworkflow_spec": spec.name}
        until = xml.found(self.node, "./bpmn:completionCondition")
        if until is not None and (until.text or "").strip():
            spec.until = xml.feel_of(until.text, self.bpmn_id)
            spec.cancels_rest = self.node.get("cancelRemainingInstances", "true") not in ("false", "0")
        if self.node.get("triggeredByEvent") != "true":
            return self.spec_class, settings
        self.add_event_starts(inner)
        return EventSubProcess, settings

    def add_event_starts(self, inner: "FlowParser") -> None:
        """Let the scope around wait for each trigger of the subprocess's start event."""
        starts = inner.xpath("./bpmn:startEvent")
        triggers = triggers_of(starts[0], inner.parser)
        every = wants_all(starts[0], triggers)
        if len(starts) > 1 or any(trigger.kind == "none" for trigger in triggers):
            raise self.refuse("An event subprocess needs one start event with a trigger.")
        if triggers[0].kind == "compensation":
            self.spec.undone_by = self.bpmn_id
            return
        specs = [
            EventStart(
                self.spec,
                self.bpmn_id + EVENT * (number + 1),
                element=drawn_id(starts[0].get("id")),
                io=Mappings(),
                trigger=trigger,
                interrupting=starts[0].get("isInterrupting", "true") != "false"
                or trigger.kind in ALWAYS_INTERRUPTING,
            )
            for number, trigger in enumerate([ALL, *triggers] if every else triggers)
        ]
        if every:
            join_parts(*specs)
        for spec in specs:
            spec.flows = (Flow(spec.name, self.bpmn_id),)
            self.spec.event_starts += (spec.name,)


class ComplexParser(ElementParser):
    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        found = xml.found(self.node, "./bpmn:activationCondition")
        text = (found.text or "").strip() if found is not None else ""
        return ComplexGateway, {"activation": xml.feel_of(text, self.bpmn_id) if text else None}


class EventParser(ElementParser):
    """Everything with a trigger."""

    kinds = frozenset({"none", "message", "signal", "timer", "condition"})

    def allowed(self) -> frozenset[str]:
        """The kinds of trigger that the event may have."""
        return self.kinds

    def trigger(self) -> Trigger:
        trigger = super().trigger()
        self.check(trigger)
        return trigger

    def check(self, trigger: Trigger) -> None:
        """Raise CompileError for a trigger that the event cannot have."""
        if trigger.kind not in self.allowed():
            raise self.refuse("An event of kind %(kind)s is not possible here.", kind=trigger.kind)

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        return self.spec_class, {"trigger": self.trigger()}


class StartParser(EventParser):
    """Errors, escalations and compensation can start an event subprocess only."""

    def allowed(self) -> frozenset[str]:
        handler = self.process_parser.node.get("triggeredByEvent") == "true"
        return self.kinds | {"error", "escalation", "compensation"} if handler else self.kinds

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        for trigger in triggers_of(self.node, self.process_parser.parser):
            self.check(trigger)
        return StartEvent, {}


class ThrowParser(EventParser, JobParser):
    """A message without a name but with a topic is sent by a worker."""

    kinds = frozenset({"none", "message", "signal", "escalation", "compensation"})

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        trigger = self.trigger()
        job = xml.extension(self.node, "taskDefinition") is not None
        nameless = trigger.name is None and (trigger.kind == "message" or self.node.tag == SEND_TASK)
        if nameless or (job and self.node.tag == SEND_TASK):
            return JobParser.settings(self)
        return self.spec_class, {"trigger": trigger}


class EndParser(ThrowParser):
    kinds = ThrowParser.kinds | {"error", "terminate", "cancel"}


class BoundaryParser(EventParser):
    kinds = frozenset(
        {"message", "signal", "timer", "condition", "error", "escalation", "compensation", "cancel"}
    )

    def create_task(self, suffix: str = "") -> Node:
        triggers = triggers_of(self.node, self.process_parser.parser)
        if not wants_all(self.node, triggers):
            return super().create_task(suffix)
        specs = [self.boundary(ALL)]
        for number, trigger in enumerate(triggers, 1):
            self.check(trigger)
            specs.append(self.boundary(trigger, PART * number))
        join_parts(*specs)
        return specs[0]

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        trigger = self.trigger()
        return Boundary, {"trigger": trigger, "interrupting": self.interrupts(trigger)}

    def boundary(self, trigger: Trigger, suffix: str = "") -> Boundary:
        """The event itself, or the part of it that waits for one trigger."""
        return Boundary(
            self.spec,
            self.bpmn_id + suffix,
            element=drawn_id(self.bpmn_id),
            io=Mappings() if suffix else xml.mappings_of(self.node),
            trigger=trigger,
            interrupting=self.interrupts(trigger),
            **self.bpmn_attributes,
        )

    def interrupts(self, trigger: Trigger) -> bool:
        return self.node.get("cancelActivity", "true") != "false" or trigger.kind in ALWAYS_INTERRUPTING


def wants_all(node: Any, triggers: list[Trigger]) -> bool:
    """Whether an event is caught only when all its triggers have come."""
    return len(triggers) > 1 and node.get("parallelMultiple") in ("true", "1")


def join_parts(whole: Node, *parts: Node) -> None:
    """Tell an event and the parts that wait for its triggers of each other."""
    whole.parts = tuple(part.name for part in parts)
    for part in parts:
        part.part_of = whole.name


class QuantityParser(ElementParser):
    """A parallel gateway; one that the rewriter put before an activity may want several tokens."""

    def settings(self) -> tuple[type[Node], dict[str, Any]]:
        quantity = self.node.get("startQuantity")
        return (Quantity, {"quantity": int(quantity)}) if quantity else (self.spec_class, {})
