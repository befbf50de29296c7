"""Nothing looks at a condition while there is no case whose data it could ask."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for node in process.scope.starts():
            if node.event_kind == "conditional":
                yield rule.warning(
                    node,
                    msg("No case begins here by itself; a case begins here only when somebody starts it so."),
                    msg("Use a plain start, a message or a signal, and put the condition behind it."),
                )


rule = Rule("start-trigger", _check)
