// Keeps the live view's figures fresh: one stream of absolute values, drawn at most once a frame.
// Where a proxy holds the stream back, the picture is fetched now and then instead.
//
// Elements with data-figure="<level> <code> <counter>" show a figure (…_today: what today added, …_per_hundred: per
// hundred of data-audience; …_share: per cent of data-target; …_lead: beside data-due, what was expected. data-of: whose
// figures these two are of, where not the place's); [data-live] names the stream and the picture's address; data-pace="10" makes waiting
// ten times shorter. Other modules hear "figures" on the document in the frame that draws a picture (with the lines
// of all that have come since the last), and say "redrawn" when they have put new figures on the page.

const FIRST_RETRY = 500;
const LONGEST_RETRY = 10_000;
const LOST_AFTER = 1_000; // a stream that is back within this time was not worth a word
const MARKED_FOR = 2_000;
const SPOKEN_EVERY = 60_000;
const SHADES = 5;
const SLOW = 70; // per cent of what was expected
const FEWEST = 7; // full days before which nobody is slow
const REDRAWN_WITHIN = 20_000; // after midnight: not everybody in the same second

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

let shown = new Map(); // key → { value (null: unknown), audience, elements }
let parted = []; // [key, figure] of those that are of other municipalities than of their place
let tiers = []; // upper tier, parts of districts: key → tile

function valueOf(element) {
  const text = element.textContent.replace(/[^\d,−]/g, "").replace(",", ".").replace("−", "-");
  return text ? Number(text) : null;
}

// As the server writes it: −12 is behind what was expected, +9 ahead of it.
function written(key, value) {
  if (!key.endsWith("_lead") || !value) return number.format(value);
  return `${value < 0 ? "−" : "+"}${number.format(Math.abs(value))}`;
}

// Reads the page, or reads it again where a part of it was drawn anew: what it showed before stands.
function scan() {
  const before = shown;
  shown = new Map();
  tiers = [new Map(), new Map()];
  for (const element of document.querySelectorAll("[data-figure]")) adopt(element, before);
  parted = [...shown].filter(([, figure]) => figure.of);
}

function adopt(element, before) {
  const key = element.dataset.figure;
  const known = shown.get(key);
  const figure = known ?? described(element, before.get(key));
  if (figure.value !== null && figure.value !== valueOf(element)) element.textContent = written(key, figure.value);
  figure.elements.push(element);
  shown.set(key, figure);
  const tile = element.closest(".tile");
  if (tile) tiers[element.closest(".district ul") ? 1 : 0].set(key, tile);
}

// A figure of the page, with what it showed before: that is newer. Beside another target it is another one.
function described(element, was) {
  const { audience, target, due, of } = element.dataset;
  const figure = {
    value: was?.value ?? valueOf(element),
    audience: Number(audience) || 0,
    target: Number(target) || 0,
    due: due === undefined ? null : Number(due),
    of: of ? of.split(" ") : null,
    fact: was?.fact,
    elements: [],
  };
  const isBesideAnother = was && (was.target !== figure.target || was.due !== figure.due || String(was.of) !== String(figure.of));
  if (isBesideAnother) Object.assign(figure, { value: valueOf(element), fact: undefined });
  return figure;
}

let waiting = new Map(); // key → value not drawn yet
let lines = new Map(); // "district 79605000" → its line of the picture
let latest = null;

function put(key, value) {
  if (shown.has(key)) waiting.set(key, value);
}

// How many initiatives reached which stage; not told of few initiators.
function putFunnel(place, line) {
  put(`${place} funnel_submitted`, line.submitted);
  for (const [stage, value] of Object.entries(line.funnel ?? {})) put(`${place} funnel_${stage}`, value);
}

function putLine(place, line) {
  for (const counter of ["registered", "submitted"]) {
    put(`${place} ${counter}`, line[counter]);
    put(`${place} ${counter}_today`, line[`${counter}_today`] ?? 0);
    const audience = shown.get(`${place} ${counter}_per_hundred`)?.audience;
    // To one decimal, half up, as the server has it.
    if (audience) put(`${place} ${counter}_per_hundred`, Math.round((line[counter] * 1000) / audience) / 10);
  }
  for (const counter of ["registered", "submitted"]) putPlan(`${place} ${counter}`, line[counter]);
  putFunnel(place, line);
  lines.set(place, line);
}

// ---- beside the plan ----

const own = new Map(); // municipality's code → its line

// To one decimal, half up, as the server has it.
function perCent(part, whole) {
  return Math.floor((part * 1000) / whole + 0.5) / 10;
}

// As the server rounds: a half goes to the even one.
function rounded(n) {
  const floor = Math.floor(n);
  return n - floor === 0.5 ? floor + (floor % 2) : Math.round(n);
}

function valueBeside(figure, fact) {
  return figure.target ? perCent(fact, figure.target) : fact - rounded(figure.due);
}

