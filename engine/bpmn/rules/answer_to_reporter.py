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
    for process in subject.processes:
        if package.sop is not None and process.id != package.sop.process_id:
            continue
        answers = frozenset(
            node.id for node in process.scope.nodes.values() if _answers(node, package, frozenset())
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


def _answers(node: Node, package: Package, seen: frozenset[str]) -> bool:
    """Whether passing a node answers the reporter; what is called and not known is trusted."""
    if node.event_kind == "message" and node.event is not None and node.event.target == MESSAGE:
        return node.kind in ("intermediateThrowEvent", "endEvent", "sendTask")
    if vocabulary.topic(node.xml)[0] == TOPIC:
        return True
    if node.kind == "userTask":
        fields = package.forms.get(vocabulary.form(node.xml) or "", frozenset())
        return any(key in ANSWERS for key in fields)
    if node.inner is not None:
        return any(_answers(inner, package, seen) for inner in node.inner.walk())
    if node.kind == "callActivity":
        called = vocabulary.called(node.xml).process or ""
        process = package.processes.get(called)
        if process is None or called in seen:
            return process is None
        return any(_answers(inner, package, seen | {called}) for inner in process.scope.walk())
    return False


rule = Rule("answer-to-reporter", _check, sop=True)
