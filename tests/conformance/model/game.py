"""The token game of BPMN 2.0.2, chapter 13: what a diagram does, written from the specification.

Everything automatic happens in single moves; ``settle`` plays them in the order that ``choose`` picks, for
the specification orders nothing that happens at the same time. Readings, where it leaves room:

- 13.3.1, flows out of an activity: one without a condition counts as true; the default is taken
  when no other is.
- 13.4.3, inclusive join: a token in a node counts as on a flow to it, and a path may lead out of an event on
  the border. Joins are looked at when nothing else moves; all that are activated then go on at once.
- 10.5.4, conditions, too, are looked at when nothing else moves. One that is true when the wait begins
  strikes at once; then it must become false before it can strike again.
- 13.5.4, event subprocesses: an interrupting one ends everything in its scope, with what the scope's other
  event subprocesses run or wait for. By waiting alone none of them keeps its scope alive.
- 13.5.6, terminate: ends the tokens of the innermost scope, be it a process, an embedded, an event or a
  called one; the flow goes on behind that scope. Of a multi-instance, it ends one instance.
- 10.5.7, errors and escalations go to the innermost scope that handles them: first its event subprocesses,
  then the events on its border; one that names the code before one that takes every code. A scope's event
  subprocesses are not asked about what one of them throws.
- 10.5.4, an event that wants all its triggers comes with the last of them; one that interrupts nothing then
  waits anew for those that can come again, and a time that has come stays.
- 13.3.5, an ad-hoc subprocess offers all that no flow leads to; its condition is asked when something in it
  is done. When all is done and it does not hold, all is offered again.
- Tables 10.3 and 10.4, startQuantity and completionQuantity: tokens are counted wherever they come from, and
  each that leaves takes the flows.
- 13.5.5, compensation undoes what has completed in the scope of the event, the last one first and one after
  the other; a subprocess from inside, with the variables it ended with.
- 10.7.3, a compensation event subprocess undoes its subprocess as a whole; what was done inside is undone
  only when it throws compensation itself.
- 10.3.5, a cancel end event ends everything else in its transaction and what that waits for, lets all be
  undone, and then the event on the border takes the place of the transaction.
- 13.4.5, a complex gateway may look at its condition with each token that comes or when nothing else moves.
  Once it has opened it waits, as an inclusive join does, for the flows it has taken nothing from.
- 10.5.7, a signal reaches what waits for it in the moment it is thrown. One that nobody catches is lost, as
  an escalation is; an error that nobody catches, and a choice without a true exit, stop the token.
- 10.5.4, a timer cycle that does not interrupt keeps its rhythm; times that were missed are one firing.
- 13.2, several start events are alternatives: a join does not wait for what only another start leads to. In
  an embedded subprocess (13.3.4) all start.
- Tokens at joins that nothing can ever move are an incident, and so is the open round of a complex gateway.
  An event subprocess that waits could take the place of the flow, not help it on. Should the missing token
  come after all, the join goes on.
"""

from typing import Any

from tests.conformance.model.compensation import Compensation
from tests.conformance.model.complex import Complex
from tests.conformance.model.diagram import Flow, Scope, awaited
from tests.conformance.model.events import Choose, Events
from tests.conformance.model.instances import Instances
from tests.conformance.model.routes import activated, asleep, at_join, exits
from tests.conformance.model.state import (
    JOINING,
    MOVING,
    OPEN,
    RESET,
    STUCK,
    Space,
    Token,
    alive,
    frames,
    holds,
    outer,
    value,
    write,
)

MAIN = "p"
"""The process that is played; it may call the others."""
MOVES = 3000
LEAVE = "leave"
WAITING = ("userTask", "serviceTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway")
ACTIVITIES = ("userTask", "serviceTask", "receiveTask", "scriptTask", "subProcess",
              "transaction", "adHocSubProcess", "callActivity")  # fmt: skip


class Endless(Exception):
    """More moves than a settled diagram can need."""


