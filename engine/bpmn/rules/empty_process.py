"""A diagram in whose processes nothing is drawn: there is nothing to run."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.selection import candidates
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    if subject.diagram.processes and not candidates(subject.diagram):
        yield rule.error(
            subject.diagram.processes[0],
            msg("Nothing is drawn in the process."),
            msg("Draw its steps, from a start event to an end event."),
        )


rule = Rule("empty-process", _check)
