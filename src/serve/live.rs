//! What the preview adds to a page, and never a build: the script that reloads it, and its problems.
//! Comes in: a rendered page. Goes out: the page with them before its end.

use crate::theme::escaped;

/// Asks for a reload when the site changes; also after the connection was lost.
pub(super) const SCRIPT: &str = r#"(() => {
  const shown = document.currentScript.dataset.generation;
  const source = new EventSource("/_brink/events");
  source.onmessage = (event) => { if (event.data !== shown) location.reload(); };
})();
"#;

/// How the problems look.
pub(super) const STYLE: &str = "
#brink-problems{position:fixed;inset:auto 0 0 0;max-height:70vh;overflow:auto;margin:0;background:#1d1b18;color:#fdf6e8;
font:13px/1.5 ui-monospace,Consolas,monospace;border-top:4px solid #d9432f;z-index:99}
#brink-problems summary{padding:.6rem 1rem;cursor:pointer;font-weight:700}
#brink-problems pre{margin:0;padding:0 1rem 1rem;white-space:pre-wrap;background:none;color:inherit;border:0}
";

/// A page with what the preview adds: why the site cannot be built as it is now, if so, and `bar`, the bar of the page.
pub(super) fn with_live(html: &str, generation: u64, stopped: Option<&str>, bar: &str) -> String {
    let panel = stopped.map(|text| {
        let title = "The site cannot be built as it is; this is the last good version.";
        format!(
            "<link rel=\"stylesheet\" href=\"/_brink/live.css\"><details id=\"brink-problems\" open><summary>{title}</summary><pre>{}</pre></details>",
            escaped(text)
        )
    });
    let addition = format!(
        "{}{bar}<script src=\"/_brink/live.js\" data-generation=\"{generation}\"></script>\n",
        panel.unwrap_or_default()
    );
    match html.rfind("</body>") {
        Some(at) => format!("{}{addition}{}", &html[..at], &html[at..]),
        None => format!("{html}{addition}"),
    }
}

/// A page for where there is no page to show.
pub(super) fn error_page(generation: u64, problems: &str) -> String {
    let html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <title>This page cannot be shown</title></head>\n<body><h1>This page cannot be shown</h1>\
        <p>Mend what is said below and save; the page comes back by itself.</p></body></html>\n";
    with_live(html, generation, Some(problems), "").replace("; this is the last good version", "")
}
