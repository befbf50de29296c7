"""Engine and model play the same diagram; after every action both must show the same.

Where BPMN leaves the order of things open, the model has several outcomes: all those that show what the
engine shows are followed. When none does, engine and model have diverged.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.spiff import BudgetExceeded, Wait
from tests.conformance.model import diagram
from tests.conformance.model.events import TASKS, Choose
from tests.conformance.model.game import Endless, Game
from tests.conformance.model.generator import VARIABLES, Drawing
from tests.conformance.model.player import Player, hours
from tests.conformance.model.sketch import NAMES
from tests.conformance.model.state import (
    JOINING,
    RESET,
    STUCK,
    Await,
    Space,
    Token,
    frames,
    ordered,
    picture,
)

STEPS = 40
CROWD = 25
"""Open tasks with which a play is broken off: tokens multiply without end in some loops."""
ORDERS, PATIENCE = 4, 300
"""Orders of simultaneous moves that are tried at first, and before a divergence is declared."""
CANDIDATES = 12

Way = Callable[[Choose], Game]
"""How the model may do something, in an order that is still to be chosen."""
Action = tuple[str, str, dict[str, Any]]
"""What is done, the element or name, and data. Which of several tokens of an element is meant, the model
finds out: it tries each."""


class Divergence(Exception):
    """The engine shows something that the model cannot."""


@dataclass
class Course:
    """How a play went."""

    actions: list[Action] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Nodes entered, flows taken, events that struck, in the model."""
    free: int = 0
    """Actions after which the order of moves was open."""
    end: str = "were broken off"


def play(drawing: Drawing, seed: object) -> Course:
    """One play, in the order of the seed; raises Divergence, or what the engine raised."""
    chance = random.Random(repr(seed))
    processes = {
        name: diagram.read(raw)
        for name, raw in ((path.removesuffix(".bpmn"), raw) for path, raw in drawing.files.items())
    }
    course = Course()
    player = Player(drawing.files, drawing.start, dict(drawing.data))

    def begin(choose: Choose) -> Game:
        return Game(processes, drawing.start, drawing.data, choose)

    games = following([begin], player.picture(), course)
    for _ in range(STEPS):
        waits = player.run.waits()
        if player.run.done or len(waits) > CROWD:
            break
        action, wait = chosen(player, chance)
        course.actions.append(action)
        ways = list(tried(games, action))
        try:
            seen = engine_acts(player, action, wait)
        except BudgetExceeded:
            if not any(endless(way) for way in ways):
                raise
            course.end = "never came to rest"
            return course
        games = following(ways, seen, course)
    if player.run.done:
        course.end = "completed"
    elif player.run.failures():
        course.end = "stood with an incident"
    return course


# ------------------------------------------------------------ the action


def chosen(player: Player, chance: random.Random) -> tuple[Action, Wait | None]:
    """Something that can be done now, and the engine's wait that it is done to."""
    waits = player.run.waits()
    data = {name: chance.randint(0, 3) for name in VARIABLES if chance.random() < 0.6}
    late, code = chance.choice((0, 0, 0, 9)), chance.choice(NAMES["error"])
    next_due = min((hours(wait) or 0 for wait in waits if wait.kind == "timer"), default=0)
    options: list[tuple[Action, Wait | None]] = []
    for wait in waits:
        if wait.kind == "user":
            options += [(("complete", wait.element, {**data, "r": chance.randint(0, 9)}), wait)] * 2
        elif wait.kind == "topic":
            options += [
                (("finish", wait.element, data), wait),
                (("error", wait.element, {**data, "code": code}), wait),
            ]
        elif wait.kind == "message":
            options.append((("message", wait.element, data), wait))
        elif wait.kind == "signal":
            options.append((("signal", str(wait.name), {}), None))
        elif wait.kind == "timer" and hours(wait) == next_due:
            options.append((("fire", wait.element, {"late": late}), wait))
    if not options or (player.run.failures() and chance.random() < 0.2):
        options = [(("mend", "", {name: chance.randint(0, 3) for name in VARIABLES}), None)]
    return chance.choice(options)


def engine_acts(player: Player, action: Action, wait: Wait | None) -> Any:
    kind, name, data = action
    if wait is None:
        player.mend(data) if kind == "mend" else player.signal(name)
    elif kind == "fire":
        player.fire(wait, data["late"])
    elif kind == "error":
        player.error(wait, data["code"], _without_code(data))
    else:
        {"complete": player.complete, "finish": player.finish, "message": player.deliver}[kind](wait, data)
    return player.picture()


def tried(games: list[Game], action: Action) -> Iterator[Way]:
    """Ways in which the model can do the action: each gives a game that still has to settle."""
    kind, name, data = action
    for game in games:
        if kind in ("mend", "signal"):
            yield partial(_whole, game, kind, name, data)
            continue
        for place in range(len(list(game.open()))):
            if _is_meant(game, place, kind, name):
                yield partial(_one, game, place, data)


