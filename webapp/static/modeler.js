// Opens a file of a draft in its editor, keeps it, and shows what the check says.
"use strict";

(async () => {
  const form = document.getElementById("simpan");
  const text = form.elements.isi;
  const field = document.getElementById("isi-bidang");
  const body = document.getElementById("badan");
  const told = document.getElementById("keadaan");
  const list = document.getElementById("temuan");
  const say = form.dataset;
  let editor = null;
  let dirty = false;
  let asText = false;

  body.hidden = false;
  field.hidden = true;
  try {
    editor = await window.alurEditors[say.kind](document.getElementById("kanvas"), text.value, {
      panel: "#panel",
      templates: say.templates,
      views: document.getElementById("tampilan"),
      changed: () => change(),
    });
  } catch (error) {
    body.hidden = true;
    field.hidden = false;
    asText = true;
    tell(`${say.unreadable} (${error.message})`);
  }
  if (editor && editor.warnings.length) tell(say.warned.replace("{text}", editor.warnings.join("; ")));
  show(JSON.parse(say.findings));
  form.dataset.ready = "1";

  text.addEventListener("input", () => change());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    keep();
  }, true);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      keep();
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  document.getElementById("unduh").addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await content()]));
    link.download = form.elements.berkas.value.split("/").pop();
    link.click();
    URL.revokeObjectURL(link.href);
  });
  document.getElementById("teks").addEventListener("click", toggleText);
  const template = document.getElementById("beri-templat");
  if (template) template.addEventListener("click", () => { if (editor && !editor.giveTemplate()) tell(say.noTemplate); });

  async function content() {
    return asText || !editor ? text.value : editor.content();
  }

  async function keep() {
    tell(say.saving);
    const data = new FormData(form);
    data.set("isi", new Blob([await content()]), "isi");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      if (!answer.ok) return tell(said.problem || say.failed);
      form.elements._revisi.value = said.revision;
      form.elements.isi.defaultValue = text.value;
      dirty = false;
      state(said.state);
      show(said.findings);
      tell(say.kept);
    } catch {
      tell(say.failed);
    }
  }

  function change() {
    if (!dirty) tell(say.unsaved);
    dirty = true;
  }

  function tell(words) {
    told.textContent = words;
  }

  function state(given) {
    const tag = document.createElement("span");
    tag.className = `tag ${given.tone}`;
    tag.textContent = given.label;
    document.getElementById("putusan").replaceChildren(tag);
  }

  function show(findings) {
    if (editor) editor.mark(findings);
    list.replaceChildren(...(findings.length ? findings.map(row) : [part("li", say.none)]));
  }

  function row(finding) {
    const item = part("li", "");
    item.className = "finding";
    const head = part("p", "");
    const badge = part("span", finding.badge);
    badge.className = "badge";
    const tag = part("span", finding.severity);
    tag.className = `tag ${finding.tone}`;
    head.className = "finding-head";
    head.append(badge, tag);
    if (finding.element) {
      const button = part("button", finding.name);
      button.type = "button";
      button.addEventListener("click", () => editor && editor.show(finding.element));
      head.append(button);
    }
    item.append(head, part("p", finding.message));
    if (finding.hint) item.append(part("p", finding.hint));
    return item;
  }

  function part(name, words) {
    const made = document.createElement(name);
    made.textContent = words;
    return made;
  }

  // The text twin: going back to the editor opens what the text says now.
  async function toggleText() {
    if (!asText) text.value = await content();
    else if (dirty && editor) return keep().then(() => { if (!dirty) window.location.reload(); });
    asText = !asText;
    field.hidden = !asText;
    body.hidden = asText;
    document.getElementById("teks").setAttribute("aria-expanded", String(asText));
  }
})();
