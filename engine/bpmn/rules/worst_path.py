"""The longest way through a procedure, by its own limits, must keep the published service standard."""

from collections.abc import Iterator
from decimal import Decimal

from engine.bpmn.finding import Finding
from engine.bpmn.paths import Walk, hours, literal
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.sop import Sop
from engine.errors import msg
from engine.worktime import Limit

CLOCK = "jam_penyelesaian"
DAY = Decimal(8)


def _check(subject: Subject) -> Iterator[Finding]:
    sop = subject.package.sop
    if sop is not None:
        clock = sop.clocks.get(CLOCK)
        written = sop.standard or (clock.limit if clock is not None and isinstance(clock.limit, str) else "")
        if standard := literal(written):
            yield from exceeding(rule, subject, sop, standard)


def exceeding(rule: Rule, subject: Subject, sop: Sop, standard: Limit) -> Iterator[Finding]:
    """What is to be said when the longest way of the SOP takes more than a limit."""
    for process in subject.processes:
        if process.id != sop.process_id:
            continue
        longest = Walk(subject.package.processes, sop.clocks.get(CLOCK)).longest(process.scope)
        if longest.hours > hours(standard):
            steps = [node.name or node.id for node in longest.steps]
            yield rule.warning(
                process,
                msg(
                    "The longest way takes %(days)s working days, the service standard allows %(standard)s: "
                    "%(steps)s.",
                    days=f"{longest.hours / DAY:.1f}",
                    standard=standard.words,
                    steps=", ".join(steps[:12]),
                ),
                msg("Shorten limits on this way, or publish a longer standard."),
            )


rule = Rule("worst-path", _check, sop=True)
