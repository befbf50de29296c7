"""Who may do a task, named in standard BPMN or as jBPM names groups."""

import pytest

from engine import bpmn

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
    '<process id="p" isExecutable="true">'
    '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/><userTask id="t" name="Tinjau">'
)
_OWNER = (
    "<potentialOwner><resourceAssignmentExpression><formalExpression>{}</formalExpression>"
    "</resourceAssignmentExpression></potentialOwner>"
)
_PERFORMER = _OWNER.replace("potentialOwner", "humanPerformer")
_JBPM = (
    '<ioSpecification><dataInput id="in" name="GroupId"/>'
    "<inputSet><dataInputRefs>in</dataInputRefs></inputSet>"
    "<outputSet/></ioSpecification><dataInputAssociation><targetRef>in</targetRef><assignment><from>{}</from>"
    "<to>in</to></assignment></dataInputAssociation>"
)


def task(inside: str) -> bpmn.Element:
    data = f"{_HEAD}{inside}</userTask></process></definitions>".encode()
    return bpmn.elements({"p.bpmn": data})["t"]


@pytest.mark.parametrize(
    ("inside", "groups", "person"),
    [
        (_OWNER.format("peninjau"), ("peninjau",), None),
        (_OWNER.format("group(peninjau), user(sari)"), ("peninjau",), None),
        (_OWNER.format("peninjau, kabag"), ("peninjau", "kabag"), None),
        (_OWNER.format("${kelompok}"), "= kelompok", None),
        (_OWNER.format("getActivityProperty('x', 1)/@y"), None, None),
        (_PERFORMER.format("sari"), None, "sari"),
        (_JBPM.format("petugas"), ("petugas",), None),
        (_JBPM.replace("GroupId", "TaskName").format("petugas"), None, None),
    ],
)
def test_standard_owners_name_who_does_a_task(inside: str, groups: object, person: str | None) -> None:
    found = task(inside)
    assert (found.candidates, found.assignee) == (groups, person)
