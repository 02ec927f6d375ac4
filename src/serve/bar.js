// The bar on a previewed page, and the way from a paragraph, a row or a problem to the writer's editor.
(() => {
  if (customElements.get("brink-bar")) return;
  let quiet;

  /** Asks the preview to open a line in the editor, and says what it answers. */
  const open = async (bar, { file, line, column = 1 }) => {
    const token = bar?.dataset.brinkToken;
    if (!token || !file) return;
    const said = bar.shadowRoot?.querySelector(".said");
    let text;
    try {
      const query = new URLSearchParams({ file, line, column });
      text = await (await fetch(`/_brink/open?${query}`, { method: "POST", headers: { "X-Brink-Token": token } })).text();
    } catch {
      text = "The preview does not answer. Is brink serve still running?";
    }
    if (!said) return;
    said.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => { said.textContent = ""; }, 6000);
  };

  class Bar extends HTMLElement {
    connectedCallback() {
      this.take();
      this.hear();
      // A page that is changed in place brings its bar as a template, which no parser has made a shadow of.
      this.watcher ??= new MutationObserver(() => { this.take(); this.hear(); });
      this.watcher.observe(this, { childList: true });
    }
    disconnectedCallback() { this.watcher?.disconnect(); }
    /** Shows what a template in the bar says; what is open stays open. */
    take() {
      const template = this.querySelector(":scope > template[shadowrootmode]");
      if (!template) return;
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const wasOpen = root.querySelector("details")?.open ?? false;
      root.replaceChildren(template.content.cloneNode(true));
      template.remove();
      const details = root.querySelector("details");
      if (details) details.open = wasOpen;
    }
    /** Listens for clicks on problems, and for Escape. */
    hear() {
      if (this.isHeard || !this.shadowRoot) return;
      this.isHeard = true;
      this.shadowRoot.addEventListener("click", (event) => {
        const link = event.target.closest("a.at[data-file]");
        if (!link || !this.dataset.brinkToken || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        open(this, link.dataset);
      });
      this.shadowRoot.addEventListener("keydown", (event) => {
        const details = this.shadowRoot.querySelector("details");
        if (event.key === "Escape" && details?.open) {
          details.open = false;
          details.querySelector("summary").focus();
        }
      });
    }
  }
  customElements.define("brink-bar", Bar);

  document.addEventListener("click", (event) => {
    const bar = document.querySelector("brink-bar");
    const mark = event.target.closest?.("brink-mark > a");
    if (mark) {
      event.preventDefault();
      if (bar?.dataset.brinkToken) open(bar, mark.dataset);
      else bar?.shadowRoot?.querySelector("details")?.setAttribute("open", "");
      return;
    }
    const block = event.altKey && event.target.closest?.("[data-brink-lines]");
    if (!block || !bar?.dataset.file || !bar.dataset.brinkToken) return;
    event.preventDefault();
    event.stopPropagation();
    open(bar, { file: bar.dataset.file, line: block.dataset.brinkLines.split("-")[0] });
  }, true);
})();
