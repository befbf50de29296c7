// Style elements that the editors make get the page's nonce (docs/frontend.md).
const create = Document.prototype.createElement;
Document.prototype.createElement = function (name, options) {
  const made = create.call(this, name, options);
  if (String(name).toLowerCase() === "style") made.setAttribute("nonce", "abc");
  return made;
};

const report = promise => promise.then(
  found => { window.result = {error: null, ...found}; },
  error => { window.result = {error: String(error.stack)}; },
);

const DIAGRAM = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  id="definitions" targetNamespace="urn:alur:test">
  <bpmn:process id="proses" isExecutable="true">
    <bpmn:startEvent id="mulai"><bpmn:outgoing>alir</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="alir" sourceRef="mulai" targetRef="tugas"/>
    <bpmn:userTask id="tugas" name="Verifikasi" zeebe:modelerTemplate="alur.tugas">
      <bpmn:extensionElements>
        <zeebe:userTask/>
        <zeebe:formDefinition formId="t01"/>
        <zeebe:properties><zeebe:property name="alur:serviceLevel" value="3 HK"/></zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>alir</bpmn:incoming>
    </bpmn:userTask>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="gambar">
    <bpmndi:BPMNPlane id="bidang" bpmnElement="proses">
      <bpmndi:BPMNShape id="mulai_di" bpmnElement="mulai"><dc:Bounds x="160" y="100" width="36" height="36"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="tugas_di" bpmnElement="tugas"><dc:Bounds x="280" y="78" width="100" height="80"/></bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="alir_di" bpmnElement="alir"><di:waypoint x="196" y="118"/><di:waypoint x="280" y="118"/></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>`;

const FORM = {
  type: "default", id: "coba", schemaVersion: 19,
  components: [
    {type: "textfield", key: "nama", label: "Nama", validate: {required: true}},
    {type: "select", key: "kategori", label: "Kategori", values: [{label: "Layanan", value: "layanan"}]},
  ],
};
