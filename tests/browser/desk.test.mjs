// The writer's desk, the bar on each page and the way to the editor, in a browser: node --test desk.test.mjs, with BRINK=program.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { browser } from "./site.mjs";

const axe = await readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const PLAN = `# Plan

Some [broken](nowhere.md) text.

| Intervention | Status | As of |
|---|---|---|
| Training | Ongoing | 2024-06-01 |
| Bridge | Weird | 2020-01-01 |

- An item
- Another, [broken](away.md)

A last paragraph.
`;
const FILES = {
  "brink.toml": 'title = "Desk"\n',
  "content/_index.md": "# Home\n\n[Plan](plan.md), [text](text.md)\n",
  "content/plan.md": PLAN,
  "content/text.md": "# Text\n\n| Intervention | Status | As of | Source |\n|---|---|---|---|\n| Training | Completed | 2024-06-01 | [UN, *Report*, 2024-05-01](https://un.example/r) |\n",
  "content/draft.md": "---\ndraft: true\n---\n# Draft\n",
  "content/later.md": "---\ndate: 2031-01-01\n---\n# Later\n",
  "content/lonely.md": "# Lonely\n\nNothing leads here.\n",
};
let folder, root, heard, server, url, chromium;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "brink-desk-"));
  root = join(folder, "site");
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  heard = join(folder, "heard");
  const editor = join(folder, "editor");
  await writeFile(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > '${heard}.new' && mv '${heard}.new' '${heard}'\n`);
  await chmod(editor, 0o755);
  server = spawn(process.env.BRINK, ["serve", "--port", "0", "--today", "2024-06-30", "--root", root, "--editor", `'${editor}' {file} {line}`], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: server.stdout })) {
    url = line.match(/http:\S+/)?.[0];
    if (url) break;
  }
  chromium = await browser();
});
after(async () => {
  await chromium?.close();
  server?.kill();
  await rm(folder, { recursive: true, force: true });
});

/** The file and line that the editor was told, once it was. */
async function opened() {
  for (let turn = 0; turn < 400; turn += 1) {
    const text = await readFile(heard, "utf8").catch(() => undefined);
    if (text !== undefined) {
      await rm(heard);
      const [file, line] = text.trim().split("\n");
      return [file.slice(file.indexOf("content/")), line];
    }
    await pause(25);
  }
  throw new Error("the editor was never started");
}

test("the desk is read without scripts, and switches between files and kinds", async () => {
  const page = await chromium.newPage({ javaScriptEnabled: false });
  await page.goto(`${url}_brink/`);
  const text = await page.locator("main").innerText();
  for (const part of ["nowhere.md", "Contradictions", "Completed", "is a draft", "1 January 2031", "Lonely", "UN"]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  await page.getByRole("link", { name: "by kind" }).click();
  await page.locator("details[data-key=link-broken]").waitFor();
  await page.getByRole("link", { name: "link-broken", exact: true }).first().click();
  assert.match(await page.locator("main").innerText(), /A link leads to a page or file that does not exist/);
  await page.close();
});

test("the desk follows what is saved, and keeps what is open and where it was", async () => {
  const page = await chromium.newPage({ viewport: { width: 1280, height: 500 } });
  await page.goto(`${url}_brink/`);
  await page.locator("#desk:not([data-more])").waitFor();
  const group = page.locator("details[data-key='content/plan.md']");
  assert.ok(await group.evaluate((each) => each.open));
  await group.locator("summary").click(); // closed by hand
  await page.evaluate(() => scrollTo(0, 300));
  await writeFile(join(root, "content/text.md"), FILES["content/text.md"].replace("Completed", "Cancelled"));
  await page.locator("#contested").getByText("Cancelled", { exact: true }).waitFor({ timeout: 15000 });
  assert.ok(!(await group.evaluate((each) => each.open)), "it was opened again");
  assert.equal(await page.evaluate(() => scrollY), 300);
  await writeFile(join(root, "content/text.md"), FILES["content/text.md"]);
  await page.locator("#contested").getByText("Completed", { exact: true }).waitFor({ timeout: 15000 });
  await page.close();
});

test("the bar is closed by default, shows the page's problems, and is not on paper", async () => {
  const page = await chromium.newPage();
  await page.goto(`${url}plan/`);
  const bar = page.locator("brink-bar");
  assert.ok(!(await bar.locator("details").evaluate((each) => each.open)));
  assert.ok(!(await bar.locator(".panel").isVisible()));
  await bar.locator("summary").press("Enter");
  assert.match(await bar.locator(".panel").innerText(), /nowhere\.md[\s\S]*content\/plan\.md:3[\s\S]*Help:/);
  await bar.locator("summary").press("Escape");
  assert.ok(!(await bar.locator(".panel").isVisible()));
  await page.emulateMedia({ media: "print" });
  assert.ok(!(await bar.isVisible()));
  assert.ok(!(await page.locator("brink-mark > a").first().isVisible()));
  await page.close();
});

test("neither bar nor marks move anything on the page", async () => {
  const page = await chromium.newPage({ viewport: { width: 800, height: 700 } });
  await page.goto(`${url}plan/`);
  const places = () => page.evaluate(() => [...document.querySelectorAll("main p, main td, main th, main li")].map((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [each.tagName, x, y, width, height].join(" ");
  }));
  const withThem = await places();
  assert.ok(await page.locator("brink-mark").count() >= 4);
  await page.evaluate(() => document.querySelectorAll("brink-bar, brink-mark").forEach((each) => each.remove()));
  assert.deepEqual(withThem, await places());
  await page.close();
});

test("what the site's style says does not reach the bar or the marks", async () => {
  const page = await chromium.newPage();
  await page.goto(`${url}plan/`);
  const sizes = () => page.evaluate(() => [
    getComputedStyle(document.querySelector("brink-bar").shadowRoot.querySelector("summary")).fontSize,
    getComputedStyle(document.querySelector("brink-mark > a")).letterSpacing,
    document.querySelector("brink-bar").getBoundingClientRect().height,
  ]);
  const before = await sizes();
  await page.addStyleTag({ content: "body, p, td, th, li { letter-spacing: .5em; font-size: 40px } a, summary, details { display: block; padding: 40px; font-size: 40px; letter-spacing: .5em }" });
  assert.deepEqual(await sizes(), before);
  await page.close();
});

test("a row, a paragraph, a mark and a problem open the editor at their line", async () => {
  const page = await chromium.newPage();
  await page.goto(`${url}plan/`);
  const line = (text) => String(PLAN.split("\n").findIndex((each) => each.includes(text)) + 1);
  await page.getByRole("cell", { name: "2020" }).click({ modifiers: ["Alt"] });
  assert.deepEqual(await opened(), ["content/plan.md", line("| Bridge")]);
  await page.getByText("A last paragraph.").click({ modifiers: ["Alt"] });
  assert.deepEqual(await opened(), ["content/plan.md", line("A last")]);
  await page.locator("li brink-mark > a").focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await opened(), ["content/plan.md", line("Another")]);
  const bar = page.locator("brink-bar");
  await bar.locator("summary").click();
  await bar.locator(".problem .at").first().click();
  assert.deepEqual(await opened(), ["content/plan.md", line("Some [broken]")]);
  await bar.locator(".said").getByText("is being opened in editor").waitFor();
  await page.goto(`${url}_brink/`);
  await page.locator("#unlinked .at").first().press("Enter");
  assert.deepEqual(await opened(), ["content/lonely.md", "1"]);
  await page.close();
});

test("a bar that comes as a template, as when a page is changed in place, is shown, and stays open", async () => {
  const page = await chromium.newPage();
  await page.goto(`${url}plan/`);
  await page.locator("brink-bar summary").click();
  await page.evaluate(async () => {
    const text = (await (await fetch(location.href)).text()).replace("This page:", "Renewed:");
    const fresh = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("brink-bar").replaceChildren(...fresh.querySelector("brink-bar").childNodes);
  });
  await page.locator("brink-bar .panel").getByText("Renewed:").waitFor();
  await page.locator("brink-bar .problem .at").first().click();
  assert.equal((await opened())[0], "content/plan.md");
  // So is one that takes the place of the other.
  await page.evaluate(async () => {
    const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    document.querySelector("brink-bar").replaceWith(document.adoptNode(fresh.querySelector("brink-bar")));
  });
  await page.locator("brink-bar summary").click();
  await page.locator("brink-bar .problem .at").first().click();
  assert.equal((await opened())[0], "content/plan.md");
  await page.close();
});

test("a click alone opens nothing", async () => {
  const page = await chromium.newPage();
  const asked = [];
  page.on("request", (request) => { if (request.method() === "POST") asked.push(request.url()); });
  await page.goto(`${url}plan/`);
  await page.getByText("A last paragraph.").click();
  await page.getByRole("cell", { name: "2020" }).click();
  await page.locator("brink-bar summary").click();
  assert.deepEqual(asked, []);
  await page.close();
});

for (const [name, path] of Object.entries({ desk: "_brink/", "desk by kind": "_brink/?by=kind", "one file": "_brink/?file=content/plan.md", explanation: "_brink/explain/link-broken", "page with a bar": "plan/" })) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1280]) {
      test(`axe finds nothing on: ${name}, ${colorScheme}, ${width} pixels`, async () => {
        const page = await chromium.newPage({ viewport: { width, height: 800 }, colorScheme });
        await page.goto(url + path);
        if (path === "plan/") await page.locator("brink-bar summary").click();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it is wider than the window");
        await page.evaluate(axe);
        const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        const said = found.violations.map((violation) => `${violation.id}: ${violation.help} (${violation.nodes.map((node) => node.html).slice(0, 3).join(" ")})`);
        assert.deepEqual(said, []);
        await page.close();
      });
    }
  }
}
