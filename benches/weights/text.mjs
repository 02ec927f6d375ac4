// The text that all tools get: the home page and the articles of this repository's own site, as each tool wants them.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The pages in their order: the home page, the first page of the section, the articles. */
export async function pages(content) {
  const names = (await readdir(join(content, "mali"))).filter((name) => name.endsWith(".md"));
  const articles = await Promise.all(names.map((name) => page(content, `mali/${name}`)));
  return [await page(content, "_index.md"), ...articles.sort((one, other) => one.place - other.place)];
}

async function page(content, path) {
  const [, matter, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(await readFile(join(content, path), "utf8"));
  const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(matter)?.[1];
  const isFirst = path.endsWith("_index.md");
  return { path, isFirst, title: field("title"), description: field("description"), place: isFirst ? 0 : Number(field("weight")), body };
}

/** Links to files, those of the home page to two registers instead to the articles that hold their tables. */
const LINK = /\]\((?:mali\/)?([\w-]+)\.md(#[\w-]+)?\)/g;

/** The text with links to the files of the tool, whose first pages have another name. */
export function withFiles(page, first) {
  return page.body.replace(LINK, (_, name, part = "") =>
    `](${page.path === "_index.md" ? "mali/" : ""}${name === "_index" ? first : name}.md${part})`);
}

/** The text with links to the folders of the pages, from the folder of the page. */
export function withFolders(page) {
  const up = page.path === "_index.md" ? "mali/" : page.isFirst ? "./" : "../";
  return page.body.replace(LINK, (_, name, part = "") => `](${up}${name === "_index" ? "" : `${name}/`}${part})`);
}

/** A page with front matter: what the page is, and further lines. */
export const withMatter = (page, lines, body) =>
  ["---", `title: ${JSON.stringify(page.title)}`, `description: ${JSON.stringify(page.description)}`, ...lines, "---", body].join("\n");

/** Writes a file and the folders that it needs. */
export async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
