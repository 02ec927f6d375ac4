//! Pages for folders without a server. Comes in: a page as it is published. Goes out: the same with links to files instead of
//! folders, since what opens from `file://` shows a folder as a list of files.

use super::edit::Edits;
use crate::html::{self, Use};

/// A page whose links lead to files.
pub(super) fn for_disk(html: &str) -> String {
    let mut edits = Edits::default();
    for attribute in html::attributes(html) {
        let leads = matches!(attribute.element.as_str(), "a" | "area" | "link" | "form" | "iframe");
        if !leads || attribute.usage() != Use::Link {
            continue;
        }
        let written = &html[attribute.range.clone()];
        let path = written.split(['?', '#']).next().unwrap_or_default();
        let is_within = !path.is_empty()
            && !path.starts_with('/')
            && !path.split('/').next().is_some_and(|first| first.contains(':'));
        let last = path.rsplit('/').next().unwrap_or_default();
        if is_within && matches!(last, "" | "." | "..") {
            let at = attribute.range.start + path.len();
            edits.replace(at..at, if last.is_empty() { "index.html" } else { "/index.html" });
        }
    }
    // A page that only leads on says so in an attribute that is not an address by itself.
    const ONWARD: &str = "http-equiv=\"refresh\" content=\"0; url=";
    if let Some(start) = html.find(ONWARD).map(|at| at + ONWARD.len()) {
        let target = html[start..].split(['"', '#', '?']).next().unwrap_or_default();
        if target.ends_with('/') && !target.contains(':') && !target.starts_with('/') {
            edits.replace(start + target.len()..start + target.len(), "index.html");
        }
    }
    edits.apply(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_folders_lead_to_the_page_in_them() {
        let html = "<a href=\"../why/#x\">a</a><a href=\"./\">b</a><a href=..>c</a><a href=\"#y\">d</a><a href=\"?q=1\">e</a>\
            <a href=\"https://a.example/\">f</a><a href=\"../a.csv\">g</a><img src=\"a/\"><form action=\"search/\"></form>";
        let wanted = "<a href=\"../why/index.html#x\">a</a><a href=\"./index.html\">b</a><a href=../index.html>c</a>\
            <a href=\"#y\">d</a><a href=\"?q=1\">e</a><a href=\"https://a.example/\">f</a><a href=\"../a.csv\">g</a>\
            <img src=\"a/\"><form action=\"search/index.html\"></form>";
        assert_eq!(for_disk(html), wanted);
    }

    #[test]
    fn a_page_that_leads_on_leads_to_a_file() {
        let html = "<meta http-equiv=\"refresh\" content=\"0; url=../why/#x\">";
        assert_eq!(for_disk(html), "<meta http-equiv=\"refresh\" content=\"0; url=../why/index.html#x\">");
    }
}
