"""What designers read: states, verdicts, severities, kinds of elements and their properties in words."""

from typing import NamedTuple

from engine.errors import Message, msg


class Word(NamedTuple):
    """A label and the tone of its tag."""

    label: Message
    tone: str


STATES: dict[str, Word] = {
    "draft": Word(msg("Draft"), "info"),
    "submitted": Word(msg("Waits for a second person"), "warn"),
    "active": Word(msg("In force"), "ok"),
    "retired": Word(msg("Replaced"), "wait"),
    "rejected": Word(msg("Sent back"), "danger"),
}
VERDICTS: dict[str, Word] = {
    "RUN": Word(msg("Ready"), "ok"),
    "FIX": Word(msg("Repaired"), "info"),
    "ASK": Word(msg("Needs answers"), "warn"),
    "REFUSE": Word(msg("Refused"), "danger"),
}
SEVERITIES: dict[str, Word] = {
    "error": Word(msg("Must be mended"), "danger"),
    "question": Word(msg("Question"), "warn"),
    "publish": Word(msg("Before it comes into force"), "warn"),
    "warning": Word(msg("Advice"), "wait"),
    "repair": Word(msg("Repaired for you"), "info"),
}
CHANGES: dict[str, Word] = {
    "added": Word(msg("+ added"), "ok"),
    "changed": Word(msg("~ changed"), "warn"),
    "removed": Word(msg("− removed"), "danger"),
}
KINDS: dict[str, Message] = {
    "userTask": msg("Task of a person"),
    "manualTask": msg("Manual task"),
    "task": msg("Task"),
    "serviceTask": msg("Automatic step"),
    "sendTask": msg("Sending step"),
    "receiveTask": msg("Receiving step"),
    "scriptTask": msg("Script"),
    "businessRuleTask": msg("Decision table"),
    "callActivity": msg("Called SOP"),
    "subProcess": msg("Group of steps"),
    "adHocSubProcess": msg("Group of steps"),
    "transaction": msg("Group of steps"),
    "startEvent": msg("Start"),
    "endEvent": msg("End"),
    "intermediateCatchEvent": msg("Wait"),
    "intermediateThrowEvent": msg("Message sent"),
    "boundaryEvent": msg("Limit or interruption"),
    "exclusiveGateway": msg("Choice"),
    "inclusiveGateway": msg("Choice of several"),
    "parallelGateway": msg("Side by side"),
    "eventBasedGateway": msg("Whatever happens first"),
    "sequenceFlow": msg("Arrow"),
    "process": msg("Process"),
    "file": msg("File"),
}
PROPERTIES: dict[str, Message] = {
    "kind": msg("Kind"),
    "name": msg("Name"),
    "parent": msg("Inside"),
    "lane": msg("Lane"),
    "role": msg("Role"),
    "candidates": msg("Roles"),
    "assignee": msg("Person"),
    "form": msg("Form"),
    "service_level": msg("Time limit"),
    "reminder_at": msg("Reminder at"),
    "escalate_to": msg("Escalates to"),
    "escalate_again": msg("Escalates again to"),
    "due_at": msg("Ends at"),
    "clock": msg("Clock"),
    "legal_basis": msg("Legal basis"),
    "bulk": msg("May be done in bulk"),
    "topic": msg("Topic"),
    "retries": msg("Attempts"),
    "message": msg("Message"),
    "correlation": msg("Key of the message"),
    "decision": msg("Decision"),
    "called": msg("Called SOP"),
    "documentation": msg("Documentation"),
    "host": msg("Attached to"),
    "interrupting": msg("Interrupts"),
    "event": msg("Event"),
    "timer": msg("Timer"),
    "due_date": msg("Due date"),
    "follow_up": msg("Follow-up date"),
    "priority": msg("Priority"),
    "result_variable": msg("Result"),
    "multiple": msg("Several times"),
    "condition": msg("Condition"),
    "from": msg("From"),
    "to": msg("To"),
    "content": msg("Content"),
}


def kind(name: str) -> Message | str:
    """The kind of an element in words; an unknown one as BPMN calls it."""
    return KINDS.get(name, name)


def named(name: str) -> Message:
    """A property of an element in words."""
    side, _, target = name.partition(" ")
    if target and side in ("input", "output"):
        return msg("Input %(name)s", name=target) if side == "input" else msg("Output %(name)s", name=target)
    return PROPERTIES.get(name, msg("Property %(name)s", name=name))
