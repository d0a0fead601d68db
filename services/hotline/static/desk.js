// Keys of the desk: j and k go through the queue, r answers, e passes on, t takes, / searches, ? lists them.
"use strict";

const links = () => [...document.querySelectorAll("#queue a")];
const here = () => links().findIndex((link) => link === document.activeElement || link.hasAttribute("aria-current"));

function move(step) {
  const all = links();
  const focused = all.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : here();
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  next?.focus();
}

function unfold(key) {
  const summary = document.querySelector(`summary[data-key="${key}"]`);
  if (!summary) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => document.getElementById("text")?.focus(),
  e: () => unfold("e"),
  t: () => document.querySelector('button[data-key="t"]')?.click(),
  "/": () => (document.getElementById("q") ?? document.querySelector("[type=search]"))?.focus(),
  n: () => document.querySelector('a[data-key="n"]')?.click(),
  "?": () => document.getElementById("keys")?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
