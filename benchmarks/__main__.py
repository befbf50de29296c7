"""``python -m benchmarks [NAME…]``: runs the benchmarks named, or all; exit code 1 when a goal is missed.

``python -m benchmarks seed --cases 1000000 --database URL`` fills a store for the large figures.
"""

import argparse
import sys
from collections.abc import Callable, Iterable

from benchmarks import (
    burst,
    check,
    clients,
    complete,
    due,
    feel,
    inbox,
    loops,
    memory,
    moving,
    restart,
    storage,
    timers,
)
from benchmarks.databases import kind_of
from benchmarks.floor import Ground, ground
from benchmarks.office import open_engine
from benchmarks.report import Ratio, machine
from benchmarks.seed import seed
from benchmarks.sizes import DEFAULT, Sizes

BENCHMARKS: dict[str, Callable[[Ground], Iterable[Ratio]]] = {
    "complete": complete.run,
    "clients": clients.run,
    "loops": loops.run,
    "storage": storage.run,
    "timers": timers.run,
    "inbox": inbox.run,
    "due": due.run,
    "memory": memory.run,
    "moving": moving.run,
    "restart": restart.run,
    "burst": burst.run,
    "check": check.run,
    "feel": feel.run,
}


def main(arguments: list[str]) -> int:
    """Run and print; returns the exit code: 0 all goals met, 1 some missed, 2 an unknown name."""
    given = _parser().parse_args(arguments)
    if given.names == ["seed"]:
        return _seed(given)
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    print(machine(), flush=True)
    met = True
    with ground(_sizes(given)) as here:
        print(here.measure(), flush=True)
        for name in given.names or BENCHMARKS:
            for ratio in BENCHMARKS[name](here):
                print(ratio.line(), flush=True)
                met = met and ratio.is_met
    return 0 if met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"seed, or of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--small", type=int, default=DEFAULT.small, help="open cases of the small store")
    parser.add_argument("--large", type=int, default=DEFAULT.large, help="open cases of the large store")
    parser.add_argument("--timers", type=int, default=DEFAULT.timers, help="timers that fall due at once")
    parser.add_argument("--cases", type=int, help="cases to seed, or to run")
    parser.add_argument("--database", metavar="URL", help="to seed, or seeded before: the large one")
    parser.add_argument("--only", choices=DEFAULT.kinds, help="one kind of database")
    return parser


def _sizes(given: argparse.Namespace) -> Sizes:
    kind = kind_of(given.database) if given.database else given.only
    return Sizes(
        small=given.small,
        large=given.large,
        timers=given.timers,
        cases=given.cases or DEFAULT.cases,
        kinds=(kind,) if kind else DEFAULT.kinds,
        stores={kind: given.database} if given.database else {},
    )


def _seed(given: argparse.Namespace) -> int:
    if not given.database or not given.cases:
        print("Say how many --cases, and into which --database.", file=sys.stderr)
        return 2
    with open_engine(given.database) as house:
        seed(house, given.cases)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
