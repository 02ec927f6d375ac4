// A reader's walk through the built Mali site, in headless Chromium: node --test walk.test.mjs, with SITE=folder, and
// SAHEL=folder for the site of two countries, which has every kind of table, ARABIC and SCRIPTS for those that run from right to left.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { browser, serve } from "./site.mjs";

const folder = process.env.SITE;
const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const PAGES = {
  home: "", section: "mali/", page: "mali/interventions/", "page with other tables": "mali/actors/", board: "interventions/",
  "board of a status": "interventions/status/active/", intervention: "interventions/peacekeeping-forces/",
  "focus areas": "focus-areas/", "focus area": "focus-areas/economic-development/", "not found": "404.html",
  contested: "contested/", sources: "sources/", source: "sources/article-1/",
};
const SAHEL_PAGES = {
  page: "niger/interventions/", "page with figures": "niger/", board: "interventions/",
  "narrowed board": "interventions/actor/european-union/country/niger/",
  "intervention with a history": "interventions/peacekeeping-mission-minusma/", actors: "actors/", actor: "actors/european-union/",
  timeline: "timeline/", "timeline of a part": "timeline/niger/", figures: "figures/", presence: "presence/", updates: "updates/",
  glossary: "glossary/", "focus areas": "focus-areas/",
};
const ARABIC_PAGES = {
  home: "", section: "mali/", board: "interventions/", intervention: "interventions/b-th-hfz-lslm-minusma/", "focus areas": "focus-areas/",
  timeline: "timeline/", updates: "updates/",
};
const SCRIPTS_PAGES = { "N'Ko": "nko/", Adlam: "adlam/", Ajami: "ajami/" };
const JUDGED = [
  ...Object.entries(PAGES).map(([kind, path]) => [kind, () => site.url + path]),
  ...Object.entries(SAHEL_PAGES).map(([kind, path]) => [`${kind} (two countries)`, () => sahel.url + path]),
  ...Object.entries(ARABIC_PAGES).map(([kind, path]) => [`${kind} (Arabic)`, () => arabic.url + path]),
  ...Object.entries(SCRIPTS_PAGES).map(([kind, path]) => [kind, () => scripts.url + path]),
];
let site, sahel, arabic, scripts, chromium;

before(async () => {
  site = await serve(folder, "/some/folder"); // a site works at any base path
  sahel = await serve(process.env.SAHEL, "/another/folder");
  arabic = await serve(process.env.ARABIC, "/a/third");
  scripts = await serve(process.env.SCRIPTS, "/a/fourth");
  chromium = await browser();
});
after(async () => {
  await chromium.close();
  site.end();
  sahel.end();
  arabic.end();
  scripts.end();
});

/** A page that notes everything that fails to load, everything asked of another host, and all that its policy blocks. */
async function open(options) {
  const page = await chromium.newPage(options);
  page.failures = [];
  page.on("response", (response) => { if (response.status() >= 400) page.failures.push(`${response.status()} ${response.url()}`); });
  page.on("requestfailed", (request) => page.failures.push(`failed ${request.url()}`));
  page.on("request", (request) => { if (!request.url().startsWith(site.url) && !request.url().startsWith("data:")) page.failures.push(`elsewhere ${request.url()}`); });
  page.on("pageerror", (error) => page.failures.push(String(error)));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.failures.push(message.text()); });
  return page;
}

for (const width of [360, 1280]) {
  test(`home, interventions, an intervention, its focus area and home again, by clicking, at ${width} pixels without scripts`, async () => {
    const page = await open({ viewport: { width, height: 800 }, javaScriptEnabled: false });
    const heading = () => page.locator("h1").innerText();
    await page.goto(site.url);
    await page.locator("header.site").getByRole("link", { name: "Interventions" }).click();
    assert.equal(await heading(), "Interventions");
    await page.locator(".board").getByRole("link", { name: "Economic Development" }).first().click();
    assert.equal(await heading(), "Economic Development");
    assert.match(page.url(), /interventions\/economic-development\/$/);
    await page.locator("article").getByRole("link", { name: "Economic Development" }).first().click();
    assert.match(page.url(), /focus-areas\/economic-development\/$/);
    assert.match(await page.locator("article").innerText(), /Enhance education, healthcare, job creation/);
    await page.locator("header.site").getByRole("link", { name: "Mali explained" }).click();
    assert.equal(page.url(), site.url);
    assert.deepEqual(page.failures, []);
    await page.close();
  });

  test(`a reader walks through the whole section by "next" at ${width} pixels`, async () => {
    const page = await open({ viewport: { width, height: 800 } });
    await page.goto(`${site.url}mali/`);
    const seen = [];
    while (await page.locator("a[rel=next]").count()) {
      seen.push(await page.locator("h1").innerText());
      assert.ok(seen.length < 30, "the walk does not end");
      await page.locator("a[rel=next]").click();
    }
    assert.equal(seen.length, 9);
    assert.equal(await page.locator("h1").innerText(), "Sources");
    assert.deepEqual(page.failures, []);
    await page.close();
  });
}

