"""Data that make the token take a wanted exit: conditions solved by trying values they are compared with."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine import feel, worktime
from engine.bpmn import names, vocabulary
from engine.bpmn.model import Node, Process
from engine.feel import tree

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
TRIES = 400
_DAYS = worktime.calendar(worktime.NATIONAL)
_ENV = feel.Environment(now=NOW, zone=_DAYS.zone, functions=worktime.functions(_DAYS, NOW))

Data = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """A place where data decide: its conditions by exit, None for an exit that is taken otherwise."""

    node: str
    exits: Mapping[str, feel.Expression | None]
    exclusive: bool
    values: tuple[Any, ...]
    paths: tuple[tuple[str, ...], ...]
    computed: Mapping[str, feel.Expression]


def choices(process: Process) -> list[Choice]:
    """Every deciding gateway, conditional flow and conditional event of a process."""
    found = []
    computed = _computed(process)
    for node in process.scope.walk():
        flows = [flow for flow in node.outgoing if flow.condition is not None]
        if flows:
            known = {flow.id: _parsed(flow.condition) for flow in node.outgoing}
            found.append(_choice(node, known, node.kind == "exclusiveGateway", computed))
        for text in _repeating(node):
            found.append(_choice(node, {node.id: _parsed(text), f"{node.id} no": None}, False, computed))
        if node.event_kind == "conditional" and node.event is not None:
            known = {node.id: _parsed(node.event.text), f"{node.id} no": None}
            found.append(_choice(node, known, False, computed))
    return found


def _repeating(node: Node) -> list[str]:
    """The conditions of a repeated step: how long, or until when."""
    boxes = [*node.xml.iterfind("{*}completionCondition")]
    boxes += [] if node.loop is None else [*node.loop.iterfind("{*}*")]
    return [
        box.text for box in boxes if names.local(box) in ("loopCondition", "completionCondition") and box.text
    ]


def _parsed(text: str | None) -> feel.Expression | None:
    return feel.parse(text) if text else None


def _computed(process: Process) -> dict[str, feel.Expression]:
    """The variables that mappings and FEEL scripts set, each with the last expression for it."""
    found = {}
    for node in process.scope.walk():
        script, result = vocabulary.script(node.xml)
        texts = [(mapping.target, mapping.source) for mapping in vocabulary.io(node.xml)[1]]
        for target, text in [*texts, (result, script)]:
            if target and text and text.lstrip().startswith("="):
                found[target] = feel.parse(text)
    return found


def _choice(
    node: Node,
    exits: Mapping[str, feel.Expression | None],
    exclusive: bool,
    computed: Mapping[str, feel.Expression],
) -> Choice:
    values: list[Any] = [True, False, None, 0, 1, 2, "a"]
    paths: list[tuple[str, ...]] = []
    used: dict[str, feel.Expression] = {}
    todo = [expression for expression in exits.values() if expression is not None]
    while todo:
        expression = todo.pop()
        for part in _parts(expression.tree):
            if isinstance(part, tree.Literal):
                values.extend(_near(part.value))
            path = _path(part)
            source = computed.get(path[0]) if path else None
            if source is not None and path[0] not in used:
                used[path[0]] = source
                todo.append(source)
            if path:
                paths.append(path)
    whole = [path for path in paths if not any(other[: len(path)] == path != other for other in paths)]
    return Choice(node.id, exits, exclusive, tuple(_unique(values)), tuple(_unique(whole)), used)


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, tree.Node):
        yield node
    if isinstance(node, tree.Call) and isinstance(node.callee, tree.Name):
        yield from _parts(node.arguments)  # the name of a function is no variable
    elif is_dataclass(node):
        for field in fields(node):
            yield from _parts(getattr(node, field.name))
    elif isinstance(node, tuple):
        for item in node:
            yield from _parts(item)


def _path(node: Any) -> tuple[str, ...]:
    if isinstance(node, tree.Name):
        return (node.name,)
    if isinstance(node, tree.Path):
        before = _path(node.value)
        return (*before, node.member) if before else ()
    return ()


def _near(value: Any) -> list[Any]:
    """A value, its neighbours, and lists that hold it."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, Decimal):
        number = float(value) if value % 1 else int(value)
        return [number, number + 1, number - 1, [number], [number] * 3]
    return [value, [value], [value] * 3, f"{value}?"]


def _unique(items: Iterable[Any]) -> list[Any]:
    return list({repr(item): item for item in items}.values())


def solve(choice: Choice, wanted: str, chance: random.Random) -> Data | None:
    """Data with which exactly the wanted exit (or, of a non-exclusive place, at least it) is taken."""
    for _ in range(TRIES):
        data: Data = {}
        for path in choice.paths:
            _put(data, path, chance.choice(choice.values))
        if _takes(choice, wanted, data):
            return data
    return None


def _takes(choice: Choice, wanted: str, data: Data) -> bool:
    """Whether just this exit is taken; what is asked must be true or false, null stops a case."""
    data = _after(choice, data)
    for exit_, expression in choice.exits.items():
        if expression is None:
            continue
        truth = expression.evaluate(data, _ENV)
        if type(truth) is not bool:
            return False
        if exit_ == wanted:
            if choice.exclusive or not truth:
                return truth
        elif truth and (choice.exclusive or choice.exits[wanted] is None):
            return False
    return True


def takes_any(choice: Choice, data: Data) -> bool:
    """Whether a token that comes here with these data goes on at all."""
    return any(_takes(choice, exit_, data) for exit_ in choice.exits)


def _after(choice: Choice, data: Data) -> Data:
    """The data once the mappings that the conditions depend on have run."""
    return {**data, **{name: source.evaluate(data, _ENV) for name, source in choice.computed.items()}}


def _put(data: Data, path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        inner = data.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        data = inner
    data[path[-1]] = value


def fixed(process: Process) -> Data:
    """Lists for the variables over which steps are repeated, durations for those that timers name."""
    found: Data = {}
    for node in process.scope.walk():
        over = vocabulary.loop(node.loop).collection if node.loop is not None else None
        if over:
            _fill(found, over, ["a", "b"])
        times = vocabulary.loop(node.loop).cardinality if node.loop is not None else None
        if times and times.startswith("="):
            _fill(found, times, 2)
        if node.event_kind == "timer" and node.event is not None and node.event.text.startswith("="):
            moment = node.event.timer == "date"
            _fill(found, node.event.text, "2026-03-02T09:00:00+07:00" if moment else "PT1H")
    return found


def _fill(data: Data, text: str, value: Any) -> None:
    """Give the value to every variable of an expression that is nothing but a variable."""
    if path := _path(feel.parse(text).tree):
        _put(data, path, value)
