// The list of initiatives and one of them: keys (`?` lists them), and how many are marked. Everything works without it.
"use strict";

const boxes = () => [...document.querySelectorAll('#initiatives input[type="checkbox"]')];
const links = () => [...document.querySelectorAll("#initiatives a")];
const number = new Intl.NumberFormat("ru");

function item() {
  return document.activeElement.closest?.("#initiatives > li");
}

function move(step) {
  const all = links();
  const here = all.findIndex((link) => link.closest("li") === item());
  const from = here >= 0 ? here : all.findIndex((link) => link.hasAttribute("aria-current"));
  all[Math.min(Math.max(from + step, 0), all.length - 1)]?.focus();
}

function pick() {
  item()?.querySelector('input[type="checkbox"]')?.click();
}

// In the list the button is pressed, for what is marked or else for where one is; beside one initiative a link leads on.
function decide(kind) {
  const step = document.querySelector(`[data-kind="${kind}"]`);
  if (!step) return;
  const every = step.form?.querySelector('input[name="every"]').checked;
  if (step.form && !every && !boxes().some((box) => box.checked)) pick();
  step.click();
}

function find() {
  const field = document.getElementById("q");
  if (!field) return window.location.assign("/determination?status=all#q");
  field.closest("details").open = true;
  field.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: pick,
  d: () => decide("determine"),
  r: () => decide("return"),
  "/": find,
  "?": () => document.getElementById("keys")?.togglePopover(),
};
/* The same keys where the keyboard is Russian. */
const russian = { о: "j", л: "k", ч: "x", в: "d", к: "r", ".": "/", ",": "?" };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.('input:not([type="checkbox"]), textarea, select');
  if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
  const act = keys[event.key] ?? keys[russian[event.key]];
  if (!act) return;
  event.preventDefault();
  act();
});
if (window.location.hash === "#q") find();

// A decision begins with what it asks for; one that asks for nothing, with its button.
const decision = document.querySelector("section.decision");
if (decision && !document.querySelector(".error-summary")) {
  (decision.querySelector("[required]") ?? decision.querySelector("button.button")).focus();
}

const said = document.getElementById("picked-count");
const page = document.getElementById("pick-page");

function count() {
  const picked = boxes().filter((box) => box.checked).length;
  said.textContent = picked ? said.dataset.some.replace("{count}", number.format(picked)) : said.dataset.none;
  page.querySelector("input").checked = picked > 0 && picked === boxes().length;
}

if (said) {
  page.hidden = false;
  document.querySelector(".no-script").hidden = true;
  page.addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  });
  document.getElementById("initiatives").addEventListener("change", count);
  count();
}
