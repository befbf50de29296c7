"""``python -m tests.faults [PROOF …] [--scale 1.0] [--seed N] [--on postgres]``: the proofs, in full.

Without a name all proofs run, one after the other; ``--scale 0.1`` makes each a tenth of its size, ``--on``
leaves out the other kind of database. Exit 0 when all hold; a table at the end says what was done, and what
was lost, done twice or missed.
"""

import argparse
import logging
import random
import sys
import time

from tests.faults import proofs
from tests.faults.grounds import KINDS, grounds
from tests.faults.outcome import Outcome, table


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=", ".join(proofs.PROOFS))
    parser.add_argument("--scale", type=float, default=1.0, help="of every size")
    parser.add_argument("--seed", type=int, default=random.randrange(10**9), help="one that was printed")
    parser.add_argument("--on", choices=KINDS, help="one kind of database; without it both")
    given = parser.parse_args(arguments)
    if unknown := set(given.proofs) - set(proofs.PROOFS):
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    logging.getLogger("alur").setLevel(logging.ERROR)  # what is provoked here is warned of at every turn
    print(f"seed {given.seed}", flush=True)
    outcomes: list[Outcome] = []
    with grounds([given.on] if given.on else KINDS) as place:
        for name in given.proofs or proofs.PROOFS:
            begun = time.monotonic()
            print(f"» {name}", flush=True)
            for outcome in proofs.PROOFS[name](place, given.scale, given.seed):
                outcomes.append(outcome)
                seconds = time.monotonic() - begun
                outcome.note = f"{outcome.note}{', ' if outcome.note else ''}{seconds:.0f} s"
                print(table([outcome]).splitlines()[1], flush=True)
                if not outcome.holds:
                    print(outcome.told(), flush=True)
                begun = time.monotonic()
    print(f"\n{table(outcomes)}\nseed {given.seed}")
    return 0 if all(outcome.holds for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
