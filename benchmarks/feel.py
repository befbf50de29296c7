"""What a cached condition costs beside the same comparison in plain Python."""

import statistics
from datetime import UTC, datetime
from typing import Any

from benchmarks.floor import Ground
from benchmarks.report import ROUNDS, Ratio, timed
from engine import feel

CONDITION = '= amount > 10 and kelas = "berkadar"'
TIMES = 20_000
TARGET = 50.0
ENV = feel.Environment(now=datetime(2026, 3, 2, 2, 0, tzinfo=UTC), zone=UTC)


def _plain(case: dict[str, Any]) -> bool:
    return bool(case["amount"] > 10 and case["kelas"] == "berkadar")


def run(_: Ground) -> list[Ratio]:
    """Evaluation of the parsed expression, and the same with the look-up in the cache of texts."""
    case = {"amount": 25, "kelas": "berkadar", "lain": "x"}
    expression = feel.parse(CONDITION)
    assert expression.evaluate(case, ENV) is _plain(case) is True

    def plain() -> None:
        for _each in range(TIMES):
            _plain(case)

    def kept() -> None:
        for _each in range(TIMES):
            expression.evaluate(case, ENV)

    def cached() -> None:
        for _each in range(TIMES):
            feel.parse(CONDITION).evaluate(case, ENV)

    rounds = [(timed(plain), timed(kept), timed(cached)) for _round in range(ROUNDS)]
    microseconds = [statistics.median(each[at] for each in rounds) * 1000 / TIMES for at in range(3)]
    detail = "{:.2f} µs in Python, {:.2f} kept, {:.2f} by its text".format(*microseconds)
    return [
        Ratio("FEEL condition ÷ plain Python, kept", [each[1] / each[0] for each in rounds], TARGET, detail),
        Ratio(
            "FEEL condition ÷ plain Python, by text", [each[2] / each[0] for each in rounds], TARGET, detail
        ),
    ]
