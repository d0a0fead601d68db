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

for (const name of ["htmx:error", "htmx:response:error"]) document.body.addEventListener(name, leaveAsItIs);
document.querySelectorAll("[data-limit]").forEach(countCharacters);
