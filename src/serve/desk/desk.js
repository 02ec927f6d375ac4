// Keeps the desk up to date, and opens the writer's editor where a line is clicked. Without it the desk is read as it is.
(() => {
  let token = document.currentScript.dataset.brinkToken;
  const said = document.getElementById("said");
  let quiet;
  const say = (text) => {
    said.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { said.textContent = ""; }, 6000);
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.at[data-file]");
    if (!link || !token || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const { file, line, column } = link.dataset;
    try {
      const answer = await fetch(`/_brink/open?${new URLSearchParams({ file, line, column })}`, { method: "POST", headers: { "X-Brink-Token": token } });
      say(await answer.text());
    } catch {
      say("The preview does not answer. Is brink serve still running?");
    }
  });

  let waiting = false, again = false, shown = document.getElementById("desk")?.innerHTML;
  if (shown === undefined) return;
  /** Asks for the page anew and takes over what it says: scroll, focus and what is open stay. */
  const renew = async () => {
    if (waiting) { again = true; return; }
    waiting = true;
    try {
      const text = await (await fetch(location.href, { cache: "no-store" })).text();
      const fresh = new DOMParser().parseFromString(text, "text/html");
      token = fresh.querySelector("script[data-brink-token]")?.dataset.brinkToken; // a server that was started anew has another
      const next = fresh.getElementById("desk"), now = document.getElementById("desk");
      if (next && next.innerHTML !== shown) {
        shown = next.innerHTML;
        const open = new Map([...now.querySelectorAll("details[data-key]")].map((each) => [each.dataset.key, each.open]));
        for (const each of next.querySelectorAll("details[data-key]")) {
          if (open.has(each.dataset.key)) each.open = open.get(each.dataset.key);
        }
        const links = (root) => [...root.querySelectorAll("a, summary")];
        const focused = links(now).indexOf(document.activeElement);
        const words = document.activeElement?.textContent;
        const y = scrollY;
        now.replaceWith(next);
        document.title = fresh.title;
        scrollTo({ top: y, behavior: "instant" });
        if (focused >= 0) {
          const same = links(next).filter((each) => each.textContent === words);
          (same.includes(links(next)[focused]) ? links(next)[focused] : same[0])?.focus({ preventScroll: true });
        }
      }
      if (next && "more" in next.dataset) setTimeout(renew, 1000);
    } catch { /* the server is away; the next event comes when it is back */ }
    waiting = false;
    if (again) { again = false; renew(); }
  };
  // Only a window that can be seen listens, since a browser opens but few connections to one server.
  let source = null, later = 0;
  const leave = () => { source?.close(); source = null; };
  const listen = () => {
    clearTimeout(later);
    if (source || document.hidden) return;
    source = new EventSource(`/_brink/events?${new URLSearchParams({ page: "/_brink/" })}`);
    source.onmessage = (event) => {
      if (JSON.parse(event.data).wait) { leave(); later = setTimeout(listen, 3000); }
      else renew();
    };
    source.onerror = () => { leave(); later = setTimeout(listen, 500); };
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else { listen(); renew(); }
  });
  listen();
})();
