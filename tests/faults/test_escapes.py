"""No text in an upload is run as code, and none hangs or swells the process: T15 of the test plan.

Each payload stands at each place where an expression may stand. The quick test tries every payload at one
place and every place with some; the slow one tries all of them everywhere.
"""

import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults.attacks.payloads import BOMBS, CANARY, ESCAPES
from tests.faults.attacks.sites import SITES

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2.0, 200.0
EACH = 3

Attack = tuple[str, str]


def run(attacks: list[Attack], folder: Path) -> None:
    """Try them in a process of its own; fails with every attack that did harm."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.attacks"],
        input=json.dumps(attacks),
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)
    wrong = [
        f"{site}: {text[:80]!r}: {came} after {seconds:.2f} s"
        for (site, text), (came, seconds) in zip(attacks, found["results"], strict=True)
        if came not in ("refused", "incident", "answered") or seconds > SECONDS
    ]
    assert not wrong, "\n".join(wrong[:20])
    assert found["megabytes"] < MEGABYTES
    assert not (folder / CANARY).exists()


def spread() -> list[Attack]:
    """Every payload somewhere, every place several times."""
    places, payloads = cycle(SITES), cycle((*BOMBS, *ESCAPES))
    each = [(next(places), text) for text in (*ESCAPES, *BOMBS)]
    return each + [(site, next(payloads)) for site in SITES for _ in range(EACH)]


def test_there_are_enough_of_them() -> None:
    assert len(set(ESCAPES)) >= 80
    assert len(set(BOMBS)) >= 30


def test_a_run_payload_would_be_noticed(tmp_path: Path) -> None:
    """The alarm itself: a canary that is there fails the run."""
    (tmp_path / CANARY).touch()
    with pytest.raises(AssertionError, match="RAN"):
        run([("condition", "= a")], tmp_path)


def test_nothing_runs_hangs_or_swells(tmp_path: Path) -> None:
    run(spread(), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("site", SITES)
def test_nothing_runs_hangs_or_swells_anywhere(site: str, tmp_path: Path) -> None:
    run([(site, text) for text in (*ESCAPES, *BOMBS)], tmp_path)
