"""An officer completes a task over HTTP on SQLite, signed in, history written, compared with the floor."""

from functools import partial
from typing import Any

from benchmarks.floor import ANSWERS, TASKS, Ground
from benchmarks.office import Office, office
from benchmarks.report import ROUNDS, Ratio, timed

CASES = 24  # in each round, five tasks each
FORM = {key: value for key, value in ANSWERS.items() if key != "butir"}


def run(ground: Ground) -> list[Ratio]:
    """The median completion against F, both measured anew in each round."""
    ratios, details = [], []
    with office() as opened:
        _round(opened, 0, 4)  # warm: compiled program, open connections
        for number in range(1, ROUNDS + 1):
            floor = ground.measure()
            took = sorted(_round(opened, number, CASES))
            middle = took[len(took) // 2]
            ratios.append(middle / floor.total)
            details.append(f"p50 {middle:.2f} ms, p99 {took[int(len(took) * 0.99)]:.2f} ms; {floor}")
    return [Ratio("complete a task p50 ÷ F", ratios, 2.0, details[-1])]


def _round(opened: Office, number: int, cases: int) -> list[float]:
    """Milliseconds of every completion of that many cases, from filing to their end.

    All cases go step by step together, so that completions follow one another as the parts of F do.
    """
    instances = [opened.file(number * 1000 + case) for case in range(cases)]
    took = []
    for _ in range(TASKS):
        items = [opened.call("POST", f"work-items/{item}/claim") for item in opened.open_items(instances)]
        took += [timed(partial(_complete, opened, item)) for item in items]
    return took


def _complete(opened: Office, item: dict[str, Any]) -> None:
    body = {"version": item["version"], "answers": FORM}
    opened.call("POST", f"work-items/{item['id']}/complete", body)
