"""A sequence flow that begins or ends nowhere, or crosses the border of a subprocess or pool."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Flow, Scope
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    everywhere = {node.id for node in subject.diagram.nodes()}
    for process in subject.processes:
        for scope in process.scope.scopes():
            for flow in scope.flows:
                yield from _flow(flow, scope, everywhere)


def _flow(flow: Flow, scope: Scope, everywhere: set[str]) -> Iterator[Finding]:
    for end in (flow.source, flow.target):
        if end in scope.nodes:
            continue
        if end in everywhere:
            yield rule.error(
                flow,
                msg("The flow crosses the border of a subprocess or pool to reach %(id)s.", id=end),
                msg("Connect the subprocess itself, or use a message between pools."),
            )
        elif end:
            message = msg("The flow leads to or from %(id)s, which does not exist.", id=end)
            yield rule.error(flow, message, msg("Connect both ends of the flow, or delete it."))
        else:
            message = msg("The flow is connected at one end only.")
            yield rule.error(flow, message, msg("Connect both ends of the flow, or delete it."))
        return


rule = Rule("dangling-flow", _check)
