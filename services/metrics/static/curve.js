// Makes the server's charts tell their values to a pointer and to the keyboard, and keeps them with the counters:
// in the frame that draws a picture their last step follows it, and the whole is fetched anew at most every five
// seconds. All numbers are read from the table beside them.

const REFRESH_EVERY = 5_000;
const SVG = "http://www.w3.org/2000/svg";

const section = document.getElementById("curve");
const show = document.querySelector("[data-live]")?.dataset.show;
const number = new Intl.NumberFormat("ru");
let newest = null; // the picture that the counters show

function rows() {
  return [...section.querySelectorAll(".chart-table tbody tr")];
}

function parse(cell) {
  return Number(cell.textContent.replace(/\D/g, ""));
}

// ---- values under the pointer, or under the focus ----

const pointed = new Map(); // figure's id → step

// The column of the table that a chart draws.
function columnOf(figure) {
  return figure.id === "sum" ? 1 : 2;
}

function point(figure, step) {
  figure.querySelector(".plot-cursor")?.remove();
  const note = figure.querySelector("figcaption small");
  const row = rows()[step];
  if (!row) {
    pointed.delete(figure.id);
    note.textContent = note.dataset.note ?? note.textContent;
    return;
  }
  pointed.set(figure.id, step);
  note.dataset.note ??= note.textContent;
  const text = `${row.cells[0].textContent}: ${row.cells[columnOf(figure)].textContent}`;
  note.textContent = text;
  const plot = figure.querySelector(".plot");
  const x = `${((step + 0.5) * 100) / Number(plot.dataset.slots)}%`;
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ class: "plot-cursor", x1: x, x2: x, y2: "100%" })) line.setAttribute(name, value);
  plot.querySelector(".plot-field").append(line);
  plot.setAttribute("aria-valuenow", step);
  plot.setAttribute("aria-valuetext", text);
}

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -Infinity, End: Infinity };

function explore(figure) {
  const plot = figure.querySelector(".plot");
  const last = () => rows().length - 1;
  const limited = (step) => Math.min(Math.max(step, 0), last());
  plot.tabIndex = 0;
  plot.setAttribute("role", "slider");
  plot.setAttribute("aria-readonly", "true");
  plot.setAttribute("aria-label", figure.querySelector("figcaption").firstChild.textContent.trim());
  plot.setAttribute("aria-valuemin", 0);
  plot.setAttribute("aria-valuemax", last());
  plot.setAttribute("aria-valuenow", last());
  const row = rows().at(-1);
  plot.setAttribute("aria-valuetext", `${row.cells[0].textContent}: ${row.cells[columnOf(figure)].textContent}`);
  plot.addEventListener("focus", () => point(figure, pointed.get(figure.id) ?? last()));
  plot.addEventListener("blur", () => point(figure, -1));
  plot.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    point(figure, limited((pointed.get(figure.id) ?? last()) + KEYS[event.key]));
  });
  const under = (event) => {
    const field = plot.querySelector(".plot-field").getBoundingClientRect();
    const step = Math.floor(((event.clientX - field.left) / field.width) * Number(plot.dataset.slots));
    point(figure, step < 0 || step > last() ? -1 : step);
  };
  plot.addEventListener("pointermove", under);
  plot.addEventListener("pointerdown", under);
  plot.addEventListener("pointerleave", () => document.activeElement !== plot && point(figure, -1));
}

function exploreAll() {
  for (const figure of section.querySelectorAll("figure.chart")) explore(figure);
}

// ---- one frame, one number ----

function say(figure, text) {
  const note = figure.querySelector("figcaption small");
  if (note.dataset.note !== undefined) note.dataset.note = text;
  if (!pointed.has(figure.id)) note.textContent = text;
}

