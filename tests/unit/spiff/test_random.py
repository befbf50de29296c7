"""Random processes, played in random orders, against a small model that knows nothing of the engine.

The model walks the blocks a process was made of, with callbacks; the engine gets the diagram. After every
action both must wait for the same things.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.unit.spiff.play import diagram, flows, node, timer, user

Done = Callable[[], None]


@dataclass
class Open:
    """Something the model waits for."""

    name: str
    done: Done
    group: list["Open"] = field(default_factory=list)
    """What goes when this one is done."""


class Scope:
    """Counts the tokens of a subprocess, or of the process."""

    def __init__(self, done: Done) -> None:
        self.live, self.done = 1, done

    def end(self) -> None:
        self.live -= 1
        if self.live == 0:
            self.done()


class Model:
    def __init__(self, block: "Block", data: dict[str, int]) -> None:
        self.open: list[Open] = []
        self.data = dict(data)
        self.finished = False
        scope = Scope(lambda: setattr(self, "finished", True))
        block.begin(self, scope, scope.end)

    def do(self, one: Open, data: dict[str, int]) -> None:
        self.data.update(data)
        gone = [one, *one.group]
        self.open = [other for other in self.open if other not in gone]
        one.done()

    def waiting(self) -> list[str]:
        return sorted(one.name for one in self.open)


class Block:
    """A piece of process with one entrance and one exit, both elements of the diagram."""

    def __init__(self, make: "Maker", depth: int) -> None:
        self.id = make.name(type(self).__name__.lower())
        self.parts = [make.block(depth - 1) for _ in range(self.count(make.random))] if depth else []

    def count(self, chance: random.Random) -> int:
        return chance.randint(1, 3)

    @property
    def entrance(self) -> str:
        return f"{self.id}i"

    @property
    def exit(self) -> str:
        return f"{self.id}o"

    def xml(self) -> str:
        raise NotImplementedError

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        raise NotImplementedError


class Task(Block):
    def count(self, chance: random.Random) -> int:
        return 0

    @property
    def entrance(self) -> str:
        return self.id

    exit = entrance

    def xml(self) -> str:
        return user(self.id)

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        model.open.append(Open(self.id, done))


class Reminded(Task):
    """A task with a timer that begins an escalation beside it, once."""

    def xml(self) -> str:
        name = self.id
        return (
            user(name)
            + node("boundaryEvent", f"{name}t", timer("P1D"), attachedToRef=name, cancelActivity="false")
            + user(f"{name}k") + node("endEvent", f"{name}e") + flows(f"{name}t {name}k", f"{name}k {name}e")
        )  # fmt: skip

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        def escalate() -> None:
            scope.live += 1
            model.open.append(Open(f"{self.id}k", scope.end))

        clock = Open(f"{self.id}t", escalate)
        model.open += [Open(self.id, done, [clock]), clock]


class Limited(Task):
    """A task that a timer takes away; another is done in its place."""

    @property
    def exit(self) -> str:
        return f"{self.id}o"

    def xml(self) -> str:
        name = self.id
        return (
            user(name) + node("boundaryEvent", f"{name}t", timer("P1D"), attachedToRef=name)
            + user(f"{name}k") + node("exclusiveGateway", f"{name}o")
            + flows(f"{name} {name}o", f"{name}t {name}k", f"{name}k {name}o")
        )  # fmt: skip

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        task = Open(self.id, done)
        clock = Open(f"{self.id}t", lambda: model.open.append(Open(f"{self.id}k", done)), [task])
        task.group = [clock]
        model.open += [task, clock]


class Seq(Block):
    @property
    def entrance(self) -> str:
        return self.parts[0].entrance

    @property
    def exit(self) -> str:
        return self.parts[-1].exit

    def xml(self) -> str:
        joins = zip(self.parts, self.parts[1:], strict=False)
        return "".join(part.xml() for part in self.parts) + flows(
            *(f"{a.exit} {b.entrance}" for a, b in joins)
        )

    def begin(self, model: Model, scope: Scope, done: Done, at: int = 0) -> None:
        last = at == len(self.parts) - 1
        following = done if last else lambda: self.begin(model, scope, done, at + 1)
        self.parts[at].begin(model, scope, following)


class Split(Block):
    tag = ""

    def condition(self, at: int) -> str:
        return ""

    def taken(self, model: Model) -> list[Block]:
        raise NotImplementedError

    def xml(self) -> str:
        result = node(self.tag, self.entrance) + node(self.tag, self.exit)
        for at, part in enumerate(self.parts):
            result += part.xml() + flows(f"{self.entrance} {part.entrance}{self.condition(at)}")
            result += flows(f"{part.exit} {self.exit}")
        return result

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        taken = self.taken(model)
        missing = len(taken)

        def arrive() -> None:
            nonlocal missing
            missing -= 1
            if missing == 0:
                done()

        for part in taken:
            part.begin(model, scope, arrive)


class And(Split):
    tag = "parallelGateway"

    def taken(self, model: Model) -> list[Block]:
        return self.parts


class Xor(Split):
    tag = "exclusiveGateway"

    def condition(self, at: int) -> str:
        return f": modulo(pick, {len(self.parts)}) = {at}"

    def taken(self, model: Model) -> list[Block]:
        return [self.parts[model.data["pick"] % len(self.parts)]]


class Or(Split):
    tag = "inclusiveGateway"

    def condition(self, at: int) -> str:
        if at == 0:
            return ": odd(mask)" if len(self.parts) > 1 else ": true"
        return f": not(odd(mask)) or mask > {at * 3}"

    def taken(self, model: Model) -> list[Block]:
        mask = model.data["mask"]
        if len(self.parts) == 1:
            return self.parts
        return [
            part
            for at, part in enumerate(self.parts)
            if (mask % 2 if at == 0 else not mask % 2 or mask > at * 3)
        ]


class Loop(Block):
    def count(self, chance: random.Random) -> int:
        return 1

    @property
    def exit(self) -> str:
        return f"{self.id}x"

    def xml(self) -> str:
        body, asked, leave = self.parts[0], f"{self.id}o", f"f_{self.id}o_{self.exit}"
        gates = node("exclusiveGateway", self.entrance) + node("exclusiveGateway", asked, default=leave)
        again = f"{asked} {self.entrance}: again = 1"
        return (
            gates
            + body.xml()
            + node("exclusiveGateway", self.exit)
            + flows(f"{self.entrance} {body.entrance}", f"{body.exit} {asked}", again, f"{asked} {self.exit}")
        )

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        def ended() -> None:
            if model.data["again"]:
                self.begin(model, scope, done)
            else:
                done()

        self.parts[0].begin(model, scope, ended)


class Sub(Block):
    def count(self, chance: random.Random) -> int:
        return 1

    @property
    def entrance(self) -> str:
        return self.id

    exit = entrance

    def xml(self) -> str:
        body, start, end = self.parts[0], f"{self.id}s", f"{self.id}e"
        inside = node("startEvent", start) + node("endEvent", end) + body.xml()
        return node("subProcess", self.id, inside + flows(f"{start} {body.entrance}", f"{body.exit} {end}"))

    def begin(self, model: Model, scope: Scope, done: Done) -> None:
        inner = Scope(done)
        self.parts[0].begin(model, inner, inner.end)


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0

    def name(self, kind: str) -> str:
        self.names += 1
        return f"{kind}{self.names}"

    def block(self, depth: int) -> Block:
        leaves, inner = [Task, Reminded, Limited], [Seq, And, And, Xor, Or, Loop, Sub]
        return self.random.choice(inner if depth else leaves)(self, depth)


@pytest.mark.parametrize("seed", range(40))
def test_engine_and_model_wait_for_the_same(play, seed):
    maker = Maker(seed)
    block = Seq(maker, 4)
    body = node("startEvent", "s") + node("endEvent", "e") + block.xml()
    body += flows(f"s {block.entrance}", f"{block.exit} e")
    for order in range(2):
        chance = random.Random(f"{seed}/{order}")
        first = {"pick": chance.randint(0, 11), "mask": chance.randint(1, 9), "again": 0}
        player = play(diagram(body), **first)
        model = Model(block, first)
        for turn in range(60):
            found = sorted(one.element for one in player.run.waits())
            assert found == model.waiting(), f"turn {turn}"
            assert player.run.done == model.finished
            if model.finished:
                break
            act(player, model, chance, again=turn < 30)


def act(player, model: Model, chance: random.Random, again: bool) -> None:
    """Do one thing in both; the oldest wait of the name in the model is the oldest in the engine."""
    one = chance.choice(model.open)
    same = [wait for wait in player.run.waits() if wait.element == one.name]
    place = [other for other in model.open if other.name == one.name].index(one)
    data = {
        "pick": chance.randint(0, 11),
        "mask": chance.randint(1, 9),
        "again": int(again and chance.random() < 0.4),
    }
    wait = sorted(same, key=lambda wait: int(wait.id))[place]
    if wait.kind == "timer":
        data = {}
        player.act(lambda: player.run.fire(wait.id))
    else:
        player.act(lambda: player.run.complete(wait.id, data))
    player.step()
    model.do(one, data)
