report(FormViewer.createForm({container: document.querySelector("#canvas"), schema: FORM}).then(() => ({})));
