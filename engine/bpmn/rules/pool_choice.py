"""Several pools with content: which of them is the procedure that Alur runs?"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding, Option, Severity
from engine.bpmn.model import Process
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.selection import calls, candidates, marked
from engine.errors import Message, msg

ALL = "*"


def _check(subject: Subject) -> Iterator[Finding]:
    drawn = candidates(subject.diagram)
    if len(drawn) < 2 or _settled(subject, drawn):
        return
    element_id, line = _place(subject)
    options = [Option(process.id, msg("%(name)s", name=process.name or process.id)) for process in drawn]
    options.append(Option(ALL, msg("All of them, as processes of their own")))
    yield Finding(
        rule.name,
        Severity.QUESTION,
        element_id,
        msg("The diagram holds %(count)s processes. Which one is to run?", count=len(drawn)),
        line=line,
        hint=msg("The others stay in the drawing as documentation."),
        options=tuple(options),
    )


def _settled(subject: Subject, drawn: list[Process]) -> bool:
    """One is marked; or the sop.toml names one; or one of them calls all the others."""
    chosen = marked(subject.diagram)
    if len(chosen) == 1:
        return True
    sop = subject.package.sop
    if sop is not None and any(process.id == sop.process_id for process in drawn):
        return True
    if chosen and subject.diagram.root is not None and subject.diagram.root.get(_DECIDED) == ALL:
        return True
    # One that calls all the others is the procedure; the others are its parts.
    among = chosen or drawn
    called = {other for process in among for other in calls(process) if other != process.id}
    return sum(process.id not in called for process in among) == 1


def _place(subject: Subject) -> tuple[str, int]:
    root = subject.diagram.root
    box = root.find(names.bpmn("collaboration")) if root is not None else None
    at = box if box is not None else root
    return (at.get("id", ""), names.line(at)) if at is not None else ("", 0)


# That all marked processes are meant is nowhere else written.
_DECIDED = names.alur("processes")


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    processes = root.findall(names.bpmn("process"))
    if value == ALL:
        root.set(_DECIDED, ALL)
        for xml in processes:
            xml.set("isExecutable", "true")
        return None
    if all(xml.get("id") != value for xml in processes):
        return msg("There is no process %(id)s.", id=value)
    for xml in processes:
        xml.set("isExecutable", "true" if xml.get("id") == value else "false")
    return None


rule = Rule("pool-choice", _check, answer=_answer)