class Game(Events, Instances, Compensation, Complex):
    """One running process."""

    def __init__(
        self, processes: dict[str, Scope], start: str | None, data: dict[str, Any], choose: Choose
    ) -> None:
        self.processes = processes
        self.choose = choose
        self.now = 0
        self.done = False
        self.free = False
        self.taken = set()
        self.asleep = asleep(processes[MAIN], start)
        self.root = Space(processes[MAIN], data=dict(data))
        self.begin(self.root, start)

    # ------------------------------------------------------------ scopes (13.2, 13.3.4)

    def begin(self, space: Space, start: str | None = None) -> None:
        """Put the first tokens into a scope and let its event subprocesses wait."""
        starts = space.scope.starts or space.scope.entries
        if space.is_process and len(space.scope.starts) > 1:
            starts = [one for one in starts if one.id == start]
        events = awaited([node.start for node in space.scope.handlers])
        space.events = [self.wait(one, outer(space)) for one in events]
        space.tokens = [Token(node, space) for node in starts]

    def look(self, space: Space) -> None:
        """A scope without a token has completed."""
        if space.tokens:
            return
        if space.scope.until is not None and not space.closing:  # all is done, and it is not enough
            space.tokens = [Token(node, space) for node in space.scope.entries]
        elif space.host is None:
            self.done, space.events = True, []
        else:
            self.finish(space.host)

    def enter_scope(self, token: Token) -> None:
        node, at = token.node, frames(token)
        given = {name: value(text, at) for name, text in node.inputs.items()}
        if node.called and node.shares:
            given = {**{name: found for frame in reversed(at) for name, found in frame.items()}, **given}
        scope = self.processes[node.called] if node.called else node.inner
        assert scope is not None
        token.state, token.inner = OPEN, Space(scope, token, given)
        self.begin(token.inner)

    def results(self, token: Token) -> dict[str, Any]:
        """What a scope gives to the variables around it."""
        node, inner = token.node, token.inner
        if inner is None:
            return {}
        if node.called and node.shares and not node.outputs:
            return inner.data
        at = [inner.data, *frames(token)]
        return {name: value(text, at) for name, text in node.outputs.items()}

    # ------------------------------------------------------------ moves

    def settle(self) -> None:
        """Everything that happens without anybody outside doing anything."""
        for _ in range(MOVES):
            moving = [token for token in self.root.walk() if token.state == MOVING]
            self.free |= len(moving) > 1
            if moving:
                self.arrive(self.choose(moving))
            elif not self.at_rest():
                return self.look_for_deadlock()
        raise Endless

    def at_rest(self) -> bool:
        """What is looked at when nothing else moves: inclusive joins and conditions; whether any goes on."""
        looks = [self.join_inclusive, self.join_complex, self.look_at_conditions]
        conditions = any(one is not None and one.event.trigger.condition for _, one in self.open())
        joining = {token.node for token in self.root.walk() if token.state in (JOINING, RESET)}
        self.free |= len(joining) + conditions > 1
        while looks:
            look = self.choose(looks)
            looks.remove(look)
            if look():
                return True
        return False

    def arrive(self, token: Token) -> None:
        node = token.node
        self.taken.add(node.id)
        coming = [flow for flow in node.incoming if flow not in self.asleep]
        if node.kind in ("parallelGateway", "inclusiveGateway") and len(coming) > 1:
            token.state = JOINING
            here = at_join(token.space, node)
            if node.kind == "parallelGateway" and len(here) == len(coming):
                self.merge(here)
        elif node.kind == "complexGateway" and len(coming) > 1:
            token.state, self.free = JOINING, True
            if self.choose([False, True]):
                self.pass_complex(token.space, node)
        elif node.kind == "complexGateway":
            token.own = {"waitingForStart": True}
            self.leave(token)
        elif node.needs > 1:
            token.state = JOINING
            here = [one for one in token.space.tokens if one.node is node and one.at_join]
            if len(here) >= node.needs:
                for other in here[1 : node.needs]:
                    token.space.tokens.remove(other)
                self.begin_activity(here[0])
        else:
            self.begin_activity(token)

    def begin_activity(self, token: Token) -> None:
        if token.node.loop is not None:
            self.repeat(token)
        else:
            self.enter(token)

    def enter(self, token: Token) -> None:
        node, at = token.node, frames(token)
        if node.kind in WAITING and node.trigger.kind != "link":
            token.state = OPEN
            behind = [flow.target for flow in node.outgoing] if node.kind == "eventBasedGateway" else [node]
            token.events = [self.wait(one, at) for one in awaited(behind)]
        elif node.inner is not None or node.called:
            self.enter_scope(token)
        elif node.script is not None:
            write(at, {node.script[0]: value(node.script[1], at)})
            return self.finish(token)
        elif node.kind in ("intermediateThrowEvent", "endEvent"):
            return self.throw(token)
        else:
            return self.leave(token)
        if node.kind in ACTIVITIES and token.body is None:
            self.arm(token)

    def arm(self, token: Token) -> None:
        """Let the events on the border wait."""
        at = frames(token)
        token.events += [self.wait(one, at) for one in awaited(token.node.boundaries)]

    def finish(self, token: Token) -> None:
        """An activity has done its work."""
        if token.node.kind == "undo":
            self.undo_next(token)
        elif token.undoer is not None and token.node.by_event:
            token.space.tokens.remove(token)
            self.undo_next(token.undoer)
        elif token.node.by_event:
            self.remember(token)
            self.drop(token)
        elif token.body is not None:
            self.instance_done(token)
        else:
            write(frames(token), self.results(token))
            self.leave(token)

    def leave(self, token: Token) -> None:
        """Go on over the flows that are to be taken."""
        chosen, space = exits(token), token.space
        last = space.scope.until is not None and holds(space.scope.until, frames(token))
        if chosen is not None:
            self.remember(token)
        token.events, token.inner, token.instances = [], None, []
        if chosen is None:
            token.state, token.again = STUCK, LEAVE
            return
        space.tokens.remove(token)
        if last:
            space.closing = True
            space.tokens = [] if space.scope.ends_rest else space.tokens
        for flow in [] if space.closing else chosen * token.node.makes:
            self.taken.add(flow.id)
            space.tokens.append(Token(flow.target, space, flow))
        if token.undoer is not None:
            self.undo_next(token.undoer)
        else:
            self.look(space)

    def go_on(self, token: Token) -> None:
        """An event has thrown what it throws."""
        if token.node.trigger.kind == "cancel":
            return self.cancelled(token)
        (self.drop if token.node.kind == "endEvent" else self.leave)(token)

    def cancelled(self, token: Token) -> None:
        """A transaction is undone: the event on its border takes its place."""
        host = token.space.host
        assert host is not None
        border = next(one for one in host.node.boundaries if one.trigger.kind == "cancel")
        self.strike_border(host.body or host, border, {})

    def drop(self, token: Token) -> None:
        token.space.tokens.remove(token)
        self.look(token.space)

    def merge(self, here: dict[Flow | None, list[Token]]) -> None:
        """One token of each flow is taken, what is more stays (13.4.1, 13.4.3)."""
        first, *others = [same[0] for same in here.values()]
        for token in others:
            token.space.tokens.remove(token)
        self.leave(first)

    def join_inclusive(self) -> bool:
        """Let the inclusive joins that are activated go on; whether there were any."""
        ready = []
        for space in self.root.spaces():
            nodes = dict.fromkeys(token.node for token in space.tokens if token.at_join)
            ready += [
                (space, node) for node in nodes if node.kind == "inclusiveGateway" and activated(space, node)
            ]
        for space, node in ready:
            self.merge(at_join(space, node))
            while at_join(space, node) and activated(
                space, node
            ):  # surplus tokens: now, or when all is at rest
                self.free = True
                if self.choose([True, False]):
                    self.merge(at_join(space, node))
                else:
                    break
        return bool(ready)

    def look_for_deadlock(self) -> None:
        tokens = list(self.root.walk())
        waits = any(isinstance(at, Token) for at, _ in self.open())
        if not self.done and not waits and not any(token.state == STUCK for token in tokens):
            for token in tokens:
                if token.state in (JOINING, RESET):
                    token.state, token.again = STUCK, token.state

    def retry(self) -> None:
        """Let what is stuck try again."""
        for token in list(self.root.walk()):
            if token.state == STUCK and alive(token):
                token.state = token.again
                if token.again == LEAVE:
                    token.state = OPEN
                    self.leave(token)
