// One page of one site in headless Chromium, as a cheap phone on a slow line opens it for the first time.
import { join } from "node:path";
import { chromium } from "../../tests/browser/node_modules/playwright-core/index.mjs";

/** The name under which all sites are built and opened. */
export const HOST = "mali.example";
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** Starts the browser for one host; all others are unknown to it, so that nothing leaves the machine. */
export function browser(port) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--host-resolver-rules=MAP ${HOST}:80 127.0.0.1:${port}, MAP * ~NOTFOUND`],
  });
}

/** Does something with a page that has an empty cache. */
async function fresh(chromium, options, then) {
  const context = await chromium.newContext({ ...PHONE, ...options });
  try {
    return await then(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

/** Everything that the page asks for by itself, and what it then consists of; the line is not slowed. */
export async function weight(chromium, server, path) {
  return fresh(chromium, {}, async (page) => {
    const elsewhere = [];
    page.on("request", (request) => {
      const address = new URL(request.url());
      if (address.protocol.startsWith("http") && address.hostname !== HOST) elsewhere.push(address.hostname);
    });
    server.taken();
    await page.goto(`http://${HOST}/${path}`, { waitUntil: "load" });
    const answers = [];
    // Until nothing was asked for in two seconds.
    for (let more = server.taken(); more.length > 0; more = server.taken()) {
      answers.push(...more);
      await page.waitForTimeout(2000);
    }
    const inside = await page.evaluate(() => ({
      elements: document.querySelectorAll("*").length,
      script: [...document.scripts].filter((script) => !script.src && !/json/.test(script.type))
        .reduce((sum, script) => sum + new TextEncoder().encode(script.text).length, 0),
    }));
    const files = answers.filter((answer) => answer.type.startsWith("text/javascript"));
    return {
      answers,
      bytes: sum(answers.map((answer) => answer.bytes)),
      requests: answers.length + elsewhere.length,
      elsewhere: elsewhere.length,
      missing: answers.filter((answer) => answer.status >= 400).map((answer) => answer.path),
      script: sum(files.map((answer) => answer.whole)) + inside.script,
      elements: inside.elements,
    };
  });
}

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** The seconds until the first text or picture shows on a slow line, and the bytes that had come by then; the host's answers to
 * the page are those that its weight tells. */
export async function firstRender(chromium, path, line, answers) {
  return fresh(chromium, {}, async (page, context) => {
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Page.enable");
    await devtools.send("Page.setLifecycleEventsEnabled", { enabled: true });
    await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: line.delay,
      downloadThroughput: line.kbits * 125, uploadThroughput: line.kbits * 125 });
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: line.slower });
    let begin;
    const asked = new Map();
    devtools.on("Network.requestWillBeSent", ({ timestamp, requestId, request }) => {
      begin ??= timestamp;
      asked.set(requestId, { path: decodeURIComponent(new URL(request.url).pathname), came: [], end: Infinity });
    });
    devtools.on("Network.dataReceived", ({ timestamp, requestId, dataLength }) => asked.get(requestId)?.came.push([timestamp, dataLength]));
    devtools.on("Network.loadingFinished", ({ timestamp, requestId }) => Object.assign(asked.get(requestId) ?? {}, { end: timestamp }));
    const shown = new Promise((done) => devtools.on("Page.lifecycleEvent", ({ name, timestamp }) => {
      if (name === "firstContentfulPaint") done(timestamp);
    }));
    await page.goto(`http://${HOST}/${path}`, { waitUntil: "commit", timeout: 120_000 });
    const at = await Promise.race([shown, new Promise((_, fail) => setTimeout(() => fail(new Error(`${path} shows nothing`)), 180_000).unref())]);
    // The browser tells how much of a file it had unpacked by then; the account of the host, how many bytes the whole took.
    const bytes = [...asked.values()].map(({ path, came, end }) => {
      const whole = answers.find((answer) => answer.path === path);
      if (!whole || end <= at) return whole?.bytes ?? 0;
      return (whole.bytes * sum(came.filter(([when]) => when <= at).map(([, length]) => length))) / Math.max(1, whole.whole);
    });
    return { seconds: at - begin, bytes: sum(bytes) };
  });
}

/** What is left of a page without JavaScript. */
export async function withoutScript(chromium, path, words, next) {
  return fresh(chromium, { javaScriptEnabled: false }, async (page) => {
    await page.goto(`http://${HOST}/${path}`, { waitUntil: "load" });
    const { text, link } = await look(page, words, next);
    return text ? (link ? "yes" : "text, no way on") : "no";
  });
}

/** What is left of a page that is opened from a folder. */
export async function fromFolder(chromium, folder, path, words, next) {
  return fresh(chromium, {}, async (page) => {
    const failed = new Set();
    page.on("requestfailed", (request) => request.url().startsWith("file:") && failed.add(request.resourceType()));
    const file = path.endsWith("/") ? `${path}index.html` : path;
    await page.goto(`file://${join(folder, file)}`, { waitUntil: "load" });
    await page.waitForTimeout(500);
    const { text, link } = await look(page, words, next);
    const missing = ["stylesheet", "script", "font"].filter((kind) => failed.has(kind));
    let way = link ? "links lead to the host" : "no way on";
    if (link?.startsWith("file:")) {
      const answer = await page.goto(link).catch(() => undefined);
      const isPage = answer && (await page.evaluate((title) => document.body.innerText.includes(title), next.title));
      way = isPage ? "" : "links do not work";
    }
    if (!text) return "no";
    const lacks = [missing.includes("stylesheet") && "no styles", missing.includes("script") && "no scripts", way].filter(Boolean);
    return lacks.length === 0 ? "yes" : lacks.join(", ");
  });
}

/** Whether the words can be seen, and the address of a link to the next article that can be followed. */
function look(page, words, next) {
  return page.evaluate(([words, next]) => {
    const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const text = [...document.querySelectorAll("p, td")].some((one) => one.textContent.replace(/\s+/g, " ").includes(words) && isSeen(one));
    const link = [...document.links].find((one) => new RegExp(`/mali/${next.article}(/|/index\\.html|\\.html)$`).test(one.pathname) && isSeen(one));
    return { text, link: link?.href };
  }, [words, next]);
}
