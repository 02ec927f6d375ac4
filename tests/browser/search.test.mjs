// Search and sortable tables, in headless Chromium, from a server and from a folder: node --test search.test.mjs, with
// SITE=folder and SAHEL=folder, and BRINK=program for the sites that are made here.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { browser, serve } from "./site.mjs";

const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
// What a page of Brink's may ask for at most.
const POLICY = { "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'" };
const PAGES = Number(process.env.BRINK_SEARCH_PAGES ?? 10000);
let chromium, made, site, sahel, scripts;

before(async () => {
  made = await mkdtemp(join(tmpdir(), "brink-search-"));
  chromium = await browser();
  site = await serve(process.env.SITE, "/some/folder", POLICY);
  sahel = await serve(process.env.SAHEL, "/another/folder", POLICY);
  scripts = await serve(await build("scripts", scriptPages()), "/a b", POLICY);
});
after(async () => {
  await chromium.close();
  [site, sahel, scripts].forEach((server) => server?.end());
  await rm(made, { recursive: true, force: true });
});

/** Builds a site from the texts of its files; gives its folder. */
async function build(name, files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(made, name, path, ".."), { recursive: true });
    await writeFile(join(made, name, path), text);
  }
  execFileSync(process.env.BRINK, ["build", "--quiet", "--root", join(made, name), "--output", join(made, `${name}-public`), "--today", "2024-06-30"]);
  return join(made, `${name}-public`);
}

const TITLES = ["أَزْمَة إلى آخِر", "مـــالي والساحل", "马里的危机", "วิกฤตในมาลี", "マリの危機ガイド", "ߡߊ߬ߟߌ ߞߍߟߍ", "𞤃𞤢𞥄𞤤𞤭 𞤬𞤵𞤤𞤬𞤵𞤤𞤣𞤫", "Œuvre d’été à Ségou", "İstanbul ΤΈΛΟΣ Straße",
  "bɛ ɲɛ ŋɔ ƴ", "한국어 위기", "G5 & <Sahel> “l’État”", "²³ ﬁne ①"];

function scriptPages() {
  const pages = TITLES.map((title, at) => [`content/p${at}.md`, `+++\ntitle = ${JSON.stringify(title)}\n+++\n\nText ${at}.\n`]);
  const rows = [...Array(14).keys()].map((at) => `| Act ${"NMLKJIHGFEDCBA"[at]} | ${["Ongoing", "Completed", "Planned"][at % 3]} | ${["2 400", "378 363", "12,5", "900"][at % 4]} | ${2010 + (at * 5) % 13}-0${at % 9 + 1} |`);
  return { ...Object.fromEntries(pages), "brink.toml": 'language = "fr"\ntitle = "Essai"\n', "content/table.md": `# Table\n\n| Intervention | Status | Targeted | As of |\n|---|---|---|---|\n${rows.join("\n")}\n` };
}