// The last step as the counters have it. What belongs to an earlier step is put right when all is fetched.
function follow() {
  const row = rows().at(-1);
  if (!newest || !row) return;
  const [sum, pace] = ["sum", "pace"].map((id) => document.getElementById(id));
  const total = newest.region[show];
  const change = total - parse(row.cells[1]);
  const running = pace.querySelector(".plot-now");
  const step = section.dataset.by === "day" ? newest.today[show] : Math.max(parse(row.cells[2]) + change, 0);
  if (change) drawSum(sum, row, total);
  if (running && step !== parse(row.cells[2])) drawStep(pace, running, row, step);
  for (const figure of [sum, pace]) if (pointed.has(figure.id)) point(figure, pointed.get(figure.id));
}

function share(figure, value) {
  return Math.min((value * 100) / Number(figure.querySelector(".plot").dataset.top), 100);
}

function drawSum(figure, row, total) {
  row.cells[1].textContent = number.format(total);
  say(figure, number.format(total));
  const y = 100 - share(figure, total);
  const last = rows().length - 1;
  for (const shape of figure.querySelectorAll(".plot-line, .plot-area")) shape.points.getItem(last).y = y;
  figure.querySelector(".plot-end").setAttribute("cy", `${y}%`);
}

function drawStep(figure, bar, row, value) {
  row.cells[2].textContent = number.format(value);
  const height = share(figure, value);
  bar.setAttribute("y", `${100 - height}%`);
  bar.setAttribute("height", `${height}%`);
  const most = Math.max(...rows().map((each) => parse(each.cells[2])));
  const note = figure.querySelector("figcaption small");
  say(figure, (note.dataset.note ?? note.textContent).replace(/\d[\d\s]*$/, number.format(most)));
}

// ---- fresh numbers ----

async function fetched(by) {
  const query = new URLSearchParams({ show, by });
  const answer = await fetch(`${section.dataset.curve}?${query}`);
  if (!answer.ok) throw new Error(`curve: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Piece by piece: whoever explores a chart, or reads its table, goes on.
async function refresh() {
  const fresh = await fetched(section.dataset.by);
  for (const figure of section.querySelectorAll("figure.chart")) {
    const drawn = fresh.getElementById(figure.id);
    const plot = figure.querySelector(".plot");
    Object.assign(plot.dataset, drawn.querySelector(".plot").dataset);
    plot.replaceChildren(...drawn.querySelector(".plot").children);
    figure.querySelector(".plot-labels").replaceWith(drawn.querySelector(".plot-labels"));
    say(figure, drawn.querySelector("figcaption small").textContent);
  }
  section.querySelector(".chart-table tbody").replaceWith(fresh.querySelector(".chart-table tbody"));
  named(fresh);
  follow();
}

function named(fresh) {
  for (const id of ["leading", "lagging"]) {
    const present = document.getElementById(id);
    if (present && !present.contains(document.activeElement)) present.replaceWith(fresh.getElementById(id));
  }
  // Foretold anew; what is open stays open.
  for (const forecast of document.querySelectorAll(".counter-forecast")) {
    const drawn = fresh.getElementById(forecast.id);
    if (!drawn) continue;
    drawn.open = forecast.open;
    if (!forecast.contains(document.activeElement)) forecast.replaceWith(drawn);
  }
  document.dispatchEvent(new CustomEvent("redrawn"));
}

let refreshing = null;

function refreshLater() {
  refreshing ??= setTimeout(async () => {
    // What changes while the answer is on its way is asked for again.
    refreshing = null;
    try {
      await refresh();
    } catch {
      // The live view says itself that the connection is lost.
    }
  }, REFRESH_EVERY);
}

async function choose(event) {
  const link = event.target.closest("a[data-by]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  let fresh;
  try {
    fresh = await fetched(link.dataset.by);
  } catch {
    location.assign(link.href);
    return;
  }
  section.dataset.by = link.dataset.by;
  section.querySelector(".charts").replaceWith(fresh.querySelector(".charts"));
  pointed.clear();
  exploreAll();
  follow();
  for (const other of section.querySelectorAll("a[data-by]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  history.replaceState(null, "", link.href);
}

if (section) {
  exploreAll();
  section.addEventListener("click", choose);
  document.addEventListener("figures", ({ detail }) => {
    newest = detail.picture;
    follow();
    if (detail.changed) refreshLater();
  });
  document.addEventListener("plan", refreshLater);
}
