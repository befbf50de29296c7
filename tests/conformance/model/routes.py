"""Which way tokens may come or go: exits, joins, alternative starts, and what catches a thrown event."""

from collections.abc import Sequence
from typing import Any

from tests.conformance.model.diagram import Flow, Node, Scope, Trigger
from tests.conformance.model.state import Space, Token, frames, holds


def exits(token: Token) -> list[Flow] | None:
    """The flows by which a token leaves its node (13.3.1, 13.4); none when a choice has no true exit.

    Out of an activity, a flow without a condition counts as true.
    """
    node, at = token.node, frames(token)
    if node.kind == "parallelGateway" or not node.outgoing:
        return node.outgoing
    true = [one for one in node.outgoing if one is not node.default and holds(one.condition, at)]
    if not true and node.default is None:
        return [] if token.own.get("waitingForStart") is False else None
    if not true:
        return [node.default] if node.default else None
    return true[:1] if node.kind == "exclusiveGateway" else true


def at_join(space: Space, node: Node) -> dict[Flow | None, list[Token]]:
    """The tokens waiting at a join by the flow they came on."""
    found: dict[Flow | None, list[Token]] = {}
    for token in space.tokens:
        if token.node is node and token.at_join:
            found.setdefault(token.flow, []).append(token)
    return found


def activated(space: Space, node: Node) -> bool:
    """Whether an inclusive join may go on (13.4.3).

    No token can still come to an empty flow without passing here, unless it can also come to one that has a
    token.
    """
    here = at_join(space, node)
    return not expected(space, node, [flow for flow in node.incoming if flow not in here], list(here))


def expected(space: Space, node: Node, empty: list[Flow], taken: Sequence[Flow | None]) -> bool:
    """Whether a token may still come to one of the empty flows that cannot also come to one of the others."""
    to_empty = leading_to(node, empty)
    to_taken = leading_to(node, [flow for flow in node.incoming if flow in taken])
    elsewhere = {token.node for token in space.tokens if token.node is not node}
    return bool((elsewhere & to_empty) - to_taken)


def leading_to(gateway: Node, flows: list[Flow]) -> set[Node]:
    """The nodes from which a path leads over one of the flows to the gateway without visiting it before."""
    found: set[Node] = set()
    todo = [flow.source for flow in flows]
    while todo:
        node = todo.pop()
        if node is not gateway and node not in found:
            found.add(node)
            todo += [flow.source for flow in node.incoming]
            todo += [node.host] if node.host is not None else []
    return found


def asleep(process: Scope, start: str | None) -> set[Flow]:
    """The flows that only another start event leads to: nothing waits for an alternative start (13.2)."""
    if len(process.starts) < 2:
        return set()
    awake: set[Node] = set()
    todo = [one for one in process.starts if one.id == start]
    while todo:
        node = todo.pop()
        if node not in awake:
            awake.add(node)
            todo += [*(flow.target for flow in node.outgoing), *node.boundaries]
    return {flow for node in process.nodes.values() if node not in awake for flow in node.outgoing}


def catcher(token: Token, thrown: Trigger, *, itself: bool = False) -> tuple[Any, Node] | None:
    """The scope or activity at which a thrown error or escalation is caught, and the event that does.

    ``itself``: an activity fails as a whole, so that the events on its own border come first.
    """
    if itself and (event := _matching(thrown, token.node.boundaries)):
        return token.body or token, event
    space: Space | None = token.space
    handling = False
    while space is not None:
        if not handling and (event := _matching(thrown, [one.start for one in space.scope.handlers])):
            return space, event
        if space.host is None:
            return None
        host = space.host.body or space.host
        if event := _matching(thrown, host.node.boundaries):
            return host, event
        space, handling = host.space, host.node.by_event
    return None


def _matching(thrown: Trigger, events: Sequence[Node]) -> Node | None:
    """The event that names the very code, else one that takes every code."""
    same = [one for one in events if one.trigger.kind == thrown.kind]
    for name in (thrown.name, None):
        for one in same:
            if one.trigger.name == name:
                return one
    return None
