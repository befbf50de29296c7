"""Every file of a folder through the front end: ``python -m tests.conformance.samples DIR [--journeys N]``.

Each file is checked, its questions are answered (by the offered options, then once more with free answers),
and what runs is played through to its end, again and again with other answers, until every step was
reached. Prints a table: file, kind, verdict, seconds of the check, journeys finished, what is wrong. Exit 0
when every file was answered within two seconds and everything that runs finishes.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from engine import bpmn, dmn, feel
from engine.bpmn.kinds import Kind, kind, of_kind
from engine.bpmn.packages import is_zip, read_folder, read_zip
from engine.errors import AlurError
from tests.conformance.answering import answered
from tests.conformance.journeys import START, Explorer, Journeys

SECONDS = 2.0
JOURNEYS = 40


@dataclass
class Report:
    """One file: the verdict as it came and once answered, the time of the check, the journeys by process."""

    path: str
    kind: str
    verdict: str = ""
    then: str = ""
    seconds: float = 0.0
    journeys: dict[str, Journeys] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.faults

    def line(self) -> str:
        runs = sum(found.runs for found in self.journeys.values())
        finished = sum(found.finished for found in self.journeys.values())
        verdict = self.verdict if self.verdict == self.then else f"{self.verdict}→{self.then}"
        played = f"{finished}/{runs}" if runs else "–"
        return f"{self.kind:5} {verdict:11} {self.seconds:5.2f} s {played:>7}  {self.path}"


def report(path: Path, most: int = JOURNEYS) -> Report:
    """Check one file, answer it both ways, and play what runs. Never raises: a crash is a fault."""
    files = _files(path)
    found = Report(path.name, str(kind(path.name, next(iter(files.values()), b""))))
    started = time.perf_counter()
    try:
        found.verdict = str(bpmn.check(files).verdict)
        found.seconds = time.perf_counter() - started
        for free in (False, True):
            _play(files, found, most, free)
    except Exception as error:
        found.faults.append(f"crashed: {type(error).__name__}: {error}")
    if found.seconds > SECONDS:
        found.faults.append(f"took {found.seconds:.1f} s")
    return found


def _files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return read_folder(path)
    data = path.read_bytes()
    if is_zip(path.name, data):
        try:
            return read_zip(data)
        except AlurError:
            return {path.name: data}
    return {path.name: data}


def _play(files: Mapping[str, bytes], found: Report, most: int, free: bool) -> None:
    made = answered(files, free=free)
    if free and not made.answers:
        return  # nothing was asked: the same again
    verdict = made.verdict
    found.then = str(verdict.verdict)
    if verdict.verdict == bpmn.Answer.ASK:
        left = [item.id for item in verdict.of(bpmn.Severity.QUESTION)]
        found.faults.append(f"still asks: {', '.join(left[:3])}")
    refused = [item for item in verdict.findings if item.rule == "answer"]
    found.faults += [f"answer not taken: {item.name}: {item.message}" for item in refused]
    if not verdict.runs:
        return
    _decide(files)
    for process in verdict.processes:
        journeys = Explorer(verdict.files, process).explore(most)
        found.journeys[f"{process}{' (free)' if free else ''}"] = journeys
        found.faults += _faults(process, journeys)


def _decide(files: Mapping[str, bytes]) -> None:
    """Every decision with nothing known: null is an answer, an exception a crash."""
    models = [dmn.load(data, path) for path, data in of_kind(files, Kind.DMN)]
    library = dmn.Library(models)
    for decision in library.decisions.values():
        with suppress(dmn.DmnError):
            library.evaluate(decision.name, {}, feel.Environment(now=START, zone=UTC))


def _faults(process: str, found: Journeys) -> Iterator[str]:
    if not found.waited:
        yield f"{process}: never reaches a first wait"
    if not found.finished:
        yield f"{process}: never finishes"
    if found.missed:
        yield f"{process}: not reached: {', '.join(found.missed[:8])}"
    if not found.good:
        yield from (f"{process}: incident {text}" for text, _ in found.incidents.most_common(3))
        yield from (f"{process}: stuck at {text}" for text, _ in found.stuck.most_common(2))


def paths(folder: Path) -> list[Path]:
    """The files of a folder, by name; what explains them is none of them."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix != ".md")


def main(arguments: list[str]) -> int:
    most = int(arguments[arguments.index("--journeys") + 1]) if "--journeys" in arguments else JOURNEYS
    reports = []
    for path in paths(Path(arguments[0])):
        found = report(path, most)
        reports.append(found)
        print(found.line(), flush=True)
        for fault in found.faults:
            print(f"      ! {fault}", flush=True)
    verdicts = Counter(found.verdict for found in reports)
    bad = [found for found in reports if not found.is_good]
    slowest = max((found.seconds for found in reports), default=0.0)
    totals = ", ".join(f"{name} {count}" for name, count in sorted(verdicts.items()))
    print(f"{len(reports)} files: {totals}; slowest {slowest:.2f} s; with faults {len(bad)}")
    return 1 if bad or not reports else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
