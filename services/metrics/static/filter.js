// Finds municipalities in place while their name is typed: the same rule as the server's, the same address.

const field = document.getElementById("q");
const nothing = document.getElementById("nothing-found");
const scope = document.getElementById("filter-scope"); // says that the figures above are not filtered
const narrowed = ["smo", "silent"].some((name) => new URLSearchParams(location.search).get(name));

function plain(name) {
  return name.toLowerCase().replaceAll("ё", "е");
}

function matcher() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  return (name) => words.every((word) => plain(name).includes(word));
}

function nameOf(element) {
  const name = element.querySelector(".tile-name");
  return (name.querySelector(".hidden") ?? name).textContent;
}

// Whether anything of the tile is found; a district with its name found is shown whole.
function findTile(item, matches) {
  const details = item.querySelector("details");
  const whole = matches(nameOf(item));
  if (!details) {
    item.hidden = !whole;
    return whole;
  }
  const [own, ...settlements] = details.querySelectorAll("li");
  own.hidden = !whole;
  let found = false;
  for (const settlement of settlements) {
    settlement.hidden = !whole && !matches(nameOf(settlement));
    found ||= !settlement.hidden;
  }
  details.open = found && !whole;
  item.hidden = !whole && !found;
  return !item.hidden;
}

function findRow(row, matches) {
  row.hidden = !matches(`${row.querySelector("a").textContent} ${row.cells[1].textContent}`);
  return !row.hidden;
}

function find() {
  const matches = matcher();
  let found = 0;
  for (const item of document.querySelectorAll(".live-tiles > .tiles > li")) found += findTile(item, matches);
  for (const row of document.querySelectorAll("tr[data-find]")) found += findRow(row, matches);
  scope.hidden = !field.value.trim() && !narrowed;
  nothing.hidden = found > 0;
  nothing.closest("section").classList.toggle("nothing", !found);
  keep();
}

// The address, and every link to another view, keep what was typed.
function keep() {
  history.replaceState(null, "", withWords(location.href));
  for (const link of document.querySelectorAll('.live a[href^="/region"]')) link.href = withWords(link.href);
}

function withWords(href) {
  const address = new URL(href, location.href);
  if (field.value.trim()) address.searchParams.set("q", field.value.trim());
  else address.searchParams.delete("q");
  return `${address.pathname}${address.search}${address.hash}`;
}

if (field) {
  field.addEventListener("input", find);
  document.getElementById("smo")?.addEventListener("change", () => field.form.requestSubmit());
}
