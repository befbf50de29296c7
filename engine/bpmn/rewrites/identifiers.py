"""Ids in executable XML: those of the drawing, those renamed, and those of nodes that Alur added.

The engine keeps the names ``Start`` and ``End`` for itself, so a drawn element with such an id is renamed and
``drawn_id`` gives the old name back. Added nodes are called ``alur_gen_<what>_<id of the drawn element>``.
"""

from lxml import etree

from engine.bpmn import names

RENAMED = "alur_id_"
ADDED = "alur_gen_"
_RESERVED = frozenset({"Start", "End"})
_REFERRING = ("sourceRef", "targetRef", "attachedToRef", "default", "activityRef")


def renamed(element_id: str) -> str:
    """The id that a drawn element has in executable XML."""
    if element_id in _RESERVED or element_id.startswith((RENAMED, ADDED)):
        return RENAMED + element_id
    return element_id


def added(what: str, element_id: str) -> str:
    """The id of a node or flow added on behalf of a drawn element."""
    return f"{ADDED}{what}_{element_id}"


def is_added(executable_id: str) -> bool:
    """Whether nothing of that id stands on the drawing."""
    return executable_id.startswith(ADDED)


def drawn_id(executable_id: str) -> str:
    """The id on the drawing; for an added node that of the element it was added for."""
    if executable_id.startswith(ADDED):
        executable_id = executable_id.removeprefix(ADDED).partition("_")[2]
    return executable_id.removeprefix(RENAMED)


def rename_reserved(root: etree._Element) -> None:
    """Rename every id that the engine keeps for itself, with everything that refers to it."""
    process = root.find(names.bpmn("process"))
    if process is None:
        return
    for xml in process.iter():
        if not names.is_bpmn(xml):
            continue
        if xml.get("id") and names.local(xml) != "process":
            xml.set("id", renamed(xml.get("id", "")))
        for attribute in _REFERRING:
            if xml.get(attribute):
                xml.set(attribute, renamed(xml.get(attribute, "")))
