"""An exclusive or inclusive gateway without a default exit stops the case when no condition holds."""

from collections.abc import Iterator

from engine.bpmn.finding import Finding
from engine.bpmn.model import Flow
from engine.bpmn.rule import Rule, Subject
from engine.errors import msg


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind not in ("exclusiveGateway", "inclusiveGateway") or len(node.outgoing) < 2:
            continue
        known = {flow.id for flow in node.outgoing}
        if node.default is not None and node.default not in known:
            yield rule.error(
                node,
                msg("The default exit %(id)s does not leave this gateway.", id=node.default),
                msg("Choose one of its exits as the default."),
            )
        elif node.default is None and all(flow.condition and not _always(flow) for flow in node.outgoing):
            yield rule.warning(
                node,
                msg("No exit is the default: when no condition holds, the case stops here."),
                msg("Make one exit the default."),
            )


def _always(flow: Flow) -> bool:
    """Whether a condition is the constant true, as the basic branch of an inclusive gateway has it."""
    return (flow.condition or "").lstrip("= ").strip() == "true"


rule = Rule("gateway-default", _check)
