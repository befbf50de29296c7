"""``python -m tests.faults.attacks``: reads [[site, text], …] from standard input and tries each.

Prints JSON: for each attack what became of it (``refused``, ``incident``, ``answered``, or a crash with its
reason) and the seconds it took; and how many megabytes the process grew by. It works in an empty folder, so
that a canary would show.
"""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from engine import bpmn, dmn, feel, form
from engine.cases.play import Player
from engine.errors import AlurError
from tests.faults.attacks.payloads import CANARY
from tests.faults.attacks.sites import SITES, Files

START = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DATA = {"a": "b", "daftar": [1, 2]}
ENV = feel.Environment(now=START, zone=UTC)
STEPS = [{"start": None, "with": DATA}, {"complete": "u"}, {"complete": "x"}, {"advance": "P1D"}]


def attack(site: str, text: str) -> str:
    """What becomes of an upload that holds the text at this place."""
    files = SITES[site](text)
    if not bpmn.check(files).runs:
        return "refused"
    try:
        if site.startswith("decision"):
            dmn.Library([dmn.load(files["m.dmn"], "m.dmn")]).evaluate("dec", DATA, ENV)
        elif site.startswith("form"):
            form.load(files["f.json"]).validate({"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}, DATA, ENV)
        else:
            return _play(files)
    except AlurError:
        return "refused"
    return "answered"


def _play(files: Files) -> str:
    player = Player(files, "p", START, firings=50)
    try:
        for step in STEPS:
            try:
                player.apply(step)
            except AlurError:
                continue  # nothing waits here: what came before has ended the case or stopped it
        return "incident" if player.state()["incident"] else "answered"
    finally:
        player.close()


def planted() -> bool:
    """Whether something ran that made the canary."""
    builtins = sys.modules["builtins"]
    return Path(CANARY).exists() or CANARY in os.environ or hasattr(builtins, CANARY)


def main() -> None:
    wanted = json.load(sys.stdin)
    attack("condition", "= a")  # what is loaded at first use is no attack's doing
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results = []
    for site, text in wanted:
        started = time.process_time()
        try:
            came = attack(site, text)
        except BaseException as error:
            came = f"crashed: {type(error).__name__}: {str(error)[:200]}"
        if planted():
            came = f"RAN: {came}"
        results.append([came, time.process_time() - started])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    json.dump({"results": results, "megabytes": grown}, sys.stdout)


if __name__ == "__main__":
    main()
