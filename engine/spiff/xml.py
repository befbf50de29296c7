"""Reading settings out of the XML of one element."""

from typing import Any

from lxml import etree

from engine import feel
from engine.errors import msg
from engine.spiff.errors import CompileError
from engine.spiff.settings import Assignment, Loop, Mappings, Value, While

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
NAMESPACES = {
    "bpmn": BPMN,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "zeebe": ZEEBE,
}


def parsed(raw: bytes) -> Any:
    """The document's root; entities, DTDs and the network are off. Raises CompileError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise CompileError(msg("The diagram is no well-formed XML: %(text)s", text=str(error))) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise CompileError(msg("The diagram has a document type declaration."))
    return root


def found(node: Any, path: str) -> Any | None:
    """The first element at the path, or none."""
    nodes = node.xpath(path, namespaces=NAMESPACES)
    return nodes[0] if nodes else None


def extension(node: Any, name: str) -> Any | None:
    """The node's extension element ``zeebe:name``."""
    return found(node, f"./bpmn:extensionElements/zeebe:{name}")


def alur_property(node: Any, name: str) -> str | None:
    """The value of the extension property ``alur:name``."""
    value: str | None = None
    for one in node.xpath(
        f'./bpmn:extensionElements/zeebe:properties/zeebe:property[@name="alur:{name}"]',
        namespaces=NAMESPACES,
    ):
        value = one.get("value")
    return value


def feel_of(text: str, element: str) -> feel.Expression:
    """The text as FEEL; raises CompileError naming the element."""
    try:
        return feel.parse(text)
    except feel.FeelError as error:
        raise CompileError(error.message, element) from error


def value_of(text: str | None, element: str) -> Value:
    """A setting that is FEEL when it starts with "="."""
    text = (text or "").strip()
    return Value(text, feel_of(text, element) if text.startswith("=") else None)


def mappings_of(node: Any) -> Mappings:
    """The element's input and output mappings."""
    element = node.get("id")

    def read(tag: str) -> tuple[Assignment, ...]:
        path = f"./bpmn:extensionElements/zeebe:ioMapping/zeebe:{tag}"
        return tuple(
            Assignment(value_of(one.get("source"), element), tuple(one.get("target", "").split(".")))
            for one in node.xpath(path, namespaces=NAMESPACES)
        )

    return Mappings(read("input"), read("output"))


def while_of(node: Any) -> While | None:
    """The element's standard loop, or none; raises CompileError when nothing ends it."""
    loop = found(node, "./bpmn:standardLoopCharacteristics")
    if loop is None:
        return None
    element, condition, most = node.get("id"), found(loop, "./bpmn:loopCondition"), loop.get("loopMaximum")
    text = (condition.text or "").strip() if condition is not None else ""
    if not text and not (most or "").isdigit():
        raise CompileError(msg("The loop has neither a condition nor a maximum."), element)
    return While(
        condition=feel_of(text, element) if text else None,
        before=loop.get("testBefore") in ("true", "1"),
        most=int(most) if (most or "").isdigit() else None,
    )


def loop_of(node: Any) -> Loop | None:
    """The element's multi-instance settings, or none; raises CompileError without a collection."""
    element = node.get("id")
    loop = found(node, "./bpmn:multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    until = found(loop, "./bpmn:completionCondition")
    settings = extension(loop, "loopCharacteristics")
    if settings is None or not settings.get("inputCollection"):
        raise CompileError(msg("The multi-instance has no input collection."), element)
    result = settings.get("outputElement")
    collection = settings.get("inputCollection")
    return Loop(
        parallel=loop.get("isSequential") != "true",
        collection=value_of(collection if collection.strip().startswith("=") else f"={collection}", element),
        item=settings.get("inputElement") or None,
        output=settings.get("outputCollection") or None,
        result=feel_of(result, element) if result else None,
        own=_base_name(result),
        until=feel_of(until.text, element) if until is not None and until.text else None,
    )


def _base_name(text: str | None) -> str | None:
    """The variable of an expression that is only a variable or a path into one."""
    name = (text or "").strip().removeprefix("=").strip().split(".")[0]
    parts = (text or "").strip().removeprefix("=").strip().split(".")
    return name if all(part.strip().isidentifier() for part in parts) and name else None
