"""What changed between two versions of a package, element by element, for the designer's comparison page."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from engine.bpmn.build import read
from engine.bpmn.elements import element
from engine.bpmn.kinds import Kind, bpmn_files, kind
from engine.bpmn.model import Process


class Change(StrEnum):
    """What happened to a thing between the old and the new version."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One change. ``kind`` is the BPMN kind of the element, ``sequenceFlow``, ``process``, or ``file``.

    ``properties`` maps each changed property to its old and new value; empty for what was added or removed.
    """

    element: str
    change: Change
    kind: str
    name: str
    process: str
    properties: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class _Thing:
    kind: str
    name: str
    process: str
    values: Mapping[str, Any]


# Where an element stands in the file, and what merely follows from its flows, is no change of its own.
_UNCOMPARED = {"id", "process", "line", "incoming", "outgoing", "kind", "inputs", "outputs", "properties"}


def compare(old_files: Mapping[str, bytes], new_files: Mapping[str, bytes]) -> list[Difference]:
    """All changes from the old files to the new: removed, changed and added, in the order of the diagrams."""
    old, new = dict(_things(old_files)), dict(_things(new_files))
    found = [_difference(key, Change.REMOVED, thing) for key, thing in old.items() if key not in new]
    for key, thing in new.items():
        before = old.get(key)
        if before is None:
            found.append(_difference(key, Change.ADDED, thing))
            continue
        changed = _changed(before, thing)
        if changed:
            found.append(_difference(key, Change.CHANGED, thing, changed))
    return found


def _difference(
    key: tuple[str, str],
    change: Change,
    thing: _Thing,
    properties: Mapping[str, tuple[Any, Any]] | None = None,
) -> Difference:
    return Difference(key[1], change, thing.kind, thing.name, thing.process, properties or {})


def _changed(before: _Thing, after: _Thing) -> dict[str, tuple[Any, Any]]:
    old = {"kind": before.kind, **before.values}
    new = {"kind": after.kind, **after.values}
    return {
        name: (old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }


def _things(files: Mapping[str, bytes]) -> Iterator[tuple[tuple[str, str], _Thing]]:
    for path, data in bpmn_files(files):
        for process in read(data, path).processes:
            yield (process.id, process.id), _Thing("process", process.name, process.id, {})
            yield from _process(process)
    for path, data in sorted(files.items()):
        if kind(path, data) != Kind.BPMN:
            yield ("", path), _Thing("file", path, "", {"content": hashlib.sha256(data).hexdigest()[:12]})


def _process(process: Process) -> Iterator[tuple[tuple[str, str], _Thing]]:
    for node in process.scope.walk():
        record = element(node)
        values = {key: value for key, value in asdict(record).items() if key not in _UNCOMPARED}
        values |= {f"input {mapping.target}": mapping.source for mapping in record.inputs}
        values |= {f"output {mapping.target}": mapping.source for mapping in record.outputs}
        values |= {key: value for key, value in record.properties.items() if key not in _READ_PROPERTIES}
        yield (process.id, node.id), _Thing(node.kind, node.name, process.id, _set(values))
    for scope in process.scope.scopes():
        for flow in scope.flows:
            values = {"from": flow.source, "to": flow.target, "condition": flow.condition, "name": flow.name}
            yield (process.id, flow.id), _Thing("sequenceFlow", flow.name, process.id, _set(values))


# Already compared under the name that Element gives them.
_READ_PROPERTIES = {
    "alur:serviceLevel",
    "alur:reminderAt",
    "alur:escalateTo",
    "alur:escalateAgain",
    "alur:dueAt",
    "alur:clock",
    "alur:legalBasis",
    "alur:bulk",
}


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", (), [])}
