"""Who may do a user task in standard BPMN: potential owners and performers, and the groups of jBPM.

Only plain names are read, ``group(inspektorat), user(sari)`` or ``inspektorat``, and single JUEL expressions;
other expression languages say nothing here.
"""

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names, translate

_NAMES = re.compile(r"[\w .-]+(,[\w .-]+)*")
_MARKED = re.compile(r"(user|group)\(([^()]*)\)")


def candidate_groups(task: etree._Element) -> str | None:
    """The groups as one text, names parted by commas or an expression; None when none is named."""
    groups = [name for text in _texts(task, "potentialOwner") for name in _named(text, "group")]
    return ",".join([*groups, *_jbpm(task, "GroupId")]) or None


def performer(task: etree._Element) -> str | None:
    """The one person who does it, by name or expression; None when nobody is named."""
    texts = [*_texts(task, "humanPerformer"), *_texts(task, "performer")]
    found = [name for text in texts for name in _named(text)]
    return found[0] if len(found) == 1 else None


def _texts(task: etree._Element, tag: str) -> Iterator[str]:
    for owner in task.iterfind(names.bpmn(tag)):
        for xml in owner.iter(names.bpmn("formalExpression")):
            yield (xml.text or "").strip()


def _named(text: str, kind: str = "user") -> list[str]:
    """What a text names of a kind: groups when it does not say which, as engines read potential owners."""
    if translate.is_juel(text):
        return [text]
    marked = _MARKED.findall(text)
    if marked:
        return [name.strip() for mark, name in marked if mark == kind]
    return [part.strip() for part in text.split(",")] if _NAMES.fullmatch(text) else []


def _jbpm(task: etree._Element, wanted: str) -> list[str]:
    """jBPM writes whom it is for as a constant into a data input of a fixed name."""
    inputs = {xml.get("id") for xml in task.iter(names.bpmn("dataInput")) if xml.get("name") == wanted}
    found = []
    for association in task.iterfind(names.bpmn("dataInputAssociation")):
        if association.findtext(names.bpmn("targetRef"), "").strip() in inputs:
            texts = [xml.text or "" for xml in association.iter(names.bpmn("from"))]
            found += [name for text in texts for name in _named(text.strip(), "group")]
    return found
