"""Start, end, intermediate and boundary events."""

from datetime import datetime
from typing import Any

from engine import feel
from engine.clock import as_utc
from engine.errors import msg
from engine.spiff.activities import Transaction, name_at
from engine.spiff.catching import bordered, broadcast, catcher
from engine.spiff.compensation import undo, undoing
from engine.spiff.errors import FlowError
from engine.spiff.gateways import EventGateway
from engine.spiff.nodes import (
    Node,
    arm,
    boundary_settings,
    plant,
)
from engine.spiff.settings import Trigger
from engine.spiff.strike import AGAIN, again, gather_anew, strike_attached
from engine.spiff.visible import evaluate, frames
from engine.spiff.workflow import Space, Token

WAITING_KINDS = frozenset({"message", "signal", "timer", "condition"})
MOST_MISSED = 10_000
"""Times of a cycle that are counted in one firing."""


def key_at(token: Token, key: feel.Expression, element: str) -> Any:
    """A correlation key's value. A called process may also read the top process's variables for it.

    The case number, by which all messages find their case, is no input of every process that sends one.
    """
    seen = [*frames(token), token.instance.data]
    return feel.to_json(evaluate(token, key, at=seen, element=element))


class StartEvent(Node):
    """Where a process or subprocess begins."""


class Catch(Node):
    """An intermediate event or receive task that waits."""

    def __init__(self, wf_spec: Any, name: str, *, trigger: Trigger, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.trigger = trigger

    def wait_kind(self) -> str | None:
        return self.trigger.kind if self.trigger.kind in WAITING_KINDS else None

    def wait_settings(self, at: Token) -> dict[str, Any]:
        """Due time, name and correlation key as they are when the wait begins, seen from the token ``at``."""
        trigger = self.trigger
        internal: dict[str, Any] = {}
        if trigger.timer is not None:
            text = trigger.timer.text
            if trigger.timer.expression is not None:
                text = evaluate(at, trigger.timer.expression, element=self.element)
            internal.update(self.timer_settings(at, text))
        if trigger.name is not None:
            internal["name"] = name_at(at, trigger.name, trigger.kind)
        if trigger.key is not None:
            internal["key"] = key_at(at, trigger.key, self.element)
        return internal

    def timer_settings(self, at: Token, limit: Any) -> dict[str, Any]:
        """The due instant; for a cycle ``R3/PT1H`` also how often it is still to fire (-1: always).

        A cycle with a beginning (``R3/2026-03-01T09:00:00+07:00/P1D``) fires then for the first time.
        """
        internal: dict[str, Any] = {}
        if isinstance(limit, str) and limit.startswith("R") and "/" in limit:
            count, *begin, every = limit.split("/")
            internal["left"] = int(count[1:]) if count[1:].isdigit() else -1
            internal["every"] = every
            limit = begin[0] if begin else every
        internal["due"] = self.instant(at, limit).isoformat()
        return internal

    def instant(self, at: Token, limit: Any, since: datetime | None = None) -> datetime:
        """The instant, in UTC, that a limit means; raises FlowError when it means none."""
        due = at.instance.services.deadline(self.element, limit, since)
        if not isinstance(due, datetime):
            raise FlowError(msg("The timer %(element)s has no due time.", element=self.element))
        return as_utc(due)

    def missed(self, token: Token) -> dict[str, int]:
        """Let one firing of a cycle stand for all its times that have passed; how many, if several.

        After that ``due`` is the last of them and ``left`` counts what is still to come.
        """
        internal, count = token.internal_data, 1
        left, every = internal.get("left", 1), internal.get("every")
        if every is None or left == 0:
            return {}
        due, now = datetime.fromisoformat(internal["due"]), token.instance.services.env(self.element).now
        while count != left and count < MOST_MISSED:
            following = self.instant(token, every, due)
            if not due < following <= now:
                break
            due, count = following, count + 1
        internal["due"], internal["left"] = due.isoformat(), left - count if left > 0 else left
        return {"count": count} if count > 1 else {}

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        if self.wait_kind() is None:
            return True
        internal, settings = self.wait_settings(token), boundary_settings(token)
        token.internal_data.update(internal)
        arm(token, settings)
        return False

    def caught(self, token: Token) -> None:
        """The event has come: what competed with it is given up."""
        gateway = token.parent
        if gateway is not None and gateway.live and isinstance(gateway.task_spec, EventGateway):
            gateway.task_spec.decided(gateway)

    def condition_holds(self, token: Token) -> bool:
        """Whether a condition has become true since it was last looked at."""
        assert self.trigger.condition is not None
        at = frames(token.parent if isinstance(self, Boundary) else token)
        now = evaluate(token, self.trigger.condition, at=at) is True
        risen = now and not token.internal_data.get("true")
        token.internal_data["true"] = now
        return risen


class Attached(Catch):
    """An event that waits beside the flow: it takes something away when it comes, or comes repeatedly."""

    def __init__(self, wf_spec: Any, name: str, *, interrupting: bool, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.interrupting = interrupting

    def attached_to(self, token: Token) -> Token | None:
        """The activity or scope it stands on; none for the process itself."""
        raise NotImplementedError

    def anchor(self, token: Token) -> Token | None:
        """The token to hang the event on again, while what it stands on is there."""
        raise NotImplementedError

    def interrupt(self, token: Token) -> None:
        """Take away what the event interrupts."""
        raise NotImplementedError

    def caught(self, token: Token) -> None:
        anchor = self.anchor(token)
        if self.interrupting:
            self.interrupt(token)
        elif anchor is not None and self.parts:
            gather_anew(anchor, self)
        elif anchor is not None and self.trigger.kind in AGAIN:
            plant(anchor, self, **again(token))

    def finish(self, token: Token) -> None:
        internal, anchor, again = token.internal_data, self.anchor(token), None
        if internal.get("left") and anchor is not None and not self.interrupting:
            again = self.instant(token, internal["every"], datetime.fromisoformat(internal["due"]))
        super().finish(token)
        if again is not None and anchor is not None:
            plant(anchor, self, due=again.isoformat(), left=internal["left"], every=internal["every"])


class Boundary(Attached):
    """An event on the border of an activity."""

    def attached_to(self, token: Token) -> Token:
        return token.parent

    def anchor(self, token: Token) -> Token | None:
        host = token.parent
        found = host is not None and host.live and self.name in host.task_spec.boundary
        return host if found else None

    def interrupt(self, token: Token) -> None:
        token.parent.cancel()


def at_top(space: Space) -> bool:
    """Whether an end here ends the process itself: in it, or in an event subprocess of it."""
    host = space.host
    return host is None or (host.task_spec.by_event and at_top(host.workflow))


class Throw(Node):
    """An intermediate throw event, a send task, or an end event."""

    def __init__(self, wf_spec: Any, name: str, *, trigger: Trigger, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.trigger = trigger

    def enter(self, token: Token) -> bool:
        self.take_inputs(token)
        trigger = self.trigger
        detail: dict[str, Any] = {"kind": trigger.kind}
        name = trigger.code or trigger.activity
        if trigger.name is not None:
            name = token.internal_data["name"] = name_at(token, trigger.name, trigger.kind)
        if trigger.key is not None:
            detail["key"] = key_at(token, trigger.key, self.element)
        if trigger.kind in ("error", "escalation"):
            detail["caught"] = catcher(token, trigger.kind, trigger.code) is not None
            detail["code"] = trigger.code
        if trigger.kind == "error" and not detail["caught"]:
            raise FlowError(msg("Nothing catches the error %(code)s.", code=trigger.code or ""))
        if trigger.kind in ("message", "signal", "error", "escalation", "compensation") and not undoing(
            token
        ):
            token.instance.record("thrown", token, name=name, payload=dict(token.inputs), detail=detail)
        if trigger.kind == "compensation":
            return undo(token, trigger.activity, wait=trigger.wait)
        return True

    def left(self, token: Token) -> None:
        if self.trigger.kind in ("error", "escalation"):
            found = catcher(token, self.trigger.kind, self.trigger.code)
            if found is not None:
                strike_attached(*found, dict(token.inputs), code=self.trigger.code)
        elif self.trigger.kind == "signal" and "name" in token.internal_data:
            broadcast(token.instance, token.internal_data["name"], token.inputs)


class EndEvent(Throw):
    """Ends a token; a terminate end event ends all of its scope, a cancel end event undoes it too."""

    def enter(self, token: Token) -> bool:
        if self.trigger.kind != "cancel":
            return super().enter(token)
        if token.workflow.host is None or self.cancelled_by(token.workflow.host) is None:
            raise FlowError(msg("Nothing catches the cancellation of the transaction."))
        if not undoing(token):
            for other in token.workflow.tokens():
                if other is not token:
                    other.cancel()
        return undo(token, None)

    def cancelled_by(self, host: Token) -> Node | None:
        """The event on the border of the transaction that catches its cancellation."""
        specs = [host.workflow.spec.task_specs[name] for name in bordered(host).task_spec.boundary]
        found = [spec for spec in specs if spec.trigger.kind == "cancel"]
        return found[0] if found and isinstance(host.task_spec, Transaction) else None

    def left(self, token: Token) -> None:
        if self.drawn and at_top(token.workflow):
            token.instance.ended_at = self.element
        if self.trigger.kind == "terminate":
            token.workflow.closing = True
            for other in token.workflow.tokens():
                other.cancel()
        if self.trigger.kind == "cancel" and (host := token.workflow.host) is not None:
            spec = self.cancelled_by(host)
            assert spec is not None
            strike_attached(bordered(host), spec, {})
        super().left(token)
