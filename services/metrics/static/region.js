// Keeps the live view's figures fresh: one stream of absolute values, drawn at most once a frame.
// Where a proxy holds the stream back, the picture is fetched now and then instead.
//
// Elements with data-figure="<level> <code> <counter>" show a figure; [data-live] names the stream and the
// picture's address; data-pace="10" makes waiting ten times shorter.
// Other modules hear "figures" on the document after every change of the region's totals.

const FIRST_RETRY = 500;
const LONGEST_RETRY = 10_000;
const LOST_AFTER = 1_000; // a stream that is back within this time was not worth a word
const MARKED_FOR = 2_000;
const SPOKEN_EVERY = 60_000;
const SHADES = 5;

const live = document.querySelector("[data-live]");
const pace = Number(live?.dataset.pace) || 1;
const SILENT_AFTER = 50_000 / pace; // the server sends figures at least every 20 seconds
const FIRST_WITHIN = 30_000 / pace; // a slow line needs seconds for a new stream's first event
const ASKED_AFTER = 25_000 / pace; // without a new picture by the stream
const ASKED_EVERY = 20_000 / pace;
const state = document.getElementById("live-state");
const number = new Intl.NumberFormat("ru");
const shortDay = new Intl.DateTimeFormat("ru", { day: "numeric", month: "short", timeZone: "UTC" });
const ago = new Intl.RelativeTimeFormat("ru", { numeric: "auto" });

// ---- figures on the page ----

const shown = new Map(); // key → { value, elements }
const tiers = [new Map(), new Map()]; // upper tier, parts of districts: key → tile

for (const element of document.querySelectorAll("[data-figure]")) {
  const key = element.dataset.figure;
  const figure = shown.get(key) ?? { value: Number(element.textContent.replace(/\D/g, "")), elements: [] };
  figure.elements.push(element);
  shown.set(key, figure);
  const tile = element.closest(".tile");
  if (tile) tiers[element.closest(".district ul") ? 1 : 0].set(key, tile);
}

let waiting = new Map(); // key → value not drawn yet
let latest = null;

function take(picture) {
  const put = (key, value) => shown.has(key) && waiting.set(key, value);
  for (const [counter, value] of Object.entries(picture.region)) put(`region ${counter}`, value);
  for (const [counter, value] of Object.entries(picture.today)) put(`region ${counter}_today`, value);
  for (const [counter, value] of Object.entries(picture.last_hour)) put(`region ${counter}_hour`, value);
  for (const item of picture.items) {
    put(`${item.level} ${item.code} registered`, item.registered);
    put(`${item.level} ${item.code} submitted`, item.submitted);
  }
  if (!latest) requestAnimationFrame(draw);
  latest = picture;
}

function draw() {
  const picture = latest;
  const changed = [];
  for (const [key, value] of waiting) {
    const figure = shown.get(key);
    if (figure.value === value) continue;
    figure.value = value;
    for (const element of figure.elements) {
      element.textContent = number.format(value);
      changed.push(element);
    }
  }
  latest = null;
  waiting = new Map();
  if (changed.length) {
    tiers.forEach(shade);
    mark(changed);
    document.dispatchEvent(new CustomEvent("figures"));
  }
  drawMovements(picture);
  drawMoment();
  speakLater();
}

function shade(tiles) {
  const largest = Math.max(0, ...[...tiles.keys()].map((key) => shown.get(key).value));
  for (const [key, tile] of tiles) {
    const { value } = shown.get(key);
    const amount = value > 0 ? Math.min(SHADES, Math.ceil((value * SHADES) / largest)) : 0;
    const name = `tile amount-${amount}`;
    if (tile.className !== name) tile.className = name;
  }
}

const unmark = new Map(); // element → timer

function mark(elements) {
  for (const element of elements) {
    clearTimeout(unmark.get(element));
    element.classList.add("changed");
  }
  const timer = setTimeout(() => {
    for (const element of elements) {
      if (unmark.get(element) !== timer) continue;
      element.classList.remove("changed");
      unmark.delete(element);
    }
  }, MARKED_FOR);
  for (const element of elements) unmark.set(element, timer);
}

// ---- what just happened ----

let movements = "";

function drawMovements(picture) {
  const list = document.getElementById("movements");
  const told = JSON.stringify([picture.latest, picture.as_of.slice(0, 10)]);
  if (!list || told === movements) return;
  movements = told;
  list.replaceChildren(...picture.latest.map((movement) => movementItem(movement, picture.as_of)));
  document.getElementById("no-movements").hidden = picture.latest.length > 0;
}

const forms = new Intl.PluralRules("ru");

// «инициатива», «312 инициатив»: the page has the three forms of the word.
function inWords(counter, count) {
  const words = live.dataset[counter].split("|");
  const word = words[{ one: 0, few: 1 }[forms.select(count)] ?? 2];
  return count > 1 ? `${number.format(count)} ${word}` : word;
}

function movementItem({ counter, municipality, direction, at, count }, asOf) {
  const today = at.slice(0, 10) === asOf.slice(0, 10);
  const item = document.createElement("li");
  item.append(
    filled("time", today ? at.slice(11, 19) : shortDay.format(new Date(at.slice(0, 10)))),
    filled("span", municipality),
    filled("small", [inWords(counter, count), direction].filter(Boolean).join(" · ")),
  );
  return item;
}

