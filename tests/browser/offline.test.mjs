// Editions that need no host, and what a browser keeps, in headless Chromium: node --test offline.test.mjs, with BRINK=program.
// The sites are the repository's own, and the one of two countries.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { browser } from "./site.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const SITES = {
  Mali: { of: ["--root", root, "--today", "2026-11-21"], asks: "junta", explainer: "content/mali/_index.md" },
  Sahel: { of: ["--root", join(root, "tests/sites/sahel"), "--today", "2024-06-30"], asks: "sécurité", explainer: "niger/" },
  Arabic: { of: ["--root", join(root, "tests/sites/arabic"), "--today", "2024-06-30"], asks: "مالي", explainer: "mali/" },
};
let made, chromium;

before(async () => {
  made = await mkdtemp(join(tmpdir(), "brink-offline-"));
  chromium = await browser();
  for (const [name, site] of Object.entries(SITES)) site.home = await unpacked(name, site);
});
after(async () => {
  await chromium?.close();
  await rm(made, { recursive: true, force: true });
});

const brink = (...args) => execFileSync(process.env.BRINK, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], cwd: made });

/** Packs a site and unpacks the archive; gives the folder in it. */
async function unpacked(name, site, ...options) {
  const archive = join(made, `${name}${options.length}.zip`), folder = join(made, `${name}${options.length} é`);
  brink("export", "zip", "--quiet", "--output", archive, ...site.of, ...options);
  const zip = await readFile(archive);
  // The central directory (APPNOTE 4.3.12).
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed, length, further, remark, start] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32), zip.readUInt32LE(at + 42)];
    const path = zip.toString("utf8", at + 46, at + 46 + length);
    assert.doesNotMatch(path, /^\/|\\|(^|\/)\.\.(\/|$)/);
    const from = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const bytes = zip.subarray(from, from + packed);
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), method ? inflateRawSync(bytes) : bytes);
    at += 46 + length + further + remark;
  }
  const [inside, ...others] = await readdir(folder);
  assert.deepEqual(others, [], "all is in one folder");
  return join(folder, inside);
}

async function files(folder, below = "") {
  const all = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    entry.isDirectory() ? all.push(...await files(folder, path)) : all.push(path);
  }
  return all;
}

/** A page of the browser that notes every failure, and whatever is asked beside the page itself. */
async function open(options = {}) {
  const page = await chromium.newPage({ viewport: { width: 360, height: 780 }, ...options });
  page.failures = [];
  page.asked = [];
  page.on("pageerror", (error) => page.failures.push(String(error)));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) page.failures.push(message.text()); });
  page.on("requestfailed", (request) => page.failures.push(`failed ${request.url()}`));
  page.on("request", (request) => { if (!request.isNavigationRequest() && !request.url().startsWith("data:")) page.asked.push(request.url()); });
  return page;
}

