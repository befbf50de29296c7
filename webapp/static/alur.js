// Shortens trips that also work without it: conditional questions, double taps, printing, copying, focus.
"use strict";

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-refresh]");
  if (form && event.target.closest("[data-decides]")) refresh(form, event.target.id);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  // Disabled after the browser has read the pressed button's value; a slow answer keeps the page.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  setTimeout(() => rest(form), 20000);
});

window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(rest));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-does]");
  if (!button) return;
  if (button.dataset.does === "print") window.print();
  if (button.dataset.does === "copy") {
    navigator.clipboard.writeText(button.dataset.text).then(() => {
      const told = document.getElementById(button.dataset.tells);
      if (told) told.textContent = button.dataset.done;
    });
  }
});

document.querySelectorAll("[data-does][hidden]").forEach((button) => { button.hidden = false; });
const summary = document.getElementById("galat");
if (summary) summary.focus();

function rest(form) {
  delete form.dataset.sending;
  form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
}

async function refresh(form, focused) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("_segarkan", "1");
  const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form[data-refresh] .questions");
  const old = form.querySelector(".questions");
  if (!fresh || !old) return;
  // Chosen files cannot be written by a script: their inputs move over as they are.
  old.querySelectorAll("input[type=file]").forEach((input) => {
    const twin = fresh.querySelector("#" + CSS.escape(input.id));
    if (twin && input.files.length) twin.replaceWith(input);
  });
  old.replaceWith(fresh);
  const field = document.getElementById(focused);
  if (field) field.focus();
}
