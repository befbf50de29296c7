// Shortens trips that also work without it: conditional questions, double taps, printing, copying, focus.
"use strict";

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-refresh]");
  if (form && event.target.closest("[data-decides]")) refresh(form);
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches("input[type=file]") && !input.form.querySelector("[data-original]:checked")) shrink(input);
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
  if (button.dataset.does === "leave") {
    event.preventDefault();
    window.location.replace(button.href);
  }
  if (button.dataset.does === "copy") {
    navigator.clipboard.writeText(button.dataset.text).then(() => {
      const told = document.getElementById(button.dataset.tells);
      if (told) told.textContent = button.dataset.done;
    });
  }
});

document.querySelectorAll("[data-scripted]").forEach((each) => { each.hidden = false; });
const summary = document.getElementById("galat");
if (summary) summary.focus();

// Photos of a telephone are larger than anybody reads them: 1,600 px on the long side are sent.
async function shrink(input) {
  const sent = new DataTransfer();
  for (const file of input.files) sent.items.add(await smaller(file));
  if (sent.files.length === input.files.length) input.files = sent.files;
}

async function smaller(file) {
  const longest = 1600;
  if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < 300000) return file;
  try {
    const image = await createImageBitmap(file);
    const scale = longest / Math.max(image.width, image.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, file.type, 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: file.type }) : file;
  } catch {
    return file;
  }
}

function rest(form) {
  delete form.dataset.sending;
  form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
}

// Asks the server which questions the answers now call for; what is on the page and stays, stays untouched.
async function refresh(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("_segarkan", "1");
  const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
  if (!answer.ok || form.dataset.sending) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form[data-refresh] .questions");
  const old = form.querySelector(".questions");
  if (fresh && old) merge(old, fresh);
}

function merge(old, fresh) {
  const kept = new Map([...old.children].filter((each) => each.dataset.q).map((each) => [each.dataset.q, each]));
  const wanted = new Set();
  let after = null;
  for (const each of [...fresh.children]) {
    const key = each.dataset.q;
    if (!key) continue;
    wanted.add(key);
    let here = kept.get(key);
    if (here) {
      if (here.matches(".group")) merge(here, each);
    } else {
      here = each;
      if (after) after.after(here);
      else old.prepend(here);
    }
    after = here;
  }
  for (const [key, each] of kept) if (!wanted.has(key)) each.remove();
  const shown = fresh.querySelector(":scope > [name=_tampil]");
  if (shown) old.querySelector(":scope > [name=_tampil]").value = shown.value;
}
