"""Link events are run as flows from each throw to the catch of the same name."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.graph import link_events, link_key, link_targets
from engine.bpmn.model import Node
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.event_kind == "link":
            yield from _throw(node) if node.kind == "intermediateThrowEvent" else _catch(node)


def _throw(node: Node) -> Iterator[Finding]:
    name, targets = link_key(node), link_targets(node)
    if not targets:
        yield rule.error(
            node,
            msg("The link “%(name)s” leads nowhere.", name=name),
            msg("Draw a catching link event of the same name in the same process."),
        )
    elif len(targets) > 1:
        yield rule.error(
            node,
            msg("The link “%(name)s” leads to %(count)s places.", name=name, count=len(targets)),
            msg("Keep one catching link event of this name; split with a gateway after it."),
        )
    elif node.outgoing:
        yield rule.error(
            node,
            msg("A throwing link event has a flow behind it."),
            msg("Delete the flow; the path goes on at the catching link event."),
        )
    else:
        yield rule.repaired(node, msg("The link “%(name)s” is run as a flow.", name=name))


def _catch(node: Node) -> Iterator[Finding]:
    name = link_key(node)
    if node.incoming:
        yield rule.error(
            node,
            msg("A catching link event has a flow before it."),
            msg("Delete the flow, or draw a plain intermediate event in its place."),
        )
        return
    if ("intermediateThrowEvent", name) not in link_events(node.scope):
        yield rule.error(
            node,
            msg("No link event throws “%(name)s”.", name=name),
            msg("Draw a throwing link event of the same name, or connect this one with a flow."),
        )


rule = Rule("link-event", _check)
