// The grid of a staff meeting by keys alone, with paste from spreadsheets, kept on the server while it is typed. Everything works without it.
"use strict";

const form = document.getElementById("grid-form");
const grid = document.getElementById("grid");

if (grid) {
  const status = document.getElementById("grid-status");
  const number = new Intl.NumberFormat("ru");
  const most = Number(form.dataset.most);
  const rows = () => [...grid.querySelectorAll(".grid-row")];
  const cells = (row) => [...row.querySelectorAll("[data-cell]")];
  const cell = (row, name) => row.querySelector(`[data-cell="${name}"]`);
  const rowOf = (field) => field.closest(".grid-row");
  const folded = (text) => text.trim().toLowerCase().replaceAll("ё", "е");
  const isBlank = (row) => ["authors", "title", "text"].every((name) => !cell(row, name).value.trim());

  /* Rows: a blank one always stands below, and takes direction and form over from the row above. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function addRow() {
    const template = document.getElementById("grid-template").innerHTML;
    const nth = rows().length + 1;
    grid.insertAdjacentHTML("beforeend", template.replaceAll("00000000-0000-0000-0000-000000000000", newKey()).replaceAll("NTH", nth));
    const row = rows().at(-1);
    combine(cell(row, "authors"));
    return row;
  }

  function rowBelow(row) {
    return rows()[rows().indexOf(row) + 1] ?? addRow();
  }

  function takeOver(row) {
    const above = rows()[rows().indexOf(row) - 1];
    if (!above || !isBlank(row)) return;
    for (const name of ["direction", "form"]) {
      const [from, to] = [cell(above, name), cell(row, name)];
      if (to && !to.value && from.value) choose(to, from.value);
    }
  }

  /* Lists: by the first letters, as browsers do, and by number. */
  function choose(list, given) {
    const options = [...list.options].slice(1);
    const wanted = folded(given);
    const begun = options.filter((option) => folded(option.text).startsWith(wanted));
    const found =
      options.find((option) => option.value === given || folded(option.text.replace(/ · \d+$/, "")) === wanted) ??
      (/^\d+$/.test(wanted) ? options[wanted - 1] : begun.length === 1 ? begun[0] : undefined);
    if (found) list.value = found.value;
    else if (wanted) list.append(new Option(`${given}: ${status.dataset.unlisted}`, given, false, true));
  }

  let digits = "";
  let digitsAt = 0;
  function byNumber(list, digit) {
    digits = Date.now() - digitsAt < 1000 ? digits + digit : digit;
    digitsAt = Date.now();
    const option = [...list.options].find((each) => each.text.endsWith(` · ${digits}`));
    if (option) {
      list.value = option.value;
      list.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* Authors: the part behind the last comma is looked for on the sheet, by number or by letters. */
  const people = [...document.querySelectorAll("#people li")].map((item) => ({ nth: String(item.value), brief: item.dataset.brief, words: folded(item.textContent).split(/\s+/) }));
  const list = document.createElement("ul");
  list.id = "people-options";
  list.className = "people-options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(".grid-people summary").textContent);
  let active = 0;

  const parts = (field) => field.value.split(/[,;]/).map((part) => part.trim());
  function candidates(field) {
    const before = parts(field);
    const token = folded(before.pop());
    if (!token) return [];
    const typed = token.split(/\s+/);
    const found = people.filter((person) => !before.includes(person.brief) && person.brief !== field.value.trim() &&
      (person.nth.startsWith(token) || typed.every((word) => person.words.some((each) => each.startsWith(word)))));
    const weight = (person) => 2 * (person.nth === token) + person.words[0].startsWith(typed[0]);
    return found.sort((one, other) => weight(other) - weight(one)).slice(0, 8);
  }

  function offer(field) {
    const found = candidates(field);
    list.replaceChildren(...found.map((person, nth) => {
      const item = document.createElement("li");
      item.id = `person-${person.nth}`;
      item.setAttribute("role", "option");
      item.textContent = `${person.brief}`;
      item.dataset.brief = person.brief;
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        active = nth;
        take(field, ", ");
      });
      return item;
    }));
    active = 0;
    if (found.length) field.after(list);
    list.hidden = !found.length;
    mark(field);
  }

  function mark(field) {
    [...list.children].forEach((item, nth) => item.setAttribute("aria-selected", String(nth === active)));
    field.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function take(field, behind) {
    const chosen = list.children[active]?.dataset.brief;
    if (list.hidden || !chosen) return false;
    field.value = [...parts(field).slice(0, -1), chosen].join(", ") + behind;
    close(field);
    changed(field);
    return true;
  }

  function close(field) {
    list.hidden = true;
    mark(field);
  }

  function whole(field) {
    close(field);
    const known = new Map(people.map((person) => [person.nth, person.brief]));
    field.value = parts(field).filter(Boolean).map((part) => known.get(part) ?? part).join(", ");
  }

  function combine(field) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);
  }

  grid.append(list);
  grid.querySelectorAll('[data-cell="authors"]').forEach(combine);

  /* Keys. */
  function goOn(field) {
    const row = rowOf(field);
    const all = cells(row);
    (all[all.indexOf(field) + 1] ?? cells(rowBelow(row))[0]).focus();
  }

  function goTo(field, step) {
    const row = rows()[rows().indexOf(rowOf(field)) + step];
    if (row) cell(row, field.dataset.cell).focus();
  }

  function atEdge(field, step) {
    if (field.tagName !== "TEXTAREA") return true;
    return field.selectionStart === field.selectionEnd && field.selectionEnd === (step < 0 ? 0 : field.value.length);
  }

  function onEnter(event, field) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const row = rowOf(field);
      form.requestSubmit(event.shiftKey ? row.querySelector(".grid-send button") : document.getElementById("send-all"));
    } else if (!event.shiftKey && !event.altKey && !event.isComposing) {
      event.preventDefault();
      if (field.dataset.cell === "authors" && take(field, ", ")) return;
      goOn(field);
    }
  }

  function onArrow(event, field, step) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || field.tagName === "SELECT") return;
    if (field.dataset.cell === "authors" && !list.hidden) {
      event.preventDefault();
      active = (active + step + list.children.length) % list.children.length;
      mark(field);
    } else if (atEdge(field, step)) {
      event.preventDefault();
      goTo(field, step);
    }
  }

  grid.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.dataset?.cell) return;
    if (event.key === "Enter") onEnter(event, field);
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") onArrow(event, field, event.key === "ArrowUp" ? -1 : 1);
    else if (field.tagName === "SELECT" && /^\d$/.test(event.key) && !event.ctrlKey) {
      event.preventDefault();
      byNumber(field, event.key);
    } else if (field.dataset.cell === "authors" && !list.hidden) {
      if (event.key === "Escape") close(field);
      if (event.key === "Tab" && !event.shiftKey) take(field, "");
      if ((event.key === "," || event.key === ";") && take(field, ", ")) event.preventDefault();
    }
  });

  grid.addEventListener("focusin", (event) => {
    digits = "";
    if (event.target.dataset?.cell) takeOver(rowOf(event.target));
  });
  grid.addEventListener("focusout", (event) => {
    if (event.target.dataset?.cell === "authors") whole(event.target);
  });
  grid.addEventListener("input", (event) => {
    if (event.target.dataset?.cell === "authors") offer(event.target);
    changed(event.target);
  });

  /* Paste: what a spreadsheet copies fills the cells down and right. A cell of several lines stands in quotes, those inside doubled. */
  function tableOf(text) {
    const table = [[]];
    const quoted = /"((?:[^"]|"")*)"(?=\t|\n|$)/y;
    const plain = /[^\t\n]*/y;
    for (let at = 0; at <= text.length; ) {
      quoted.lastIndex = plain.lastIndex = at;
      const inside = quoted.exec(text);
      const isCell = inside && /[\t\n]|""/.test(inside[1]);
      const found = isCell ? inside[0] : plain.exec(text)[0];
      table.at(-1).push((isCell ? inside[1].replaceAll('""', '"') : found).trim());
      at += found.length;
      if (text[at] === "\n") table.push([]);
      at += 1;
    }
    while (table.length > 1 && table.at(-1).every((each) => !each)) table.pop();
    return table;
  }

  function isTable(field, table, html) {
    if (table.some((row) => row.length > 1)) return true;
    return table.length > 1 && (field.tagName !== "TEXTAREA" || /<table/i.test(html));
  }

  function fill(field, table) {
    const first = cells(rowOf(field)).indexOf(field);
    const room = most - rows().filter((row) => !isBlank(row)).length + (isBlank(rowOf(field)) ? 0 : 1);
    let row = rowOf(field);
    table.slice(0, room).forEach((given, nth) => {
      if (nth) row = rowBelow(row);
      cells(row).slice(first, first + given.length).forEach((each, column) => {
        if (each.tagName === "SELECT") choose(each, given[column]);
        else each.value = each.tagName === "INPUT" ? given[column].replaceAll("\n", " ") : given[column];
        if (each.dataset.cell === "authors") whole(each);
      });
    });
    rowBelow(row);
    say(table.length > room ? "cut" : "pasted", Math.min(table.length, room));
  }

  grid.addEventListener("paste", (event) => {
    const field = event.target;
    if (!field.dataset?.cell) return;
    const table = tableOf(event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n"));
    const whatIs = field.tagName === "SELECT" || isTable(field, table, event.clipboardData.getData("text/html"));
    if (!whatIs) return;
    event.preventDefault();
    fill(field, table);
    changed(field);
  });

  /* Keeping: a second after the last key, and whatever is left when the page goes. */
  let waiting = 0;
  let dirty = false;
  let keeping = false;
  const asked = new AbortController();

  function say(what, count) {
    status.textContent = status.dataset[what].replace("{count}", number.format(count));
  }

  function changed(field) {
    field.removeAttribute("aria-invalid");
    const row = rowOf(field);
    if (!isBlank(row)) rowBelow(row);
    dirty = true;
    later(1000);
  }

  function later(milliseconds) {
    clearTimeout(waiting);
    waiting = setTimeout(keep, milliseconds);
  }

  async function keep() {
    // One after another: what is older may not arrive behind what is newer.
    if (keeping) return later(300);
    [keeping, dirty] = [true, false];
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form), signal: asked.signal });
      if (answer.ok && !answer.redirected) status.textContent = await answer.text();
      else say("refused");
    } catch (error) {
      if (error.name === "AbortError") return;
      dirty = true;
      say("lost");
      later(5000);
    } finally {
      keeping = false;
    }
  }

  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    asked.abort();
    dirty = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) navigator.sendBeacon(form.dataset.keep, new FormData(form));
  });
  document.getElementById("more").addEventListener("click", (event) => {
    event.preventDefault();
    cells(addRow())[0].focus();
  });
  rows().filter((row) => !isBlank(row)).slice(-1).forEach(rowBelow);
}
