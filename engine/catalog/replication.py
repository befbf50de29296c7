"""A new SOP out of an old one, or out of nothing: a built-in package under another name, an empty diagram."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

import orjson
from lxml import etree

from engine import bpmn
from engine.bpmn import names
from engine.bpmn.finding import Finding, Severity
from engine.bpmn.layout import layout
from engine.bpmn.questions import serialised
from engine.errors import FieldError, Invalid, NotFound, Refused, msg

KEY = re.compile(r"[a-z][a-z0-9_]{2,59}")
_DMN = "https://www.omg.org/spec/DMN/20191111/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_TO_SIGN = "Diisi saat pengesahan"


@dataclass(frozen=True)
class Identity:
    """Whose SOP it becomes: process id, its name, the agency's name, the letters of its case numbers."""

    process: str
    title: str
    agency: str
    code: str

    def check(self) -> None:
        """Raises Invalid with every fault."""
        faults = []
        if not KEY.fullmatch(self.process):
            faults.append(FieldError("kunci", msg("Use 3 to 60 small letters, digits and “_”.")))
        if not self.title.strip():
            faults.append(FieldError("nama", msg("Write a name.")))
        if faults:
            raise Invalid(msg("Some answers need correction."), faults)


def replicate(files: Mapping[str, bytes], process: str, to: Identity) -> dict[str, bytes]:
    """A package under another process id and identity; decisions, forms and what it calls stay as they are.

    The fields of the identity block that only the agency knows are emptied. Raises Invalid, NotFound.
    """
    to.check()
    if "sop.toml" not in files:
        raise NotFound(msg("The package holds no sop.toml."))
    made = {}
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        stem, dot, kind = name.partition(".")
        renamed = f"{to.process}{dot}{kind}" if stem == process and kind in ("bpmn", "dmn") else name
        if kind == "bpmn":
            data = _renamed(data, path, process, to)
        elif name == "sop.toml":
            data = _identified(data, to)
        elif name == "scenarios.toml":
            data = _set(data.decode(), "process_id", to.process).encode()
        made[f"{folder}/{renamed}" if folder else renamed] = data
    return made


def _renamed(data: bytes, path: str, process: str, to: Identity) -> bytes:
    """The diagram with the process, and all that points at it, called by the new id."""
    root = bpmn.read(data, path).root
    if root is None:
        raise Refused(
            msg("%(path)s cannot be read.", path=path),
            [Finding("unreadable", Severity.ERROR, "", msg("%(path)s cannot be read.", path=path))],
        )
    for xml in root.iter(etree.Element):
        if names.is_bpmn(xml) and names.local(xml) == "process" and xml.get("id") == process:
            xml.set("id", to.process)
            xml.set("name", to.title)
        for reference in ("processRef", "bpmnElement"):
            if xml.get(reference) == process:
                xml.set(reference, to.process)
    return serialised(root)


def _identified(data: bytes, to: Identity) -> bytes:
    text = data.decode("utf-8-sig")
    given = {
        "process_id": to.process,
        "nama_sop": to.title,
        "instansi": to.agency,
        "kode_nomor": to.code,
        "unit_kerja": "",
        "nomor_sop": "",
    }
    for key, value in given.items():
        text = _set(text, key, value)
    signed = f'{{ jabatan = "{_TO_SIGN}", nama = "{_TO_SIGN}", nip = "{_TO_SIGN}" }}'
    text = re.sub(r"(?m)^disahkan_oleh\s*=\s*\{[^\n]*\}", f"disahkan_oleh = {signed}", text, count=1)
    tomllib.loads(text)
    return text.encode()


def _set(text: str, key: str, value: str) -> str:
    """A text of the top level of a TOML file; what follows the value on its line stays."""
    quoted = orjson.dumps(value).decode()
    return re.sub(rf'(?m)^{key}\s*=\s*"(?:[^"\\\n]|\\.)*"', lambda _: f"{key} = {quoted}", text, count=1)


def blank(to: Identity, lanes: Sequence[tuple[str, str]], zone: str) -> dict[str, bytes]:
    """A package to draw from: one lane for each (role, title), a first task with form and deadline, an end.

    Raises Invalid.
    """
    to.check()
    if not lanes:
        raise Invalid(
            msg("Some answers need correction."), [FieldError("peran", msg("Choose at least one role."))]
        )
    return {
        f"{to.process}.bpmn": layout(_diagram(to, lanes).encode()),
        "sop.toml": _sop(to, lanes, zone).encode(),
        f"forms/{to.process}_laporan.json": _form(f"{to.process}_laporan", _REPORT),
        f"forms/{to.process}_tindakan.json": _form(f"{to.process}_tindakan", _ACTION),
    }


def empty_form(form_id: str) -> bytes:
    """A form without questions."""
    return _form(form_id, ())


