// The preview in a browser: a saved change shows by itself, in place, and only where it concerns.
// node --test preview.test.mjs, with BRINK=program.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { browser } from "./site.mjs";

const WAIT = { timeout: 10_000 };
const PATH = "content/flood/_index.md";
let folder, server, url, chromium, page, other;

/** Starts a preview of the folder, at a port if one is given. */
async function start(port = "0", ...more) {
  server = spawn(process.env.BRINK, ["serve", "--port", port, "--root", folder, ...more], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: server.stdout })) {
    url = line.match(/http:\S+/)?.[0];
    if (url) break;
  }
  server.stdout.resume();
}

const read = (path) => readFile(join(folder, path), "utf8");
const save = async (path, text) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
/** Saves a file with something in it replaced. */
const edit = async (path, from, to) => {
  const text = await read(path);
  assert.ok(text.includes(from), `${path} has ${from}`);
  await save(path, text.replace(from, to));
};
/** Marks the windows, so that a reload shows. */
const mark = async () => {
  for (const [window, name] of [[page, "page"], [other, "other"]]) await window.evaluate((name) => { window.mark = name; }, name);
};
const marks = async () => [await page.evaluate(() => window.mark), await other.evaluate(() => window.mark)];
const shows = (text) => page.getByText(text).first().waitFor(WAIT);
const gone = (selector) => page.locator(selector).first().waitFor({ ...WAIT, state: "detached" });

/** A window whose addresses are counted as the server is asked for them. */
async function open(path) {
  const window = await chromium.newPage();
  await window.goto(url + path);
  return window;
}

before(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "brink-")), "site");
  spawnSync(process.env.BRINK, ["new", folder]);
  const filling = Array.from({ length: 60 }, (_, at) => `Paragraph ${at} of many, so that the page is long.`).join("\n\n");
  await save("content/long.md", `# A long page\n\nThe first paragraph.\n\n<details><summary>More</summary>\n\nHidden.\n\n</details>\n\n` +
    `<input id="field">\n\n| Intervention | Status |\n|---|---|\n| Wells | Ongoing |\n\n${filling}\n`);
  await save("content/quiet.md", "# A quiet page\n\nNobody edits it.\n");
  await save("brink.toml", `${await read("brink.toml")}`);
  await start();
  chromium = await browser();
  page = await open("long/");
  other = await open("quiet/");
  await mark();
});

after(async () => {
  await chromium?.close();
  server?.kill();
  await rm(dirname(folder), { recursive: true });
});

