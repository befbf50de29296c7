"""A path on the command line made ready to be played: checked, with everything it calls."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from engine import bpmn
from engine.bpmn.check import check
from engine.bpmn.kinds import bpmn_files
from engine.catalog import library
from engine.catalog.preparation import as_text
from engine.errors import NotFound, Refused, msg

ZONE = "Asia/Jakarta"  # of a diagram that comes without sop.toml


class Playable(NamedTuple):
    """What runs, the process to start, and the zone of its working days."""

    files: dict[str, bytes]
    process: str
    zone: str


def load(path: Path, called: Sequence[Path], process: str | None) -> Playable:
    """Read a diagram or package and what it is to be played with.

    Raises Refused with every finding for what cannot run, NotFound for a process that is not there.
    """
    files, resolve = library.read(path)
    beside = _beside(called)
    verdict = check({**files, **beside}, resolve=resolve)
    readable, faults = as_text(verdict.files) if verdict.runs else ({}, [])
    if not verdict.runs or faults:
        raise Refused(msg("The diagram cannot be played as it is."), [*faults, *verdict.findings])
    sop = bpmn.load_sop(files["sop.toml"]) if "sop.toml" in files else None
    wanted = process or (sop.process_id if sop else None)
    chosen = wanted or _main(verdict.processes, readable, beside)
    if chosen not in verdict.processes:
        raise NotFound(msg("There is no process %(process)s here.", process=str(chosen)))
    kept = {name: data for name, data in readable.items() if name in beside}
    return Playable(
        {**library.assemble(readable, resolve), **kept}, chosen, (sop.zone if sop else "") or ZONE
    )


def _beside(called: Iterable[Path]) -> dict[str, bytes]:
    """The files of called packages, each set in a folder of its own; only what runs is taken."""
    found = {}
    for number, path in enumerate(called):
        files, _ = library.read(path)
        for name, data in files.items():
            if name != "sop.toml":
                found[f"{library.CALLED}/with{number}/{name}"] = data
    return found


def _main(processes: Sequence[str], files: Mapping[str, bytes], beside: Mapping[str, bytes]) -> str | None:
    """The process that nothing calls: the first of the path's own, else the first of all."""
    lent = {process.id for path, data in bpmn_files(beside) for process in bpmn.read(data, path).processes}
    drawn = bpmn.elements(files).values()
    inner = {element.called for element in drawn if element.called}
    own = [name for name in processes if name not in lent]
    return next(iter([*(name for name in own if name not in inner), *own, *processes]), None)