test("no page is wider than a phone, and wide tables scroll in their own region", async () => {
  const page = await open({ viewport: { width: 320, height: 700 } });
  for (const [kind, address] of JUDGED) {
    if (kind === "not found") continue;
    await page.goto(address());
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 320, `${kind} is ${width} pixels wide`);
  }
  await page.goto(`${site.url}mali/interventions/`);
  const table = await page.locator(".table").first().evaluate((region) => [region.scrollWidth > region.clientWidth, region.tabIndex]);
  assert.deepEqual(table, [true, 0]);
  await page.close();
});

test("no page has anything that its own policy blocks, on a host and from a folder", async () => {
  const page = await open();
  for (const address of JUDGED.map(([, address]) => address())) {
    await page.goto(address);
    const styled = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper") !== "" || !document.querySelector("header.site"));
    assert.ok(styled, `${address} has no style`);
  }
  const isOwn = (failure) => ["file:", sahel.url, arabic.url, scripts.url].some((own) => failure.startsWith(`elsewhere ${own}`));
  for (const [root, paths] of [[folder, PAGES], [process.env.SAHEL, SAHEL_PAGES]]) {
    for (const path of Object.values(paths)) {
      await page.goto(`file://${root}/${path.replace(/(^|\/)$/, "$1index.html")}`);
      if (path !== "404.html") assert.ok(await page.evaluate(() => document.querySelector("style").sheet.cssRules.length > 20), path);
    }
  }
  assert.deepEqual(page.failures.filter((failure) => !isOwn(failure)), []);
  const policies = await page.$$eval("meta[http-equiv]", (all) => all.map((meta) => meta.httpEquiv));
  assert.deepEqual(policies, ["Content-Security-Policy"]);
  await page.close();
});

test("pages in a script that phones may lack have its font, and no other page has one", async () => {
  const page = await chromium.newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  for (const [path, font] of [["nko/", "nko.woff2"], ["adlam/", "adlam.woff2"], ["ajami/", null], ["", null]]) {
    asked.length = 0;
    await page.goto(scripts.url + path, { waitUntil: "networkidle" });
    assert.deepEqual(asked.filter((url) => url.endsWith(".woff2")), font ? [scripts.url + font] : [], path);
  }
  await page.close();
});

test("every link of every page leads somewhere, with its anchor", () => follow(site.url));
test("so it does on the site of two countries", () => follow(sahel.url));

test("a board is narrowed step by step, without scripts", async () => {
  const page = await chromium.newPage({ javaScriptEnabled: false });
  await page.goto(`${sahel.url}interventions/`);
  const names = () => page.$$eval(".board h3", (all) => all.map((heading) => heading.textContent));
  const all = await names();
  await page.click(".filters a:has-text('European Union')");
  const ofActor = await names();
  await page.click(".filters a:has-text('Niger')");
  const ofBoth = await names();
  assert.ok(ofBoth.length > 0 && ofBoth.length < ofActor.length && ofActor.length < all.length, `${all.length} ${ofActor.length} ${ofBoth.length}`);
  assert.match(page.url(), /interventions\/actor\/european-union\/country\/niger\/$/);
  await page.close();
});

test("a statement that newer ones supersede says so on its own page", async () => {
  const page = await chromium.newPage();
  await page.goto(`${sahel.url}niger/`);
  assert.match(await page.textContent("main"), /335.277/u); // the figure that was filled in
  await page.goto(`${sahel.url}interventions/peacekeeping-mission-minusma/`);
  assert.equal(await page.$$eval("svg.history rect", (all) => all.length), await page.$$eval(".moments li", (all) => all.length));
  await page.close();
});

async function follow(start) {
  const page = await open();
  const anchors = new Map();
  const wanted = [];
  const queue = [start];
  while (queue.length) {
    const url = queue.pop();
    if (anchors.has(url)) continue;
    const response = await page.goto(url);
    assert.equal(response.status(), 200, url);
    anchors.set(url, await page.$$eval("[id]", (all) => all.map((element) => element.id)));
    for (const href of await page.$$eval("a[href]", (all) => all.map((link) => link.href))) {
      const [path, fragment] = href.split("#");
      if (!path.startsWith(new URL(start).origin)) continue; // elsewhere; nothing there is asked for
      assert.ok(path.startsWith(start), `${url} leads to ${href}`);
      if (fragment) wanted.push([url, path, decodeURIComponent(fragment)]);
      if (path.endsWith("/")) queue.push(path);
      else assert.equal((await fetch(path)).status, 200, href);
    }
  }
  for (const [from, path, fragment] of wanted) {
    assert.ok(anchors.get(path)?.includes(fragment), `${from} leads to ${path}#${fragment}`);
  }
  assert.ok(anchors.size >= 20, `only ${anchors.size} pages were found`);
  await page.close();
}

for (const [kind, address] of JUDGED) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 768, 1280]) {
      test(`axe finds nothing on: ${kind}, ${colorScheme}, ${width} pixels`, async () => {
        const page = await chromium.newPage({ viewport: { width, height: 800 }, colorScheme });
        await page.goto(address());
        await page.evaluate(axe);
        const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        const said = found.violations.map((violation) => `${violation.id}: ${violation.help} (${violation.nodes.map((node) => node.html).slice(0, 3).join(" ")})`);
        assert.deepEqual(said, []);
        await page.close();
      });
    }
  }
}
