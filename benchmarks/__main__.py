"""``python -m benchmarks [NAME…]``: runs the benchmarks named, or all; exit code 1 when a goal is missed."""

import sys
from collections.abc import Callable

from benchmarks import check, complete, feel, inbox, loops
from benchmarks.floor import Ground, ground
from benchmarks.report import Ratio, machine

BENCHMARKS: dict[str, Callable[[Ground], list[Ratio]]] = {
    "complete": complete.run,
    "loops": loops.run,
    "inbox": inbox.run,
    "check": check.run,
    "feel": feel.run,
}


def main(names: list[str]) -> int:
    """Run and print; returns the exit code: 0 all goals met, 1 some missed, 2 an unknown name."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    print(machine(), flush=True)
    met = True
    with ground() as here:
        print(here.measure(), flush=True)
        for name in names or BENCHMARKS:
            for ratio in BENCHMARKS[name](here):
                print(ratio.line(), flush=True)
                met = met and ratio.is_met
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
