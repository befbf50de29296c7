"""What the other rooms are told about each element, in both vocabularies."""

from engine import bpmn
from tests.unit.bpmn.drawing_kit import diagram, document

BODY = (
    '<laneSet id="ls"><lane id="l1" name="Verifikator"><extensionElements><zeebe:properties>'
    '<zeebe:property name="alur:role" value="verifikator"/></zeebe:properties></extensionElements>'
    "<flowNodeRef>t</flowNodeRef><flowNodeRef>b</flowNodeRef></lane>"
    '<lane id="l2" name="Team Assistant"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
    '|<startEvent id="s"><extensionElements><zeebe:formDefinition formId="umum_laporan"/><zeebe:ioMapping>'
    '<zeebe:output source="= null" target="kelas"/></zeebe:ioMapping></extensionElements></startEvent>'
    '|<userTask id="t" name="Periksa"><documentation>Lihat berkas.</documentation><extensionElements>'
    '<zeebe:userTask/><zeebe:formDefinition formId="t01"/>'
    '<zeebe:assignmentDefinition candidateGroups="= [peran_verifikator]" assignee="= petugas"/>'
    '<zeebe:taskSchedule dueDate="= batas"/><zeebe:properties>'
    '<zeebe:property name="alur:serviceLevel" value="3 HK"/>'
    '<zeebe:property name="alur:reminderAt" value="80 %"/>'
    '<zeebe:property name="alur:escalateTo" value="= peran_atasan"/>'
    '<zeebe:property name="alur:dueAt" value="day"/>'
    '<zeebe:property name="alur:clock" value="jam_tanggapan: mulai"/>'
    '<zeebe:property name="alur:legalBasis" value="UU 25/2009"/>'
    '<zeebe:property name="alur:bulk" value="true"/>'
    "</zeebe:properties></extensionElements></userTask>"
    '|<userTask id="u" camunda:formKey="camunda-forms:deployed:forms/periksa.form" '
    'camunda:candidateGroups="staf, kepala" camunda:assignee="${petugas}" camunda:priority="5"/>'
    '|<serviceTask id="j"><extensionElements><zeebe:taskDefinition type="surat" retries="5"/>'
    "</extensionElements></serviceTask>"
    '|<subProcess id="b"><startEvent id="bs"/><userTask id="bt"/><endEvent id="be"/></subProcess>'
    '|<boundaryEvent id="k" attachedToRef="b" cancelActivity="false"><messageEventDefinition '
    'messageRef="m"/></boundaryEvent>|<endEvent id="e"/>|s>t|t>u|u>j|j>b|b>e|k>e'
)
MESSAGE = (
    '<message id="m" name="pencabutan"><extensionElements><zeebe:subscription correlationKey="= nomor"/>'
    "</extensionElements></message>"
)
FOUND = bpmn.elements({"p.bpmn": diagram(BODY, beside=MESSAGE)})


def test_a_user_task_of_camunda_8() -> None:
    task = FOUND["t"]
    assert (task.kind, task.name, task.process) == ("userTask", "Periksa", "p")
    assert (task.lane, task.role) == ("Verifikator", "verifikator")
    assert (task.form, task.candidates, task.assignee) == ("t01", "= [peran_verifikator]", "= petugas")
    assert (task.service_level, task.reminder_at, task.escalate_to) == ("3 HK", "80 %", "= peran_atasan")
    assert (task.due_at, task.clock, task.legal_basis) == ("day", "jam_tanggapan: mulai", "UU 25/2009")
    assert task.bulk
    assert task.due_date == "= batas"
    assert task.documentation == "Lihat berkas."


def test_a_user_task_of_camunda_7() -> None:
    task = FOUND["u"]
    assert (task.form, task.candidates, task.assignee) == ("periksa", ("staf", "kepala"), "= petugas")
    assert task.priority == "5"
    assert task.role == "team_assistant"
    assert not task.bulk


def test_mappings_jobs_and_events() -> None:
    (output,) = FOUND["s"].outputs
    assert (output.source, output.target) == ("= null", "kelas")
    assert (FOUND["j"].topic, FOUND["j"].retries) == ("surat", 5)
    boundary = FOUND["k"]
    assert (boundary.message, boundary.correlation) == ("pencabutan", "= nomor")
    assert (boundary.host, boundary.interrupting, boundary.event) == ("b", False, "message")


def test_the_inside_of_a_subprocess_belongs_to_its_lane() -> None:
    task = FOUND["bt"]
    assert (task.parent, task.lane, task.role) == ("b", "Verifikator", "verifikator")
    assert FOUND["k"].lane == "Verifikator"


def test_two_processes_with_the_same_ids_are_told_apart() -> None:
    other = document('<process id="q"><userTask id="t" name="Lain"/></process>')
    files = {"a.bpmn": diagram(BODY, beside=MESSAGE), "b.bpmn": other}
    assert bpmn.elements(files)["t"].name == "Periksa"
    assert bpmn.elements(files, "q")["t"].name == "Lain"
