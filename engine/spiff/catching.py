"""What catches an error, an escalation or a signal."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.nodes import Node
from engine.spiff.scope import Frame
from engine.spiff.strike import strike
from engine.spiff.workflow import Instance, Token


def broadcast(instance: Instance, name: str, payload: Frame) -> None:
    """Let a signal strike everything in the run that waits for it now; one may take another away."""
    waiting = [
        token
        for space in instance.spaces()
        for token in space.tokens()
        if token.task_spec.wait_kind() == "signal" and token.internal_data.get("name") == name
    ]
    for token in waiting:
        if token.state == TaskState.STARTED and not token.failed:
            strike(token, dict(payload))


def catcher(token: Token, kind: str, code: str | None, *, itself: bool = False) -> tuple[Token, Node] | None:
    """What catches an error or escalation thrown at the token, innermost first: where it is attached, and it.

    In each scope an event subprocess comes first, then the boundary events of the scope; one with the very
    code is preferred to one that takes every code. ``itself``: also look at the boundary events of the
    token's own element (a worker's error), not only at the scopes around it.
    """
    if itself and (found := _on_border(token, kind, code)):
        return found
    space, handling = token.workflow, False
    while space is not None:
        if not handling and (spec := _best(space.spec, space.spec.event_starts, kind, code)):
            return space.task_tree, spec
        host = space.host
        if host is None:
            return None
        if found := _on_border(host, kind, code):
            return found
        # What fails in an event subprocess is not handled by another one of the same scope.
        space, handling = host.workflow, host.task_spec.by_event
    return None


def bordered(token: Token) -> Token:
    """Where the events on the border of an activity are: those of a repeated one stand on the whole."""
    whole: Token = token.parent if token.task_spec.child else token
    return whole


def _on_border(token: Token, kind: str, code: str | None) -> tuple[Token, Node] | None:
    host = bordered(token)
    spec = _best(host.workflow.spec, host.task_spec.boundary, kind, code)
    return (host, spec) if spec is not None else None


def _best(scope: Any, names: tuple[str, ...], kind: str, code: str | None) -> Node | None:
    specs: list[Node] = [scope.task_specs[name] for name in names]
    found = [spec for spec in specs if spec.trigger.kind == kind and spec.trigger.code in (None, code)]
    return max(found, key=lambda spec: spec.trigger.code is not None) if found else None
