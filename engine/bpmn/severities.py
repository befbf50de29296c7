"""How much the rules about accountability weigh: what an operator set, else what each rule brings.

Written as ``task-form=warning, worst-path=error, task-deadline=off``.
"""

from collections.abc import Mapping

from engine.bpmn.finding import Severity
from engine.bpmn.rules import RULES
from engine.errors import Invalid, msg

Severities = Mapping[str, Severity | None]
"""By rule; None for a rule that is switched off. A rule that is not named weighs what it weighs by itself."""

OFF = "off"
_WORDS = {"error": Severity.ERROR, "warning": Severity.WARNING, OFF: None}


def severities(text: str) -> Severities:
    """Read the setting; raises Invalid for an unknown rule or word."""
    known = {rule.name for rule in RULES if rule.sop}
    found: dict[str, Severity | None] = {}
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        name, _, word = (piece.strip() for piece in part.partition("="))
        if name not in known:
            raise Invalid(
                msg("%(rule)s is no rule about accountability.", rule=name),
                hint=msg("They are: %(rules)s.", rules=", ".join(sorted(known))),
            )
        if word.lower() not in _WORDS:
            raise Invalid(msg("%(part)s: write error, warning or off.", part=part))
        found[name] = _WORDS[word.lower()]
    return found