test("a paragraph changes in place: scroll, details, selection, focus and what was typed stay", async () => {
  await page.locator(".text summary").first().click();
  await page.locator("#field").fill("typed");
  await page.evaluate(() => {
    scrollTo({ top: 900, behavior: "instant" });
    const paragraph = [...document.querySelectorAll("p")].find((p) => p.textContent.startsWith("Paragraph 30 "));
    getSelection().setBaseAndExtent(paragraph.firstChild, 0, paragraph.firstChild, 12);
  });
  const scroll = await page.evaluate(() => scrollY);
  assert.ok(scroll > 500);
  await edit("content/long.md", "The first paragraph.", "The first paragraph, edited.");
  await shows("The first paragraph, edited.");
  assert.deepEqual(await page.evaluate(() => ({
    scroll: scrollY,
    open: document.querySelector(".text details").open,
    typed: document.querySelector("#field").value,
    focus: document.activeElement.id,
    selected: getSelection().toString(),
  })), { scroll, open: true, typed: "typed", focus: "field", selected: "Paragraph 30" });
  await edit("content/long.md", "Paragraph 3 of many", "Something new.\n\nParagraph 3 of many");
  await shows("Something new.");
  assert.equal(await page.evaluate(() => getSelection().toString()), "Paragraph 30", "paragraphs below are the same ones");
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("a status in a table changes in place", async () => {
  await edit("content/long.md", "| Wells | Ongoing |", "| Wells | Suspended |");
  await page.locator("td", { hasText: "Suspended" }).waitFor(WAIT);
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("a title changes in the page, in its tab, and in the menu of other pages, without a reload", async () => {
  await edit("content/long.md", "# A long page", "# A very long page");
  await page.getByRole("heading", { level: 1, name: "A very long page" }).waitFor(WAIT);
  assert.match(await page.title(), /^A very long page/);
  await other.locator("nav.tree a", { hasText: "A very long page" }).waitFor({ ...WAIT, state: "attached" });
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("a template and a style change without a reload, and so does a mistake in a template", async () => {
  const template = '{% extends "brink/page.html" %}{% block footer %}<p id="own">Footer one</p>{% endblock %}';
  await save("templates/page.html", template);
  await page.locator("#own").waitFor(WAIT);
  await save("static/style.css", "#own { color: rgb(1, 2, 3) }");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#own")).color === "rgb(1, 2, 3)", null, WAIT);
  await save("static/style.css", "#own { color: rgb(4, 5, 6) }");
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#own")).color === "rgb(4, 5, 6)", null, WAIT);
  await save("templates/page.html", template.replace("Footer one", "{{ page.titel }}"));
  await page.locator("#brink-problems[open]").waitFor(WAIT);
  const problems = await page.locator("#brink-problems").innerText();
  assert.match(problems, /templates\/page\.html:1/);
  assert.match(problems, /page\.titel/);
  assert.equal(await page.locator("#own").innerText(), "Footer one", "the last good version is below it");
  await save("templates/page.html", template.replace("{% endblock %}", ""));
  await page.waitForFunction(() => document.querySelector("#brink-problems")?.innerText.includes("block"), null, WAIT);
  await save("templates/page.html", template.replace("one", "two"));
  await shows("Footer two");
  await gone("#brink-problems");
  await rm(join(folder, "templates/page.html"));
  await gone("#own");
  await rm(join(folder, "static/style.css"));
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("front matter is broken and mended", async () => {
  const text = await read("content/long.md");
  await save("content/long.md", `---\ntitle: ["x\n---\n${text}`);
  await page.locator("#brink-problems[open]").waitFor(WAIT);
  assert.match(await page.locator("#brink-problems").innerText(), /front-matter-invalid[\s\S]*content\/long\.md:2/);
  assert.equal(await page.locator("h1").innerText(), "A very long page");
  await save("content/long.md", text);
  await gone("#brink-problems");
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("pages come, are renamed, and go", async () => {
  await save("content/new.md", "# A new page\n\nHere.\n");
  await page.locator("nav.tree a", { hasText: "A new page" }).waitFor({ ...WAIT, state: "attached" });
  const window = await open("new/");
  await shows("A very long page");
  await rename(join(folder, "content/new.md"), join(folder, "content/renamed.md"));
  await window.getByRole("heading", { level: 1, name: "A new page" }).waitFor({ ...WAIT, state: "detached" });
  await window.goto(`${url}renamed/`);
  await window.getByRole("heading", { level: 1, name: "A new page" }).waitFor(WAIT);
  await rm(join(folder, "content/renamed.md"));
  await window.getByRole("heading", { level: 1, name: "A new page" }).waitFor({ ...WAIT, state: "detached" });
  await page.waitForFunction(() => !document.querySelector("nav.tree").textContent.includes("A new page"), null, WAIT);
  await window.close();
  assert.deepEqual(await marks(), ["page", "other"]);
});

const PICTURE = (colour) => `<svg xmlns="http://www.w3.org/2000/svg" width="${colour.length * 10}" height="10"><rect fill="${colour}" width="9" height="9"/></svg>`;

test("a picture comes, changes, is renamed and goes", async () => {
  await save("content/p.svg", PICTURE("red"));
  await edit("content/long.md", "The first paragraph", "![a picture](p.svg)\n\nThe first paragraph");
  const width = (number) => page.waitForFunction((number) => document.querySelector("article img")?.naturalWidth === number, number, WAIT);
  await width(30);
  await save("content/p.svg", PICTURE("purple"));
  await width(60);
  await rename(join(folder, "content/p.svg"), join(folder, "content/q.svg"));
  await edit("content/long.md", "(p.svg)", "(q.svg)");
  await page.locator("article img[src*='q.svg']").waitFor(WAIT);
  await width(60);
  await rm(join(folder, "content/q.svg"));
  await edit("content/long.md", "![a picture](q.svg)\n\n", "");
  await gone("article img");
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("a folder comes, is renamed and goes", async () => {
  await mkdir(join(folder, "away/deep"), { recursive: true });
  await writeFile(join(folder, "away/_index.md"), "# A new section\n");
  await writeFile(join(folder, "away/deep/a.md"), "# A deep page\n");
  await rename(join(folder, "away"), join(folder, "content/section"));
  const link = (path) => page.locator(`nav.tree a[href$='${path}']`);
  await link("/section/").first().waitFor({ ...WAIT, state: "attached" });
  await rename(join(folder, "content/section"), join(folder, "content/moved"));
  await link("/moved/").first().waitFor({ ...WAIT, state: "attached" });
  await cp(join(folder, "content/moved"), join(folder, "content/copied"), { recursive: true });
  await link("/copied/").first().waitFor({ ...WAIT, state: "attached" });
  for (const name of ["moved", "copied"]) await rm(join(folder, "content", name), { recursive: true });
  await page.waitForFunction(() => !document.querySelector("nav.tree").textContent.includes("A new section"), null, WAIT);
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("a page whose script changes is loaded anew, and no other", async () => {
  await edit("content/long.md", "The first paragraph", "<script>window.ran = 1</script>\n\nThe first paragraph");
  await page.waitForFunction(() => window.ran === 1, null, WAIT);
  assert.deepEqual(await marks(), [undefined, "other"]);
  await mark();
});

test("the connection comes back after the server was away, and brings what was missed", async () => {
  const port = new URL(url).port;
  server.kill();
  await new Promise((done) => server.once("exit", done));
  await edit("content/long.md", "Paragraph 1 of many", "While you were away.\n\nParagraph 1 of many");
  await start(port);
  await shows("While you were away.");
  assert.deepEqual(await marks(), ["page", "other"]);
});

test("more windows than a browser has connections for: all are served, and all follow", async () => {
  const windows = [];
  for (let at = 0; at < 6; at++) windows.push(await open("long/"));
  await edit("content/long.md", "While you were away.", "For all windows.");
  for (const window of windows) await window.getByText("For all windows.").waitFor(WAIT);
  for (const window of windows) await window.close();
});

test("with --follow the window opens the page that was just edited", async () => {
  const port = new URL(url).port;
  server.kill();
  await new Promise((done) => server.once("exit", done));
  await start(port, "--follow");
  await other.close();
  await page.goto(`${url}quiet/`);
  const text = await read(PATH);
  await save(PATH, `${text}\nOne more sentence.\n`);
  await page.waitForURL(`${url}flood/`, WAIT);
  await shows("One more sentence.");
});