function filled(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

// ---- as of ----

let asOf = null; // as the server wrote it: the region's own time
let movedAt = performance.now(); // when it last changed, by this computer's clock
let lost = false;

// Text before and after the time, kept from what the server rendered.
const calm = state?.innerHTML;

// Whether the picture is a newer one.
function notice(picture) {
  if (picture.as_of === asOf) return false;
  asOf = picture.as_of;
  movedAt = performance.now();
  return true;
}

function momentText() {
  return asOf ? asOf.slice(11, 19) : document.getElementById("live-moment")?.textContent ?? firstMoment;
}

const firstMoment = document.getElementById("live-moment")?.textContent;

function drawMoment() {
  if (!state) return;
  if (lost) {
    state.textContent = state.dataset.lost.replace("{moment}", momentText());
    state.append(" ", filled("small", `(${age()})`));
    return;
  }
  if (!document.getElementById("live-moment")) state.innerHTML = calm;
  if (asOf) document.getElementById("live-moment").textContent = momentText();
}

function age() {
  const seconds = Math.round((performance.now() - movedAt) / 1000);
  if (seconds < 60) return ago.format(-seconds, "second");
  if (seconds < 3600) return ago.format(-Math.floor(seconds / 60), "minute");
  return ago.format(-Math.floor(seconds / 3600), "hour");
}

function setLost(now) {
  if (lost === now) return;
  lost = now;
  state?.classList.toggle("lost", lost);
  if (!lost) state?.classList.remove("still");
  if (lost || asOf) drawMoment();
  speakLater();
}

// ---- what screen readers hear ----

const spoken = document.getElementById("live-spoken");
let spokenAt = performance.now();
let speaking = null;

function speakLater() {
  if (!spoken || speaking) return;
  const wait = Math.max(0, SPOKEN_EVERY - (performance.now() - spokenAt));
  speaking = setTimeout(speak, wait);
}

function speak() {
  speaking = null;
  spokenAt = performance.now();
  const text = lost ? state.dataset.lost.replace("{moment}", momentText()) : summary();
  if (spoken.dataset.said === text) return;
  spoken.dataset.said = text;
  spoken.textContent = text;
}

function summary() {
  const value = (counter) => number.format(shown.get(`region ${counter}`).value);
  return live.dataset.spoken
    .replace("{moment}", momentText().slice(0, 5))
    .replace("{registered}", value("registered"))
    .replace("{submitted}", value("submitted"));
}

// ---- the stream ----

let source = null;
let openedAt = 0; // when the present stream was asked for: silence before that is another one's
let heard = false; // whether it has given anything
let heardAt = 0; // when it last gave something new: what the page fetches says nothing about the stream
let shownAt = performance.now();
let retry = FIRST_RETRY;
let reopening = null;
let losing = null;

function open() {
  clearTimeout(reopening);
  reopening = null;
  source?.close();
  openedAt = performance.now();
  heard = false;
  source = new EventSource(live.dataset.live);
  source.addEventListener("snapshot", hear);
  source.addEventListener("counters", hear);
  // After `resync` the server sends a snapshot by itself.
  source.addEventListener("error", fail);
}

function hear(event) {
  const picture = JSON.parse(event.data);
  retry = FIRST_RETRY;
  heard = true;
  if (notice(picture)) heardAt = movedAt;
  if (event.type === "snapshot" && isAnotherPage(picture)) return;
  take(picture);
  settle();
}

// The stream lives, and its picture moves.
function settle() {
  clearTimeout(losing);
  losing = null;
  state?.classList.remove("still");
  setLost(false);
}

function fail() {
  source?.close();
  source = null;
  losing ??= setTimeout(() => setLost(!isAnswered()), LOST_AFTER);
  if (reopening) return;
  reopening = setTimeout(open, retry * (0.75 + Math.random() / 2));
  retry = Math.min(retry * 2, LONGEST_RETRY);
}

function close() {
  clearTimeout(reopening);
  clearTimeout(losing);
  reopening = losing = null;
  source?.close();
  source = null;
}

// Municipalities were added, or another campaign was opened: the page is drawn anew by the server.
function isAnotherPage(picture) {
  const count = picture.items.filter((item) => item.level === "municipality").length;
  const same = String(count) === live.dataset.municipalities && picture.campaign === live.dataset.campaign;
  const justNow = Date.now() - Number(sessionStorage.getItem("redrawn")) < 5_000;
  if (same || justNow) return false;
  sessionStorage.setItem("redrawn", String(Date.now()));
  location.reload();
  return true;
}

function watch() {
  if (document.hidden) return;
  const now = performance.now();
  const silent = now - Math.max(heardAt, openedAt);
  if (source && silent > (heard ? SILENT_AFTER : FIRST_WITHIN)) {
    setLost(!isAnswered());
    fail();
  }
  if (now - Math.max(movedAt, shownAt) > ASKED_AFTER || isAnswered()) ask();
  if (lost) drawMoment();
}

// ---- where the stream does not get through ----

let askedAt = -Infinity;
let answeredAt = -Infinity;

// Whether the page lives on pictures that it fetches.
function isAnswered() {
  return performance.now() - answeredAt < 2 * ASKED_EVERY;
}

async function ask() {
  if (performance.now() - askedAt < ASKED_EVERY) return;
  askedAt = performance.now();
  const openedBefore = openedAt;
  try {
    const answer = await fetch(live.dataset.picture, { signal: AbortSignal.timeout(ASKED_EVERY) });
    if (!answer.ok) return;
    const picture = await answer.json();
    // A stream that has spoken meanwhile knows more.
    if (document.hidden || (heard && openedBefore !== openedAt)) return;
    answeredAt = performance.now();
    notice(picture);
    if (isAnotherPage(picture)) return;
    take(picture);
    setLost(false);
  } catch {
    // Neither way is open; the next try is due soon enough.
  }
}

function show() {
  if (document.hidden) {
    close();
    return;
  }
  retry = FIRST_RETRY;
  shownAt = performance.now();
  open();
}

if (live) {
  document.addEventListener("visibilitychange", show);
  addEventListener("online", show);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && show());
  setInterval(watch, 1_000);
  show();
}