def empty_decision(decision_id: str) -> bytes:
    """A decision table with one input, one output and no rule, drawn in the middle of its graph."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{_DMN}MODEL/" xmlns:dmndi="{_DMN}DMNDI/" xmlns:dc="{_DC}"
  id="Definitions_{decision_id}" name="{decision_id}" namespace="urn:alur:dmn:{decision_id}">
  <decision id="{decision_id}" name="{decision_id}">
    <decisionTable id="Table_{decision_id}" hitPolicy="FIRST">
      <input id="Input_1" label="Masukan"><inputExpression id="InputExpression_1" typeRef="string">
        <text>masukan</text></inputExpression></input>
      <output id="Output_1" name="hasil" typeRef="string"/>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="Diagram_1"><dmndi:DMNShape id="Shape_1" dmnElementRef="{decision_id}">
    <dc:Bounds x="160" y="80" width="180" height="80"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
""".encode()


_REPORT = (("textfield", "judul", "Judul laporan"), ("textarea", "isi_laporan", "Apa yang terjadi?"))
_ACTION = (("textarea", "jawaban", "Jawaban kepada pelapor"),)


def _diagram(to: Identity, lanes: Sequence[tuple[str, str]]) -> str:
    key = to.process
    drawn = []
    for number, (role, title) in enumerate(lanes):
        inside = "".join(
            f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>"
            for each in ("M01", "T01", "S01", "E01")
            if number == 0
        )
        drawn.append(
            f'<bpmn:lane id="Lane_{role}" name={quoteattr(title)}><bpmn:extensionElements><zeebe:properties>'
            f'<zeebe:property name="alur:role" value="{role}"/></zeebe:properties></bpmn:extensionElements>'
            f"{inside}</bpmn:lane>"
        )
    late = f'<zeebe:property name="alur:escalateTo" value="{lanes[1][0]}"/>' if len(lanes) > 1 else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{names.BPMN}" xmlns:zeebe="{names.ZEEBE}"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="Definitions_{key}" targetNamespace="urn:alur:sop:{key}" exporter="Alur"
  modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <bpmn:collaboration id="Collaboration_{key}">
    <bpmn:participant id="Participant_{key}" name={quoteattr(to.title)} processRef="{key}"/>
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={quoteattr(to.title)} isExecutable="true">
    <bpmn:laneSet id="LaneSet_{key}">{"".join(drawn)}</bpmn:laneSet>
    <bpmn:startEvent id="M01" name="Laporan diterima"><bpmn:extensionElements>
      <zeebe:formDefinition formId="{key}_laporan"/></bpmn:extensionElements>
      <bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="T01" name="Tangani laporan"><bpmn:extensionElements><zeebe:userTask/>
      <zeebe:formDefinition formId="{key}_tindakan"/>
      <zeebe:properties><zeebe:property name="alur:serviceLevel" value="3 HK"/>{late}</zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing></bpmn:userTask>
    <bpmn:serviceTask id="S01" name="Kirim tanggapan"><bpmn:extensionElements>
      <zeebe:taskDefinition type="alur.kirim_tanggapan" retries="3"/></bpmn:extensionElements>
      <bpmn:incoming>Flow_2</bpmn:incoming><bpmn:outgoing>Flow_3</bpmn:outgoing></bpmn:serviceTask>
    <bpmn:endEvent id="E01" name="Laporan selesai"><bpmn:extensionElements>
      <zeebe:ioMapping><zeebe:output source="= &quot;selesai&quot;" target="status"/></zeebe:ioMapping>
      </bpmn:extensionElements><bpmn:incoming>Flow_3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="M01" targetRef="T01"/>
    <bpmn:sequenceFlow id="Flow_2" sourceRef="T01" targetRef="S01"/>
    <bpmn:sequenceFlow id="Flow_3" sourceRef="S01" targetRef="E01"/>
  </bpmn:process>
</bpmn:definitions>"""


def _sop(to: Identity, lanes: Sequence[tuple[str, str]], zone: str) -> str:
    def text(value: str) -> str:
        return orjson.dumps(value).decode()

    roles = "\n".join(f"{role} = {{ jabatan = {text(title)} }}" for role, title in lanes)
    superiors = "\n".join(f'{role} = ""' for role, _ in lanes)
    return f"""# Lembar identitas SOP-AP: lengkapi sebelum SOP diberlakukan.

instansi = {text(to.agency)}
unit_kerja = ""
nomor_sop = ""
nama_sop = {text(to.title)}
dasar_hukum = []
kualifikasi_pelaksana = []
keterkaitan = []
peralatan_perlengkapan = []
peringatan = ""
pencatatan_pendataan = ""
disahkan_oleh = {{ jabatan = "{_TO_SIGN}", nama = "{_TO_SIGN}", nip = "{_TO_SIGN}" }}

process_id = {text(to.process)}
memanggil = []
kalender = "id-nasional"
zona_waktu = {text(zone)}
kode_nomor = {text(to.code)}

[eskalasi]
{superiors}

[peran]
{roles}
"""


def _form(form_id: str, fields: Sequence[tuple[str, str, str]]) -> bytes:
    components = [
        {"type": kind, "id": f"Field_{key}", "key": key, "label": label, "validate": {"required": True}}
        for kind, key, label in fields
    ]
    form = {"type": "default", "id": form_id, "schemaVersion": 18, "components": components}
    return orjson.dumps(form, option=orjson.OPT_INDENT_2)
