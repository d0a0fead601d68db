// The desk: its keys (`?` lists them), what is typed is kept, counts and calls as they change.
"use strict";

const links = () => [...document.querySelectorAll("#queue a")];

function move(step) {
  const all = links();
  const focused = all.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : all.findIndex((link) => link.hasAttribute("aria-current"));
  all[Math.min(Math.max(from + step, 0), all.length - 1)]?.focus();
}

function unfold(key) {
  const summary = document.querySelector(`summary[data-key="${key}"]`);
  if (!summary) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function find() {
  const field = document.getElementById("q");
  if (!field) return window.location.assign("/hotline?state=open#q");
  field.closest("details").open = true;
  field.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => document.getElementById("text")?.focus(),
  e: () => unfold("e"),
  t: () => document.querySelector('button[data-key="t"]')?.click(),
  "/": find,
  n: () => document.querySelector('a[data-key="n"]')?.click(),
  "?": () => document.getElementById("keys")?.togglePopover(),
};
/* The same keys where the keyboard is Russian. */
const russian = { о: "j", л: "k", к: "r", у: "e", е: "t", т: "n", ".": "/", ",": "?" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
  const act = keys[event.key] ?? keys[russian[event.key]];
  if (!act) return;
  event.preventDefault();
  act();
});
if (window.location.hash === "#q") find();

// What is typed is kept on the server, a moment after the last key.
const KEPT_AFTER = 800;
let waits = 0;
const touched = new Set();

function say(what) {
  const state = document.getElementById("draft-state");
  if (state) state.textContent = what(state.dataset);
}

async function keep() {
  const drafted = [...touched];
  touched.clear();
  for (const part of drafted) {
    const fields = new URLSearchParams({ about: part.dataset.about });
    for (const field of part.querySelectorAll("input[name], textarea[name], select[name]")) {
      if (field.type !== "radio" || field.checked) fields.set(field.name, field.value);
    }
    try {
      const answer = await fetch("/hotline/drafts", { method: "POST", body: fields, keepalive: true });
      if (!answer.ok) throw new Error(answer.status);
      say((words) => `${words.kept} ${new Date().toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" })}`);
    } catch {
      touched.add(part);
      say((words) => words.lost);
    }
  }
}

document.addEventListener("input", (event) => {
  const part = event.target.closest(".drafted");
  if (!part) return;
  touched.add(part);
  clearTimeout(waits);
  waits = setTimeout(keep, KEPT_AFTER);
});
document.addEventListener("submit", () => {
  clearTimeout(waits);
  touched.clear();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && touched.size) keep();
});

// Counts and calls come as they are now; nothing adds up here.
const box = document.getElementById("calls-now");
const number = new Intl.NumberFormat("ru-RU");
let known = null;

function beep() {
  if (!box.dataset.sound) return;
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.1;
  tone.frequency.value = 660;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.25);
}

function show(counts) {
  for (const place of document.querySelectorAll("#desk-counts [data-count]")) {
    const value = counts[place.dataset.count];
    place.textContent = number.format(value);
    if (place.dataset.count === "overdue") place.closest("li").classList.toggle("late", value > 0);
  }
}

function ring(call) {
  const part = document.getElementById("ring-template").content.cloneNode(true).firstElementChild;
  part.dataset.call = call.id;
  part.querySelector("[data-caller]").textContent = call.caller;
  part.querySelector("[data-people]").textContent = call.people ? `– ${call.people}` : "";
  part.querySelector("[data-record]").href = call.record;
  const list = part.querySelector("[data-cases]");
  for (const each of call.cases) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/hotline/cases/${each.id}`;
    link.textContent = `№ ${each.number}`;
    item.append(link, ` ${each.subject}`);
    list.append(item);
  }
  if (!call.cases.length) list.remove();
  return part;
}

function showCalls(calls) {
  const before = new Set([...box.querySelectorAll("[data-call]")].map((part) => part.dataset.call));
  const after = new Set(calls.map((call) => call.id));
  for (const part of box.querySelectorAll("[data-call]")) if (!after.has(part.dataset.call)) part.remove();
  const come = calls.filter((call) => !before.has(call.id));
  for (const call of come) box.append(ring(call));
  if (come.length) beep();
}

function hear(event) {
  const { counts, calls } = JSON.parse(event.data);
  if (counts) {
    const changed = known && known !== JSON.stringify(counts);
    if (changed) {
      document.getElementById("fresh")?.removeAttribute("hidden");
      if (counts.unheld > JSON.parse(known).unheld) beep();
    }
    known = JSON.stringify(counts);
    show(counts);
  }
  showCalls(calls);
}

if (box) {
  const source = new EventSource(box.dataset.live);
  source.addEventListener("desk", hear);
  window.addEventListener("pagehide", () => source.close());
}
