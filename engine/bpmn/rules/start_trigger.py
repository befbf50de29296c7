"""A case begins with a report, a message, or somebody who starts it: never by the clock alone."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg

_UNHEARD = ("timer", "conditional", "signal")


def _check(subject: Subject) -> Iterator[Finding]:
    for process in subject.processes:
        for node in process.scope.starts():
            if node.event_kind in _UNHEARD:
                yield rule.warning(
                    node,
                    msg("No case begins here by itself; a case begins here only when somebody starts it so."),
                    msg("Use a plain start or a message, and put the timer or condition behind it."),
                )


rule = Rule("start-trigger", _check)
