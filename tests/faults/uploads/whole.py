"""What is whole before it is broken: one file of each kind, and what an upload is."""

import io
import zipfile
from dataclasses import dataclass

NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{NAMESPACE}" id="d" targetNamespace="urn:d">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="s" name="Mulai"/><bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
    <bpmn:userTask id="t" name="Periksa"/><bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
    <bpmn:endEvent id="e"/>
  </bpmn:process>
</bpmn:definitions>
""".encode()
DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:m">
  <inputData id="a" name="a"/>
  <decision id="dec" name="dec">
    <informationRequirement id="ir"><requiredInput href="#a"/></informationRequirement>
    <decisionTable id="t"><input id="i"><inputExpression id="ie"><text>a</text></inputExpression></input>
      <output id="o" name="hasil"/><rule id="r"><inputEntry id="x"><text>&lt; 3</text></inputEntry>
      <outputEntry id="y"><text>"kecil"</text></outputEntry></rule></decisionTable></decision>
</definitions>
"""
FORM = {"id": "f", "type": "default", "components": [{"type": "textfield", "key": "a", "label": "A"}]}
SOP = 'process_id = "p"\n[jam.jam_tanggapan]\nmulai = "s"\nberhenti = "e"\nbatas = "5 HK"\n'


@dataclass(frozen=True)
class Upload:
    """One file as it is uploaded; ``refused``: it must not be taken as it stands.

    What was only scratched may still be whole.
    """

    name: str
    path: str
    data: bytes
    refused: bool = True


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()
