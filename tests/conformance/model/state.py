"""Where the tokens of a running diagram are, and what its variables hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.model.diagram import Flow, Node, Scope

MOVING, JOINING, OPEN, STUCK, RESET = "moving", "joining", "open", "stuck", "reset"
"""On its way to a node; at a join; in an activity or waiting event; where the flow cannot go on; standing for
the round of a complex gateway that is not reset yet."""


@dataclass(eq=False)
class Await:
    """An event that is waited for."""

    event: Node
    due: int | None = None
    """Timers: hours since the start."""
    left: int = 1
    """Cycles: how often it is still to come."""
    key: Any = None
    true: bool = False
    """Conditions: what it was when last looked at."""


Came = dict[Node, dict[Node, tuple[dict[str, Any], Await]]]
"""For each event that wants all its triggers: those that have come, what they brought, and their waits."""


@dataclass(eq=False)
class Memory:
    """An activity that has completed and can be undone: by its handler, or from inside."""

    node: Node
    own: dict[str, Any]
    inside: "Space | None" = None


@dataclass(eq=False)
class Token:
    node: Node
    """Where it is; while it is moving, where it goes."""
    space: "Space"
    flow: Flow | None = None
    """The flow it came on."""
    state: str = MOVING
    again: str = MOVING
    """Stuck tokens: what they do when they are tried again."""
    events: list[Await] = field(default_factory=list)
    """What it waits for, or what waits on its border."""
    came: Came = field(default_factory=dict)
    inner: "Space | None" = None
    body: "Token | None" = None
    """The multi-instance that this is one instance of."""
    own: dict[str, Any] = field(default_factory=dict)
    instances: list["Token"] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)
    done: int = 0
    todo: list[Memory] = field(default_factory=list)
    """What is still to be undone, the last one first."""
    waiter: "Token | None" = None
    """The event that waits until all is undone."""
    undoer: "Token | None" = None
    """Whom it tells that it has undone something."""
    round: list[Flow] = field(default_factory=list)
    """Of a complex gateway: the flows whose tokens its round has taken."""
    undone: int = 0
    """Of an event that throws compensation: in how many scopes it has looked for something."""

    @property
    def at_join(self) -> bool:
        """Whether it waits at a join, perhaps as if for ever."""
        return self.state == JOINING or (self.state == STUCK and self.again == JOINING)


@dataclass(eq=False)
class Space:
    """A running process or subprocess: its tokens, its variables, what its event subprocesses wait for."""

    scope: Scope
    host: Token | None = None
    data: dict[str, Any] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)
    events: list[Await] = field(default_factory=list)
    came: Came = field(default_factory=dict)
    done: list[Memory] = field(default_factory=list)
    """What can be undone in it, in the order of completion."""
    closing: bool = False
    """Ad-hoc: enough is done, and no flow is taken any more."""

    @property
    def is_process(self) -> bool:
        return self.host is None or self.host.node.called is not None

    def walk(self) -> Iterator[Token]:
        """All tokens in it and within."""
        for token in list(self.tokens):
            yield from within(token)

    def spaces(self) -> Iterator["Space"]:
        """It and all within."""
        yield self
        for token in self.walk():
            if token.inner is not None:
                yield token.inner


def within(token: Token) -> Iterator[Token]:
    yield token
    for instance in list(token.instances):
        yield from within(instance)
    if token.inner is not None:
        yield from token.inner.walk()


def alive(token: Token) -> bool:
    """Whether nothing has taken it away, or what it is in."""
    if token.body is not None:
        return token in token.body.instances and alive(token.body)
    return token in token.space.tokens and (token.space.host is None or alive(token.space.host))


# ------------------------------------------------------------ variables: docs/adr/0003-scopes.md


def frames(token: Token) -> list[dict[str, Any]]:
    """The variables that a token sees, inner ones first, out to its process."""
    return [*([token.own] if token.own else []), *outer(token.space)]


def outer(space: Space) -> list[dict[str, Any]]:
    if space.host is None or space.is_process:
        return [space.data]
    return [space.data, *frames(space.host)]


def write(at: list[dict[str, Any]], values: dict[str, Any]) -> None:
    """Each to the innermost scope that has the name, else to the process."""
    for name, value in values.items():
        next((frame for frame in at if name in frame), at[-1])[name] = value


def value(text: str, at: list[dict[str, Any]]) -> Any:
    """The little FEEL that generated diagrams use: a constant, a variable, a comparison, a sum."""
    words = text.strip().removeprefix("=").split()
    if len(words) == 1:
        return _operand(words[0], at)
    left, operator, right = words
    a, b = _operand(left, at), _operand(right, at)
    if operator == "+":
        return a + b
    return {"=": a == b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]


def _operand(word: str, at: list[dict[str, Any]]) -> Any:
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    if word in ("true", "false"):
        return word == "true"
    return next((frame[word] for frame in at if word in frame), None)


def holds(text: str | None, at: list[dict[str, Any]]) -> bool:
    return text is None or value(text, at) is True


# ------------------------------------------------------------ comparing states


def picture(space: Space) -> Any:
    """The whole state of a space as nested tuples; equal for states that nothing can tell apart."""
    return (
        space.scope.id,
        frozen(space.data),
        ordered(_token(token) for token in space.tokens),
        ordered(_await(one) for one in space.events),
        _came(space.came),
        space.closing,
        _memories(space.done),
    )


def _memories(done: list[Memory]) -> Any:
    return tuple(
        (one.node.id, frozen(one.own), picture(one.inside) if one.inside is not None else ()) for one in done
    )


def _came(came: Came) -> Any:
    """What has come in which order: the later one's variables win."""
    return tuple(
        (part.id, part.trigger, frozen(data)) for parts in came.values() for part, (data, _) in parts.items()
    )


def _token(token: Token) -> Any:
    return (
        token.node.id,
        token.state,
        token.again if token.state == STUCK else "",
        token.flow.id if token.flow is not None and token.state in (MOVING, JOINING, STUCK) else "",
        frozen(token.own),
        ordered(_await(one) for one in token.events),
        _came(token.came),
        picture(token.inner) if token.inner is not None else (),
        ordered(_token(one) for one in token.instances),
        (repr(token.items), repr(token.results), token.done),
        (_memories(token.todo), token.waiter is not None, token.undoer is not None, token.undone),
        [flow.id for flow in token.round],
    )


def _await(one: Await) -> Any:
    return (one.event.id, one.event.trigger, one.due, one.left, repr(one.key), one.true)


def frozen(data: dict[str, Any]) -> Any:
    return tuple(sorted((name, repr(found)) for name, found in data.items()))


def ordered(parts: Any) -> Any:
    return tuple(sorted(parts, key=repr))
