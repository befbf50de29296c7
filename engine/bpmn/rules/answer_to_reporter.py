"""No case may finish before its reporter was answered.

An answer is the message ``tanggapan_terkirim``, the connector that sends it, a person who writes one (a form
with a field ``jawaban`` or ``tanggapan``), or what stops the clock of the first answer.
"""

from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.finding import Finding
from engine.bpmn.graph import reachable
from engine.bpmn.model import Node, Process
from engine.bpmn.rule import Package, Rule, Subject
from engine.errors import msg

MESSAGE = "tanggapan_terkirim"
TOPIC = "alur.kirim_tanggapan"
CLOCK = "jam_tanggapan"
ANSWERS = ("jawaban", "tanggapan")
FINISHED = '"selesai"'


def _check(subject: Subject) -> Iterator[Finding]:
    package = subject.package
    if package.sop is None and not package.strict:
        return
    silent = _silent(package)
    for process in subject.processes:
        if package.sop is not None and process.id != package.sop.process_id:
            continue
        answers = frozenset(
            node.id for node in process.scope.nodes.values() if _answers(node, package, silent)
        ) | _stopping(package)
        unanswered = reachable(process.scope.starts(), avoiding=answers)
        for node in _finishing(process, package):
            if node.id in unanswered:
                yield rule.warning(
                    node,
                    msg("A path leads to this end without an answer to the reporter."),
                    msg("Send the message tanggapan_terkirim before it."),
                )


def _stopping(package: Package) -> frozenset[str]:
    """Elements that stop the clock of the first answer: an answer on the spot, at the counter."""
    clock = package.sop.clocks.get(CLOCK) if package.sop is not None else None
    return frozenset(clock.stop) if clock is not None else frozenset()


def _finishing(process: Process, package: Package) -> list[Node]:
    """The ends that finish a case as handled; without an SOP and any status drawn, all ends."""
    ends = [node for node in process.scope.nodes.values() if node.kind == "endEvent"]
    statuses = {node.id: _status(node) for node in ends}
    if package.sop is None and not any(statuses.values()):
        return ends
    return [node for node in ends if FINISHED in (statuses[node.id] or "")]


def _status(node: Node) -> str | None:
    _, outputs = vocabulary.io(node.xml)
    return next((mapping.source for mapping in outputs if mapping.target == "status"), None)


def _silent(package: Package) -> set[str]:
    """The processes in which nothing answers, not even in what they call."""
    calls: dict[str, set[str]] = {}
    for process_id, process in package.processes.items():
        nodes = list(process.scope.walk())
        if not any(_answers_itself(node, package) for node in nodes):
            calls[process_id] = {_called(node) for node in nodes if node.kind == "callActivity"}
    silent = set(calls)
    while loud := {process_id for process_id in silent if calls[process_id] - silent}:
        silent -= loud
    return silent


def _called(node: Node) -> str:
    return vocabulary.called(node.xml).process or ""


def _answers(node: Node, package: Package, silent: set[str]) -> bool:
    """Whether passing a node answers the reporter; what is called and not known is trusted."""
    inside = [node, *(node.inner.walk() if node.inner is not None else ())]
    return any(
        _called(step) not in silent if step.kind == "callActivity" else _answers_itself(step, package)
        for step in inside
    )


def _answers_itself(node: Node, package: Package) -> bool:
    if node.event_kind == "message" and node.event is not None and node.event.target == MESSAGE:
        return node.kind in ("intermediateThrowEvent", "endEvent", "sendTask")
    if vocabulary.topic(node.xml)[0] == TOPIC:
        return True
    fields = (
        package.forms.get(vocabulary.form(node.xml) or "", frozenset()) if node.kind == "userTask" else ()
    )
    return any(key in ANSWERS for key in fields)


rule = Rule("answer-to-reporter", _check, sop=True)
