"""Automatic layout: a BPMN file without a drawing gets one, lanes included.

Flow runs from left to right over a grid; every lane is a strip of rows. `layout` reads the file into planes
(source), seats nodes (columns, rows), finds ways for edges around shapes (grid, ports, search, router,
tracks), turns the grid into pixels (place), finds room for words (labels), and writes BPMNDI (di). The same
file always gives the same drawing.
"""

from lxml import etree

from engine.bpmn.layout import di, place, source

__all__ = ["layout", "needs_layout"]

_ORIGIN = (160.0, 80.0)


def layout(xml: bytes) -> bytes:
    """The file with its diagram interchange replaced, or added. Raises lxml.etree.XMLSyntaxError."""
    tree = source.parse(xml)
    root = tree.getroot()
    planes = source.planes(root)
    for plane in planes:
        place.arrange(plane)
        place.shift(plane, *_ORIGIN)
    di.write(root, planes)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def needs_layout(xml: bytes) -> bool:
    """Whether the drawing is missing, or lacks a shape or line of something that should be seen."""
    root = source.parse(xml).getroot()
    drawn = {
        source.local(shape.get("bpmnElement"))
        for name in ("BPMNShape", "BPMNEdge")
        for shape in root.iter(f"{{{source.BPMNDI}}}{name}")
    }
    return any(element.get("id", "") not in drawn for element in _visible(root))


def _visible(root: etree._Element) -> list[etree._Element]:
    """What a drawing must hold; the inside of a collapsed subprocess need not be drawn."""
    closed = {name for name, shown in source.expansions(root).items() if not shown}
    found: list[etree._Element] = []
    waiting = [*source.children(root, "process", "collaboration")]
    while waiting:
        element = waiting.pop()
        for child in element:
            name = source.kind(child)
            if source.is_flow_node(name) or name in ("boundaryEvent", "participant", "lane", "sequenceFlow"):
                found.append(child)
            if name in ("laneSet", "childLaneSet", "lane") or (
                name in source.SUBPROCESSES and child.get("id") not in closed
            ):
                waiting.append(child)
    return found
