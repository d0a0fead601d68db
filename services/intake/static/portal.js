// Makes the portal's forms quicker; everything works without it.
"use strict";

const numbers = new Intl.NumberFormat("ru");

// Counts as the server does: without surrounding space, by characters.
function length(field) {
  return [...field.value.replaceAll("\r\n", "\n").normalize("NFC").trim()].length;
}

function countCharacters(field) {
  const shown = document.createElement("p");
  const spoken = document.createElement("p");
  const limit = Number(field.dataset.limit);
  let pause;
  shown.className = "count";
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "hidden";
  spoken.setAttribute("role", "status");
  field.after(shown, spoken);

  function show() {
    const count = length(field);
    const sentence = field.dataset.count.replace("{count}", numbers.format(count)).replace("{limit}", numbers.format(limit));
    shown.textContent = sentence;
    shown.classList.toggle("over", count > limit);
    clearTimeout(pause);
    if (count > limit * 0.8) pause = setTimeout(() => { spoken.textContent = sentence; }, 1000);
  }
  field.addEventListener("input", show);
  show();
}

// What is being written survives a closed form: kept in this tab until it is submitted or somebody signs out.
function keepDraft(form) {
  const key = `draft ${form.action}`;
  const fields = [...form.querySelectorAll("[data-draft]")];
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  if (!document.querySelector(".error-summary")) {
    for (const field of fields) if (!field.value && kept[field.name]) field.value = kept[field.name];
  }
  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
  });
}

if (document.querySelector("[data-draft-done]")) sessionStorage.clear();
for (const form of document.querySelectorAll("form[data-forgets]")) {
  form.addEventListener("submit", () => sessionStorage.clear());
}
for (const form of document.querySelectorAll("form")) {
  if (form.querySelector("[data-draft]")) keepDraft(form);
}
document.querySelectorAll("[data-limit]").forEach(countCharacters);
