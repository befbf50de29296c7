"""Activities that are done several times: for each item of a collection, or while a condition holds."""

from typing import Any

from engine import feel
from engine.errors import msg
from engine.spiff.activities import ScopeTask, value_at
from engine.spiff.errors import FlowError
from engine.spiff.nodes import CHILD, Node, arm, armed, boundary_settings, enough, spawn
from engine.spiff.scope import Frame
from engine.spiff.settings import Loop, Mappings, While
from engine.spiff.visible import evaluate, flow_frames
from engine.spiff.workflow import FINISH, Token


class Repeated(Node):
    """The whole of an activity's rounds; each round is a child token, and events on its border see all."""

    multiple = True

    def __init__(self, wf_spec: Any, name: str, *, loop: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, io=Mappings(), **kwargs)
        self.loop = loop

    @property
    def item(self) -> str | None:
        """The variable that holds a round's item."""
        return None

    def conclude(self, token: Token, child: Token) -> None:
        """Evaluate what follows from the round, before it leaves."""
        raise NotImplementedError

    def child_left(self, token: Token, child: Token) -> None:
        """Go on with the next round, or finish."""
        raise NotImplementedError

    def begin_round(self, token: Token, index: int, own: Frame) -> None:
        spawn(token, token.workflow.spec.task_specs[self.name + CHILD], own={"loopCounter": index, **own})

    def children_of(self, token: Token) -> list[Token]:
        name = self.name + CHILD
        return [child for child in token.children if child and child.live and child.task_spec.name == name]

    def dependants(self, token: Token) -> list[Token]:
        return [*self.children_of(token), *armed(token)]


def seen_at_end(child: Token) -> list[Frame]:
    """The variables that a round sees when it is done, those inside a subprocess first."""
    at = flow_frames(child)
    return [child.task_spec.inner(child), *at] if isinstance(child.task_spec, ScopeTask) else at


class StandardLoop(Repeated):
    """Runs its element while a condition holds, and at most so often."""

    loop: While

    def enter(self, token: Token) -> bool:
        if self.loop.before and not self.holds(token, flow_frames(token)):
            return True
        settings = boundary_settings(token)
        self.begin_round(token, 1, {})
        arm(token, settings)
        return False

    def holds(self, token: Token, at: list[Frame]) -> bool:
        return self.loop.condition is None or enough(token, self.loop.condition, at)

    def conclude(self, token: Token, child: Token) -> None:
        most = self.loop.most
        over = most is not None and child.own["loopCounter"] >= most
        child.internal_data["enough"] = over or not self.holds(child, seen_at_end(child))

    def child_left(self, token: Token, child: Token) -> None:
        if child.internal_data["enough"]:
            token.ready(FINISH)
        else:
            self.begin_round(token, child.own["loopCounter"] + 1, {})


class MultiInstance(Repeated):
    """Runs its element once for each item of a collection."""

    loop: Loop

    @property
    def item(self) -> str | None:
        return self.loop.item

    def enter(self, token: Token) -> bool:
        items = value_at(token, self.loop.collection)
        if not isinstance(items, list):
            raise FlowError(msg("The input collection %(text)s is no list.", text=self.loop.collection.text))
        settings = boundary_settings(token)
        token.internal_data.update(count=len(items), done=0, submitted={})
        if self.loop.output:
            token.internal_data["out"] = [None] * len(items)
        if not items:
            return True
        if not self.loop.parallel:
            token.internal_data["items"] = items
        for index, item in enumerate(items if self.loop.parallel else items[:1], 1):
            self.start_child(token, index, item)
        arm(token, settings)
        return False

    def start_child(self, token: Token, index: int, item: Any) -> None:
        own: Frame = {self.loop.own: None} if self.loop.own else {}
        if self.loop.item:
            own[self.loop.item] = item
        self.begin_round(token, index, own)

    def conclude(self, token: Token, child: Token) -> None:
        """Evaluate what the child contributes, before it leaves."""
        at = seen_at_end(child)
        if self.loop.result is not None:
            child.internal_data["result"] = feel.to_json(evaluate(child, self.loop.result, at=at))
        if self.loop.until is not None:
            child.internal_data["enough"] = enough(child, self.loop.until, [self.counts(token), *at])

    def counts(self, token: Token) -> Frame:
        """What a completion condition may ask, once the child at hand has completed."""
        count, done = token.internal_data["count"], token.internal_data["done"] + 1
        active = len(self.children_of(token)) - 1
        both = {
            "Instances": count,
            "ActiveInstances": active,
            "CompletedInstances": done,
            "TerminatedInstances": 0,
        }
        return {prefix + name: value for name, value in both.items() for prefix in ("numberOf", "nrOf")}

    def child_left(self, token: Token, child: Token) -> None:
        """Take the child's contribution; go on with the next child, or finish."""
        internal = token.internal_data
        internal["done"] += 1
        if "out" in internal:
            internal["out"][child.own["loopCounter"] - 1] = child.internal_data.get("result")
        if child.internal_data.get("enough"):
            for other in self.children_of(token):
                other.cancel()
            token.ready(FINISH)
        elif internal["done"] == internal["count"]:
            token.ready(FINISH)
        elif not self.loop.parallel:
            self.start_child(token, internal["done"] + 1, internal["items"][internal["done"]])

    def results(self, token: Token) -> Frame:
        return {self.loop.output: token.internal_data["out"]} if self.loop.output else {}
