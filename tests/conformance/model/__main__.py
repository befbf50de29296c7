"""``python -m tests.conformance.model [--seeds 2000] [--first 0] [--seed N]``: the proof, or one seed of it.

Exit 0 when engine and model agree in every play and every construct was played; 1 when not: the seed and a
shrunk diagram are then named.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.conformance.model.coverage import Coverage
from tests.conformance.model.duel import Course, play
from tests.conformance.model.generator import Drawing, draw
from tests.conformance.model.player import Refused
from tests.conformance.model.shrink import shrunk

ORDERS = 3
"""Plays of each diagram."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.model")
    parser.add_argument("--seeds", type=int, default=2000, help="how many diagrams")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one alone, told action by action")
    given = parser.parse_args(arguments)
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    coverage, failed, began = Coverage(), [], time.monotonic()
    for count, seed in enumerate(seeds, 1):
        drawing = draw(seed)
        try:
            courses = courses_of(drawing, seed)
        except Exception as fault:
            failed.append(seed)
            print(tell(seed, fault), flush=True)
            continue
        coverage.add(drawing, courses)
        if given.seed is not None:
            print(*(action for course in courses for action in course.actions), sep="\n")
        if count % 100 == 0:
            print(f"{count} diagrams, {len(failed)} diverged, {time.monotonic() - began:.0f} s", flush=True)
    print(coverage.table())
    print(f"diverged: {failed or 'none'}")
    hollow = coverage.hollow() if len(seeds) >= 500 else []
    print(
        f"never or hardly played: {', '.join(hollow)}" if hollow else "every construct asked for was played"
    )
    return 1 if failed or hollow else 0


def courses_of(drawing: Drawing, seed: int) -> list[Course]:
    """Plays of a diagram, each in an order of its own."""
    return [play(drawing, (seed, order)) for order in range(ORDERS)]


def tell(seed: int, fault: Exception) -> str:
    """What went wrong, and a smaller diagram in which it still does."""
    kind = type(fault)

    def fails(drawing: Drawing) -> bool:
        try:
            courses_of(drawing, seed)
        except Refused:
            return kind is Refused
        except kind:
            return True
        except Exception:
            return False
        return False

    small = shrunk(draw(seed), fails)
    try:
        courses_of(small, seed)
    except Exception as fault_of_small:
        fault = fault_of_small
    folder = Path(tempfile.mkdtemp(prefix=f"model-{seed}-"))
    for name, raw in small.files.items():
        (folder / name).write_bytes(raw)
    told = f"start: {small.start}\ndata: {small.data}\n{kind.__name__}: {fault}\n"
    (folder / "play.txt").write_text(told)
    again = f"python -m tests.conformance.model --seed {seed}"
    return f"seed {seed} diverged ({again}); shrunk to {folder}\n{told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
