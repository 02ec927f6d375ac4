// Makes pictures of built sites: node pictures.mjs OUT FOLDER… (such as a site in English and one in Arabic). Of each kind of
// page it takes the longest one, at 360 and 1280 pixels, light and dark, and the explainer as it is printed.
import { mkdir, readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { browser, serve } from "./site.mjs";

const KINDS = {
  home: "home", page: "explainer", section: "explainer", interventions: "board", intervention: "intervention",
  "focus-areas": "focus-areas", "focus-area": "focus-area", timeline: "timeline", figures: "figures", contested: "contested",
};

/** The longest page of each kind in a folder, by the name of its picture. */
async function longest(folder) {
  const found = {};
  const files = (await readdir(folder, { recursive: true })).filter((file) => basename(file) === "index.html").sort();
  for (const file of files) {
    const html = await readFile(join(folder, file), "utf8");
    const name = KINDS[html.match(/<body class="([^" ]*)/)?.[1]];
    if (name && html.length > (found[name]?.length ?? 0)) found[name] = { path: file.slice(0, -"index.html".length), length: html.length };
  }
  return found;
}

const [out, ...folders] = process.argv.slice(2);
if (!folders.length) throw new Error("say where the pictures go and which built sites they show: node pictures.mjs OUT FOLDER…");
await mkdir(out, { recursive: true });
const chromium = await browser();
for (const folder of folders) {
  const site = await serve(folder);
  const pages = Object.entries(await longest(folder));
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await chromium.newPage({ viewport: { width, height: 800 }, colorScheme });
      for (const [name, { path }] of pages) {
        await page.goto(site.url + path);
        await page.screenshot({ path: join(out, `${basename(folder)}-${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      await page.close();
    }
  }
  const page = await chromium.newPage();
  for (const [name, { path }] of pages.filter(([name]) => name === "explainer")) {
    await page.goto(site.url + path);
    await page.pdf({ path: join(out, `${basename(folder)}-${name}.pdf`), format: "A4", margin: { top: "18mm", bottom: "18mm", left: "18mm", right: "18mm" } });
  }
  await page.close();
  site.end();
}
await chromium.close();
