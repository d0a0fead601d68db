// Whom somebody has consulted: the participants of that name are offered, as intake knows them. Where intake is away, or
// it is not the viewer's to ask, nothing is offered, and what is typed stays.
"use strict";

const SHORTEST = 3;
const PAUSE = 500;
const whom = document.getElementById("whom");
const offered = document.getElementById("whom-names");
let last = 0;
let pause = 0;

async function offer() {
  const asked = ++last;
  const query = new URLSearchParams({ municipality: document.getElementById("place").value, q: whom.value });
  try {
    const answer = await fetch(`/cabinet/participants/search?${query}`, {
      headers: { Accept: "text/html" },
      redirect: "error",
    });
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked === last) offered.replaceChildren(...found.querySelectorAll("button[data-name]"));
  } catch {
    // As without a script.
  }
}

whom?.addEventListener("input", () => {
  clearTimeout(pause);
  last += 1;
  offered.replaceChildren();
  if (whom.value.trim().length >= SHORTEST) pause = setTimeout(offer, PAUSE);
});

offered?.addEventListener("click", (event) => {
  const chosen = event.target.closest("button[data-name]");
  if (!chosen) return;
  whom.value = chosen.dataset.name;
  offered.replaceChildren();
  whom.focus();
});
