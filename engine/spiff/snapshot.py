"""What a run waits for, read off its tokens."""

from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.spiff.activities import CallActivity, ScopeTask
from engine.spiff.events import Attached, Boundary
from engine.spiff.gateways import EventGateway
from engine.spiff.report import Scope, Wait
from engine.spiff.scope import Frame
from engine.spiff.visible import frames
from engine.spiff.workflow import Instance, Token


def waits(instance: Instance) -> list[Wait]:
    """Everything that is waited for, oldest first in each scope."""
    return [
        _wait(token)
        for space in instance.spaces()
        for token in space.tokens()
        if token.state == TaskState.STARTED and token.task_spec.wait_kind() and not token.failed
    ]


def scopes(instance: Instance) -> list[Scope]:
    """Active subprocesses and call activities, outer ones first."""
    hosts = [space.host for space in instance.subprocesses.values()]
    return [_scope(host) for host in hosts if host.state == TaskState.STARTED and host.task_spec.drawn]


def seen(token: Token) -> list[Frame]:
    """The variables that an expression at the token may read, innermost first."""
    if isinstance(token.task_spec, ScopeTask) and token.id in token.instance.subprocesses:
        return [token.task_spec.inner(token), *frames(token)]
    if isinstance(token.task_spec, Boundary) and token.parent is not None and token.parent.live:
        return frames(token.parent)
    return frames(token)


def _wait(token: Token) -> Wait:
    spec, internal, parent = token.task_spec, token.internal_data, token.parent
    host = spec.attached_to(token) if isinstance(spec, Attached) else None
    gateway = parent if parent.live and isinstance(parent.task_spec, EventGateway) else None
    item = parent.task_spec.item if spec.child else None
    return Wait(
        id=token.id,
        element=spec.element,
        kind=spec.wait_kind(),
        process=token.workflow.spec.process,
        name=internal.get("name"),
        due=datetime.fromisoformat(internal["due"]) if "due" in internal else None,
        key=internal.get("key"),
        boundary=isinstance(spec, Attached),
        interrupting=isinstance(spec, Attached) and spec.interrupting,
        host=host.task_spec.element if host is not None else None,
        host_id=host.id if host is not None else None,
        gateway=gateway.task_spec.element if gateway is not None else None,
        scope=_host_id(token),
        item=token.own.get(item) if item else None,
        index=token.own.get("loopCounter"),
        retries=internal.get("retries"),
        variables={**token.own, **token.inputs},
    )


def _scope(host: Token) -> Scope:
    called = host.instance.subprocesses[host.id].spec.process
    return Scope(
        id=host.id,
        element=host.task_spec.element,
        process=host.workflow.spec.process,
        called=called if isinstance(host.task_spec, CallActivity) else None,
        scope=_host_id(host),
        index=host.own.get("loopCounter"),
    )


def _host_id(token: Token) -> str | None:
    host = token.workflow.host
    while host is not None and not host.task_spec.drawn:
        host = host.workflow.host
    return host.id if host is not None else None
