"""The longest way through a procedure against the longest limit of its classes of reports.

Which way belongs to which class is not drawn, so this only warns; a standard for all classes is the matter
of ``worst-path``.
"""

from collections.abc import Iterator

from engine.bpmn.finding import Finding, Severity
from engine.bpmn.paths import hours, literal
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.worst_path import CLOCK, exceeding


def _check(subject: Subject) -> Iterator[Finding]:
    sop = subject.package.sop
    clock = sop.clocks.get(CLOCK) if sop is not None else None
    if sop is None or clock is None or sop.standard or isinstance(clock.limit, str):
        return
    limits = [limit for limit in map(literal, clock.limit.values()) if limit is not None]
    if limits:
        yield from exceeding(rule, subject, sop, max(limits, key=hours))


rule = Rule("worst-path-by-class", _check, sop=True, weight=Severity.WARNING)