for (const [name, site] of Object.entries(SITES)) {
  for (const javaScriptEnabled of [true, false]) {
    test(`in the archive of ${name} every link of every page leads to a file, with scripts ${javaScriptEnabled ? "on" : "off"}`, async () => {
      const page = await open({ javaScriptEnabled }), start = pathToFileURL(`${site.home}/`).href;
      const ids = new Map(), leading = [], waiting = [`${start}index.html`];
      while (waiting.length) {
        const url = waiting.pop();
        if (ids.has(url)) continue;
        await page.goto(url, { waitUntil: "load" });
        const seen = await page.evaluate(() => ({
          h1: document.querySelectorAll("h1").length,
          ids: [...document.querySelectorAll("[id]")].map(({ id }) => id),
          links: [...document.querySelectorAll("a[href], area[href], link[href]:not([rel=icon])")].map(({ href }) => href),
          onward: document.querySelector("meta[http-equiv=refresh]")?.content,
          styles: [...document.styleSheets].reduce((sum, { cssRules }) => sum + cssRules.length, 0),
          width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        }));
        ids.set(url, new Set(seen.ids));
        if (!seen.onward) {
          assert.equal(seen.h1, 1, `${url} is a page`);
          assert.ok(seen.styles > 20, `${url} has its style`);
          assert.ok(seen.width <= 0, `${url} is wider than the screen`);
        }
        for (const link of seen.links.filter((link) => link.startsWith("file:"))) {
          assert.ok(link.startsWith(start), `${url} leads out of the archive: ${link}`);
          const [path] = link.split(/[?#]/);
          assert.ok((await stat(fileURLToPath(path)).catch(() => null))?.isFile(), `${url} leads to ${link}, which is no file`);
          leading.push([url, link]);
          if (path.endsWith(".html")) waiting.push(path);
        }
      }
      for (const [from, link] of leading) {
        const [path, fragment] = link.split("#");
        const known = ids.get(path.split("?")[0]);
        if (fragment && known) assert.ok(known.has(decodeURIComponent(fragment)), `${from} leads to ${link}, which has no such place`);
      }
      const pages = (await files(site.home)).filter((path) => path.endsWith(".html"));
      assert.ok(ids.size > pages.length / 2 && pages.length > 5, `${ids.size} of ${pages.length} pages can be reached`);
      assert.deepEqual(page.asked.filter((url) => !url.startsWith(start)), []);
      assert.deepEqual(page.failures, []);
      await page.close();
    });
  }

  test(`the archive of ${name} has sums that hold, and nothing that needs a host`, async () => {
    const all = await files(site.home);
    const sums = (await readFile(join(site.home, "SHA256SUMS"), "utf8")).trim().split("\n").map((line) => line.split("  "));
    assert.deepEqual(sums.map(([, path]) => path).sort(), all.filter((path) => path !== "SHA256SUMS").sort());
    for (const [sum, path] of sums) {
      assert.equal(createHash("sha256").update(await readFile(join(site.home, path))).digest("hex"), sum, path);
    }
    assert.deepEqual(all.filter((path) => /^(_headers|_redirects|\.htaccess|_nginx\.conf|404\.html|robots\.txt|sitemap.*\.xml|feed\.xml|sw\.js)$|(^|\/)card\.png$/.test(path)), []);
  });

  test(`the archive of ${name} is searched, and what is found opens`, async () => {
    const page = await open();
    await page.goto(pathToFileURL(join(site.home, "search/index.html")).href);
    await page.fill("#_q", site.asks);
    await page.keyboard.press("Enter");
    await page.locator(".found h3 a").first().waitFor();
    const title = await page.locator(".found h3 a").first().innerText();
    await page.locator(".found h3 a").first().click();
    await page.waitForURL(/index\.html(#|$)/);
    assert.match(await page.locator("body").innerText(), new RegExp(title.replace(/[^\p{L}\p{N}]+/gu, ".+"), "isu"));
    assert.deepEqual(page.failures, []);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`a page and the board of ${name} are files of their own that load nothing, ${colorScheme}`, async () => {
      for (const asked of [site.explainer, "interventions/"]) {
        const file = join(made, `${name}-${colorScheme}-${asked.replace(/\W/g, "_")}.html`);
        brink("export", "single-file", asked, "--quiet", "--output", file, ...site.of);
        assert.ok((await stat(file)).size <= 100_000, `${asked} is small`);
        const page = await open({ colorScheme });
        await page.goto(pathToFileURL(file).href);
        assert.match(await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content"), /^default-src 'none'/);
        assert.equal(await page.locator("h1").count(), 1);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${asked} fits`);
        const places = await page.evaluate(() => [...document.querySelectorAll("a[href^='#']")].filter(({ hash }) => !document.getElementById(decodeURIComponent(hash.slice(1)))).map(({ hash }) => hash));
        assert.deepEqual(places, [], `${asked} has what it leads to`);
        assert.deepEqual([page.asked, page.failures], [[], []]);
        if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${colorScheme}-${asked.replace(/\W/g, "_")}.png`), fullPage: false });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], asked);
        await page.close();
      }
    });
  }
}

// What browsers keep

const PAGES = ["one", "two", "three"];

const ends = [];
after(() => ends.forEach((end) => end()));

