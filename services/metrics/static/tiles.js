// What moves of tiles and rows besides their figures: today's bar of a fortnight, who is silent no more, their order.

const live = document.querySelector("[data-live]");
const show = live?.dataset.show;
const SORTED_EVERY = 10_000 / (Number(live?.dataset.pace) || 1);

function valueOf(element) {
  const text = element?.textContent.replace(/[^\d,−]/g, "").replace(",", ".").replace("−", "-");
  return text ? Number(text) : null;
}

// ---- their days ----

let places = new Map(); // "district 79605000" → its tiles and rows

function scan() {
  places = new Map();
  for (const element of document.querySelectorAll(":is(.tile, tr[data-find]) [data-figure]")) {
    const place = element.dataset.figure.replace(/ \w+$/, "");
    if (!places.has(place)) places.set(place, new Set());
    places.get(place).add(element.closest(".tile, tr"));
  }
}

// Today's bar of a fortnight; and whoever submits is silent no more.
function drawDay(place, line) {
  for (const home of places.get(place) ?? []) {
    const spark = home.querySelector(".spark");
    if (spark) drawToday(spark, line[`${show}_today`] ?? 0);
    if (line.submitted_today > 0) wake(home);
  }
}

function drawToday(spark, n) {
  const top = Number(spark.dataset.top);
  const x = spark.viewBox.baseVal.width - 3;
  const y = n < top ? Math.round(17 - Math.max((n * 15) / top, 1)) : 1;
  const d = `M${x - 2} 19H${x + 2}${n ? `M${x} 17V${y}` : ""}`;
  const bar = spark.querySelector(".spark-now");
  if (bar.getAttribute("d") !== d) bar.setAttribute("d", d);
}

function wake(home) {
  const word = home.querySelector(":is(.tile-silent, .row-silent)");
  if (!word) return;
  word.remove();
  if (home.closest("[data-silent]")) home.closest("tr, li").classList.add("awake");
}

// ---- their order ----

const NAMES = { today: "today", "per-hundred": "per_hundred", share: "share", lag: "lead" };
let sorting = null;

// Not under somebody's pointer or focus: what one is about to press stays where it is.
function sortLater() {
  sorting ??= setTimeout(() => {
    sorting = null;
    if (document.querySelector(".live-tiles:is(:hover, :focus-within)")) sortLater();
    else sort();
  }, SORTED_EVERY);
}

// By target, those whose target is not seen come last.
function compared(element) {
  const isOther = live.dataset.rank === "target" && element?.dataset.figure.endsWith("_share") === false;
  return isOther ? null : valueOf(element);
}

function sort() {
  for (const list of document.querySelectorAll(".live-tiles .tiles")) {
    // A district's own tile stands before those of its settlements.
    const items = [...list.children].slice(list.closest(".district") ? 1 : 0);
    arrange(list, items, (item) => compared(item.querySelector("[data-figure]")), -1);
  }
  const body = document.querySelector("tbody[data-sorted]");
  const column = body?.dataset.sorted.replace("-", "");
  const name = NAMES[column] ? `${show}_${NAMES[column]}` : column;
  const rows = body ? [...body.querySelectorAll("tr[data-find]")] : [];
  const cell = (row) => row.querySelector(`[data-figure$=" ${name}"]`);
  if (rows.some(cell)) {
    // Who lags most has the smallest figure beside the plan.
    const way = body.dataset.sorted.startsWith("-") === (column !== "lag") ? -1 : 1;
    arrange(body, rows, (row) => valueOf(cell(row)), way);
  }
}

// Puts the items in the order of their figures, the unknown last; equals stay as they stand.
function arrange(home, items, figure, way) {
  const placed = items.map((item) => [item, figure(item)]);
  const ordered = [...placed].sort(([, a], [, b]) =>
    a === null || b === null ? (a === null) - (b === null) : way * (a - b),
  );
  if (ordered.some(([item], i) => item !== items[i])) home.append(...ordered.map(([item]) => item));
}

if (live) {
  scan();
  document.addEventListener("redrawn", scan);
  document.addEventListener("figures", ({ detail }) => {
    for (const [place, line] of detail.lines) drawDay(place, line);
    if (detail.changed) sortLater();
  });
}
