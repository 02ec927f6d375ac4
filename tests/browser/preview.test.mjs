// The preview in a browser: a saved change shows by itself. node --test preview.test.mjs, with BRINK=program.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { browser } from "./site.mjs";

test("the browser follows a saved change, shows an error over the last good page, and comes back", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "brink-")), "site");
  spawnSync(process.env.BRINK, ["new", folder]);
  const server = spawn(process.env.BRINK, ["serve", "--port", "0", "--root", folder], { stdio: ["ignore", "pipe", "ignore"] });
  let url;
  for await (const line of createInterface({ input: server.stdout })) {
    url = line.match(/http:\S+/)?.[0];
    if (url) break;
  }
  const chromium = await browser();
  try {
    const page = await chromium.newPage();
    await page.goto(`${url}flood/`);
    const file = join(folder, "content/flood/_index.md");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("The flood in Exampleland", "The flood, seen anew"));
    await page.getByRole("heading", { level: 1, name: "The flood, seen anew" }).waitFor({ timeout: 5000 });
    await writeFile(file, text.replace("title:", "title: ["));
    await page.locator("#brink-problems[open]").waitFor({ timeout: 5000 });
    assert.match(await page.locator("#brink-problems").innerText(), /front-matter-invalid[\s\S]*content\/flood\/_index\.md:2/);
    assert.equal(await page.locator("h1").innerText(), "The flood, seen anew");
    await writeFile(file, text);
    await page.getByRole("heading", { level: 1, name: "The flood in Exampleland" }).waitFor({ timeout: 5000 });
    assert.equal(await page.locator("#brink-problems").count(), 0);
  } finally {
    await chromium.close();
    server.kill();
    await rm(folder, { recursive: true });
  }
});
