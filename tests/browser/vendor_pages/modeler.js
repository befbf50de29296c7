const templates = [{
  $schema: "@camunda/zeebe-element-templates-json-schema", id: "alur.tugas", name: "Tugas dengan batas waktu",
  appliesTo: ["bpmn:Task"], elementType: {value: "bpmn:UserTask"},
  properties: [{label: "Batas waktu", type: "String", binding: {type: "zeebe:property", name: "alur:serviceLevel"}}],
}];
const modeler = new BpmnModeler({container: "#canvas", propertiesPanel: {parent: "#panel"}});
const faults = [];
modeler.on("elementTemplates.errors", event => faults.push(...event.errors.map(String)));
modeler.get("elementTemplatesLoader").setTemplates(templates);
report(modeler.importXML(DIAGRAM).then(({warnings}) => ({warnings: warnings.map(String), faults})));