def _is_meant(game: Game, place: int, kind: str, name: str) -> bool:
    at, one = list(game.open())[place]
    if kind in ("complete", "finish", "error"):
        return one is None and isinstance(at, Token) and at.node.id == name
    if one is None or one.event.id != name or (one.event.trigger.kind == "timer") != (kind == "fire"):
        return False
    dues = [other.due for _, other in game.open() if other is not None and other.due is not None]
    return one.due is None or one.due == min(dues)


def _copy(game: Game, choose: Choose) -> Game:
    same = deepcopy(game)
    same.choose = choose
    return same


def _one(before: Game, place: int, data: dict[str, Any], choose: Choose) -> Game:
    game = _copy(before, choose)
    at, one = list(game.open())[place]
    if one is None:
        assert isinstance(at, Token)
        if "code" in data:
            game.fail(at, data["code"], _without_code(data))
        else:
            game.complete(at, data)
    else:
        if one.due is not None:
            game.now, data = max(game.now, one.due) + data["late"], {}
        game.strike(at, one, data)
    return game


def _without_code(data: dict[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in data.items() if name != "code"}


def _whole(before: Game, kind: str, name: str, data: dict[str, Any], choose: Choose) -> Game:
    game = _copy(before, choose)
    if kind == "signal":
        game.broadcast(name)
    else:
        game.root.data.update(data)
        game.retry()
    return game


# ------------------------------------------------------------ what the model shows


def following(ways: list[Way], seen: Any, course: Course) -> list[Game]:
    """The games that show what the engine shows; raises Divergence when there is none."""
    found: dict[str, Game] = {}
    shown: dict[str, Any] = {}
    for tries in (ORDERS, PATIENCE):
        for way in ways:
            for game in settled(way, tries):
                show = showing(game)
                shown[repr(show)] = show
                if repr(show) == repr(seen):
                    found.setdefault(repr(picture(game.root)), game)
        if found:
            break
    if not found:
        raise Divergence(explain(seen, list(shown.values()), course))
    games = list(found.values())[:CANDIDATES]
    course.free += any(game.free for game in games)
    for game in games:
        game.free = False
        course.taken |= game.taken
    return games


def settled(way: Way, tries: int) -> Iterator[Game]:
    """The outcomes of a way in several orders: in turn, latest first, by chance."""
    for at in range(tries):
        game = way(_order(at))
        with suppress(Endless):
            game.settle()
            yield game
        if not game.free:
            return


def endless(way: Way) -> bool:
    try:
        way(_order(0)).settle()
    except Endless:
        return True
    return False


def _order(at: int) -> Choose:
    return (
        (lambda some: some[0])
        if at == 0
        else (lambda some: some[-1])
        if at == 1
        else random.Random(at).choice
    )


def showing(game: Game) -> Any:
    failed = sorted(token.node.id for token in game.root.walk() if token.state == STUCK)
    return game.done, _space(game, game.root), failed, sorted(game.root.data.items())


def _space(game: Game, space: Space) -> Any:
    parts = [(_await(one, None), ()) for one in space.events]
    for token in space.tokens:
        parts += _token(game, token)
    return ordered(parts)


def _token(game: Game, token: Token) -> list[Any]:
    node = token.node
    border = [(_await(one, None), ()) for one in token.events if one.event.host is not None]
    if token.state in (STUCK, JOINING, RESET):
        return border
    if token.instances or (node.loop is not None and token.body is None):
        return border + [part for one in token.instances for part in _token(game, one)]
    if node.kind == "undo":  # what it opened again is seen where it stands
        return [part for one in (token.inner.tokens if token.inner else ()) for part in _token(game, one)]
    if token.inner is not None:
        label = ("scope", node.id, node.called, token.own.get("loopCounter"))
        return [(label, ordered([*border, *_space(game, token.inner)]))]
    if node.kind in TASKS:
        kind = "topic" if node.topic else "user"
        seen: dict[str, Any] = {}
        for frame in reversed(frames(token)):
            seen |= frame
        return [((kind, node.id, node.topic, None, None, None, None, sorted(seen.items())), ordered(border))]
    gateway = node.id if node.kind == "eventBasedGateway" else None
    return [(_await(one, gateway), ordered(border)) for one in token.events if one.event.host is None]


def _await(one: Await, gateway: str | None) -> Any:
    event, trigger = one.event, one.event.trigger
    attached = event.host is not None or event.kind == "startEvent"
    return (
        trigger.kind,
        event.id,
        trigger.name,
        one.due,
        one.key,
        event.interrupting if attached else None,
        gateway,
        [],
    )


def explain(seen: Any, shown: list[Any], course: Course) -> str:
    lines = [
        f"after {course.actions[-1] if course.actions else 'the start'} ({len(course.actions)} actions)",
        f"engine: {seen}",
    ]
    return "\n".join([*lines, *(f"model:  {one}" for one in shown[:5])])