/** A page of the browser that notes every failure, whatever breaks the policy, and what arrives. */
async function open(options = {}) {
  const page = await chromium.newPage({ viewport: { width: 1000, height: 900 }, ...options });
  page.failures = [];
  page.bytes = 0;
  page.arriving = [];
  page.on("pageerror", (error) => page.failures.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") page.failures.push(message.text()); });
  page.on("requestfailed", (request) => page.failures.push(`failed ${request.url()}`));
  page.on("request", (request) => { if (!/^(data:|file:|http:\/\/127\.0\.0\.1)/.test(request.url())) page.failures.push(`elsewhere ${request.url()}`); });
  // Excerpts come after the results.
  page.on("response", (response) => /text-\d+\.js/.test(response.url()) || page.arriving.push(response.body().then((body) => { page.bytes += gzipSync(body, { level: 6 }).length; }).catch(() => {})));
  return page;
}

const status = (page) => page.locator(".found [role=status]");
/** Waits until the search says how much it found. */
async function answered(page) {
  await page.waitForFunction(() => /\d|Nothing|Rien/.test(document.querySelector(".found [role=status]")?.textContent ?? ""));
  return (await status(page).innerText()).replace(/\D+/g, "");
}
const links = (page) => page.locator(".found h3 a").allInnerTexts();

for (const [how, at] of [["a server", () => site.url], ["a folder", () => `file://${process.env.SITE}/`]]) {
  test(`English is searched from ${how}: by name, other name, beginning and with a slip`, async () => {
    const page = await open();
    const end = how === "a folder" ? "index.html" : "";
    await page.goto(`${at()}search/${end}?q=JNIM`);
    await answered(page);
    assert.equal((await links(page))[0], "JNIM");
    assert.match(await page.locator(".found li").first().innerText(), /Actors/);
    await page.fill("#_q", "Jama'at Nusrat");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".found h3 a")?.textContent === "JNIM");
    await page.fill("#_q", "peacekeping");
    await page.waitForFunction(() => document.querySelector(".found h3 a")?.textContent === "Peacekeeping Forces");
    assert.match(await page.locator(".found li").first().innerText(), /Interventions.*(Ongoing|Withdrawing)/s);
    await page.fill("#_q", "terror corridor");
    await page.waitForSelector(".found .excerpt mark");
    await page.waitForFunction(() => /terror corridor/.test(document.querySelector(".found ol").textContent));
    await page.locator(".found h3 a").first().click();
    await page.waitForSelector("h1");
    assert.match(page.url(), end ? /index\.html(#|$)/ : /\/(#|$)/);
    assert.deepEqual(page.failures, []);
    await page.close();
  });
}

test("French is searched without its accents, filtered by kind, country and status, and the way back leads to each query", async () => {
  const page = await open();
  await page.goto(`${sahel.url}search/`);
  await page.fill("#_q", "securite");
  await page.keyboard.press("Enter");
  const all = Number(await answered(page));
  assert.ok(all > 1);
  assert.match(await page.locator(".found").innerText(), /sécurité/i);
  await page.selectOption("[name=kind]", "interventions");
  await page.waitForURL(/kind=interventions/);
  await page.waitForFunction((all) => Number(document.querySelector(".found [role=status]").textContent.replace(/\D+/g, "")) < all, all);
  await page.goBack();
  await page.waitForFunction((all) => Number(document.querySelector(".found [role=status]").textContent.replace(/\D+/g, "")) === all, all);
  assert.equal(await page.inputValue("[name=kind]"), "");
  await page.fill("#_q", "");
  await page.selectOption("[name=country]", "ner");
  await page.waitForFunction(() => /Niger/.test(document.querySelector(".found h3 a")?.textContent));
  await page.goto(`${sahel.url}search/?status=active`);
  await answered(page);
  const marks = await page.locator(".found li .mark").count();
  assert.ok(marks >= 1 && marks === (await links(page)).length);
  assert.deepEqual(page.failures, []);
  await page.close();
});

test("what has a title in any script is found by it, with other vowel marks, letters and digits as well", async () => {
  const page = await open();
  for (const [at, title] of TITLES.entries()) {
    await page.goto(`${scripts.url}search/?q=${encodeURIComponent(title)}`);
    await answered(page);
    assert.equal(await page.locator(".found h3 a").first().getAttribute("href"), `${scripts.url.replace("/a b/", "/a%20b/")}p${at}/`, title);
  }
  for (const [query, at] of [["ازمه", 0], ["مالى", 1], ["危机", 2], ["มาลี", 3], ["ߡߊߟߌ", 5], ["oeuvre ete", 7], ["l'etat sahel", 11], ["be ne no", 9]]) {
    await page.goto(`${scripts.url}search/?q=${encodeURIComponent(query)}`);
    await answered(page);
    assert.match(await page.locator(".found h3 a").first().getAttribute("href"), new RegExp(`/p${at}/$`), query);
  }
  assert.deepEqual(page.failures, []);
  await page.close();
});

test("without scripts the list leads to every name, and the page for missing addresses has a field", async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto(`${site.url}search/`);
  assert.equal(await page.locator("form.search").isVisible(), false);
  await page.locator(".letters").getByRole("link", { name: "Jama'at Nusrat al-Islam wal-Muslimin" }).click();
  assert.match(page.url(), /actors\/jnim\/$/);
  await page.locator("header.site").getByRole("link", { name: "Search" }).click();
  assert.match(page.url(), /search\/$/);
  await page.goto(`${site.url}404.html`);
  assert.ok(await page.locator("form.search input").isVisible());
  await page.close();
  const asking = await open();
  await asking.goto(`${site.url}404.html`);
  await asking.fill("form.search input", "junta");
  await asking.keyboard.press("Enter");
  await answered(asking);
  assert.match(asking.url(), /search\/\?q=junta$/);
  assert.deepEqual(asking.failures, []);
  await asking.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`search, its list and a sorted table have no fault that axe finds, in ${colorScheme} and at 320 pixels`, async () => {
    for (const url of [`${site.url}search/?q=peace`, `${sahel.url}search/`, `${scripts.url}table/`, `${site.url}404.html`]) {
      const page = await open({ colorScheme, viewport: { width: 320, height: 800 } });
      await page.goto(url);
      if (url.includes("?")) await answered(page);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], url);
      const room = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(room <= 0, `${url} is wider than the screen`);
      assert.deepEqual(page.failures, []);
      await page.close();
    }
  });
}

