// Makes the server's curves explorable: uPlot takes their place and reads its numbers from the tables beside
// them. When figures move, the same fragment is fetched again, at most every five seconds.

const REFRESH_EVERY = 5_000;
const GAP = 48; // pixels between the names below the curve

const section = document.getElementById("curve");
const dark = matchMedia("(prefers-color-scheme: dark)");
const number = new Intl.NumberFormat("ru");
let plots = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function read(figure) {
  const svg = figure.querySelector(".plot > svg");
  const line = svg.querySelector(".plot-line") !== null;
  const rows = [...figure.querySelectorAll("tbody tr")];
  const names = rows.map((row) => row.cells[0].textContent);
  const values = rows.map((row) => Number(row.cells[1].textContent.replace(/\D/g, "")));
  const steps = svg.viewBox.baseVal.width / 10 + (line ? 1 : 0);
  return { line, names, values, steps };
}

function options(data, box, tell) {
  const { line, steps } = data;
  const text = colour("muted");
  const font = `${parseFloat(getComputedStyle(box).fontSize) * 0.8125}px ${getComputedStyle(box).fontFamily}`;
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: line } },
    scales: {
      x: { time: false, range: line ? [0, steps - 1] : [-0.5, steps - 0.5] },
      y: { range: (_, __, top) => [0, Math.max(top, 4) * 1.05] },
    },
    axes: [
      { show: false },
      {
        side: 1,
        stroke: text,
        font,
        size: (_, values) => 12 + Math.max(0, ...(values ?? []).map((v) => v.length)) * parseFloat(font) * 0.62,
        grid: { stroke: colour("line"), width: 1 },
        ticks: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6],
        space: GAP,
        // The base line is 0; its figure would be cut.
        values: (_, splits) => splits.map((value) => (value ? number.format(value) : "")),
      },
    ],
    series: [{}, line ? lineSeries() : barSeries()],
    hooks: { setCursor: [({ cursor }) => tell(cursor.idx)] },
    padding: [8, 0, 0, 0],
  };
}

function lineSeries() {
  return { stroke: colour("accent"), width: 2.5, fill: `${colour("accent")}22`, points: { show: false } };
}

function barSeries() {
  return {
    stroke: colour("accent"),
    fill: colour("accent"),
    width: 0,
    points: { show: false },
    paths: window.uPlot.paths.bars({ size: [0.8, 100], align: 0 }),
  };
}

function plot(figure) {
  const data = read(figure);
  const box = figure.querySelector(".plot");
  const note = figure.querySelector("figcaption small");
  const made = { figure, box, data, note, text: note.textContent, plot: null };
  const tell = (i) => {
    const point = i === null || i === undefined ? undefined : made.data.names[i];
    note.textContent = point === undefined ? made.text : `${point}: ${number.format(made.data.values[i])}`;
  };
  box.classList.add("plotted");
  box.setAttribute("aria-hidden", "true");
  const series = [data.values.map((_, i) => i), data.values];
  made.plot = new window.uPlot(options(data, box, tell), series, box);
  return made;
}

function plotAll() {
  plots.forEach(({ plot: old, box, note, text }) => {
    old.destroy();
    box.classList.remove("plotted");
    note.textContent = text;
  });
  plots = [...section.querySelectorAll("figure.chart")].map(plot);
  for (const { box } of plots) resizing.observe(box);
}

const resizing = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const found = plots.find(({ box }) => box === target);
    if (!found || !target.clientWidth) continue;
    found.plot.setSize({ width: target.clientWidth, height: target.clientHeight });
  }
});

// ---- fresh numbers ----

async function fetched(by) {
  const query = new URLSearchParams({ show: section.dataset.show, by });
  const answer = await fetch(`${section.dataset.curve}?${query}`);
  if (!answer.ok) throw new Error(`curve: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function refresh() {
  const fresh = await fetched(section.dataset.by);
  for (const made of plots) {
    const figure = fresh.getElementById(made.figure.id);
    const data = read(figure);
    if (data.steps !== made.data.steps) {
      replace(fresh);
      return;
    }
    made.data = data;
    made.text = made.note.textContent = figure.querySelector("figcaption small").textContent;
    made.figure.querySelector("tbody").replaceWith(figure.querySelector("tbody"));
    made.figure.querySelector(".plot-labels").replaceWith(figure.querySelector(".plot-labels"));
    made.plot.setData([data.values.map((_, i) => i), data.values]);
  }
}

function replace(fresh) {
  resizing.disconnect();
  section.querySelector(".charts").replaceWith(fresh.querySelector(".charts"));
  plots = [];
  plotAll();
}

let refreshing = null;

function refreshLater() {
  refreshing ??= setTimeout(async () => {
    try {
      await refresh();
    } catch {
      // The live view says itself that the connection is lost.
    }
    refreshing = null;
  }, REFRESH_EVERY);
}

async function choose(event) {
  const link = event.target.closest("a[data-by]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    replace(await fetched(link.dataset.by));
  } catch {
    location.assign(link.href);
    return;
  }
  section.dataset.by = link.dataset.by;
  for (const other of section.querySelectorAll("a[data-by]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  history.replaceState(null, "", link.href);
}

if (section && window.uPlot) {
  plotAll();
  section.addEventListener("click", choose);
  document.addEventListener("figures", refreshLater);
  dark.addEventListener("change", plotAll);
}
