//! Pages for folders without a server. Comes in: a page as it is published. Goes out: the same with links to files instead of
//! folders, since what opens from `file://` shows a folder as a list of files.

use html5gum::Token;

use super::edit::Edits;
use crate::address;
use crate::html::{self, Use, escaped, name, tokens, value};

/// What stands around a page in a folder.
pub(super) struct Around<'a> {
    /// Its output path.
    pub path: &'a str,
    /// The address of the site, to which links to what is not in the folder lead.
    pub base_url: Option<&'a str>,
    /// Whether the output at a path is in the folder; so is what nobody knows.
    pub held: &'a dyn Fn(&str) -> bool,
}

impl Around<'_> {
    /// The output path to which an address leads that is not in the folder.
    fn missing(&self, path: &str) -> Option<String> {
        let path = address::join(address::folder_of(self.path), &address::decode(path))?;
        (!(self.held)(&path)).then_some(path)
    }
}

/// A page whose links lead to files.
pub(super) fn for_disk(html: &str, around: &Around<'_>) -> String {
    let mut edits = Edits::default();
    for attribute in html::attributes(html) {
        let leads = matches!(attribute.element.as_ref(), "a" | "area" | "link" | "form" | "iframe");
        if !leads || attribute.usage != Use::Link {
            continue;
        }
        let written = &html[attribute.range.clone()];
        let path = written.split(['?', '#']).next().unwrap_or_default();
        let is_within = !path.is_empty() && !path.starts_with('/') && !address::has_scheme(path);
        let last = path.rsplit('/').next().unwrap_or_default();
        let start = attribute.range.start;
        if is_within && matches!(last, "" | "." | "..") {
            let at = start + path.len();
            edits.replace(at..at, if last.is_empty() { "index.html" } else { "/index.html" });
        } else if is_within && let Some(missing) = around.missing(path) {
            // Without an address of the site the link stays as it is: it says at least what is missing.
            if let Some(base) = around.base_url {
                edits.replace(start..start + path.len(), format!("{base}{}", address::encode(&missing)));
            }
        }
    }
    without_pictures(html, around, &mut edits);
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

/// Words in the place of pictures that are not in the folder.
fn without_pictures(html: &str, around: &Around<'_>, edits: &mut Edits) {
    if !html.contains("<img") {
        return;
    }
    for token in tokens(html) {
        let Token::StartTag(tag) = token else { continue };
        let target = ["src", "srcset"].into_iter().find_map(|name| value(&tag, name));
        let path = target.and_then(|target| target.split_ascii_whitespace().next()).unwrap_or_default();
        let is_shown = matches!(name(&tag.name), "img" | "source") && !path.contains(':');
        if is_shown && around.missing(path.split(['?', '#']).next().unwrap_or_default()).is_some() {
            let alt = value(&tag, "alt").filter(|alt| !alt.is_empty());
            let alt = alt.map(|alt| format!("<em>[{}]</em>", escaped(alt))).unwrap_or_default();
            edits.replace(tag.span.start..tag.span.end, alt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str) -> String {
        let held = |path: &str| !matches!(path, "mali/map.png" | "feed.xml");
        for_disk(html, &Around { path: "mali/index.html", base_url: Some("https://mali.example/"), held: &held })
    }

    #[test]
    fn what_is_not_in_the_folder_is_at_the_site_or_in_words() {
        let html = "<a href=../feed.xml#a>f</a><picture><source srcset=\"map.png 400w\"><img src=map.png alt=\"A <map>\"></picture><img src=b.png>";
        let wanted =
            "<a href=https://mali.example/feed.xml#a>f</a><picture><em>[A &lt;map&gt;]</em></picture><img src=b.png>";
        assert_eq!(of(html), wanted);
    }

    #[test]
    fn links_to_folders_lead_to_the_page_in_them() {
        let html = "<a href=\"../why/#x\">a</a><a href=\"./\">b</a><a href=..>c</a><a href=\"#y\">d</a><a href=\"?q=1\">e</a>\
            <a href=\"https://a.example/\">f</a><a href=\"../a.csv\">g</a><img src=\"a/\"><form action=\"search/\"></form>";
        let wanted = "<a href=\"../why/index.html#x\">a</a><a href=\"./index.html\">b</a><a href=../index.html>c</a>\
            <a href=\"#y\">d</a><a href=\"?q=1\">e</a><a href=\"https://a.example/\">f</a><a href=\"../a.csv\">g</a>\
            <img src=\"a/\"><form action=\"search/index.html\"></form>";
        assert_eq!(of(html), wanted);
    }

    #[test]
    fn a_page_that_leads_on_leads_to_a_file() {
        let html = "<meta http-equiv=\"refresh\" content=\"0; url=../why/#x\">";
        assert_eq!(of(html), "<meta http-equiv=\"refresh\" content=\"0; url=../why/index.html#x\">");
    }
}
