"""Ids and names longer than the register can keep: no tool makes them, and cutting them would confuse two."""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.elements import element
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

# The widths of the columns in which the runtime keeps them.
ID, MESSAGE, ROLE = 120, 200, 60


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        if len(process.id) > ID:
            yield rule.error(process, _too_long(process.id, ID), _HINT)
    for node in subject.nodes():
        for text, limit in _kept(node):
            if len(text) > limit:
                yield rule.error(node, _too_long(text, limit), _HINT)
                break
    for reference in [*subject.diagram.messages.values(), *subject.diagram.signals.values()]:
        if len(reference.key) > MESSAGE:
            message = _too_long(reference.key, MESSAGE)
            yield Finding(rule.name, Severity.ERROR, reference.id, message, line=reference.line, hint=_HINT)


_HINT = msg("Give it a shorter one; what people read belongs in the name of the step.")


def _too_long(text: str, limit: int) -> Message:
    return msg("“%(text)s…” is longer than %(limit)s characters.", text=text[:40], limit=limit)


def _kept(node: Node) -> Iterator[tuple[str, int]]:
    known = element(node)
    yield node.id, ID
    yield vocabulary.topic(node.xml)[0] or "", ID
    yield known.form or "", ID
    for role in known.candidates if isinstance(known.candidates, tuple) else ():
        yield role, ROLE


rule = Rule("long-name", _check)
