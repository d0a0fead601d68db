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

// Whatever a gateway or a fault has answered is not put into the page: what stands there stays. A draft's line says that it
// was not kept, until the next one is.
function leaveAsItIs(event) {
  if (event.detail?.ctx) event.detail.ctx.swap = "none";
  const line = event.target.closest("[data-failed]");
  if (!line) return;
  const told = document.createElement("p");
  told.className = "small";
  told.textContent = line.dataset.failed;
  line.querySelectorAll(":scope > :not(input)").forEach((old) => old.remove());
  line.append(told);
}

// While a form is filled in, a word is found that makes the digest of its pass begin with zero bits: such a form need not wait.
async function prove(field) {
  const pass = field.form.elements.flood_pass.value;
  const free = 32 - Number(field.dataset.bits);
  const encoder = new TextEncoder();
  for (let word = 0; ; word += 1) {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(`${pass}:${word}`));
    if (new DataView(digest).getUint32(0) >>> free === 0) {
      field.value = String(word);
      field.form.querySelector("[data-continue]")?.click();
      return;
    }
  }
}

// The page on which one waits goes on by itself.
function goOn(button) {
  document.querySelectorAll("[data-continues]").forEach((told) => { told.hidden = false; });
  setTimeout(() => button.click(), Number(button.dataset.continue) * 1000);
}

if (window.crypto?.subtle) document.querySelectorAll("[data-bits]").forEach(prove);
document.querySelectorAll("[data-continue]").forEach(goOn);
for (const name of ["htmx:error", "htmx:response:error"]) document.body.addEventListener(name, leaveAsItIs);
document.querySelectorAll("[data-limit]").forEach(countCharacters);
