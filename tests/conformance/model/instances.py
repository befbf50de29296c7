"""Activities done several times: standard loops (13.3.6) and multi-instance (13.3.7)."""

from collections.abc import Callable
from typing import Any

from tests.conformance.model.diagram import Loop, While
from tests.conformance.model.state import OPEN, Token, frames, holds, value, write


class Instances:
    """The part of the game that is about activities done once for every item of a collection."""

    arm: Callable[[Token], None]
    enter: Callable[[Token], None]
    leave: Callable[[Token], None]
    remember: Callable[[Token], None]
    results: Callable[[Token], dict[str, Any]]

    def repeat(self, body: Token) -> None:
        loop, at = body.node.loop, frames(body)
        body.state = OPEN
        if isinstance(loop, Loop):
            body.items = list(value(loop.collection, at))
            body.results = [None] * len(body.items)
        if (isinstance(loop, Loop) and not body.items) or (
            isinstance(loop, While) and loop.before and not holds(loop.condition, at)
        ):
            return self.repeated(body)
        self.arm(body)
        for index in range(len(body.items) if isinstance(loop, Loop) and loop.parallel else 1):
            self.instance(body, index)

    def instance(self, body: Token, index: int) -> None:
        """One instance, with variables of its own: its number, its item, and what it gives as its result."""
        loop = body.node.loop
        own: dict[str, Any] = {"loopCounter": index + 1}
        if isinstance(loop, Loop) and loop.result:
            own[loop.result.removeprefix("=").strip()] = None
        if isinstance(loop, Loop) and loop.item:
            own[loop.item] = body.items[index]
        token = Token(body.node, body.space, body=body, own=own)
        body.instances.append(token)
        self.enter(token)

    def instance_done(self, token: Token) -> None:
        body, loop = token.body, token.node.loop
        assert body is not None
        write(frames(token), self.results(token))
        self.remember(token)
        at = [*([token.inner.data] if token.inner is not None else []), *frames(token)]
        body.done += 1
        body.instances.remove(token)
        if isinstance(loop, Loop):
            if loop.result:
                body.results[token.own["loopCounter"] - 1] = value(loop.result, at)
            enough = loop.until and holds(loop.until, [{"numberOfCompletedInstances": body.done}, *at])
            over, parallel = enough or body.done == len(body.items), loop.parallel
        else:
            assert loop is not None
            over, parallel = body.done == loop.most or not holds(loop.condition, at), False
        if over:
            self.repeated(body)
        elif not parallel:
            self.instance(body, body.done)

    def repeated(self, body: Token) -> None:
        """All instances are done, or enough: those that still run are ended."""
        loop = body.node.loop
        if isinstance(loop, Loop) and loop.output:
            write(frames(body), {loop.output: body.results})
        self.leave(body)
