"""for, some and every: all combinations of their sources, each one counted as a step."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.dates import Date
from engine.feel.runtime import Closure, Frame, Run
from engine.feel.tree import For, Quantified
from engine.feel.values import Range

if TYPE_CHECKING:
    from engine.feel.compiler import Compiler

Sources = list[tuple[str, Closure, Closure | None]]


def compile_for(compiler: "Compiler", node: For) -> Closure:
    with compiler.scope() as names:
        sources = _sources(compiler, node.sources, names)
        names.add("partial")
        result, reads_partial = compiler.compile_noting(node.result, "partial")
    return loop(sources, result, reads_partial=reads_partial)


def loop(sources: Sources, result: Closure, *, reads_partial: bool = True) -> Closure:
    """``for`` as a closure: the list of results, or null when a source cannot be run over."""

    def run(frame: Frame) -> list[Any] | None:
        partial: list[Any] = []
        inner = Frame({"partial": partial}, frame, frame.run)
        for bound in _combinations(sources, 0, inner):
            if not bound:
                return None
            # A frame of its own for every round: functions made in it keep its values.
            partial.append(result(Frame(dict(inner.names), frame, frame.run)))
            if reads_partial:
                # What an iteration sees of the results so far must not change under its hands.
                partial = list(partial)
                frame.run.spend(len(partial))
                inner.names["partial"] = partial
        return partial

    return run


def compile_quantified(compiler: "Compiler", node: Quantified) -> Closure:
    with compiler.scope() as names:
        sources = _sources(compiler, node.sources, names)
        condition = compiler.compile(node.condition)
    return quantified(sources, condition, every=node.every)


def quantified(sources: Sources, condition: Closure, *, every: bool, strict: bool = False) -> Closure:
    """``some`` or ``every`` as a closure; null when nothing decides and one condition is no boolean.

    With ``strict`` the first condition that is no boolean ends it, as boxed expressions have it.
    """

    def run(frame: Frame) -> bool | None:
        inner = Frame({}, frame, frame.run)
        unknown = False
        for bound in _combinations(sources, 0, inner):
            if not bound:
                return None
            value = condition(inner)
            if value is (not every):
                return not every
            unknown = unknown or value is not every
            if unknown and strict:
                return None
        return None if unknown else every

    return run


def _sources(compiler: "Compiler", nodes: Any, names: set[str]) -> Sources:
    sources: Sources = []
    for name, values, end in nodes:
        sources.append((name, compiler.compile(values), compiler.compile(end) if end else None))
        names.add(name)
    return sources


def _combinations(sources: Sources, at: int, frame: Frame) -> Iterator[bool]:
    """Binds the names to each combination in turn; yields False, and ends, when a source is no list."""
    if at == len(sources):
        yield True
        return
    name, values, end = sources[at]
    items = elements(values(frame), frame.run, end(frame) if end else None, pair=end is not None)
    if items is None:
        yield False
        return
    for item in items:
        frame.run.spend(1)
        frame.names[name] = item
        for bound in _combinations(sources, at + 1, frame):
            yield bound
            if not bound:
                return


def elements(values: Any, run: Run, end: Any = None, *, pair: bool = False) -> Iterator[Any] | None:
    """What an iteration runs over: a list, a range, or one value; None when that is impossible."""
    if pair:
        return _count(values, end)
    if type(values) is Range:
        if values.negated or values.start is None or values.end is None:
            return None
        return _count(
            values.start, values.end, first=values.start_included, last=values.end_included, upwards=True
        )
    if type(values) is list:
        return iter(values)
    return None if values is None else iter([values])


def _count(
    start: Any, end: Any, *, first: bool = True, last: bool = True, upwards: bool = False
) -> Iterator[Any] | None:
    if type(start) is Date and type(end) is Date:
        return map(Date.of_ordinal, _numbers(start.ordinal(), end.ordinal(), first, last, upwards))
    if type(start) is Decimal and type(end) is Decimal:
        if start != start.to_integral_value() or end != end.to_integral_value():
            return None
        return (Decimal(n) for n in _numbers(int(start), int(end), first, last, upwards))
    return None


def _numbers(start: int, end: int, first: bool, last: bool, upwards: bool) -> range:
    """The whole numbers between two ends; a bare ``a..b`` also runs downwards."""
    step = 1 if upwards or end >= start else -1
    return range(start if first else start + step, end + step if last else end, step)
