// Search on a site of Brink's. It loads the pieces of the index that a query needs, as scripts, since these are all that a browser
// loads from a folder on a disk. It stores nothing and asks nobody but the site itself. `src/search/` makes the pieces and folds
// words as `fold` and `wordsOf` do here; `src/output/search.rs` says what is in which piece.
"use strict";
(() => {
  const home = new URL(".", document.currentScript.src);
  const form = document.querySelector("form.search"), found = document.querySelector("section.found");
  if (!form || !found) return;
  const said = form.dataset, list = found.querySelector("ol"), told = found.querySelector("[role=status]"), more = found.querySelector("button");
  const SHOWN = 10, PIECES_MAX = 2, NEAR_MAX = 4, LENGTH_MAX = 32, WEIGHTS = [1, 2, 4, 8, 12];

  // Words

  const VARIANTS = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ɔ: "o", ł: "l", đ: "d", ɗ: "d", ı: "i", ɛ: "e", ǝ: "e", ŋ: "n", ɲ: "n", ɓ: "b",
    ƴ: "y", ƙ: "k", ς: "σ", ٱ: "ا", ة: "ه", ى: "ي", ی: "ي", ک: "ك" };
  [0x660, 0x6f0, 0x7c0].forEach((zero) => { for (let n = 0; n < 10; n++) VARIANTS[String.fromCharCode(zero + n)] = String(n); });
  const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const LETTER = "[\\p{Alphabetic}\\p{N}]";
  const RUNS = new RegExp(`((?:(?=${LETTER})[${UNSPACED}])+)|(?:(?![${UNSPACED}])${LETTER})+`, "gu");
  const IS_UNSPACED = new RegExp(`^[${UNSPACED}]$`, "u");
  const SEEN = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{Alphabetic}\\p{N}\\p{M}\\u0640])+`, "gu");

  const fold = (text) => text.normalize("NFKD").replace(/[\p{M}\u0640\u200b-\u200f\u2060\ufeff\u00ad]/gu, "").toLowerCase()
    .replace(/[^\x00-\x7f]/gu, (c) => VARIANTS[c] ?? c);

  /** The words of a text, folded; where a script has no spaces, each two letters that stand together are one. */
  function wordsOf(text) {
    const words = [];
    for (const [run, unspaced] of fold(text).matchAll(RUNS)) {
      const letters = [...run];
      if (!unspaced) words.push(letters.slice(0, LENGTH_MAX).join(""));
      else if (letters.length === 1) words.push(run);
      else for (let at = 1; at < letters.length; at++) words.push(letters[at - 1] + letters[at]);
    }
    return words;
  }

  /** What a query asks for. A letter that an apostrophe cuts off says nothing beside other words. */
  function asked(query) {
    const words = [...new Set(wordsOf(query))];
    const longer = words.filter((word) => word.length > 1);
    return longer.length ? longer : words;
  }

  // Pieces

  /** What is in the piece `overview`, which is loaded before all others. */
  let site;
  const arrived = new Map(), asking = new Map();
  window.brinkSearch = (name, held) => arrived.set(name, held);

  function piece(name) {
    if (!asking.has(name)) {
      asking.set(name, new Promise((done, fail) => {
        const script = document.createElement("script");
        // Pieces of two builds do not fit together: whatever keeps copies is asked for those of this one.
        script.src = new URL(`search/${name}.js?${site ? site.version : Date.now()}`, home);
        script.onload = () => { script.remove(); arrived.has(name) ? done(arrived.get(name)) : script.onerror(); };
        script.onerror = () => { asking.delete(name); fail(new Error(name)); };
        document.head.append(script);
      }));
    }
    return asking.get(name);
  }

  /** The piece that has a word, if any has. */
  function pieceOf(word) {
    let low = 0, high = site.words.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (site.words[middle] <= word) low = middle; else high = middle;
    }
    return low;
  }

  const linesOf = async (at) => (await piece(`words-${at}`)).split("\n");

  const DIGITS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].map((c, at) => [c, at]));

  /** The things in each list of a line: their numbers, by weight. */
  function thingsOf(lists) {
    return lists.split(",").map((list) => {
      const things = [];
      let thing = 0, number = 0, shift = 0;
      for (const c of list) {
        const digit = DIGITS.get(c);
        number |= (digit & 31) << shift;
        if (digit & 32) { shift += 5; continue; }
        things.push(thing += number);
        number = shift = 0;
      }
      return things;
    });
  }

  // Finding

  /** Adds what a line says of a word to the scores of things: how rare the word is, and where it stands. */
  function score(line, nearness, scores) {
    const lists = thingsOf(line.slice(line.indexOf(" ") + 1)), number = lists.reduce((sum, list) => sum + list.length, 0);
    const rareness = nearness * Math.log(1 + site.count / Math.max(number, 1));
    lists.forEach((things, weight) => things.forEach((thing) => {
      const own = rareness * WEIGHTS[weight];
      if (own > (scores.get(thing) ?? 0)) scores.set(thing, own);
    }));
  }

  /** Whether two words are one letter apart: one more, one less, another, or two that changed places. */
  function isNear(a, b) {
    let start = 0, ends = [a.length, b.length];
    while (start < ends[0] && start < ends[1] && a[start] === b[start]) start++;
    while (ends[0] > start && ends[1] > start && a[ends[0] - 1] === b[ends[1] - 1]) ends = ends.map((end) => end - 1);
    const [left, right] = ends.map((end) => end - start);
    return Math.max(left, right) <= 1 || (left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start]);
  }

  /** What has a word, or one that begins with it: scores by thing, and the words that were meant. */
  async function having(word) {
    const first = pieceOf(word), scores = new Map(), meant = [word];
    for (let at = first; at < first + PIECES_MAX && (at === first || site.words[at]?.startsWith(word)); at++) {
      for (const line of await linesOf(at)) {
        if (!line.startsWith(word)) continue;
        if (line[word.length] === " ") score(line, 1, scores);
        else if (word[0] !== ":") score(line, 0.6 * word.length / line.indexOf(" "), scores);
      }
    }
    if (scores.size || word.length < 4 || word[0] === ":") return { scores, meant };
    // Words that are misspelt by a letter stand in the same piece, unless that letter is one of the first.
    const others = [0, 1, 2].flatMap((at) => [word.slice(0, at) + word.slice(at + 1), word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)]);
    for (const at of [...new Set([word, ...others].map(pieceOf))].slice(0, NEAR_MAX)) {
      for (const line of await linesOf(at)) {
        const own = line.slice(0, line.indexOf(" "));
        if (own.length > 2 && isNear(own, word)) { score(line, 0.5, scores); meant.push(own); }
      }
    }
    return { scores, meant };
  }

  const kindOf = (thing) => site.kinds.filter(([, , start]) => start <= thing).pop();

  /** The numbers of all things that a query finds, the best first, with the words that were meant. */
  async function find({ words, kind, country, status }) {
    const [byWord, facets] = await Promise.all([
      Promise.all(words.map(having)),
      Promise.all([country && `:c-${country}`, status && `:s-${status}`].filter(Boolean).map(having)),
    ]);
    const sums = new Map();
    if (!words.length) (facets[0] ? [...facets[0].scores.keys()] : [...Array(site.count).keys()]).forEach((thing) => sums.set(thing, [0, 0]));
    for (const { scores } of byWord) {
      for (const [thing, own] of scores) {
        const [number, sum] = sums.get(thing) ?? [0, 0];
        sums.set(thing, [number + 1, sum + own]);
      }
    }
    let all = [...sums].filter(([thing]) => (!kind || kindOf(thing)[0] === kind) && facets.every(({ scores }) => scores.has(thing)));
    // What has all words; where nothing has, what has the most.
    const most = all.reduce((most, [, [number]]) => Math.max(most, number), 0);
    all = all.filter(([, [number]]) => number === most).sort(([a, [, one]], [b, [, other]]) => other - one || a - b);
    return { things: all.map(([thing]) => thing), meant: byWord.flatMap(({ meant }) => meant) };
  }

  // Showing

  const element = (name, text, attributes) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    return Object.assign(made, attributes);
  };

  function address(url) {
    const there = new URL(url, home);
    if (there.protocol === "file:" && there.pathname.endsWith("/")) there.pathname += "index.html";
    return there.href;
  }

  async function shown(thing) {
    const [, title] = kindOf(thing), described = await piece(`found-${Math.floor(thing / site.described)}`);
    const [url, name, section, about, asOf, status] = described[thing % site.described];
    const item = element("li"), line = element("p", "", { className: "small" });
    const heading = element("h3"), link = element("a", name, { href: address(url), dir: "auto" });
    const parts = [element("span", title)];
    if (section) parts.push(element("bdi", section));
    if (status) {
      const [phase, mark, label] = status, sign = element("span", mark, { className: `mark ${phase}` });
      sign.setAttribute("aria-hidden", "true");
      const part = element("span", "", { className: "status" });
      part.append(sign, " ", element("bdi", label));
      parts.push(part);
    }
    if (asOf) parts.push(element("span", `${said.asOf} ${asOf}`));
    line.append(...parts.flatMap((part, at) => (at ? [" · ", part] : [part])));
    heading.append(link);
    item.append(heading, line, element("p", about, { className: "excerpt", dir: "auto" }));
    return item;
  }

  /** The stretch of a text that has the most of the words, with these marked. */
  function excerpt(text, words) {
    const ROOM = 16, seen = [...text.matchAll(SEEN)];
    const keys = seen.map(([word], at) => fold(word + (IS_UNSPACED.test(word) ? seen[at + 1]?.[0] ?? "" : "")));
    const hits = keys.map((key) => words.findIndex((word) => key.startsWith(word)));
    let best = -1, most = 0;
    hits.forEach((hit, at) => {
      if (hit < 0) return;
      const here = new Set(hits.slice(at, at + ROOM).filter((hit) => hit >= 0)).size;
      if (here > most) { most = here; best = at; }
    });
    if (best < 0) return null;
    const first = Math.max(0, best - 6), last = Math.min(seen.length - 1, first + 2 * ROOM);
    const start = first ? seen[first].index : 0, end = last < seen.length - 1 ? seen[last].index + seen[last][0].length : text.length;
    const parts = [first ? "… " : ""];
    let from = start;
    for (let at = first; at <= last; at++) {
      if (hits[at] < 0) continue;
      parts.push(text.slice(from, seen[at].index), element("mark", seen[at][0]));
      from = seen[at].index + seen[at][0].length;
    }
    parts.push(text.slice(from, end), end < text.length ? " …" : "");
    return parts;
  }

  /** Replaces what is said of pages by where they have the words; loaded last, and not at all where readers save data. */
  async function explain(items, words, isStale) {
    if (!words.length || navigator.connection?.saveData) return;
    const [pages, sharing] = site.texts;
    for (const [thing, item] of items) {
      const place = item.querySelector(".excerpt");
      let text = place.textContent;
      if (thing < pages && !excerpt(text, words)) text = (await piece(`text-${Math.floor(thing / sharing)}`))[thing % sharing];
      if (isStale()) return;
      const parts = excerpt(text, words);
      if (parts) place.replaceChildren(...parts);
    }
  }

  let turn = 0;

  async function show(things, words, from) {
    const own = turn, isStale = () => own !== turn;
    const numbers = things.slice(from, from + SHOWN), items = await Promise.all(numbers.map(shown));
    if (isStale()) return;
    from ? list.append(...items) : list.replaceChildren(...items);
    more.hidden = things.length <= from + SHOWN;
    more.onclick = async () => {
      await show(things, words, from + SHOWN);
      list.children[from + SHOWN]?.querySelector("a").focus();
    };
    explain(numbers.map((thing, at) => [thing, items[at]]), words, isStale).catch(() => {});
  }

  const field = (name) => form.elements.namedItem(name);
  const NAMES = ["q", "kind", "country", "status"];

  async function search() {
    const own = ++turn, query = { words: asked(field("q").value) };
    NAMES.slice(1).forEach((name) => { query[name] = field(name)?.value; });
    found.hidden = !query.words.length && !NAMES.slice(1).some((name) => query[name]);
    if (found.hidden) { list.replaceChildren(); told.textContent = ""; return; }
    const waiting = setTimeout(() => { if (own === turn) told.textContent = said.loading; }, 400);
    try {
      site ??= await piece("overview");
      const { things, meant } = await find(query);
      if (own !== turn) return;
      await show(things, meant, 0);
      if (own === turn) told.textContent = things.length ? `${said.found} ${things.length}` : said.none;
    } catch {
      if (own === turn) { told.textContent = said.failed; list.replaceChildren(); more.hidden = true; }
    } finally { clearTimeout(waiting); }
  }

  // The query stands in the address, so that it can be sent on and the way back leads to it.

  function keep(isNew) {
    const asked = new URLSearchParams(NAMES.map((name) => [name, field(name)?.value ?? ""]).filter(([, value]) => value));
    const there = location.pathname + (String(asked) && `?${asked}`);
    try {
      if (there !== location.pathname + location.search) history[isNew ? "pushState" : "replaceState"](null, "", there);
    } catch { /* a browser that does not allow it for files on a disk */ }
  }

  function restore() {
    const asked = new URLSearchParams(location.search);
    NAMES.forEach((name) => { if (field(name)) field(name).value = asked.get(name) ?? ""; });
    search();
  }

  let typing;
  const isLong = () => asked(field("q").value).every((word) => word.length > 2 || /[^\x00-\u02ff]/u.test(word));
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    const isField = event.target === field("q");
    if (!isField || isLong()) typing = setTimeout(() => { keep(!isField); search(); }, isField ? 250 : 0);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); keep(true); search(); });
  addEventListener("popstate", restore);
  addEventListener("pageshow", (event) => { if (event.persisted) restore(); });
  field("q").addEventListener("focus", () => piece("overview").catch(() => {}), { once: true });
  form.hidden = false;
  restore();
})();
