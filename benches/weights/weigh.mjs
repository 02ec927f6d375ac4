// What a page costs its reader, beside the same text built by other tools: node benches/weights/weigh.mjs [--runs 5]
// [--only brink,hugo,…]. Brink is the one in target/, or the one that BRINK names. The others are installed into
// target/weights/ where they are missing, each is given the articles about Mali, and builds them with its defaults. Prints
// one table in Markdown.
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { host } from "./host.mjs";
import { browser, firstRender, fromFolder, weight, withoutScript } from "./measure.mjs";
import { pages } from "./text.mjs";
import { TOOLS } from "./tools.mjs";

/** The pages that are opened: the words by which their text is known, and the article that comes next. */
const ARTICLES = [
  { article: "why", is: "text", words: "armed militias fill it and grow in popularity", next: { article: "actors" } },
  { article: "interventions", is: "table", words: "Enhancing local military capacity", next: { article: "focus-areas" } },
];
/** Slow lines: kilobits in a second, milliseconds until an answer begins, and how much slower the phone is than this machine. */
const LINES = [{ kbits: 400, delay: 400, slower: 4 }, { kbits: 50, delay: 800, slower: 4 }];

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, only: { type: "string" } } });
const runs = Math.max(1, Number(values.runs));
const names = values.only?.split(",") ?? Object.keys(TOOLS);
const text = await pages(fileURLToPath(new URL("../../content", import.meta.url)));
for (const article of ARTICLES) {
  article.next.title = text.find((page) => page.path === `mali/${article.next.article}.md`).title;
}

const rows = new Map(ARTICLES.map(({ article }) => [article, []]));
const versions = [];
let browserVersion;
for (const name of names) {
  process.stderr.write(`${name} …\n`);
  const site = await TOOLS[name](text).catch((error) => {
    process.stderr.write(`${name} is left out: ${error.message}\n`);
  });
  if (!site) continue;
  versions.push(`${site.name} ${site.version}`);
  const server = await host(site.folder);
  const chromium = await browser(server.port);
  browserVersion = chromium.version();
  for (const article of ARTICLES) rows.get(article.article).push(await row(site, server, chromium, article));
  await chromium.close();
  server.end();
}
print();

/** Measures a page of a tool's site. */
async function row(site, server, chromium, { article, words, next }) {
  const path = site.address(article);
  const whole = await weight(chromium, server, path);
  if (whole.missing.length > 0) process.stderr.write(`${site.name}, ${path}: not found: ${whole.missing.join(", ")}\n`);
  const renders = [];
  for (const line of LINES) {
    const tries = [];
    for (let run = 0; run < runs; run += 1) tries.push(await firstRender(chromium, path, line, whole.answers));
    renders.push({ seconds: median(tries.map((one) => one.seconds)), bytes: median(tries.map((one) => one.bytes)) });
  }
  return [site.name, kilobytes(whole.bytes), kilobytes(renders[0].bytes), whole.requests, whole.elsewhere, kilobytes(whole.script), whole.elements,
    ...renders.map((one) => one.seconds.toFixed(1)), await withoutScript(chromium, path, words, next), await opened(site, chromium, path, words, next)];
}

/** What a page is from a folder: as it was built, and in the edition for folders if the tool makes one. */
async function opened(site, chromium, path, words, next) {
  const built = await fromFolder(chromium, site.folder, path, words, next);
  if (!site.edition) return built;
  return `exported: ${await fromFolder(chromium, site.edition, path, words, next)}; else ${built}`;
}

function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function kilobytes(bytes) {
  return (bytes / 1000).toFixed(bytes < 100_000 ? 1 : 0);
}

function print() {
  console.log(`${versions.join(", ")}. Chromium ${browserVersion}, ${cpus().length} × ${cpus()[0].model}, medians of ${runs}.\n`);
  console.log(["page", "", "kB on the wire", "kB before it shows", "requests", "of them elsewhere", "kB of JavaScript", "elements",
    ...LINES.map(({ kbits }) => `s until it shows, ${kbits} kbit/s`), "without JavaScript", "from a folder"].join(" | ").replace(/^(.*)$/, "| $1 |"));
  console.log("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|---|");
  for (const { article, is } of ARTICLES) {
    rows.get(article).forEach((cells, place) => console.log(`| ${[place === 0 ? is : "", ...cells].join(" | ")} |`));
  }
}
