// Keeps what was read, and shows it when there is no connection. What the host has always comes first; what is kept is shown only
// where the host does not answer in time. Queries are not kept: what readers search for stands in them.
"use strict";
const SCOPE = self.registration.scope;
// Several sites may share one host, so that names have the site's address in them.
const KEPT = `brink 1 ${SCOPE}`;
const NOT_KEPT = `${SCOPE}offline.html`;
const FILES_MAX = 200;
const WAIT_MS = 8000; // a page needs some 5 seconds at 50 kbit/s

const keyOf = (url) => url.split(/[?#]/)[0];
const isOurs = (url) => url.startsWith(SCOPE) && keyOf(url) !== `${SCOPE}sw.js`;

let hasLeft = false;

/** Forgets everything, and goes; for when the site has no worker any more. */
async function leave() {
  hasLeft = true;
  await caches.delete(KEPT);
  await self.registration.unregister();
}

/** Whether the site still has this worker. Without an answer nothing is known, and it stays. */
async function isWanted() {
  try {
    const answer = await fetch(`${SCOPE}sw.js`, { cache: "no-store" });
    return !(answer.status === 404 || answer.status === 410 || (answer.ok && !/javascript/.test(answer.headers.get("content-type") ?? "")));
  } catch { return true; }
}

/** Keeps an answer as the newest, or forgets what is gone. */
async function keep(url, answer) {
  // One that has gone still sees what the pages that are open ask for.
  if (!(await caches.has(KEPT)) || hasLeft) return;
  const kept = await caches.open(KEPT), key = keyOf(url);
  if (answer.status === 404 || answer.status === 410) return kept.delete(key);
  if (answer.status !== 200 || answer.type !== "basic" || answer.redirected) return;
  // Pages without the script belong to a site that keeps nothing any more, unless they are a writer's own.
  const isPage = /^text\/html/.test(answer.headers.get("content-type") ?? "");
  if (isPage && !(await answer.clone().text()).includes("offline.js") && !(await isWanted())) return leave();
  await kept.delete(key);
  await kept.put(key, answer);
  const keys = (await kept.keys()).filter(({ url }) => url !== NOT_KEPT);
  await Promise.all(keys.slice(0, Math.max(0, keys.length - FILES_MAX)).map((old) => kept.delete(old)));
}

async function fetched(url) {
  const answer = await fetch(url);
  await keep(url, answer);
}

/** What the host answers, else what is kept, else the page that says that nothing is. */
async function answered(event) {
  const { request } = event;
  const fresh = fetch(request).then((answer) => {
    const copy = answer.clone();
    event.waitUntil(keep(request.url, copy).catch(() => {})); // a full disk is no reason to show nothing
    return answer;
  });
  fresh.catch(() => {});
  const kept = await caches.match(keyOf(request.url), { cacheName: KEPT });
  const late = new Promise((_, fail) => { if (kept) setTimeout(fail, WAIT_MS); });
  try {
    return await Promise.race([fresh, late]);
  } catch {
    if (kept) return kept;
    // The address changes, so that links lead from there.
    return request.mode === "navigate" && keyOf(request.url) !== NOT_KEPT ? Response.redirect(NOT_KEPT) : Response.error();
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then(() => Promise.all([NOT_KEPT, SCOPE].map(fetched))));
});
self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("brink ") && name.endsWith(` ${SCOPE}`) && name !== KEPT;
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (isOld(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});
self.addEventListener("message", (event) => {
  const asked = Array.isArray(event.data) ? event.data.filter((url) => typeof url === "string" && isOurs(url)) : [];
  event.waitUntil(Promise.all(asked.map((url) => fetched(keyOf(url)).catch(() => {}))));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && isOurs(request.url) && !request.headers.has("range")) event.respondWith(answered(event));
});
