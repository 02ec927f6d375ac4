//! What the preview adds to a page, and never a build: the script that follows changes, and what is wrong.
//! Comes in: a rendered page. Goes out: the page with them before its end, between [`START`] and [`END`].

mod events;
mod listeners;
mod policy;

pub(super) use events::listen;
pub(super) use listeners::{Listeners, follow};

use crate::kept;
use crate::key::Key;
use crate::theme::escaped;

/// Follows what changes, in place; also after the connection was lost.
pub(super) const SCRIPT: &str = include_str!("live.js");

/// How the problems look.
pub(super) const STYLE: &str = include_str!("live.css");

/// What stands before all that is added, and after it.
pub(super) const START: &str = "<!-- added by the preview -->";
pub(super) const END: &str = "<!-- end of what the preview added -->\n";

/// What is added to a page.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Additions<'a> {
    /// Why it is only the last good version, as text for people.
    pub stopped: Option<&'a str>,
    /// More HTML to add, such as a bar.
    pub more: &'a str,
}

/// A page with what the preview adds. Problems are shown open where the page is stopped. The script is given the key of all
/// that is shown, so that the server can tell whether a browser shows the newest version.
pub(super) fn with_live(html: &str, additions: &Additions<'_>) -> String {
    let panel = additions.stopped.map(panel).unwrap_or_default();
    let more = additions.more;
    let html = policy::loosened(&kept::without_script(html));
    let end = html.rfind("</body>").unwrap_or(html.len());
    let (before, after) = html.split_at(end);
    let shown = &Key::of(format!("{before}{panel}{more}{after}").as_bytes()).hex()[..SHOWN_LENGTH];
    format!("{before}{START}{panel}{more}<script src=\"/_brink/live.js\" {SHOWN}{shown}\"></script>{END}{after}")
}

const SHOWN: &str = "data-shown=\"";
const SHOWN_LENGTH: usize = 32;

/// The key of what a page shows, as [`with_live`] wrote it.
pub(super) fn shown_in(page: &[u8]) -> Option<&str> {
    let start = memchr::memmem::rfind(page, START.as_bytes())?;
    let added = &page[start..];
    let at = memchr::memmem::rfind(added, SHOWN.as_bytes())? + SHOWN.len();
    std::str::from_utf8(added.get(at..at + SHOWN_LENGTH)?).ok()
}

fn panel(text: &str) -> String {
    let title = "This cannot be shown as it is now; what you see is the last good version.";
    format!(
        "<link rel=\"stylesheet\" href=\"/_brink/live.css\"><details id=\"brink-problems\" class=\"stopped\" open><summary>{title}</summary><pre>{}</pre></details>",
        escaped(text)
    )
}

/// A page for where there is no page to show.
pub(super) fn error_page(problems: &str) -> String {
    let html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
        <title>This page cannot be shown</title></head>\n<body><h1>This page cannot be shown</h1>\
        <p>Mend what is said below and save; the page comes back by itself.</p></body></html>\n";
    let additions = Additions { stopped: Some(problems), more: "" };
    with_live(html, &additions).replace("; what you see is the last good version", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_tells_whether_something_else_is_shown() {
        let page = |html: &str, stopped: Option<&str>| with_live(html, &Additions { stopped, more: "" });
        let one = page("<body><p>a</p></body>", None);
        let key = |page: &str| shown_in(page.as_bytes()).unwrap().to_owned();
        assert_eq!(key(&one), key(&page("<body><p>a</p></body>", None)));
        assert_ne!(key(&one), key(&page("<body><p>b</p></body>", None)));
        assert_ne!(key(&one), key(&page("<body><p>a</p></body>", Some("wrong"))));
        assert_eq!(shown_in(b"<script data-shown=\"00000000000000000000000000000000\">"), None);
    }

    #[test]
    fn problems_cannot_become_html() {
        let page = error_page("<script>alert(1)</script>");
        assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;"));
    }
}
