const TABLE = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="Kelas" namespace="urn:alur:test">
  <decision id="kelas" name="Klasifikasi">
    <decisionTable id="tabel" hitPolicy="FIRST">
      <input id="masukan" label="Jenis"><inputExpression id="ungkapan" typeRef="string"><text>jenis</text></inputExpression></input>
      <output id="keluaran" label="Kelas" name="kelas" typeRef="string"/>
      <rule id="aturan">
        <inputEntry id="jika"><text>"a"</text></inputEntry><outputEntry id="maka"><text>"berkadar"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>`;
const editor = new DmnJS({container: "#canvas"});
report(editor.importXML(TABLE).then(({warnings}) =>
  editor.open(editor.getViews().find(view => view.type === "decisionTable"))
    .then(() => ({warnings: warnings.map(String)}))));
