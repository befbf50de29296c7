"""The public view of a diagram: one frozen record per element, with all that the other rooms ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn import names, vocabulary
from engine.bpmn.build import read
from engine.bpmn.kinds import bpmn_files
from engine.bpmn.model import Node, Process
from engine.bpmn.rewrites.multiples import waits_for_all


@dataclass(frozen=True)
class Element:
    """One flow node as drawn.

    ``role`` is the lane's role key, ``candidates`` the task's own candidate groups (a FEEL text starting with
    "=", or a tuple of role keys; None: the lane's role). ``service_level``, ``reminder_at``, ``escalate_to``,
    ``escalate_again``, ``due_at``, ``clock`` and ``legal_basis`` are the alur: properties as written.
    ``topic`` is a service task's; ``retries`` its number of attempts (3 when not given). ``message`` is the
    name of the message, signal, error or escalation of an event, ``correlation`` the message's key.
    ``decision`` and ``called`` may be FEEL. ``triggers`` are the kinds of which one alone begins a process at
    this start event, each with its name or time. ``parent`` is the subprocess around it, ``host`` what a
    boundary event stands on.
    """

    id: str
    kind: str
    name: str
    process: str
    parent: str | None = None
    lane: str | None = None
    role: str | None = None
    candidates: str | tuple[str, ...] | None = None
    assignee: str | None = None
    form: str | None = None
    service_level: str | None = None
    reminder_at: str | None = None
    escalate_to: str | None = None
    escalate_again: str | None = None
    due_at: str | None = None
    clock: str | None = None
    legal_basis: str | None = None
    bulk: bool = False
    topic: str | None = None
    retries: int = 3
    message: str | None = None
    correlation: str | None = None
    decision: str | None = None
    called: str | None = None
    documentation: str = ""
    line: int = 0
    host: str | None = None
    interrupting: bool = True
    event: str = ""
    triggers: tuple[tuple[str, str], ...] = ()
    timer: str | None = None
    due_date: str | None = None
    follow_up: str | None = None
    priority: str | None = None
    result_variable: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    inputs: tuple[vocabulary.Mapping, ...] = ()
    outputs: tuple[vocabulary.Mapping, ...] = ()
    multiple: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def told_late(self) -> tuple[str, ...]:
        """The roles told when it is late, as far as they are written out: an expression leaves one open."""
        return tuple(role for role in (self.escalate_to, self.escalate_again) if role and role[0] != "=")


def elements(files: Mapping[str, bytes], process: str | None = None) -> dict[str, Element]:
    """All elements of the diagrams in ``files`` by id, or those of one process.

    Ids are unique in a file; where two files of a package use the same id, the process whose file stands
    first (by path) wins, and ``process`` tells them apart.
    """
    found: dict[str, Element] = {}
    for path, data in bpmn_files(files):
        for drawn in read(data, path).processes:
            if process is None or drawn.id == process:
                for node in drawn.scope.walk():
                    found.setdefault(node.id, element(node))
    return found


def element(node: Node) -> Element:
    """The public record of one node."""
    if node.record is None:
        node.record = _element(node)
    found: Element = node.record
    return found


def _element(node: Node) -> Element:
    process: Process = node.scope.process
    lane = process.lane(node)
    properties = vocabulary.properties(node.xml)
    inputs, outputs = vocabulary.io(node.xml)
    given = vocabulary.assignment(node.xml)
    topic, retries = vocabulary.topic(node.xml)
    decision, result = vocabulary.decision(node.xml)
    event = node.event
    called = vocabulary.called(node.xml) if node.kind == "callActivity" else None
    return Element(
        id=node.id,
        kind=node.kind,
        name=node.name,
        process=process.id,
        parent=node.scope.owner.id if node.scope.owner else None,
        lane=lane.name if lane else None,
        role=lane.role if lane else None,
        candidates=given.candidates,
        assignee=given.assignee,
        form=vocabulary.form(node.xml),
        service_level=properties.get("alur:serviceLevel") or None,
        reminder_at=properties.get("alur:reminderAt") or None,
        escalate_to=properties.get("alur:escalateTo") or None,
        escalate_again=properties.get("alur:escalateAgain") or None,
        due_at=properties.get("alur:dueAt") or None,
        clock=properties.get("alur:clock") or None,
        legal_basis=properties.get("alur:legalBasis") or None,
        bulk=properties.get("alur:bulk", "").strip().lower() in ("true", "ya", "1"),
        topic=topic,
        retries=int(retries) if retries and retries.strip().isdigit() else 3,
        message=event.target if event else None,
        correlation=_correlation(node),
        decision=decision,
        called=called.process if called else None,
        documentation=_documentation(node),
        line=node.line,
        host=node.host.id if node.host else None,
        interrupting=node.interrupting,
        event=node.event_kind,
        triggers=_triggers(node),
        timer=event.text if event and event.kind == "timer" else None,
        due_date=given.due_date,
        follow_up=given.follow_up,
        priority=given.priority,
        result_variable=result,
        incoming=tuple(flow.id for flow in node.incoming),
        outgoing=tuple(flow.id for flow in node.outgoing),
        inputs=inputs + (called.inputs if called else ()),
        outputs=outputs + (called.outputs if called else ()),
        multiple=node.loop is not None and names.local(node.loop) == "multiInstanceLoopCharacteristics",
        properties=properties,
    )


def _triggers(node: Node) -> tuple[tuple[str, str], ...]:
    if node.kind != "startEvent" or waits_for_all(node):
        return ()
    return tuple((event.kind, event.target or event.text) for event in node.events)


def _documentation(node: Node) -> str:
    found = node.xml.find(names.bpmn("documentation"))
    return (found.text or "").strip() if found is not None else ""


def _correlation(node: Node) -> str | None:
    if node.event_kind != "message":
        return None
    root = node.xml.getroottree().getroot()
    for message in root.findall(names.bpmn("message")):
        if message.get("id") == (node.event.ref if node.event else None):
            subscription = vocabulary.zeebe(message, "subscription")
            return subscription.get("correlationKey") if subscription is not None else None
    return None
