let editor;
report(FormEditor.createFormEditor({container: document.querySelector("#canvas"), schema: FORM})
  .then(made => { editor = made; return {}; }));
