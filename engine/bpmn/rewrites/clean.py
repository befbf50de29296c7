"""One process alone in a tree, without what the engine does not need: drawing, lanes, data, foreign words."""

from copy import deepcopy

from lxml import etree

from engine.bpmn import names

_DROPPED = frozenset(
    {
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "property",
        "association",
        "textAnnotation",
        "group",
        "incoming",
        "outgoing",
        "auditing",
        "monitoring",
        "potentialOwner",
        "humanPerformer",
        "performer",
        "resourceRole",
        "correlationSubscription",
        "documentation",
    }
)
_KEPT_BESIDE = frozenset({"message", "signal", "error", "escalation"})


def alone(root: etree._Element, process_id: str) -> etree._Element:
    """A new definitions element with this process, stripped, and the references of the file."""
    fresh = etree.Element(
        names.bpmn("definitions"),
        nsmap={"bpmn": names.BPMN, "zeebe": names.ZEEBE, "xsi": names.XSI},
    )
    fresh.set("id", "alur_definitions")
    fresh.set("targetNamespace", "https://alur.invalid/executable")
    for xml in root:
        kind = names.local(xml) if names.is_bpmn(xml) else ""
        if (kind in _KEPT_BESIDE and xml.get("id")) or (kind == "process" and xml.get("id") == process_id):
            fresh.append(deepcopy(xml))
        elif kind == "collaboration":
            fresh.extend(deepcopy(one) for one in xml.findall(names.bpmn("association")))
    _strip(fresh)
    return fresh


def _strip(root: etree._Element) -> None:
    compensating = {
        str(xml.get("id"))
        for xml in root.iter(names.bpmn("boundaryEvent"))
        if xml.find(names.bpmn("compensateEventDefinition")) is not None
    }
    for xml in list(root.iter()):
        parent = xml.getparent()
        if parent is None:
            continue
        if _ties_a_handler(xml, compensating):
            continue
        kind = names.local(xml)
        foreign = kind.endswith("EventDefinition") and kind not in names.EVENT_DEFINITIONS
        if foreign or not kind or (names.is_bpmn(xml) and _is_dropped(parent, kind)):
            # lxml drops the text behind a removed node with it; in BPMN that is only white space.
            parent.remove(xml)


def _ties_a_handler(xml: etree._Element, compensating: set[str]) -> bool:
    """Associations are comments, but for those that tie a compensation event to its handler."""
    return xml.tag == names.bpmn("association") and bool(
        compensating.intersection(
            names.local_name_of_reference(xml.get(end)) or "" for end in ("sourceRef", "targetRef")
        )
    )


def _is_dropped(parent: etree._Element, kind: str) -> bool:
    """An event definition says nothing outside an event."""
    return kind in _DROPPED or (kind in names.EVENT_DEFINITIONS and names.local(parent) not in names.EVENTS)