/** Builds a small site and serves it below a folder; `state` says whether the host is there, and the folder can change. */
async function keeping(name, isKept) {
  const at = join(made, name), state = { folder: join(made, `${name}-public`), isDown: false, asked: [] };
  await mkdir(join(at, "content"), { recursive: true });
  for (const page of PAGES) await writeFile(join(at, "content", `${page}.md`), `+++\ntitle = "Page ${page}"\n+++\n\nText of page ${page}.\n\n![](dot.png)\n`);
  await writeFile(join(at, "content/dot.png"), Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"));
  const build = async (isKept) => {
    await writeFile(join(at, "brink.toml"), `title = "Kept"\n${isKept ? "offline = true\n" : ""}`);
    brink("build", "--quiet", "--root", at, "--output", state.folder, "--today", "2024-06-30");
  };
  await build(isKept);
  const server = createServer(async (request, response) => {
    state.asked.push(request.url);
    if (state.isDown) return request.socket.destroy();
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname).replace("/some/folder/", "");
    const bytes = await readFile(join(state.folder, path === "" || path.endsWith("/") ? `${path}index.html` : path)).catch(() => null);
    const type = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", png: "image/png", webp: "image/webp" }[path.split(".")[1] ?? "html"];
    response.writeHead(bytes ? 200 : 404, { "content-type": bytes ? type : "text/plain", "cache-control": "no-store" }).end(bytes ?? "not found");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const end = () => { server.closeAllConnections(); server.close(); };
  ends.push(end); // also where the test fails, else the servers would keep the run from ending
  return { url: `http://127.0.0.1:${server.address().port}/some/folder/`, state, build, at, end };
}

const cached = (page) => page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat());
/** Waits until something holds in the page. */
const holds = async (page, told, check) => {
  for (let left = 100; left > 0; left--) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(`${told}: ${await cached(page)}`);
};

test("pages that were read open without a host, one that was not says so, and queries are not kept", async () => {
  const site = await keeping("kept", true), context = await chromium.newContext(), page = await context.newPage(), failures = [];
  page.on("console", (message) => { if (message.type() === "error") failures.push(message.text()); });
  await page.goto(`${site.url}one/`);
  await holds(page, "the first page is kept", async () => (await cached(page)).includes(`${site.url}one/`));
  await page.goto(`${site.url}two/?q=secret`);
  await holds(page, "the second page is kept", async () => (await cached(page)).includes(`${site.url}two/`));
  assert.doesNotMatch((await cached(page)).join(), /secret|three/);
  assert.deepEqual(failures, [], "the policy of the page allows all that is needed");
  site.state.isDown = true;
  for (const name of ["one", "two"]) {
    await page.goto(`${site.url}${name}/`);
    assert.equal(await page.locator("h1").innerText(), `Page ${name}`);
    assert.ok(await page.evaluate(() => document.images[0].decode().then(() => true)), "the picture is shown");
  }
  await page.goto(`${site.url}three/`);
  assert.equal(await page.locator("h1").innerText(), "This page is not on your device");
  await page.locator("article").getByRole("link", { name: "Kept" }).click();
  assert.equal(page.url(), site.url);
  assert.equal(await page.locator("h1").innerText(), "Home");
  // What the host has comes first, and what it withdrew is forgotten.
  site.state.isDown = false;
  await writeFile(join(site.at, "content/one.md"), "# Page one, mended\n");
  await rm(join(site.at, "content/two.md"));
  await site.build(true);
  await page.goto(`${site.url}one/`);
  assert.equal(await page.locator("h1").innerText(), "Page one, mended");
  await page.goto(`${site.url}two/`);
  await holds(page, "the withdrawn page is forgotten", async () => !(await cached(page)).includes(`${site.url}two/`));
  await context.close();
  site.end();
});

test("no more than 200 files are kept, the oldest go first, and the page that says so stays", async () => {
  const site = await keeping("many", true), context = await chromium.newContext(), page = await context.newPage();
  await page.goto(`${site.url}one/`);
  await holds(page, "the first page is kept", async () => (await cached(page)).includes(`${site.url}one/`));
  await page.reload(); // so that the worker stands before the page
  for (let at = 0; at < 210; at++) await writeFile(join(site.state.folder, `${at}.png`), "x");
  await page.evaluate(async () => { for (let at = 0; at < 210; at++) await new Promise((done) => Object.assign(new Image(), { onload: done, onerror: done, src: `../${at}.png` })); });
  // A file is kept first, and the oldest goes after that.
  await holds(page, "200 files and the page are kept", async () => (await cached(page)).includes(`${site.url}209.png`) && (await cached(page)).length === 201);
  const all = await cached(page);
  assert.ok(all.includes(`${site.url}offline.html`) && !all.includes(`${site.url}0.png`));
  await context.close();
  site.end();
});

test("a site that is off has nothing of it, and one that is turned off is forgotten by browsers", async () => {
  const off = await keeping("off", false), on = await keeping("turned", true);
  assert.deepEqual((await files(off.state.folder)).filter((path) => /offline|sw\.js/.test(path)), []);
  for (const path of (await files(off.state.folder)).filter((path) => path.endsWith(".html"))) {
    assert.doesNotMatch(await readFile(join(off.state.folder, path), "utf8"), /offline|kept on your device/);
  }
  const context = await chromium.newContext(), page = await context.newPage();
  await page.goto(`${on.url}one/`);
  await holds(page, "the page is kept", async () => (await cached(page)).includes(`${on.url}one/`));
  await on.build(false);
  await page.goto(`${on.url}two/`);
  await holds(page, "all is forgotten", async () => (await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length)) === 0);
  await context.close();
  off.end();
  on.end();
});

test("the preview keeps nothing, and the archive has no worker", async () => {
  const site = await keeping("previewed", true);
  const preview = spawn(process.env.BRINK, ["serve", "--root", site.at, "--port", "0", "--today", "2024-06-30"], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const url = await new Promise((done, fail) => {
      let told = "";
      const hear = (bytes) => { told += bytes; const [url] = told.match(/http:\/\/[^\s]+/) ?? []; if (url && told.includes("\n")) done(url); };
      preview.stdout.on("data", hear);
      preview.stderr.on("data", hear);
      preview.on("exit", () => fail(new Error(told)));
    });
    const page = await chromium.newPage();
    await page.goto(new URL("one/", url).href);
    await page.waitForTimeout(500);
    assert.equal(await page.locator("h1").innerText(), "Page one");
    assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    assert.equal(await page.locator("script[src*='offline.js']").count(), 0);
    await page.close();
  } finally { preview.kill(); }
  const home = await unpacked("kept-archive", { of: ["--root", site.at] });
  assert.deepEqual((await files(home)).filter((path) => /sw\.js|offline\.html/.test(path)), []);
  const page = await open();
  await page.goto(pathToFileURL(join(home, "index.html")).href);
  assert.deepEqual(page.failures, []);
  await page.close();
  site.end();
});
