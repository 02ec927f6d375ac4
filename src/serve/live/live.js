// Follows what changes. The server says over a stream of events which page has changed; the page is fetched and changed in
// place, so that scroll, open details, selected text, focus and what was typed stay. Whatever cannot be done so is reloaded.
(() => {
  const own = document.currentScript;
  const MARK = "_brink";
  let shown = own.dataset.shown;
  let stream = null;
  let again = 0;
  let fetching = false;
  let stale = false;

  // Only a window that can be seen listens, since a browser opens but few connections to one server. One that comes back says
  // what it shows, and is told what it has missed.
  const listen = () => {
    clearTimeout(again);
    if (stream || document.visibilityState === "hidden") return;
    const query = new URLSearchParams({ page: location.pathname, shown });
    stream = new EventSource(`/_brink/events?${query}`);
    stream.onmessage = (event) => hear(JSON.parse(event.data));
    stream.onerror = () => { leave(); again = setTimeout(listen, 500); };
  };
  const leave = () => {
    if (stream) stream.close();
    stream = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else listen();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);

  const hear = (message) => {
    if (message.wait) { leave(); again = setTimeout(listen, 3000); }
    if (message.page && message.page !== shown) renew();
    if (message.files) refresh(message.files);
    if (message.open && decodeURI(location.pathname) !== message.open) location.assign(encodeURI(message.open));
  };

  // The page anew, in place. What comes while it is fetched is fetched again afterwards.
  const renew = async () => {
    if (fetching) { stale = true; return; }
    fetching = true;
    do {
      stale = false;
      let answer;
      let text;
      try {
        answer = await fetch(location.pathname + location.search, { cache: "no-store" });
        text = await answer.text();
      } catch {
        // The server has gone. When it is back, it is asked what was missed.
        leave();
        again = setTimeout(listen, 500);
        break;
      }
      if (answer.redirected) { location.replace(answer.url); return; }
      try {
        const page = new DOMParser().parseFromString(text, "text/html");
        const version = [...page.querySelectorAll("script[data-shown]")].pop()?.dataset.shown;
        if (!version || scripts(page) !== firstScripts) { location.reload(); return; }
        // What a page may load was settled when it was opened.
        if (policy(page) !== policy(document)) { location.reload(); return; }
        const lines = lift(page);
        lift(document);
        morph(document.documentElement, page.documentElement);
        lay(document.documentElement, page.documentElement, lines);
        shown = version;
        document.dispatchEvent(new Event("brink:changed"));
      } catch {
        location.reload();
        return;
      }
    } while (stale);
    fetching = false;
  };

  // On which lines of its source a block stands does not make it another one: the lines are taken off before two trees are
  // compared, and laid on what they have become afterwards.
  const LINES = "data-brink-lines";
  const lift = (root) => new Map([...root.querySelectorAll(`[${LINES}]`)].map((node) => {
    const lines = node.getAttribute(LINES);
    node.removeAttribute(LINES);
    return [node, lines];
  }));
  const lay = (old, next, lines) => {
    if (lines.has(next)) old.setAttribute(LINES, lines.get(next));
    const own = [...old.children].filter((node) => !isKept(node));
    if (own.length === next.children.length) own.forEach((node, at) => lay(node, next.children[at], lines));
  };

  // A script that has run cannot be taken back, so that other scripts mean a reload.
  const scripts = (page) => [...page.querySelectorAll("script")]
    .filter((script) => !script.dataset.shown && script.type !== "application/ld+json" && !script.src.includes("/_brink/"))
    .map((script) => script.getAttribute("src") ?? script.textContent).join("\n\n");
  const firstScripts = scripts(document);
  const policy = (page) => page.querySelector("meta[http-equiv=Content-Security-Policy]")?.content;

  // Styles and pictures that have changed, without a reload. The old style stays until the new one is there.
  const refresh = (files) => {
    const is = (url) => url.origin === location.origin && files.some((file) => decodeURI(url.pathname).endsWith(`/${file}`));
    const stamped = (address) => {
      const url = new URL(address, location.href);
      url.searchParams.set(MARK, Date.now());
      return url.href;
    };
    if (files.some((file) => file.endsWith(".css"))) { // it may be imported by another
      for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
        const url = new URL(link.href, location.href);
        if (url.origin !== location.origin || url.pathname.startsWith("/_brink/")) continue;
        const next = link.cloneNode();
        next.href = stamped(link.href);
        next.onload = next.onerror = () => link.remove();
        link.after(next);
      }
    }
    for (const picture of document.querySelectorAll("img[src]")) {
      if (is(new URL(picture.src, location.href))) picture.src = stamped(picture.src);
    }
    if ([...document.querySelectorAll("script[src]")].some((script) => is(new URL(script.src)))) location.reload();
  };

  // --- One tree becomes like another, keeping the nodes that both have.

  // What a node is known by, apart from its place.
  const name = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return null;
    if (node.id) return `#${node.id}`;
    if (node.localName === "link") return `link ${node.rel} ${plain(node.getAttribute("href"))}`;
    if (node.localName === "meta") return `meta ${node.name || node.getAttribute("property") || ""}`;
    if (node.localName === "script") return node.dataset.shown ? "script" : `script ${node.getAttribute("src") ?? node.textContent}`;
    return null;
  };
  const plain = (address) => (address ?? "").replace(new RegExp(`[?&]${MARK}=\\d+`), "").replace(`${location.origin}/`, "/");
  const isSame = (address, other) => {
    if (address === null || other === null) return address === other;
    return plain(new URL(address, location.href).href) === plain(new URL(other, location.href).href);
  };
  const isAlike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && name(one) === name(other);
  const isKept = (node) => node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-brink-keep");

  const morph = (old, next) => {
    if (old.nodeType !== Node.ELEMENT_NODE) return rewrite(old, next.data);
    if (old.isEqualNode(next)) return;
    if (old.id === "brink-problems" && old.className !== next.className) old.open = next.open;
    for (const { name: key, value } of [...next.attributes]) {
      if (key === "open") continue; // the reader's own choice
      if ((key === "href" || key === "src") && old.hasAttribute(key) && isSame(old.getAttribute(key), value)) continue;
      if (old.getAttribute(key) !== value) old.setAttribute(key, value);
    }
    for (const { name: key } of [...old.attributes]) {
      if (!next.hasAttribute(key) && key !== "open") old.removeAttribute(key);
    }
    const one = [...old.childNodes].filter((node) => !isKept(node));
    const other = [...next.childNodes];
    // What both begin with and end with is left alone.
    let start = 0;
    while (start < one.length && start < other.length && one[start].isEqualNode(other[start])) start++;
    let [oneEnd, otherEnd] = [one.length, other.length];
    while (oneEnd > start && otherEnd > start && one[oneEnd - 1].isEqualNode(other[otherEnd - 1])) { oneEnd--; otherEnd--; }
    const after = one[oneEnd] ?? null;
    const left = one.slice(start, oneEnd);
    const pairs = pair(left, other.slice(start, otherEnd));
    const stay = new Set(pairs.map(([node]) => node));
    for (const node of left) if (!stay.has(node)) node.remove();
    let place = left.find((node) => stay.has(node)) ?? after;
    for (const [node, fresh] of pairs) {
      if (node && node === place) {
        place = node.nextSibling;
        while (place && isKept(place)) place = place.nextSibling;
      } else {
        old.insertBefore(node ?? document.importNode(fresh, true), place);
      }
      if (node) morph(node, fresh);
    }
  };

  // Which old node each new one is made of, if any: by name; else an equal one; else the next one of its kind.
  const pair = (old, next) => {
    const free = new Set(old);
    const take = (node) => { free.delete(node); return node; };
    const found = next.map((fresh) => {
      const known = name(fresh);
      const match = known !== null && [...free].find((node) => isAlike(node, fresh));
      return match ? take(match) : null;
    });
    // Long lists are matched in order, so that this stays quick.
    let from = 0;
    next.forEach((fresh, at) => {
      if (found[at] || name(fresh) !== null) return;
      const index = old.findIndex((node, index) => index >= from && index < from + 200 && free.has(node) && node.isEqualNode(fresh));
      if (index >= 0) { found[at] = take(old[index]); from = index + 1; }
    });
    let cursor = 0;
    next.forEach((fresh, at) => {
      if (found[at]) { cursor = Math.max(cursor, old.indexOf(found[at]) + 1); return; }
      if (name(fresh) !== null) return;
      const index = old.findIndex((node, index) => index >= cursor && free.has(node) && isAlike(node, fresh));
      if (index >= 0) { found[at] = take(old[index]); cursor = index + 1; }
    });
    return next.map((fresh, at) => [found[at], fresh]);
  };

  // A text keeps what both begin and end with, and with it what is selected there.
  const rewrite = (node, text) => {
    const before = node.data;
    if (before === text) return;
    let start = 0;
    while (start < before.length && start < text.length && before[start] === text[start]) start++;
    let end = 0;
    while (end < before.length - start && end < text.length - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
    node.replaceData(start, before.length - start - end, text.slice(start, text.length - end));
  };

  listen();
})();
