// Makes pictures of pages of a built site: node pictures.mjs FOLDER OUT PAGE…
// at 360 and 1280 pixels, light and dark.
import { browser, serve } from "./site.mjs";

const [folder, out, ...pages] = process.argv.slice(2);
const site = await serve(folder);
const chromium = await browser();
for (const width of [360, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await chromium.newPage({ viewport: { width, height: 800 }, colorScheme });
    for (const path of pages) {
      await page.goto(site.url + path);
      const name = path.replaceAll("/", "_") || "home";
      await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
    await page.close();
  }
}
await chromium.close();
site.end();
