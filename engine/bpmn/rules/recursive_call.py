"""A process that calls itself, directly or through others, would never stop calling."""

from collections.abc import Iterator

from engine.bpmn import selection, vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    processes = subject.package.processes
    calls = {process_id: selection.calls(process) for process_id, process in processes.items()}
    for process in subject.processes:
        for node in process.scope.walk():
            called = vocabulary.called(node.xml).process if node.kind == "callActivity" else None
            if called is not None and process.id in closure(called, calls):
                yield rule.error(
                    node,
                    msg("%(process)s calls itself through this step.", process=process.name or process.id),
                    msg("Draw the repetition as a loop of flows instead."),
                )


def closure(start: str, calls: dict[str, set[str]]) -> set[str]:
    """A process and all that it calls, directly or through others."""
    found, stack = {start}, [start]
    while stack:
        for other in calls.get(stack.pop(), set()) - found:
            found.add(other)
            stack.append(other)
    return found


rule = Rule("recursive-call", _check)
