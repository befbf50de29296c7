"""Every lane in which people work names its role, and the SOP knows that role."""

from collections.abc import Iterator

from engine.bpmn import names
from engine.bpmn.elements import element
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg


def _check(subject: Subject) -> Iterator[Finding]:
    roles = subject.package.sop.roles if subject.package.sop is not None else {}
    for process in subject.processes:
        staffed = {process.lane(node) for node in process.scope.walk() if node.kind in names.PERSON_TASKS}
        for lane in process.lanes:
            if lane not in staffed:
                continue
            if not lane.declared:
                yield rule.warning(
                    lane,
                    msg("The lane names no role; %(role)s was made of its name.", role=lane.role or "?"),
                    msg("Set the property alur:role of the lane."),
                )
            elif roles and lane.role not in roles:
                yield rule.warning(lane, _unknown(lane.role or ""), _HINT)
        for node in process.scope.walk():
            for escalate in element(node).told_late if roles else ():
                if escalate not in roles:
                    yield rule.warning(node, _unknown(escalate), _HINT)


_HINT = msg("Name the role under [peran] in sop.toml.")


def _unknown(role: str) -> Message:
    return msg("The role %(role)s is not among the roles of the SOP.", role=role)


rule = Rule("lane-role", _check, sop=True)
