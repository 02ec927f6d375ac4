// Has the browser keep what is read, for times without a connection (`offline = true`). The worker, `sw.js`, does the work; here it is
// only told of the page on which it began, which it has not seen being loaded. From a disk, and where browsers know no workers,
// nothing happens.
(async () => {
  "use strict";
  if (!("serviceWorker" in navigator) || !/^https?:$/.test(location.protocol)) return;
  const worker = new URL("sw.js", document.currentScript.src);
  try {
    const registered = await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
    if (navigator.serviceWorker.controller) return;
    const { active } = await navigator.serviceWorker.ready;
    const asked = performance.getEntriesByType("resource").map(({ name }) => name);
    (active ?? registered.active).postMessage([location.href, ...asked]);
  } catch { /* a browser or a host that allows no workers: pages are read as without */ }
})();
