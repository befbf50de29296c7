const viewer = new BpmnNavigatedViewer({container: "#canvas"});
report(viewer.importXML(DIAGRAM).then(({warnings}) => {
  viewer.get("canvas").addMarker("tugas", "here");
  return {warnings: warnings.map(String)};
}));
