"""The matcher: a pattern as a small program, run over a text with every state visited once."""

from collections.abc import Callable
from typing import Any

from engine.errors import msg
from engine.feel.errors import FeelLimitError
from engine.feel.pattern_syntax import Item

MAX_PROGRAM = 5_000
VISITS_PER_STEP = 4
_CHUNK = 2_000

CHAR, SPLIT, JUMP, SAVE, ASSERT, BACK, MATCH = range(7)
Instruction = tuple[int, Any, Any]
State = tuple[int, int, tuple[int, ...]]
"""Place in the program, place in the text, and where the groups began and ended."""


class Program:
    """A compiled pattern with ``groups`` capturing groups."""

    __slots__ = ("_fold", "_has_back", "_steps", "groups")

    def __init__(self, steps: list[Instruction], groups: int, fold: Callable[[str], str] | None) -> None:
        self._steps = steps
        self.groups = groups
        self._fold = fold
        self._has_back = any(step[0] == BACK for step in steps)

    def search(self, text: str, at: int, run: Any) -> tuple[int, ...] | None:
        """The leftmost match from ``at`` on: (start, end, start of group 1, end of group 1, …), or None."""
        seen: set[int] = set()
        for start in range(at, len(text) + 1):
            found = self._match(text, start, seen, run)
            if found is not None:
                return found
            if not self._has_back:
                run.spend(len(text) // _CHUNK)
        return None

    def _match(self, text: str, start: int, seen: set[int], run: Any) -> tuple[int, ...] | None:
        """Follow the program from one place; alternatives wait on a stack, the preferred one goes first."""
        saved = (start, -1) + (-1,) * (2 * self.groups)
        waiting: list[State] = [(0, start, saved)]
        width = len(text) + 1
        visits = 0
        while waiting:
            state: State | None = waiting.pop()
            while state is not None:
                visits += 1
                if visits % _CHUNK == 0:
                    run.spend(_CHUNK // VISITS_PER_STEP)
                at, position, saved = state
                if not self._has_back:
                    place = at * width + position
                    if place in seen:
                        break
                    seen.add(place)
                if self._steps[at][0] == MATCH:
                    run.spend(visits // VISITS_PER_STEP)
                    return (start, position, *saved[2:])
                state = self._step(text, state, waiting)
        run.spend(visits // VISITS_PER_STEP)
        return None

    def _step(self, text: str, state: State, waiting: list[State]) -> State | None:
        """The state after one instruction; None when the text does not go on as the pattern does."""
        at, position, saved = state
        kind, first, second = self._steps[at]
        if kind == CHAR:
            fits = position < len(text) and first(text[position])
            return (at + 1, position + 1, saved) if fits else None
        if kind == SPLIT:
            waiting.append((second, position, saved))
            return first, position, saved
        if kind == JUMP:
            return first, position, saved
        if kind == SAVE:
            return at + 1, position, (*saved[:first], position, *saved[first + 1 :])
        if kind == ASSERT:
            return (at + 1, position, saved) if first(text, position) else None
        end = self._back(text, position, saved, first)
        return None if end is None else (at + 1, end, saved)

    def _back(self, text: str, position: int, saved: tuple[int, ...], group: int) -> int | None:
        """The place behind a repetition of the group; a group that took no part repeats as nothing."""
        start, end = saved[2 * group], saved[2 * group + 1]
        if start < 0 or end < 0:
            return position
        wanted, there = text[start:end], text[position : position + end - start]
        if self._fold:
            wanted, there = self._fold(wanted), self._fold(there)
        return position + end - start if wanted == there else None


def build(tree: Item) -> Program:
    """The program of a pattern; raises FeelLimitError when counted repetitions make it too long."""
    steps: list[Instruction] = []
    _emit(tree, steps)
    steps.append((MATCH, None, None))
    groups, ignore_case = tree.value
    return Program(steps, groups, str.casefold if ignore_case else None)


def _emit(item: Item, steps: list[Instruction]) -> None:
    if len(steps) > MAX_PROGRAM:
        raise FeelLimitError(msg("The pattern is too large."))
    _EMIT[item.kind](item, steps)


def _emit_sequence(item: Item, steps: list[Instruction]) -> None:
    for part in item.parts:
        _emit(part, steps)


def _emit_choice(item: Item, steps: list[Instruction]) -> None:
    jumps: list[int] = []
    for part in item.parts[:-1]:
        split = len(steps)
        steps.append((SPLIT, split + 1, None))
        _emit(part, steps)
        jumps.append(len(steps))
        steps.append((JUMP, None, None))
        steps[split] = (SPLIT, split + 1, len(steps))
    _emit(item.parts[-1], steps)
    for jump in jumps:
        steps[jump] = (JUMP, len(steps), None)


def _emit_group(item: Item, steps: list[Instruction]) -> None:
    if item.value:
        steps.append((SAVE, 2 * item.value, None))
    _emit(item.parts[0], steps)
    if item.value:
        steps.append((SAVE, 2 * item.value + 1, None))


def _emit_repeat(item: Item, steps: list[Instruction]) -> None:
    least, most, greedy = item.value
    part = item.parts[0]
    for _ in range(least):
        _emit(part, steps)
    if most is None:
        loop = len(steps)
        steps.append((SPLIT, None, None))
        _emit(part, steps)
        steps.append((JUMP, loop, None))
        steps[loop] = _split(loop + 1, len(steps), greedy)
        return
    splits: list[int] = []
    for _ in range(most - least):
        splits.append(len(steps))
        steps.append((SPLIT, None, None))
        _emit(part, steps)
    for split in splits:
        steps[split] = _split(split + 1, len(steps), greedy)


def _split(inside: int, behind: int, greedy: bool) -> Instruction:
    return (SPLIT, inside, behind) if greedy else (SPLIT, behind, inside)


_EMIT: dict[str, Callable[[Item, list[Instruction]], None]] = {
    "pattern": _emit_sequence,
    "sequence": _emit_sequence,
    "choice": _emit_choice,
    "group": _emit_group,
    "repeat": _emit_repeat,
    "char": lambda item, steps: steps.append((CHAR, item.value, None)),
    "assert": lambda item, steps: steps.append((ASSERT, item.value, None)),
    "back": lambda item, steps: steps.append((BACK, item.value, None)),
}
