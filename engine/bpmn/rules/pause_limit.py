"""A wait for the reporter ends with the pause of the clocks, and ends at all.

A pause ends by itself at its limit (``paling_lama``, ``alur:pauseLimit``); the flow waits as long as it is
drawn. Where the flow waits longer the clock runs while the reporter may still answer.
"""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.model import Node
from engine.bpmn.paths import hours, literal
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg
from engine.worktime import Limit


def _check(subject: Subject) -> Iterator[Finding]:
    sop = subject.package.sop
    clocks = sop.clocks.values() if sop is not None else ()
    replies = {name for clock in clocks for name in clock.resume}
    written = [literal(clock.longest_pause) for clock in clocks if clock.pause]
    written += [
        literal(vocabulary.properties(node.xml).get("alur:pauseLimit"))
        for diagram in subject.package.diagrams
        for process in diagram.processes
        for node in process.scope.walk()
    ]
    limits = [limit for limit in written if limit is not None]
    if limits:
        longest = max(limits, key=hours)
        for node in subject.nodes():
            if node.kind == "intermediateCatchEvent" and node.event and node.event.target in replies:
                yield from _wait(node, longest)


def _wait(reply: Node, longest: Limit) -> Iterator[Finding]:
    timers = [node for node in _beside(reply) if node.event_kind == "timer"]
    if not timers:
        yield rule.warning(
            reply,
            msg("Nothing ends this wait when the reporter does not answer."),
            msg("Draw a timer beside it, behind an event-based gateway."),
        )
    for timer in timers:
        limit = literal(timer.event.text if timer.event else None)
        if limit is not None and hours(limit) > hours(longest):
            yield rule.warning(
                timer,
                msg(
                    "The reporter may answer for %(limit)s, but the clocks go on after %(pause)s.",
                    limit=limit.words,
                    pause=longest.words,
                ),
                msg("Write the same limit here and in paling_lama of sop.toml, or in alur:pauseLimit."),
            )


def _beside(reply: Node) -> list[Node]:
    """What waits behind the same event-based gateway."""
    nodes = reply.scope.nodes
    gateways = [nodes[flow.source] for flow in reply.incoming if flow.source in nodes]
    return [
        nodes[flow.target]
        for gateway in gateways
        if gateway.kind == "eventBasedGateway"
        for flow in gateway.outgoing
    ]


rule = Rule("pause-limit", _check, sop=True, weight=Severity.WARNING)
