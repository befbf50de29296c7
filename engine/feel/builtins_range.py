"""Allen's relations between points and ranges (DMN 1.5, 10.3.4.10)."""

from typing import Any

from engine.feel.compare import compare, matches, same
from engine.feel.errors import FeelError
from engine.feel.library import builtin
from engine.feel.values import Range


@builtin("before(point1: point, point2: point)")
def before_points(first: Any, second: Any) -> bool | None:
    return compare("<", first, second)


@builtin("before(point: point, range: range)")
def before_range(point: Any, span: Range) -> bool | None:
    less = compare("<", point, span.start)
    return less or (less is not None and not span.start_included and same(point, span.start))


@builtin("before(range: range, point: point)")
def range_before(span: Range, point: Any) -> bool | None:
    less = compare("<", span.end, point)
    return less or (less is not None and not span.end_included and same(span.end, point))


@builtin("before(range1: range, range2: range)")
def before_ranges(first: Range, second: Range) -> bool | None:
    less = compare("<", first.end, second.start)
    if less is None:
        return None
    touching = same(first.end, second.start) and not (first.end_included and second.start_included)
    return less or touching


@builtin("after(point1: point, point2: point)")
def after_points(first: Any, second: Any) -> bool | None:
    return compare(">", first, second)


@builtin("after(point: point, range: range)")
def after_range(point: Any, span: Range) -> bool | None:
    return range_before(span, point)


@builtin("after(range: range, point: point)")
def range_after(span: Range, point: Any) -> bool | None:
    return before_range(point, span)


@builtin("after(range1: range, range2: range)")
def after_ranges(first: Range, second: Range) -> bool | None:
    return before_ranges(second, first)


@builtin("meets(range1: range, range2: range)")
def meets(first: Range, second: Range) -> bool | None:
    if compare("<=", first.end, second.start) is None:
        return None
    return first.end_included and second.start_included and same(first.end, second.start)


@builtin("met by(range1: range, range2: range)")
def met_by(first: Range, second: Range) -> bool | None:
    return meets(second, first)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(first: Range, second: Range) -> bool | None:
    early, late = before_ranges(first, second), before_ranges(second, first)
    return None if early is None or late is None else not early and not late


@builtin("overlaps before(range1: range, range2: range)")
def overlaps_before(first: Range, second: Range) -> bool | None:
    """The first starts earlier, reaches into the second, and ends no later."""
    if overlaps(first, second) is not True:
        return overlaps(first, second)
    return _starts_before(first, second) and not _ends_before(second, first)


@builtin("overlaps after(range1: range, range2: range)")
def overlaps_after(first: Range, second: Range) -> bool | None:
    """The first starts inside the second and ends no earlier."""
    if overlaps(first, second) is not True:
        return overlaps(first, second)
    return _starts_before(second, first) and not _ends_before(first, second)


def _starts_before(first: Range, second: Range) -> bool:
    if same(first.start, second.start):
        return first.start_included and not second.start_included
    return compare("<", first.start, second.start) is True


def _ends_before(first: Range, second: Range) -> bool:
    if same(first.end, second.end):
        return second.end_included and not first.end_included
    return compare("<", first.end, second.end) is True


@builtin("finishes(point: point, range: range)")
def point_finishes(point: Any, span: Range) -> bool | None:
    return None if compare("<", point, span.end) is None else span.end_included and same(point, span.end)


@builtin("finishes(range1: range, range2: range)")
def finishes(first: Range, second: Range) -> bool | None:
    if compare("<", first.end, second.end) is None:
        return None
    same_end = same(first.end, second.end) and first.end_included == second.end_included
    return same_end and not _starts_before(first, second)


@builtin("finished by(range: range, point: point)")
def finished_by_point(span: Range, point: Any) -> bool | None:
    return point_finishes(point, span)


@builtin("finished by(range1: range, range2: range)")
def finished_by(first: Range, second: Range) -> bool | None:
    return finishes(second, first)


@builtin("starts(point: point, range: range)")
def point_starts(point: Any, span: Range) -> bool | None:
    return (
        None if compare("<", point, span.start) is None else span.start_included and same(point, span.start)
    )


@builtin("starts(range1: range, range2: range)")
def starts(first: Range, second: Range) -> bool | None:
    if compare("<", first.start, second.start) is None:
        return None
    same_start = same(first.start, second.start) and first.start_included == second.start_included
    return same_start and not _ends_before(second, first)


@builtin("started by(range: range, point: point)")
def started_by_point(span: Range, point: Any) -> bool | None:
    return point_starts(point, span)


@builtin("started by(range1: range, range2: range)")
def started_by(first: Range, second: Range) -> bool | None:
    return starts(second, first)


@builtin("includes(range: range, point: point)")
def includes_point(span: Range, point: Any) -> bool | None:
    return matches(point, span)


@builtin("includes(range1: range, range2: range)")
def includes(first: Range, second: Range) -> bool | None:
    if compare("<", first.start, second.start) is None:
        return None
    return not _starts_before(second, first) and not _ends_before(first, second)


@builtin("during(point: point, range: range)")
def point_during(point: Any, span: Range) -> bool | None:
    return matches(point, span)


@builtin("during(range1: range, range2: range)")
def during(first: Range, second: Range) -> bool | None:
    return includes(second, first)


@builtin("coincides(point1: point, point2: point)")
def points_coincide(first: Any, second: Any) -> bool | None:
    return None if compare("<", first, second) is None else same(first, second)


@builtin("coincides(range1: range, range2: range)")
def coincides(first: Range, second: Range) -> bool | None:
    return None if compare("<", first.start, second.start) is None else first == second


@builtin("range(from: string)")
def to_range(text: str) -> Range | None:
    """The range of a text such as ``[1..10]``; its ends are literals, nothing that is computed."""
    from engine.feel.expression import constant

    try:
        value = constant(text)
    except FeelError:
        return None
    return value if isinstance(value, Range) and not value.negated else None
