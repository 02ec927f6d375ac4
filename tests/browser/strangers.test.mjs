// The preview and pages of other sites, in a browser: what they can do, and what another machine needs.
// node --test strangers.test.mjs, with BRINK=program.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { browser } from "./site.mjs";

let folder, chromium;
const servers = [];

before(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "brink-")), "site");
  spawnSync(process.env.BRINK, ["new", folder]);
  await writeFile(join(folder, "content/later.md"), "---\ntitle: Later\ndate: 9999-03-03\n---\nText.\n");
  chromium = await browser();
});

after(async () => {
  await chromium.close();
  servers.forEach((server) => server.kill());
  await rm(folder, { recursive: true });
});

async function preview(...more) {
  const server = spawn(process.env.BRINK, ["serve", "--port", "0", "--root", folder, ...more], { stdio: ["ignore", "pipe", "ignore"] });
  servers.push(server);
  for await (const line of createInterface({ input: server.stdout })) {
    const url = line.match(/http:\S+/)?.[0];
    if (url) return url;
  }
}

test("a page of another site on this machine can neither read nor use the preview, and may link to it", async () => {
  const url = await preview();
  const other = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Other</h1>"));
  await new Promise((done) => other.listen(0, "127.0.0.1", done));
  const page = await chromium.newPage();
  await page.goto(`http://localhost:${other.address().port}/`);
  const seen = await page.evaluate(async (url) => {
    const get = (init) => fetch(url, init).then((answer) => answer.status, () => "refused");
    const load = (tag, address) => new Promise((done) => {
      const element = Object.assign(document.createElement(tag), { onload: () => done("loaded"), onerror: () => done("refused") });
      element[tag === "link" ? "href" : "src"] = address;
      if (tag === "link") element.rel = "stylesheet";
      document.body.append(element);
    });
    const listen = new Promise((done) => {
      const source = new EventSource(`${url}_brink/events`);
      source.onopen = () => done("open");
      source.onerror = () => done("refused");
    });
    const bodies = { method: "POST", mode: "no-cors", body: "x" };
    return [await get({}), await get({ mode: "no-cors" }), await get({ method: "POST" }), await get(bodies),
      await load("script", `${url}_brink/live.js`), await load("link", `${url}_brink/live.css`), await listen];
  }, url);
  assert.deepEqual(new Set(seen), new Set(["refused"]));
  await page.evaluate((url) => document.body.append(Object.assign(document.createElement("iframe"), { src: `${url}flood/` })), url);
  await page.waitForFunction(() => document.querySelector("iframe").contentDocument === null);
  assert.ok(!(await Promise.all(page.frames().slice(1).map((frame) => frame.content()))).join().includes("Exampleland"));
  await page.evaluate((url) => { document.body.innerHTML = `<a href="${url}flood/">link</a>`; }, url);
  await page.click("a");
  await page.locator("h1", { hasText: "Exampleland" }).waitFor({ timeout: 10000 });
  other.close();
});

test("a page that waits for its day says so", async () => {
  const page = await chromium.newPage();
  await page.goto(`${await preview()}later/`);
  assert.match(await page.locator(".draft").innerText(), /3 March 9999/);
});

test("another machine needs the key, once", async () => {
  const url = await preview("--lan");
  const page = await (await chromium.newContext()).newPage();
  assert.equal((await page.goto(new URL("/flood/", url).href)).status(), 403);
  await page.goto(url);
  await page.waitForURL((at) => !at.search, { timeout: 10000 });
  assert.equal((await page.goto(new URL("/flood/", url).href)).status(), 200);
  assert.match(await page.locator("h1").innerText(), /Exampleland/);
});
