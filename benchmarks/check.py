"""How long a check takes: every SOP that comes with Alur, a large diagram, and the samples where they are."""

import os
from pathlib import Path

from benchmarks.floor import Ground
from benchmarks.report import ROUNDS, Ratio, p50, timed
from engine import bpmn
from engine.catalog import library

ALLOWED = 2_000.0  # milliseconds, whatever the file
STEPS = 1_500
SAMPLES = Path(os.environ.get("ALUR_SAMPLES") or Path(__file__).parents[2] / "shared" / "samples")

Files = dict[str, bytes]


def large() -> bytes:
    """A chain of tasks with a choice at every tenth: more steps than any procedure has."""
    parts = ['<bpmn:startEvent id="n0"/>']
    for at in range(1, STEPS):
        kind = "exclusiveGateway" if at % 10 == 0 else "userTask"
        default = f' default="f{at}"' if kind == "exclusiveGateway" else ""
        parts.append(f'<bpmn:{kind} id="n{at}" name="Langkah {at}"{default}/>')
        if default:
            parts.append(
                f'<bpmn:sequenceFlow id="b{at}" sourceRef="n{at}" targetRef="n{at - 9}">'
                f"<bpmn:conditionExpression>= kurang{at}</bpmn:conditionExpression></bpmn:sequenceFlow>"
            )
    parts.append(f'<bpmn:endEvent id="n{STEPS}"/>')
    parts += [
        f'<bpmn:sequenceFlow id="f{at}" sourceRef="n{at}" targetRef="n{at + 1}"/>' for at in range(STEPS)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
        f'<bpmn:process id="p" isExecutable="true">{"".join(parts)}</bpmn:process></bpmn:definitions>'
    ).encode()


def _own() -> dict[str, Files]:
    tree = library.built_in()
    return {process: tree.package(agency, process) for agency, process in tree.names()}


def _samples() -> dict[str, Files]:
    if not SAMPLES.is_dir():
        return {}
    return {
        path.name: {path.name: path.read_bytes()} for path in SAMPLES.iterdir() if path.name.startswith("D")
    }


def run(_: Ground) -> list[Ratio]:
    """The slowest file of each kind, as a share of the two seconds that any check may take."""
    resolve = library.built_in().resolve
    kinds = {"an SOP": _own(), "a large diagram": {"large": {"p.bpmn": large()}}, "a sample": _samples()}
    found = []
    for kind, packages in kinds.items():
        times = {
            name: p50(lambda files=files: bpmn.check(files, sop=True, resolve=resolve), 3)  # type: ignore[misc]
            for name, files in packages.items()
        }
        if times:
            slowest = max(times, key=lambda name: times[name])
            took = [
                timed(lambda files=packages[slowest]: bpmn.check(files, sop=True, resolve=resolve))  # type: ignore[misc]
                for _round in range(ROUNDS)
            ]
            detail = f"{max(took):.1f} ms ({slowest[:40]}), {len(times)} checked"
            found.append(Ratio(f"check of {kind} ÷ 2 s", [each / ALLOWED for each in took], 1.0, detail))
    return found
