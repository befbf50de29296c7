"""``docs/bpmn-support.md`` has a row for every element of BPMN, and names only tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "bpmn-support.md"
ANSWERS = {"runs", "repaired", "asked", "refused", "documentation"}

# The elements of the BPMN 2.0 metamodel (OMG formal/2011-01-03) that a drawing can hold.
ELEMENTS = [
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "callActivity",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
    "sequenceFlow",
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
    "collaboration",
    "participant",
    "messageFlow",
    "partnerEntity",
    "partnerRole",
    "participantAssociation",
    "participantMultiplicity",
    "correlationKey",
    "correlationProperty",
    "correlationSubscription",
    "endPoint",
    "interface",
    "operation",
    "laneSet",
    "lane",
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "ioSpecification",
    "dataInput",
    "dataOutput",
    "inputSet",
    "outputSet",
    "property",
    "ioBinding",
    "association",
    "textAnnotation",
    "group",
    "category",
    "resource",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "auditing",
    "monitoring",
    "documentation",
    "extension",
    "relationship",
    "itemDefinition",
    "import",
    "choreography",
    "globalChoreographyTask",
    "choreographyTask",
    "subChoreography",
    "callChoreography",
    "conversation",
    "subConversation",
    "callConversation",
    "conversationLink",
    "conversationAssociation",
    "globalConversation",
]

# Table 10.93 of the specification: the triggers that an event can have at each place.
WAYS = ("interrupting", "non-interrupting")
MULTIPLE = ("multiple", "parallelMultiple")
ATTACHED = ("message", "timer", "signal", "conditional", "escalation", *MULTIPLE)
THROWN = ("message", "signal", "escalation", "compensation")
EVENTS = [
    *(f"startEvent {kind}" for kind in ("none", "message", "timer", "signal", "conditional", *MULTIPLE)),
    *(f"event subprocess start {kind}, {way}" for kind in ATTACHED for way in WAYS),
    "event subprocess start error, interrupting",
    "event subprocess start compensation",
    *(f"intermediateCatchEvent {kind}" for kind in ("message", "signal", "conditional", "link", *MULTIPLE)),
    *(f"intermediateCatchEvent timer {kind}" for kind in ("date", "duration", "cycle")),
    *(f"intermediateThrowEvent {kind}" for kind in (*THROWN, "none", "link", "multiple")),
    *(f"boundaryEvent {kind}, {way}" for kind in ATTACHED for way in WAYS),
    *(f"boundaryEvent timer cycle, {way}" for way in WAYS),
    "boundaryEvent error, interrupting",
    "boundaryEvent compensation",
    "boundaryEvent cancel, interrupting",
    *(f"endEvent {kind}" for kind in (*THROWN, "none", "error", "terminate", "cancel", "multiple")),
]
VARIANTS = [
    *EVENTS,
    "activity: startQuantity, completionQuantity",
    "isForCompensation",
    "receiveTask, instantiate",
    "adHocSubProcess, parallel",
    "adHocSubProcess, sequential",
    "adHocSubProcess: completionCondition, cancelRemainingInstances",
    "multiInstanceLoopCharacteristics, parallel",
    "multiInstanceLoopCharacteristics, sequential",
    "multiInstanceLoopCharacteristics: completionCondition and counters",
    "multiInstanceLoopCharacteristics: behavior None, One, Complex",
    "eventBasedGateway, instantiate",
    "eventBasedGateway, parallel",
    "sequenceFlow, conditional",
    "sequenceFlow, default",
    "sequenceFlow, several out of an activity",
]


def rows() -> list[list[str]]:
    """The cells of every row of the page's tables."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if row[0] != "Element" and not set(row[0]) <= {"-"}]


def test_every_row_says_what_alur_does_and_names_a_test() -> None:
    for row in rows():
        assert len(row) == 4, row
        assert row[1] in ANSWERS, row
        assert re.findall(r"`[^`]+::test_\w+`", row[3]), row


def test_no_row_is_there_twice() -> None:
    names = [row[0] for row in rows()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("element", ELEMENTS)
def test_every_element_has_a_row(element: str) -> None:
    assert any(re.search(rf"\b{element}\b", row[0]) for row in rows())


def test_every_variant_has_a_row_of_its_own() -> None:
    assert [variant for variant in VARIANTS if variant not in {row[0] for row in rows()}] == []


def test_every_test_named_is_there() -> None:
    named = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[3])}
    missing = [name for name in sorted(named) if name.partition("::")[2] not in functions(name)]
    assert missing == []


def functions(test: str) -> frozenset[str]:
    """The tests of the file that a test's id names."""
    return _functions(ROOT / test.partition("::")[0])


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))
