// Keys for people who work without a mouse. Each presses a button or follows a link that is on the page.
"use strict";

const OFF = "alur-tanpa-pintasan";
const rows = [...document.querySelectorAll("[data-row]")];
let current = -1;
let chord = "";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter") press(event, "Ctrl+Enter");
    if (event.key.toLowerCase() === "s") press(event, "Ctrl+S");
    return;
  }
  if (event.altKey || isTyping(event.target) || isOff() || document.querySelector("dialog[open]")) return;
  letter(event);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const chooser = event.target.closest("[data-chooses]");
  if (chooser) document.getElementsByName(chooser.dataset.chooses).forEach((box) => { box.checked = true; });
});

document.addEventListener("htmx:after:swap", () => showToken(document));
document.addEventListener("toggle", (event) => showToken(event.target), true);
showToken(document);

document.addEventListener("change", count);
window.addEventListener("pageshow", count);

const onOff = document.getElementById("pintasan-aktif");
if (onOff) {
  onOff.checked = !isOff();
  onOff.addEventListener("change", () => {
    if (onOff.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}

function letter(event) {
  const key = event.key;
  const pair = chord + key;
  chord = "";
  if (key === "j" || key === "k") move(event, key === "j" ? 1 : -1);
  else if (key === "Enter") open(event);
  else if (key === "x" || key === "a") inRow(event, key);
  else if (/^[1-9]$/.test(key)) choose(event, Number(key));
  else if (pair === "gt" || pair === "gp") go(event, pair === "gt" ? "/tugas" : "/pantau");
  else if (key === "g") chord = "g";
  else if (["/", "?", "]"].includes(key)) press(event, key);
}

function isTyping(target) {
  const field = target.closest("input, textarea, select, [contenteditable]");
  return Boolean(field) && !["checkbox", "radio", "button", "submit"].includes(field.type);
}

function isOff() {
  return localStorage.getItem(OFF) === "1";
}

// A search field of the page itself goes before the one in the header.
function press(event, key) {
  const all = [...document.querySelectorAll(`[data-key="${key}"]`)].filter((each) => each.offsetParent);
  const found = all.find((each) => each.closest("main")) || all[0];
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
}

function move(event, by) {
  if (!rows.length) return;
  event.preventDefault();
  if (current >= 0) rows[current].classList.remove("current");
  current = Math.min(rows.length - 1, Math.max(0, current + by));
  rows[current].classList.add("current");
  const link = rows[current].querySelector("[data-key=Enter]") || rows[current].querySelector("[data-key=x]");
  if (link) link.focus();
}

// On a row's tick box Enter opens the row; it would otherwise press the first button for all chosen rows.
function open(event) {
  if (!event.target.matches("[data-row] [type=checkbox]")) return;
  event.preventDefault();
  const link = event.target.closest("[data-row]").querySelector("[data-key=Enter]");
  if (link) link.click();
}

function inRow(event, key) {
  const row = document.activeElement.closest("[data-row]") || rows[current];
  const found = row ? row.querySelector(`[data-key="${key}"]`) : document.querySelector(`[data-key="${key}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
}

function choose(event, number) {
  const form = document.getElementById("tugas-formulir");
  const first = form && form.querySelector("input[type=radio]");
  const option = first && form.querySelectorAll(`input[name="${CSS.escape(first.name)}"]`)[number - 1];
  if (!option) return;
  event.preventDefault();
  option.focus();
  option.click();
}

function go(event, path) {
  const link = [...document.querySelectorAll(".main a")].find((each) => each.pathname === path);
  if (!link) return;
  event.preventDefault();
  link.click();
}

function count() {
  const told = document.getElementById("dipilih");
  if (told) told.textContent = document.querySelectorAll("input[name=tugas]:checked").length;
}

// Brings the place with the token into the middle of its diagram, without moving the page.
function showToken(part) {
  part.querySelectorAll(".diagram").forEach((frame) => {
    const here = frame.querySelector(".bpmn-userTask.is-late, .bpmn-userTask.is-here, .is-here, .is-late");
    if (!here || !frame.clientWidth) return;
    const box = here.getBoundingClientRect();
    const own = frame.getBoundingClientRect();
    frame.scrollLeft += box.left - own.left - (own.width - box.width) / 2;
    frame.scrollTop += box.top - own.top - (own.height - box.height) / 2;
  });
}
