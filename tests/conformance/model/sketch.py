"""A diagram being drawn: shapes and flows that can be changed, and written as BPMN."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">'
)
NAMES = {
    "message": ("m1", "m2", "m3"),
    "signal": ("s1", "s2"),
    "error": ("e1", "e2"),
    "escalation": ("k1", "k2"),
}
"""What events may refer to; the message m2 has a correlation key."""


@dataclass
class Shape:
    """One element; ``body`` holds its event definition or loop, ``ext`` its extension elements."""

    id: str
    kind: str
    attributes: dict[str, str] = field(default_factory=dict)
    body: str = ""
    ext: str = ""
    inner: "Sketch | None" = None

    @property
    def host(self) -> str | None:
        return self.attributes.get("attachedToRef")


@dataclass
class Line:
    source: str
    target: str
    condition: str = ""
    default: bool = False

    id: str = ""


@dataclass
class Sketch:
    """The contents of a process or subprocess."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    ties: list[tuple[str, str]] = field(default_factory=list)
    """Compensation events and the activities that undo."""

    def leaving(self, shape: str) -> list[Line]:
        return [line for line in self.lines if line.source == shape]

    def entering(self, shape: str) -> list[Line]:
        return [line for line in self.lines if line.target == shape]

    def starts(self) -> list[Shape]:
        return [shape for shape in self.shapes.values() if shape.kind == "startEvent"]

    def levels(self) -> Iterator["Sketch"]:
        """It and all within."""
        yield self
        for shape in self.shapes.values():
            if shape.inner is not None:
                yield from shape.inner.levels()

    def size(self) -> int:
        return sum(len(level.shapes) + len(level.lines) for level in self.levels())

    def reaches(self, source: str, target: str) -> bool:
        """Whether a token at the source can come to the target."""
        seen, todo = set(), [source]
        while todo:
            shape = todo.pop()
            if shape == target:
                return True
            if shape not in seen:
                seen.add(shape)
                todo += [line.target for line in self.leaving(shape)]
                todo += [
                    one.id for one in self.shapes.values() if one.host == shape or self._linked(shape, one)
                ]
        return False

    def _linked(self, shape: str, other: Shape) -> bool:
        body = self.shapes[shape].body
        return body == other.body and "linkEvent" in body

    def xml(self) -> str:
        shapes = "".join(self._shape(shape) for shape in self.shapes.values())
        ties = "".join(
            f'<bpmn:association id="a{source}" sourceRef="{source}" targetRef="{target}"/>'
            for source, target in self.ties
            if {source, target} <= self.shapes.keys()
        )
        return shapes + "".join(map(_line, self.lines)) + ties

    def _shape(self, shape: Shape) -> str:
        attributes = dict(shape.attributes)
        for line in self.leaving(shape.id):
            if line.default:
                attributes["default"] = line.id
        written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        extension = f"<bpmn:extensionElements>{shape.ext}</bpmn:extensionElements>" if shape.ext else ""
        inner = shape.inner.xml() if shape.inner is not None else ""
        return (
            f'<bpmn:{shape.kind} id="{shape.id}"{written}>{extension}{inner}{shape.body}</bpmn:{shape.kind}>'
        )


def _line(line: Line) -> str:
    condition = escape(line.condition)
    inner = f"<bpmn:conditionExpression>= {condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{line.id}" sourceRef="{line.source}" targetRef="{line.target}">{inner}'
        "</bpmn:sequenceFlow>"
    )


def document(process: str, sketch: Sketch) -> bytes:
    """A whole file with one process."""
    body = f'<bpmn:process id="{process}" isExecutable="true">{sketch.xml()}</bpmn:process>'
    return f"{HEAD}{_references()}{body}</bpmn:definitions>".encode()


def _references() -> str:
    parts = []
    for kind, names in NAMES.items():
        for name in names:
            code = f' {kind}Code="{name}"' if kind in ("error", "escalation") else ""
            key = '<zeebe:subscription correlationKey="= key"/>' if name == "m2" else ""
            key = f"<bpmn:extensionElements>{key}</bpmn:extensionElements>"
            parts.append(f'<bpmn:{kind} id="{name}" name="{name}"{code}>{key}</bpmn:{kind}>')
    return "".join(parts)


def event(kind: str, name: str | None = None) -> str:
    """An event definition; the name of a timer is its time, that of a condition the condition."""
    if kind == "timer":
        tag = "timeCycle" if str(name).startswith("R") else "timeDuration"
        return f"<bpmn:timerEventDefinition><bpmn:{tag}>{name}</bpmn:{tag}></bpmn:timerEventDefinition>"
    if kind == "conditional":
        condition = f"<bpmn:condition>= {escape(str(name))}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
    if kind == "link":
        return f'<bpmn:linkEventDefinition name="{name}"/>'
    reference = f' {kind}Ref="{name}"' if name else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"
