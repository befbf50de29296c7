"""A plan written out as its tool exports it."""

import shlex
from xml.sax.saxutils import escape, quoteattr

from tests.conformance.exports.plan import Level, Line, Plan, Step
from tests.conformance.exports.tools import MODEL

_SPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
_REFERENCES = ("attachedToRef", "default", "sourceRef", "targetRef", "processRef", "id")
_UNNAMED = ("textAnnotation", "group")


def written(plan: Plan) -> bytes:
    """The file."""
    return Writer(plan).file()


class Writer:
    """Writes one plan; the prefix of BPMN is ``{p}`` until the end."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.tool = plan, plan.tool

    def file(self) -> bytes:
        p = self.tool.prefix
        space = f'xmlns:{p[:-1]}="{MODEL}"' if p else f'xmlns="{MODEL}"'
        parts = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<{{p}}definitions {space} {_SPACES} id="definitions_1" {self.tool.head}>',
            *self.plan.roots,
            *self._collaboration(),
            *(self._process(process) for process in self.plan.processes),
            *(self._drawing() if self.tool.drawn else []),
            "</{p}definitions>",
        ]
        text = self.tool.breaks.join(parts).replace("{p}", p)
        return (b"\xef\xbb\xbf" if self.tool.mark else b"") + text.encode()

    def _tag(self, kind: str, content: str = "", **attributes: str | None) -> str:
        """An element; references are written as the tool makes ids, what is None is left out."""
        given = "".join(
            f" {key}={quoteattr(self.tool.ids(value) if key in _REFERENCES else value)}"
            for key, value in attributes.items()
            if value is not None
        )
        return f"<{{p}}{kind}{given}>{content}</{{p}}{kind}>" if content else f"<{{p}}{kind}{given}/>"

    def _process(self, process: Level) -> str:
        content = self.tool.breaks.join(self._level(process))
        return self._tag(
            "process", content, id=process.id, name=process.name or None, isExecutable=self.tool.executable
        )

    def _collaboration(self) -> list[str]:
        plan = self.plan
        if not plan.pools and len(plan.processes) < 2 and not plan.messages:
            return []
        parts = [
            self._tag("participant", id=f"pool {one.id}", name=one.name, processRef=one.id)
            for one in plan.processes
        ]
        parts += [self._tag("participant", id=f"pool {name}", name=name) for name in plan.pools]
        for number, (*ends, name) in enumerate(plan.messages):
            source, target = (end if end in plan.steps else f"pool {end}" for end in ends)
            parts.append(
                self._tag("messageFlow", id=f"mf{number}", name=name, sourceRef=source, targetRef=target)
            )
        return [self._tag("collaboration", "".join(parts), id="collaboration")]

    def _level(self, level: Level) -> list[str]:
        parts = self._lanes(level.lanes)
        parts += [self._step(step, level) for step in level.steps.values()]
        parts += [self._flow(line) for line in level.lines]
        return [*parts, *level.raw]

    def _lanes(self, lanes: list[str]) -> list[str]:
        if not lanes:
            return []
        parts = [f'<{{p}}laneSet id="{self.tool.ids("lanes" + lanes[0])}">']
        for line in lanes:
            if line == "}":
                parts.append("</{p}childLaneSet></{p}lane>")
                continue
            name, *members = shlex.split(line.removesuffix("{"))
            refs = "".join(self._tag("flowNodeRef", self.tool.ids(one)) for one in members)
            parts.append(f'<{{p}}lane id="{self.tool.ids("lane " + name)}" name={quoteattr(name)}>{refs}')
            parts.append("<{p}childLaneSet>" if line.endswith("{") else "</{p}lane>")
        return [*parts, "</{p}laneSet>"]

    def _step(self, step: Step, level: Level) -> str:
        own = "".join(one for one in step.inside if "extensionElements" in one) or self.tool.node
        rest = "".join(one for one in step.inside if "extensionElements" not in one)
        inner = "".join(self._level(step.inner)) if step.inner else ""
        if step.kind == "textAnnotation":
            content = self._tag("text", escape(step.name))
        else:
            content = self._ends(step, level) + inner + self._events(step, rest) + rest
        name = step.name if step.name and step.kind not in _UNNAMED else None
        tag = self._tag(step.kind, own + content, id=step.id, name=name, **step.attributes)
        task = step.kind == "task" or step.kind.endswith("Task")
        return tag.replace(
            f"<{{p}}{step.kind}", f"<{{p}}{step.kind}{self.tool.attributes if task else ''}", 1
        )

    def _ends(self, step: Step, level: Level) -> str:
        if not self.tool.ends:
            return ""
        coming = [
            self._tag("incoming", self.tool.ids(one.id)) for one in level.lines if one.target == step.id
        ]
        going = [self._tag("outgoing", self.tool.ids(one.id)) for one in level.lines if one.source == step.id]
        return "".join(coming + going)

    def _events(self, step: Step, rest: str) -> str:
        if "EventDefinition" in rest:
            return ""
        return "".join(self._tag(f"{event}EventDefinition", id=f"{step.id} {event}") for event in step.events)

    def _flow(self, line: Line) -> str:
        condition = f'<{{p}}conditionExpression xsi:type="{{p}}tFormalExpression">{escape(line.condition)}'
        content = f"{condition}</{{p}}conditionExpression>" if line.condition else ""
        return self._tag(
            "sequenceFlow",
            self.tool.flow + content,
            id=line.id,
            name=line.name or None,
            sourceRef=line.source,
            targetRef=line.target,
        )

    def _drawing(self) -> list[str]:
        parts = ['<bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1">']
        levels = [level for process in self.plan.processes for level in process.levels()]
        for row, level in enumerate(levels):
            for column, name in enumerate(level.steps):
                bounds = (
                    f'<dc:Bounds x="{100 + 150 * column}.5" y="{100 + 200 * row}" width="100" height="80"/>'
                )
                parts.append(
                    f'<bpmndi:BPMNShape id="S_{row}_{column}" bpmnElement="{self.tool.ids(name)}">{bounds}'
                    "</bpmndi:BPMNShape>"
                )
        return [*parts, "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"]