function putPlan(key, fact) {
  for (const name of [`${key}_share`, `${key}_lead`]) {
    const figure = shown.get(name);
    if (figure && !figure.of) putBeside(name, figure, fact);
  }
}

function putBeside(key, figure, fact) {
  figure.fact = fact;
  put(key, valueBeside(figure, fact));
}

// What some municipalities have together, once all of them have been heard of.
function putParted() {
  for (const [key, figure] of parted) {
    const counter = key.split(" ").at(-1).replace(/_\w+$/, "");
    const facts = figure.of.map((code) => own.get(code)?.[counter]);
    if (!facts.includes(undefined)) putBeside(key, figure, facts.reduce((sum, n) => sum + n, 0));
  }
}

function isLate({ value, due }) {
  return Number(live.dataset.nth) + 1 >= FEWEST && due > 0 && perCent(value + rounded(due), due) < SLOW;
}

function take(picture) {
  const { region, today } = picture;
  const { funnel } = picture;
  putLine("region", { ...region, funnel, registered_today: today.registered, submitted_today: today.submitted });
  for (const [counter, value] of Object.entries(picture.last_hour)) put(`region ${counter}_hour`, value);
  // What is not known yet stands as the server wrote it; one that is older tells nothing of the hotline.
  const hotline = picture.hotline ?? {};
  for (const [name, value] of Object.entries(hotline)) if (value !== null) put(`region hotline_${name}`, value);
  for (const more of document.querySelectorAll('[data-shown="hotline_first_median_more"]')) more.hidden = !hotline.first_median_more;
  for (const item of picture.items) {
    putLine(`${item.level} ${item.code}`, item);
    if (item.level === "municipality") own.set(item.code, item);
  }
  putParted();
  if (!latest) requestAnimationFrame(draw);
  latest = picture;
}

function draw() {
  const picture = latest;
  const changed = [];
  for (const [key, value] of waiting) {
    const figure = shown.get(key);
    if (!figure || figure.value === value) continue;
    figure.value = value;
    for (const element of figure.elements) {
      element.textContent = written(key, value);
      if (figure.due !== null) element.closest("td")?.classList.toggle("late", isLate(figure));
      changed.push(element);
    }
  }
  const drawn = lines;
  latest = null;
  waiting = new Map();
  lines = new Map();
  if (changed.length) {
    tiers.forEach(shade);
    mark(changed);
  }
  // In the same frame: a chart that shows another number than the counter above it shows a wrong one.
  const detail = { picture, lines: drawn, changed: changed.length > 0, figure: (key) => shown.get(key) };
  document.dispatchEvent(new CustomEvent("figures", { detail }));
  drawMovements(picture);
  drawMoment();
  speakLater();
}

function shade(tiles) {
  const values = [...tiles.keys()].map((key) => shown.get(key).value ?? 0);
  const byShare = live.dataset.rank === "target";
  const largest = byShare ? 100 : Math.max(0, ...values);
  for (const [key, tile] of tiles) {
    const value = shown.get(key).value ?? 0;
    // By target, whose target is not seen has no shade.
    const isShaded = value > 0 && (!byShare || key.endsWith("_share"));
    const amount = isShaded ? Math.min(SHADES, Math.ceil((value * SHADES) / largest)) : 0;
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

let moment = 0; // of the newest picture, and its number within it
let revision = 0;

// Whether a picture is older than the newest: a proxy may have held it back.
function isOlder(picture) {
  return picture.moment < moment || (picture.moment === moment && picture.revision < revision);
}

// Whether the picture is a newer one.
function notice(picture) {
  ({ moment, revision } = picture);
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
  source.addEventListener("plan", () => document.dispatchEvent(new CustomEvent("plan")));
  // After `resync` the server sends a snapshot by itself.
  source.addEventListener("error", fail);
}

function hear(event) {
  const picture = JSON.parse(event.data);
  retry = FIRST_RETRY;
  heard = true;
  if (isOlder(picture)) return;
  if (notice(picture)) {
    heardAt = movedAt;
    answeredAt = -Infinity; // the stream is back: nothing needs to be fetched beside it
  }
  if (event.type === "snapshot" && isAnotherPage(picture)) return;
  isYesterdays(picture);
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

// Yesterday's page: its days, its fortnights and what is of today are drawn anew by the server.
let redrawing = null;

function isYesterdays(picture) {
  if (!live.dataset.day || picture.day === live.dataset.day) return false;
  redrawing ??= setTimeout(() => location.reload(), (Math.random() * REDRAWN_WITHIN) / pace);
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
    // What was asked for just now is true, whatever a clock that was set back has told before.
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

document.addEventListener("redrawn", scan);

if (live) {
  scan();
  document.addEventListener("visibilitychange", show);
  addEventListener("online", show);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && show());
  setInterval(watch, 1_000);
  show();
}
