"""From executable XML to specs that all runs share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.bpmn import drawn_id
from engine.errors import NotFound, msg
from engine.spiff import xml
from engine.spiff.activities import CallActivity
from engine.spiff.errors import CompileError
from engine.spiff.gateways import EventGateway, InclusiveGateway
from engine.spiff.parser import Parser
from engine.spiff.process import ProcessSpec


@dataclass(frozen=True)
class Compiled:
    """The specs of processes and their embedded subprocesses by key; never changed, safe between threads."""

    specs: Mapping[str, ProcessSpec]

    @property
    def processes(self) -> list[str]:
        """Keys of the processes, variants included."""
        return [key for key, spec in self.specs.items() if spec.process_key == key]

    @property
    def missing(self) -> frozenset[str]:
        """Processes that are called by name and are not here."""
        return frozenset(
            node.called.text
            for spec in self.specs.values()
            for node in spec.task_specs.values()
            if isinstance(node, CallActivity)
            and node.called.expression is None
            and node.called.text not in self.specs
        )

    def resolve(self, process: str, start: str | None) -> tuple[str, str | None]:
        """The key and the start event to begin with.

        A variant made for the start is preferred. Raises NotFound when there is no such process or start.
        """
        for key in (f"{process}#{start}", process) if start else (process,):
            spec = self.specs.get(key)
            if spec is not None and spec.process_key == key:
                if start is None:
                    return key, None
                for name in spec.starts:
                    if drawn_id(name) == start:
                        return key, name
        raise NotFound(
            msg("There is no process %(process)s with start %(start)s.", process=process, start=start or "–")
        )


def compile(executables: Mapping[str, bytes]) -> Compiled:
    """Read executable diagrams by process id (``<id>#<start event>`` for a variant with that start).

    Raises CompileError, naming the element, for what the engine cannot run.
    """
    specs: dict[str, ProcessSpec] = {}
    for key, raw in executables.items():
        specs.update(_compile_one(key, raw))
    for spec in specs.values():
        _check_event_gateways(spec)
        _trace_inclusive_joins(spec)
    return Compiled(specs)


def _compile_one(key: str, raw: bytes) -> dict[str, ProcessSpec]:
    parser = Parser(key)
    try:
        parser.add_bpmn_xml(xml.parsed(raw), key)
        process = key if key in parser.process_parsers else key.partition("#")[0]
        if process not in parser.process_parsers:
            raise CompileError(msg("The file holds no process %(process)s.", process=process))
        parser.get_spec(process)
    except ValidationException as error:
        raise CompileError(msg("%(text)s", text=str(error)), str(error.id or "")) from error
    return parser.specs


def _check_event_gateways(spec: ProcessSpec) -> None:
    for node in spec.task_specs.values():
        if isinstance(node, EventGateway):
            for flow in node.flows:
                kind = getattr(spec.task_specs[flow.target], "wait_settings", None)
                if kind is None:
                    raise CompileError(
                        msg("Behind an event-based gateway stand catching events only."), flow.target
                    )


def _trace_inclusive_joins(spec: ProcessSpec) -> None:
    """Note for each incoming flow of an inclusive gateway the elements from which a token can come to it."""
    before: dict[str, list[tuple[str, str | None]]] = {}
    for node in spec.task_specs.values():
        for flow in node.flows:
            before.setdefault(flow.target, []).append((node.name, flow.id))
        for boundary in node.boundary:
            before.setdefault(boundary, []).append((node.name, None))
    for node in spec.task_specs.values():
        if isinstance(node, InclusiveGateway):
            sources = {flow: source for source, flow in before.get(node.name, []) if flow}
            node.upstream = {flow: _reaching(source, node.name, before) for flow, source in sources.items()}


def _reaching(source: str, join: str, before: dict[str, list[tuple[str, Any]]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [source]
    while todo:
        name = todo.pop()
        if name not in seen and name != join:
            seen.add(name)
            todo.extend(earlier for earlier, _ in before.get(name, []))
    return frozenset(seen)