test("a long table is sorted by status, number, date and name, and narrowed, and prints whole", async () => {
  const page = await open();
  await page.goto(`${scripts.url}table/`);
  const column = (at) => page.locator(`section.table tbody tr:not([hidden]) > :nth-child(${at})`).allInnerTexts();
  const header = (at) => page.locator(`section.table thead th:nth-child(${at})`);
  const press = (at) => header(at).locator("button").press("Enter");
  const first = await column(1);
  await press(1);
  assert.deepEqual(await column(1), [...first].sort());
  assert.equal(await header(1).getAttribute("aria-sort"), "ascending");
  assert.match(await page.locator("[role=status]").first().innerText(), /↑/);
  await press(1);
  assert.deepEqual(await column(1), [...first].sort().reverse());
  await press(1);
  assert.deepEqual(await column(1), first, "the writer's own order");
  await press(2);
  const phases = (await column(2)).map((text) => ["Ongoing", "Planned", "Completed"].findIndex((word) => text.includes(word)));
  assert.deepEqual(phases, [...phases].sort());
  await press(3);
  const numbers = (await column(3)).map((text) => parseFloat(text.replace(/\s/g, "").replace(",", ".")));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  await press(4);
  const dates = await page.locator("section.table tbody time").evaluateAll((times) => times.map((time) => time.dateTime));
  assert.deepEqual(dates, [...dates].sort());
  await page.fill(".filter input", "planned act");
  assert.ok((await column(1)).length < first.length);
  assert.match(await page.locator("section.table + [role=status]").innerText(), /\d/);
  await page.emulateMedia({ media: "print" });
  const printed = await page.locator("section.table tbody tr").evaluateAll((rows) => rows.filter((row) => getComputedStyle(row).display !== "none").length);
  assert.equal(printed, first.length);
  assert.deepEqual(page.failures, []);
  await page.close();
});

test(`in ${PAGES} pages the first result takes less than 60 KB, the script 8, and that for tables 3`, async () => {
  const words = [...Array(40000).keys()].map((at) => `${["ka", "so", "mi", "ter", "lan", "bu", "ne", "rod"][at % 8]}${(at * 7919).toString(36)}`);
  let seed = 1;
  const random = () => { seed = (seed * 48271) % 2147483647; return seed / 2147483647; };
  const text = (length) => Array.from({ length }, () => words[Math.floor(words.length ** random()) - 1]).join(" ");
  const pages = [...Array(PAGES).keys()].map((at) => [`content/s${at % 40}/p${at}.md`, `# Page ${at} ${text(3)}\n\n${text(450)}\n\n## ${text(3)}\n\n${text(450)}\n`]);
  const folder = await build("large", Object.fromEntries(pages));
  const large = await serve(folder, "/x");
  for (const query of [words[3], `${words[2000]} ${words[30000]}`, "Page 77", words[12].slice(0, 4)]) {
    const page = await open();
    await page.goto(`${large.url}search/?q=${encodeURIComponent(query)}`);
    await page.waitForSelector(".found h3 a", { timeout: 30000 });
    await Promise.all(page.arriving);
    console.log(`${query}: ${page.bytes} bytes, ${page.arriving.length} requests, ${await status(page).innerText()}`);
    assert.ok(page.bytes < 60_000, `${page.bytes} bytes for ${query}`);
    assert.deepEqual(page.failures, []);
    await page.close();
  }
  large.end();
  for (const [script, most] of [["brink-search.js", 8192], ["brink-tables.js", 3072]]) {
    const bytes = gzipSync(await readFile(new URL(`../../themes/brink/static/${script}`, import.meta.url)), { level: 9 }).length;
    assert.ok(bytes <= most, `${script}: ${bytes} bytes`);
  }
});
