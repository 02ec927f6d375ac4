// Long tables can be sorted by each column, and narrowed to the rows that have some words. Without this script they are complete,
// in the writer's order. It changes the order of rows and what is shown, nothing else, and prints show every row.
"use strict";
(() => {
  const words = document.currentScript.dataset, SORTED_MIN = 6, FILTERED_MIN = 12;
  const PHASES = ["active", "ending", "paused", "future", "over", "unknown"];
  const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").toLowerCase();
  const make = (name, attributes, ...parts) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...parts);
    return made;
  };
  let number = 0;

  /** Reads numbers as the language writes them: 1,234.5 or 1 234,5. */
  function reader(language) {
    let decimal = ".";
    try { decimal = new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === "decimal").value; } catch { /* no such language */ }
    return (text) => {
      const [found] = text.match(/[-\u2212]?\d[\d.,'\u2019\s]*/) ?? [];
      if (!found || !/^[^\p{L}]*$/u.test(text.slice(0, text.indexOf(found)))) return NaN;
      const parts = found.replace("\u2212", "-").replace(/[\s'\u2019]/g, "").split(decimal);
      return parseFloat(`${parts[0].replace(/[.,]/g, "")}.${parts[1] ?? 0}`);
    };
  }

  /** By what the rows of a column are sorted: dates, phases of statuses, numbers, or names. */
  function keysOf(cells, language) {
    const texts = cells.map((cell) => cell?.textContent.trim() ?? "");
    const has = (selector) => cells.some((cell) => cell?.querySelector(selector));
    if (has("time[datetime]")) return cells.map((cell) => cell?.querySelector("time[datetime]")?.dateTime ?? "");
    if (has(".mark")) {
      return cells.map((cell, at) => {
        const mark = cell?.querySelector(".mark"), phase = PHASES.findIndex((phase) => mark?.classList.contains(phase));
        return mark ? `${phase < 0 ? 9 : phase} ${texts[at]}` : "";
      });
    }
    const numbers = texts.map(reader(language)), filled = texts.filter(Boolean).length;
    if (numbers.filter((number) => !isNaN(number)).length * 2 > filled) return numbers.map((number) => (isNaN(number) ? "" : number));
    return texts;
  }

  function sortable(table, told) {
    const language = table.closest("[lang]")?.lang || undefined, headers = [...table.tHead.rows[0].cells];
    const bodies = [...table.tBodies].map((body) => [body, [...body.rows]]);
    let names;
    try { names = new Intl.Collator(language, { numeric: true }); } catch { names = new Intl.Collator(); }
    const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : names.compare(a, b));
    headers.forEach((header, column) => {
      const name = header.textContent.trim();
      if (!name) return;
      const button = make("button", { type: "button", className: "sort" });
      button.setAttribute("aria-label", `${words.sort}: ${name}`);
      button.onclick = () => {
        // Up, down, and as the writer had it.
        const order = { ascending: "descending", descending: "" }[header.getAttribute("aria-sort")] ?? "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        if (order) header.setAttribute("aria-sort", order);
        for (const [body, rows] of bodies) {
          const keys = keysOf(rows.map((row) => row.cells[column]), language), turn = order === "descending" ? -1 : 1;
          const places = rows.map((_, at) => at);
          if (order) places.sort((a, b) => (keys[a] === "") - (keys[b] === "") || turn * compare(keys[a], keys[b]) || a - b);
          body.append(...places.map((at) => rows[at]));
        }
        told.textContent = order ? `${words.sorted} ${name} ${order === "ascending" ? "↑" : "↓"}` : "";
      };
      header.append(" ", button);
    });
  }

  /** A field that shows only what has the words. */
  function filtered(before, things, groups, told) {
    const id = `_filter-${++number}`, field = make("input", { id, type: "search", dir: "auto", autocomplete: "off" });
    const texts = things.map((thing) => fold(thing.textContent));
    field.oninput = () => {
      const asked = fold(field.value).split(/\s+/).filter(Boolean);
      things.forEach((thing, at) => { thing.hidden = !asked.every((word) => texts[at].includes(word)); });
      groups.forEach((group) => { group.hidden = things.every((thing) => thing.hidden || !group.contains(thing)); });
      told.textContent = asked.length ? `${words.rows} ${things.filter((thing) => !thing.hidden).length}` : "";
    };
    before.before(make("p", { className: "filter" }, make("label", { htmlFor: id }, words.filter), " ", field));
  }

  function tell(after) {
    const told = make("p", { className: "unseen" });
    told.setAttribute("role", "status");
    after.after(told);
    return told;
  }

  for (const table of document.querySelectorAll("section.table > table")) {
    const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
    const isPlain = table.tHead?.rows.length === 1 && !table.tFoot && !table.querySelector("[rowspan], [colspan]");
    if (rows.length < SORTED_MIN || !isPlain) continue;
    const told = tell(table.parentElement);
    sortable(table, told);
    if (rows.length >= FILTERED_MIN) filtered(table.parentElement, rows, [], told);
  }
  for (const board of document.querySelectorAll(".board")) {
    const cards = [...board.querySelectorAll(".card")];
    if (cards.length >= FILTERED_MIN) filtered(board, cards, [...board.querySelectorAll(".phase")], tell(board));
  }
})();
