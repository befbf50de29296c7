// From a finding to its place in the drawing and back. All of it is on the page without this, as numbers.
"use strict";

const OFF = "alur-tanpa-pintasan"; // the person's choice to have no one-letter keys, as on officers' pages
const found = [...document.querySelectorAll("[data-finding]")];
let at = -1;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shows]");
  if (!button) return;
  at = found.indexOf(button.closest("[data-finding]"));
  show(found[at]);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) === "1") return;
  const field = event.target.closest("input, textarea, select");
  if (field && !["checkbox", "radio"].includes(field.type)) return;
  if ((event.key !== "n" && event.key !== "p") || !found.length) return;
  event.preventDefault();
  at = (at + (event.key === "n" ? 1 : -1) + found.length) % found.length;
  found[at].focus();
  show(found[at]);
});

function show(finding) {
  document.querySelectorAll("[data-current]").forEach((each) => each.removeAttribute("data-current"));
  finding.setAttribute("data-current", "");
  const shape = shapeOf(finding.dataset.path, finding.dataset.shape);
  if (!shape) return;
  shape.setAttribute("data-current", "");
  shape.scrollIntoView({ block: "nearest", inline: "center" });
}

function shapeOf(path, id) {
  if (!id) return null;
  const part = path ? document.querySelector(`[data-picture="${CSS.escape(path)}"]`) : document;
  return (part || document).querySelector(`.diagram [data-element-id="${CSS.escape(id)}"]`);
}
