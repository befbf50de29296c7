"""What an ad-hoc subprocess says about the activities it begins with."""

from lxml import etree

from engine.bpmn import vocabulary


def active_elements(xml: etree._Element) -> str | None:
    """The expression, without its "=", that gives the ids of the activities to begin with; none for all."""
    box = vocabulary.zeebe(xml, "adHoc")
    text = (box.get("activeElementsCollection") or "").strip() if box is not None else ""
    return text.lstrip("=").strip() or None
