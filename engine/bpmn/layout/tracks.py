"""Side by side in a channel: the track of each piece of an edge, to cross little and never to touch."""

from dataclasses import dataclass, field
from itertools import pairwise

from engine.bpmn.layout.grid import ROW, Grid
from engine.bpmn.layout.model import Edge

BEFORE, AFTER = -1, 1
_TRACK = 12.0
_ROUNDS = 12


@dataclass(eq=False)
class Run:
    """Pieces of edges that lie on one another: the common stem of flows from one source or to one target."""

    key: tuple[str, str]
    low: float = 1e9
    high: float = -1e9
    zone: int = 0
    stubs: set[tuple[float, int]] = field(default_factory=set)
    label: float = 0.0
    track: int = 0
    offset: float = 0.0


@dataclass
class Channel:
    """One channel line: its runs, its breadth, and for upright ones the room for words in the middle."""

    runs: list[Run] = field(default_factory=list)
    words: float = 0.0
    breadth: float = 0.0


@dataclass
class Tracks:
    """All channels, by line, and the run of every piece (edge, number of the piece)."""

    upright: dict[int, Channel]
    level: dict[int, Channel]
    runs: dict[tuple[Edge, int], Run]


def assign_tracks(grid: Grid) -> Tracks:
    """Give each piece in a channel its track; breadths and offsets are in pixels."""
    tracks = Tracks({}, {}, {})
    seen: dict[tuple[bool, int, tuple[str, str]], Run] = {}
    busy = _counts(grid)
    for edge in grid.plane.edges:
        for number in range(len(edge.route) - 1):
            _enter(grid, tracks, seen, busy, edge, number)
    for edge in grid.plane.edges:
        _reserve(tracks, edge)
    for channel in tracks.upright.values():
        _settle(channel, zoned=True)
    for channel in tracks.level.values():
        _settle(channel, zoned=False)
    return tracks


def _counts(grid: Grid) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for edge in grid.plane.edges:
        for key in (("from", edge.source.key), ("to", edge.target.key)):
            counts[key] = counts.get(key, 0) + 1
    return counts


def _key(busy: dict[tuple[str, str], int], edge: Edge, number: int) -> tuple[tuple[str, str], int]:
    """The stem that a piece belongs to, and its zone: near its source (0) or near its target (2)."""
    last = len(edge.route) - 2
    source, target = ("from", edge.source.key), ("to", edge.target.key)
    near_source, near_target = number <= 1, number >= last - 1
    if near_source and near_target:
        near_source = busy[source] > 1 or busy[target] < 2
        near_target = not near_source
    if near_source:
        return source, 0
    if near_target:
        return target, 2
    return ("own", edge.id), 0


def _enter(
    grid: Grid,
    tracks: Tracks,
    seen: dict[tuple[bool, int, tuple[str, str]], Run],
    busy: dict[tuple[str, str], int],
    edge: Edge,
    number: int,
) -> None:
    (x0, y0), (x1, _) = edge.route[number], edge.route[number + 1]
    upright = x0 == x1
    line = x0 if upright else y0
    if (x0 % 2 == 1) if upright else (grid.kinds[y0] == ROW):
        return
    key, zone = _key(busy, edge, number)
    run = seen.get((upright, line, key))
    if run is None:
        run = Run(key, zone=zone)
        seen[upright, line, key] = run
        (tracks.upright if upright else tracks.level).setdefault(line, Channel()).runs.append(run)
    tracks.runs[edge, number] = run
    for at, spot in ((number - 1, number), (number + 2, number + 1)):
        position: float = edge.route[spot][1 if upright else 0]
        if not upright and edge.source.guest and spot == 1:
            position += edge.source.guest.dx / 1000
        if 0 <= at < len(edge.route):
            towards = edge.route[at][0 if upright else 1]
            run.stubs.add((position, AFTER if towards > line else BEFORE))
        run.low, run.high = min(run.low, position), max(run.high, position)


def label_piece(edge: Edge) -> int:
    """The piece that carries the words: the first level one behind the common stem."""
    pieces = [n for n, ((_, y0), (_, y1)) in enumerate(pairwise(edge.route)) if y0 == y1]
    if not pieces:
        return -1
    return pieces[1] if pieces[0] == 0 and len(pieces) > 1 else pieces[0]


