"""Every SOP diagram is whole: nothing hangs, what it names exists, all work has a limit and a superior."""

from typing import Any

import pytest

from tests.unit.sops import repository as repo

PACKAGES = repo.packages()
BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.process)


def test_the_pilot_processes_are_all_there() -> None:
    assert {(p.agency, p.process) for p in PACKAGES} == {
        ("bersama", "bersama_verifikasi"),
        ("bersama", "bersama_tanggapan"),
        ("sp4n_umum", "sp4n_umum"),
        ("kemenkumham", "kemenkumham_lapdu"),
        ("kemenkumham", "kemenkumham_tingkat"),
        ("kemenkes", "kemenkes_dumas"),
        ("kemendikbud", "kemendikbud_ult"),
        ("mahkamah_agung", "ma_siwas"),
        ("mahkamah_agung", "ma_pemeriksaan"),
        ("kejaksaan_agung", "kejaksaan_lapdu"),
        ("kejaksaan_agung", "kejari_lapdu"),
        ("bpom", "bpom_ulpk"),
    }


@BY_PACKAGE
def test_one_file_holds_one_process_with_its_folder_s_name(package: repo.Package) -> None:
    (process,) = repo.find(package.diagram, "//bpmn:process")
    assert process.get("id") == package.process == package.sop["process_id"]
    assert process.get("isExecutable") == "true"
    (participant,) = repo.find(package.diagram, "//bpmn:participant")
    assert participant.get("processRef") == package.process


@BY_PACKAGE
def test_ids_are_unique_in_the_package(package: repo.Package) -> None:
    ids = [e.get("id") for p in (package, *package.called) for e in repo.find(p.diagram, "//*[@id]")]
    assert len(ids) == len(set(ids))


@BY_PACKAGE
def test_every_flow_joins_two_nodes_of_the_same_scope(package: repo.Package) -> None:
    diagram = package.diagram
    scope = {n.get("id"): n.getparent().get("id") for n in repo.nodes(diagram)}
    for flow in repo.find(diagram, "//bpmn:sequenceFlow"):
        ends = {scope[flow.get("sourceRef")], scope[flow.get("targetRef")]}
        assert ends == {flow.getparent().get("id")}, flow.get("id")


@BY_PACKAGE
def test_every_node_is_reached_and_left(package: repo.Package) -> None:
    flows = repo.find(package.diagram, "//bpmn:sequenceFlow")
    sources, targets = {f.get("sourceRef") for f in flows}, {f.get("targetRef") for f in flows}
    for node in repo.nodes(package.diagram):
        if repo.kind(node) not in ("startEvent", "boundaryEvent"):
            assert node.get("id") in targets, node.get("id")
        if repo.kind(node) != "endEvent":
            assert node.get("id") in sources, node.get("id")


@BY_PACKAGE
def test_incoming_and_outgoing_say_what_the_flows_say(package: repo.Package) -> None:
    flows = repo.find(package.diagram, "//bpmn:sequenceFlow")
    for node in repo.nodes(package.diagram):
        for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            listed = [e.text for e in repo.find(node, f"bpmn:{tag}")]
            assert sorted(listed) == sorted(f.get("id") for f in flows if f.get(end) == node.get("id"))


def _leaving(diagram: Any, node: Any) -> list[Any]:
    return [f for f in repo.find(diagram, "//bpmn:sequenceFlow") if f.get("sourceRef") == node.get("id")]


@BY_PACKAGE
def test_a_splitting_gateway_names_its_branches_and_has_a_way_out(package: repo.Package) -> None:
    diagram = package.diagram
    for node in repo.nodes(diagram):
        leaving = _leaving(diagram, node)
        if repo.kind(node) not in ("exclusiveGateway", "inclusiveGateway") or len(leaving) < 2:
            continue
        conditions = {f.get("id"): f.findtext("{*}conditionExpression") for f in leaving}
        assert all(f.get("name") for f in leaving), node.get("id")
        default = node.get("default")
        if default is None:
            assert repo.kind(node) == "inclusiveGateway" and "= true" in conditions.values(), node.get("id")
            continue
        assert conditions.pop(default) is None
        assert all(text and text.startswith("=") for text in conditions.values()), node.get("id")


@BY_PACKAGE
def test_tasks_have_one_flow_out_and_event_gateways_one_timer(package: repo.Package) -> None:
    diagram = package.diagram
    by_id = {n.get("id"): n for n in repo.nodes(diagram)}
    for node in by_id.values():
        leaving = _leaving(diagram, node)
        if repo.kind(node).endswith(("Task", "Activity")):
            assert len(leaving) == 1, node.get("id")
        if repo.kind(node) == "eventBasedGateway":
            timers = [f for f in leaving if repo.find(by_id[f.get("targetRef")], "bpmn:timerEventDefinition")]
            assert len(leaving) >= 2 and len(timers) <= 1, node.get("id")


@BY_PACKAGE
def test_every_user_task_has_a_form_a_limit_a_basis_and_a_superior(package: repo.Package) -> None:
    for task in repo.find(package.diagram, "//bpmn:userTask"):
        (form,) = repo.find(task, "bpmn:extensionElements/zeebe:formDefinition")
        assert form.get("formId") == task.get("id").lower()
        assert package.form(form.get("formId")).exists(), task.get("id")
        given = repo.properties(task)
        assert given["alur:serviceLevel"] and given["alur:escalateTo"], task.get("id")
        assert given["alur:legalBasis"], task.get("id")
        assert repo.find(task, "bpmn:documentation"), task.get("id")


