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
    clocks = [clock for clock in sop.clocks.values() if clock.pause] if sop is not None else []
    replies = {name for clock in clocks for name in clock.resume}
    usual = [limit for clock in clocks if (limit := literal(clock.longest_pause)) is not None]
    for node in subject.nodes():
        if node.kind == "intermediateCatchEvent" and node.event and node.event.target in replies:
            limits = _own(node) or usual
            yield from _wait(node, max(limits, key=hours, default=None))


def _own(reply: Node) -> list[Limit]:
    """The limits that the questions before this wait say themselves."""
    nodes = reply.scope.nodes
    before = [nodes[flow.source] for flow in reply.incoming]
    before += [nodes[flow.source] for gateway in before for flow in gateway.incoming]
    written = [literal(vocabulary.properties(node.xml).get("alur:pauseLimit")) for node in before]
    return [limit for limit in written if limit is not None]


def _wait(reply: Node, longest: Limit | None) -> Iterator[Finding]:
    timers = [node for node in _beside(reply) if node.event_kind == "timer"]
    if not timers:
        yield rule.warning(
            reply,
            msg("Nothing ends this wait when the reporter does not answer."),
            msg("Draw a timer beside it, behind an event-based gateway."),
        )
    for timer in timers:
        limit = literal(timer.event.text if timer.event else None)
        if limit and longest and hours(limit) > hours(longest):
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
    gateways = [nodes[flow.source] for flow in reply.incoming]
    return [
        nodes[flow.target]
        for gateway in gateways
        if gateway.kind == "eventBasedGateway"
        for flow in gateway.outgoing
    ]


rule = Rule("pause-limit", _check, sop=True, weight=Severity.WARNING)
