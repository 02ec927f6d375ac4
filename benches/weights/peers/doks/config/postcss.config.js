// As the theme's starter does: prefixes, and no rules that no page uses.
const autoprefixer = require("autoprefixer");
const purge = require("@fullhuman/postcss-purgecss");

const used = (stats) => {
  const { tags, classes, ids } = JSON.parse(stats).htmlElements;
  return [...tags, ...(classes ?? []), ...(ids ?? [])];
};

module.exports = {
  plugins: [
    autoprefixer(),
    purge({
      content: ["hugo_stats.json"],
      extractors: [{ extractor: used, extensions: ["json"] }],
      dynamicAttributes: ["aria-expanded", "data-bs-target", "data-bs-theme", "id", "size", "type"],
      safelist: ["active", "show", "showing", "hiding", "hidden", "selected", "disabled", "modal-backdrop", "offcanvas-backdrop"],
    }),
  ],
};
