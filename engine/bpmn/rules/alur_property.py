"""The values of the alur: properties must be readable: limits, percentages, roles, clocks."""

import re
from collections.abc import Iterator

from engine.bpmn import vocabulary
from engine.bpmn.expressions import feel_fault, is_feel
from engine.bpmn.finding import Finding
from engine.bpmn.rule import Package, Rule, Subject
from engine.bpmn.sop import limit_fault
from engine.errors import Message, msg

_PERCENT = re.compile(r"^\s*(\d{1,3})\s*%?\s*$")
_ROLE = re.compile(r"^[a-z][a-z0-9_]*$")
_CLOCK = re.compile(r"^\s*([a-z][a-z0-9_]*(?:\s*,\s*[a-z][a-z0-9_]*)*)\s*:\s*(.+?)\s*$")
EFFECTS = ("mulai", "mulai lagi", "jeda", "lanjut", "berhenti", "perpanjang")


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        properties = vocabulary.properties(node.xml)
        if properties.get("alur:escalateAgain") and not properties.get("alur:escalateTo"):
            message = msg("A second escalation comes after a first one, and no role is named for that.")
            yield rule.error(node, message, msg("Set the property alur:escalateTo to a role."))
        for name, value in properties.items():
            fault = _fault(name, value.strip(), subject.package) if value.strip() else None
            if fault is not None:
                message = msg(
                    "%(property)s “%(value)s”: %(reason)s", property=name, value=value, reason=fault
                )
                yield rule.error(node, message, msg("Write what this property takes, or delete it."))
                break


def _fault(name: str, value: str, package: Package) -> Message | None:
    if name in ("alur:serviceLevel", "alur:pauseLimit"):
        return feel_fault(value) if is_feel(value) else limit_fault(value)
    if name == "alur:reminderAt":
        found = _PERCENT.match(value)
        good = found is not None and 0 < int(found.group(1)) <= 100
        return None if good else msg("Write a percentage from 1 to 100.")
    if name in ("alur:escalateTo", "alur:escalateAgain"):
        if is_feel(value):
            return feel_fault(value)
        return None if _ROLE.match(value) else msg("Write a role key, or a FEEL expression after “=”.")
    if name == "alur:dueAt":
        return None if value in ("office", "day") else msg("Write office or day.")
    if name == "alur:clock":
        return _clock(value, package)
    if name == "alur:decisionContext":
        return feel_fault(value)
    if name == "alur:calendar":
        return feel_fault(value) if is_feel(value) else None
    return None


def _clock(value: str, package: Package) -> Message | None:
    """``jam_tanggapan, jam_penyelesaian: berhenti``, several separated by semicolons."""
    for part in value.split(";"):
        found = _CLOCK.match(part)
        if found is None:
            return msg("Write the clock, a colon and its effect, such as jam_tanggapan: berhenti.")
        effect = found.group(2).strip().lower()
        if effect not in EFFECTS:
            return msg(
                "The effect %(effect)s is none of %(effects)s.", effect=effect, effects=", ".join(EFFECTS)
            )
        for clock in (name.strip() for name in found.group(1).split(",")):
            if package.sop is not None and package.sop.clocks and clock not in package.sop.clocks:
                return msg("The clock %(clock)s is not declared in sop.toml.", clock=clock)
    return None


rule = Rule("alur-property", _check)