def _reserve(tracks: Tracks, edge: Edge) -> None:
    """Room for the words of a flow, where its label piece begins."""
    number = label_piece(edge)
    if edge.label is None or number < 0:
        return
    (x0, _), (x1, _) = edge.route[number], edge.route[number + 1]
    run = tracks.runs.get((edge, number))
    if run is not None:
        run.label = max(run.label, edge.label.height + 2)
        return
    line = x0 + (x0 % 2 if x1 > x0 else -(x0 % 2))
    channel = tracks.upright.setdefault(line, Channel())
    channel.words = max(channel.words, edge.label.width + (8 if number else 20))


def _settle(channel: Channel, *, zoned: bool) -> None:
    """Order the runs, then pack them: those that do not overlap may share a track."""
    order = _ordered(channel.runs, zoned)
    _zone(order, zoned)
    for position, run in enumerate(order):
        run.track = max(
            (
                before.track + 1
                for before in order[:position]
                if _overlap(before, run) and before.zone == run.zone
            ),
            default=0,
        )
    if zoned:
        _breadths_with_words(channel)
        return
    tops = [0.0] * (1 + max((run.track for run in order), default=-1))
    for run in order:
        tops[run.track] = max(tops[run.track], run.label)
    at, places = 0.0, []
    for room in tops:
        at += room + _TRACK
        places.append(at)
    for run in order:
        run.offset = places[run.track]
    channel.breadth = at + _TRACK if order else 0.0


def _breadths_with_words(channel: Channel) -> None:
    """Upright channels: stems of sources at the left, words, stems of targets at the right."""
    first = 1 + max((run.track for run in channel.runs if run.zone == 0), default=-1)
    second = 1 + max((run.track for run in channel.runs if run.zone == 2), default=-1)
    start = first * _TRACK + channel.words
    for run in channel.runs:
        run.offset = _TRACK * (run.track + 1) + (start if run.zone == 2 else 0.0)
    channel.breadth = start + second * _TRACK + (_TRACK if first or second else 0.0)


def _overlap(one: Run, other: Run) -> bool:
    return one.low <= other.high and other.low <= one.high


def _zone(order: list[Run], zoned: bool) -> None:
    """Whoever stands before the last stem of a source belongs to the left side; elsewhere are no sides."""
    last = max((at for at, run in enumerate(order) if run.zone == 0), default=-1)
    for at, run in enumerate(order):
        run.zone = 2 if zoned and at > last else 0


def _ordered(runs: list[Run], zoned: bool) -> list[Run]:
    """The order from left to right (top to bottom) with the fewest crossings found by moving runs."""
    order = sorted(runs, key=lambda run: (run.zone if zoned else 0, _lean(run), run.low, run.key))
    prices = {(one, other): _price(one, other, zoned) for one in order for other in order if one is not other}
    for _ in range(_ROUNDS):
        moved = False
        for run in list(order):
            others = [other for other in order if other is not run]
            cost = sum(prices[run, other] for other in others)
            costs = [cost]
            for other in others:
                cost += prices[other, run] - prices[run, other]
                costs.append(cost)
            best, here = min(costs), order.index(run)
            if best < costs[here] - 1e-9:
                others.insert(costs.index(best), run)
                order, moved = others, True
        if not moved:
            break
    return order


def _lean(run: Run) -> float:
    """Runs with stubs mostly on one side stand nearer to it."""
    return sum(side for _, side in run.stubs) / max(1, len(run.stubs))


def _price(left: Run, right: Run, zoned: bool) -> float:
    """Crossings, and worse: stubs that would lie on one another, when ``left`` stands left of ``right``.

    Beside words, stems of sources would rather stand left and stems of targets right.
    """
    price = 0.6 if zoned and left.zone > right.zone else 0.0
    if not _overlap(left, right):
        return price
    for position, side in left.stubs:
        if side == AFTER:
            price += 1 if right.low < position < right.high else 0
            price += 12 if (position, BEFORE) in right.stubs else 0
    for position, side in right.stubs:
        if side == BEFORE:
            price += 1 if left.low < position < left.high else 0
    return price
