"""Events: what comes from outside, what the flow itself throws, and what they strike (13.5)."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.conformance.model.diagram import Node, Trigger
from tests.conformance.model.routes import catcher
from tests.conformance.model.state import (
    MOVING,
    OPEN,
    STUCK,
    Await,
    Space,
    Token,
    alive,
    frames,
    holds,
    outer,
    value,
    write,
)

TASKS = ("userTask", "serviceTask")
Choose = Callable[[list[Any]], Any]


class Events:
    """The part of the game that is about events."""

    root: Space
    now: int
    """Hours since the start."""
    free: bool
    """Whether there was a choice in the order of moves; reset by who asks."""
    choose: Choose
    """Picks among moves that happen at the same time."""
    taken: set[str]
    """Nodes entered, flows taken, events that struck."""

    enter_scope: Callable[[Token], None]
    finish: Callable[[Token], None]
    leave: Callable[[Token], None]
    go_on: Callable[[Token], None]
    undo: Callable[[Token], bool]
    look: Callable[[Space], None]

    # ------------------------------------------------------------ what comes from outside

    def wait(self, event: Node, at: list[dict[str, Any]]) -> Await:
        trigger = event.trigger
        due = self.now + trigger.hours if trigger.kind == "timer" else None
        return Await(event, due, trigger.cycles, value(trigger.key, at) if trigger.key else None)

    def open(self) -> Iterator[tuple[Token | Space, Await | None]]:
        """Everything that somebody outside could bring about: tasks (without an event) and events."""
        for space in list(self.root.spaces()):
            yield from ((space, one) for one in space.events)
        for token in self.root.walk():
            yield from ((token, one) for one in token.events)
            if token.node.kind in TASKS and token.state == OPEN and not token.instances:
                yield token, None

    def look_at_conditions(self) -> bool:
        """Let the conditions that have become true since they were last looked at strike; whether any did."""
        risen = []
        for at, one in self.open():
            if one is not None and one.event.trigger.condition:
                now = holds(one.event.trigger.condition, frames(at) if isinstance(at, Token) else outer(at))
                if now and not one.true:
                    risen.append((at, one))
                one.true = now
        any_risen = bool(risen)
        self.strike_all(risen)
        return any_risen

    def complete(self, token: Token, data: dict[str, Any]) -> None:
        """A person or a worker has done a task."""
        write(frames(token), data)
        self.finish(token)

    def strike(self, at: Token | Space, one: Await, data: dict[str, Any]) -> None:
        """An event that was waited for has come."""
        if one.event.whole is not None:
            self.gather(at, one, data)
        elif isinstance(at, Space):
            self.handle(at, one.event, data, one)
        elif one.event.host is not None:
            self.strike_border(at, one.event, data, one)
        else:
            self.taken.add(one.event.id)
            at.node, at.events = one.event, []  # behind an event gateway, the first event takes the token
            self.complete(at, data)

    def gather(self, at: Token | Space, one: Await, data: dict[str, Any]) -> None:
        """One of the triggers has come that an event wants all of (10.5.4); the last one lets it strike.

        One that interrupts nothing then waits anew for what can come again; a time that has come stays.
        """
        whole = one.event.whole
        assert whole is not None
        came = at.came.setdefault(whole, {})
        came[one.event] = (data, one)
        at.events.remove(one)
        if len(came) < len(whole.parts):
            return
        brought: dict[str, Any] = {}
        for told, _ in came.values():  # in the order in which they came
            brought |= told
        for part in whole.parts:
            if part.trigger.kind != "timer":
                at.events.append(came.pop(part)[1])
        if isinstance(at, Space):
            self.handle(at, whole, brought)
        else:
            self.strike_border(at, whole, brought)

    def strike_border(self, host: Token, event: Node, data: dict[str, Any], one: Await | None = None) -> None:
        """An event on the border of an activity (13.5.3); a multi-instance is struck as a whole."""
        self.taken.add(event.id)
        if event.interrupting:
            host.space.tokens.remove(host)
        else:
            self.again(host.events, one)
        token = Token(event, host.space, state=OPEN)
        host.space.tokens.append(token)
        write(frames(token), data)
        self.leave(token)

    def handle(self, space: Space, event: Node, data: dict[str, Any], one: Await | None = None) -> None:
        """An event subprocess begins (13.5.4)."""
        self.taken.add(event.id)
        if event.interrupting:
            space.tokens, space.events = [], []
        else:
            self.again(space.events, one)
        token = Token(next(node for node in space.scope.handlers if node.start is event), space)
        space.tokens.append(token)
        write(frames(token), data)
        self.enter_scope(token)

    def again(self, waiting: list[Await], one: Await | None) -> None:
        """What does not interrupt goes on waiting; a timer as often as its cycle says."""
        if one is None or one.due is None:
            return
        waiting.remove(one)
        due, left = one.due + one.event.trigger.hours, one.left - 1
        while left and due <= self.now:
            due, left = due + one.event.trigger.hours, left - 1
        if left:
            waiting.append(Await(one.event, due, left))

    # ------------------------------------------------------------ what the flow throws (13.5.2, 13.5.6)

    def throw(self, token: Token) -> None:
        """An end event or an intermediate throw event."""
        trigger = token.node.trigger
        if trigger.kind == "terminate":
            token.space.tokens, token.space.events = [], []
            return self.look(token.space)
        if trigger.kind in ("error", "escalation"):
            token.state = OPEN
            if not self.raised(token, trigger, {}) and trigger.kind == "error":
                token.state, token.again = STUCK, MOVING
                return
        elif trigger.kind == "signal":
            token.state = OPEN
            self.broadcast(trigger.name)
        elif trigger.kind in ("compensate", "cancel"):
            token.state = OPEN
            if trigger.kind == "cancel":
                token.space.tokens, token.space.events = [token], []
            if not self.undo(token):
                return
        if alive(token):
            self.go_on(token)

    def raised(self, token: Token, thrown: Trigger, data: dict[str, Any], *, itself: bool = False) -> bool:
        """Let an error or escalation strike where it is caught, if it is."""
        caught = catcher(token, thrown, itself=itself)
        if caught is not None:
            at, event = caught
            (self.handle if isinstance(at, Space) else self.strike_border)(at, event, data)
        return caught is not None

    def fail(self, token: Token, code: str, data: dict[str, Any]) -> None:
        """A worker reports an error; when nobody catches it, the task stands until it is tried again."""
        if not self.raised(token, Trigger("error", code), data, itself=True):
            token.state, token.again = STUCK, OPEN

    def broadcast(self, name: str | None) -> None:
        """A signal reaches everything that waits for it now."""
        waiting = [(at, one) for at, one in self.open() if one is not None]
        found = [both for both in waiting if _named(both[1].event) == ("signal", name)]
        self.strike_all(found)

    def strike_all(self, found: list[tuple[Token | Space, Await]]) -> None:
        """Let events strike at the same time, in any order; one may take another away."""
        self.free |= len(found) > 1
        while found:
            at, one = self.choose(found)
            found.remove((at, one))
            scope = at if isinstance(at, Token) else at.host
            if one in at.events and (scope is None or alive(scope)):
                self.strike(at, one, {})


def _named(event: Node) -> tuple[str, str | None]:
    return event.trigger.kind, event.trigger.name
