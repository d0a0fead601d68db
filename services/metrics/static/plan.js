// What moves of the plan beside a counter besides its share: the bar, and how far it is behind, in words. When the
// plan itself changes the page's parts that show it are fetched anew.

const live = document.querySelector("[data-live]");
const FETCHED_WITHIN = 60_000 / (Number(live?.dataset.pace) || 1); // not everybody in the same second
const SLOW = 70; // per cent of what was expected
const FEWEST = 7; // full days before which nobody is slow
const AGAIN = 10_000 / (Number(live?.dataset.pace) || 1);
const PARTS = ".live-tiles > :is(.tiles-head:has(h3), .tiles, .table-box)";
const number = new Intl.NumberFormat("ru");
const forms = new Intl.PluralRules("ru");
const { behind, ahead, even, so, days } = live?.dataset ?? {};

// ---- in words ----

function words(n, text) {
  return text.split("|")[{ one: 0, few: 1 }[forms.select(n)] ?? 2];
}

function rounded(n) {
  const floor = Math.floor(n);
  return n - floor === 0.5 ? floor + (floor % 2) : Math.round(n);
}

// How many of the ascending shares come before one; those that equal it too, if they are asked for.
function before(shares, share, equal) {
  const nth = shares.findIndex((each) => (equal ? each > share : each >= share));
  return nth < 0 ? shares.length : nth;
}

// The day by whose end a share was due; −1 for nothing.
function dayOf(shares, share) {
  return share <= 0 ? -1 : Math.min(before(shares, share, false), shares.length - 1);
}

// By how many days of the way a share is behind what is due, as the server counts them.
function lagDays(shares, reached) {
  const nth = Number(live.dataset.nth);
  const due = nth < 0 ? 0 : shares[Math.min(nth, shares.length - 1)];
  const last = before(shares, reached, true) - 1;
  const stands = reached >= due ? dayOf(shares, last < 0 ? 0 : shares[last]) : dayOf(shares, reached);
  return dayOf(shares, due) - stands;
}

function lag(counter, fact, target, due) {
  const missing = rounded(due) - fact;
  if (!missing) return even;
  const said = (missing > 0 ? behind : ahead).replace("{n}", number.format(Math.abs(missing)));
  const shares = JSON.parse(live.dataset.ways)[counter];
  const n = shares ? lagDays(shares, fact / target) : 0;
  if (n * missing <= 0) return said;
  return `${said}, ${so} ${number.format(Math.abs(n))}\u00a0${words(Math.abs(n), days)}`;
}

// ---- with the figures ----

function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function follow(figure) {
  for (const part of live.querySelectorAll("[data-plan]")) {
    const share = figure(`${part.dataset.plan}_share`);
    if (share?.fact === undefined) continue;
    part.querySelector(".bar-done").setAttribute("width", Math.min(share.value, 100));
    const told = part.querySelector("[data-lag]");
    if (!told) continue;
    const due = Number(told.dataset.due);
    const pace = due ? Math.floor((share.fact * 1000) / due + 0.5) / 10 : null;
    say(told, lag(part.dataset.plan.split(" ")[1], share.fact, share.target, due));
    if (pace !== null) say(part.querySelector("[data-pace]"), number.format(pace));
    const isLate = Number(live.dataset.nth) + 1 >= FEWEST && pace !== null && pace < SLOW;
    told.parentElement.classList.toggle("late", isLate);
  }
}

// ---- another plan ----

let fetching = null;

function fetchLater(wait) {
  fetching ??= setTimeout(async () => {
    fetching = null;
    // What somebody is about to press, or reads, stays where it is.
    if (document.querySelector(".live-tiles:is(:hover, :focus-within), .live-counters:focus-within")) fetchLater(AGAIN);
    else await renew();
  }, wait);
}

async function renew() {
  let fresh;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // The live view says itself that the connection is lost.
  }
  const drawn = fresh.querySelector("[data-live]");
  // Another comparison is the usual one now: its switches are new as well.
  if (drawn?.dataset.rank !== live.dataset.rank) {
    location.reload();
    return;
  }
  for (const name of ["ways", "nth"]) live.dataset[name] = drawn.dataset[name];
  const [shown, counters] = [live, drawn].map((page) => page.querySelector(".live-counters"));
  // What somebody has opened stays open.
  const [was, will] = [shown, counters].map((part) => [...part.querySelectorAll("details")]);
  if (was.length === will.length) will.forEach((details, nth) => (details.open = was[nth].open));
  shown.replaceWith(counters);
  const [present, coming] = [live, drawn].map((page) => page.querySelectorAll(PARTS));
  if (coming.length) present[0]?.before(...coming);
  for (const part of present) part.remove();
  document.dispatchEvent(new CustomEvent("redrawn"));
}

if (live) {
  document.addEventListener("figures", ({ detail }) => follow(detail.figure));
  document.addEventListener("plan", () => fetchLater(Math.random() * FETCHED_WITHIN));
}