@BY_PACKAGE
def test_start_forms_exist(package: repo.Package) -> None:
    for form in repo.find(package.diagram, "//bpmn:startEvent//zeebe:formDefinition"):
        assert package.form(form.get("formId")).exists()


@BY_PACKAGE
def test_lanes_hold_every_node_and_carry_known_roles(package: repo.Package) -> None:
    roles = package.sop["peran"]
    placed = [ref.text for ref in repo.find(package.diagram, "//bpmn:flowNodeRef")]
    top = [n.get("id") for n in repo.nodes(package.diagram) if repo.kind(n.getparent()) == "process"]
    assert sorted(placed) == sorted(top)
    for lane in repo.find(package.diagram, "//bpmn:lane"):
        role = repo.properties(lane)["alur:role"]
        assert lane.get("name") == roles[role]["jabatan"]


@BY_PACKAGE
def test_tasks_inside_a_subprocess_say_who_does_them(package: repo.Package) -> None:
    roles = package.sop["peran"]
    for task in repo.find(package.diagram, "//bpmn:userTask"):
        given = repo.find(task, "bpmn:extensionElements/zeebe:assignmentDefinition")
        if repo.kind(task.getparent()) == "subProcess":
            assert given, task.get("id")
        for each in given:
            groups = each.get("candidateGroups")
            assert groups.startswith("= [") or groups in roles, task.get("id")


@BY_PACKAGE
def test_escalations_go_to_known_roles(package: repo.Package) -> None:
    roles = package.sop["peran"]
    for node in repo.nodes(package.diagram):
        role = repo.properties(node).get("alur:escalateTo")
        assert role is None or role.startswith("=") or role in roles, node.get("id")


@BY_PACKAGE
def test_called_processes_and_decisions_exist(package: repo.Package) -> None:
    called = {e.get("processId") for e in repo.find(package.diagram, "//zeebe:calledElement")}
    assert called == {p.process for p in package.called}
    known = repo.decision_ids(package)
    for each in repo.find(package.diagram, "//zeebe:calledDecision"):
        decision = each.get("decisionId")
        assert decision in known or decision == "= keputusan_kelengkapan"
    for each in repo.find(package.diagram, "//zeebe:input[@target='keputusan_kelengkapan']"):
        assert each.get("source").strip('= "') in known


@BY_PACKAGE
def test_call_activities_pass_what_the_called_process_takes(package: repo.Package) -> None:
    """A called process sees its inputs only; its user tasks' roles and limits come from them."""
    for call in repo.find(package.diagram, "//bpmn:callActivity"):
        (element,) = repo.find(call, ".//zeebe:calledElement")
        assert element.get("propagateAllChildVariables") == "false"
        assert element.get("propagateAllParentVariables") == "false"
        given = {e.get("target") for e in repo.find(call, ".//zeebe:input")}
        (called,) = [p for p in package.called if p.process == element.get("processId")]
        groups = repo.find(called.diagram, "//zeebe:assignmentDefinition/@candidateGroups")
        wanted = {g.strip("= []") for g in groups if g.startswith("=")}
        assert wanted | {"laporan", "nomor_laporan"} <= given, call.get("id")


@BY_PACKAGE
def test_messages_errors_and_escalations_are_declared(package: repo.Package) -> None:
    diagram = package.diagram
    found = repo.find(diagram, "/*/bpmn:message|/*/bpmn:error|/*/bpmn:escalation")
    declared = {e.get("id"): e for e in found}
    used = set()
    for node in repo.nodes(diagram):
        for ref in repo.find(node, "*/@messageRef|*/@errorRef|*/@escalationRef"):
            used.add(ref)
            named = declared[ref]
            catching = repo.kind(node) in ("intermediateCatchEvent", "boundaryEvent")
            if repo.kind(named) == "message" and catching:
                (subscription,) = repo.find(named, ".//zeebe:subscription")
                assert subscription.get("correlationKey") == "= nomor_laporan"
    assert used == set(declared)


@BY_PACKAGE
def test_yes_or_no_answers_become_booleans(package: repo.Package) -> None:
    for task in repo.find(package.diagram, "//bpmn:userTask"):
        outputs = {o.get("target"): o.get("source") for o in repo.find(task, ".//zeebe:output")}
        for each in repo.components(package.form(task.get("id").lower())):
            if each.get("properties", {}).get("alur:boolean") == "true":
                assert outputs[each["key"]] == f'= {each["key"]} = "ya"', task.get("id")


@BY_PACKAGE
def test_the_drawing_shows_every_node_lane_and_flow_once(package: repo.Package) -> None:
    diagram = package.diagram
    shapes = [e.get("bpmnElement") for e in repo.find(diagram, "//bpmndi:BPMNShape")]
    edges = [e.get("bpmnElement") for e in repo.find(diagram, "//bpmndi:BPMNEdge")]
    drawn = repo.nodes(diagram) + repo.find(diagram, "//bpmn:lane|//bpmn:participant")
    assert sorted(shapes) == sorted(e.get("id") for e in drawn)
    assert sorted(edges) == sorted(repo.find(diagram, "//bpmn:sequenceFlow/@id"))
    for edge in repo.find(diagram, "//bpmndi:BPMNEdge"):
        assert len(repo.find(edge, "di:waypoint")) >= 2
