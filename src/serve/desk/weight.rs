//! What pages weigh for a reader. Comes in: a page of the built site. Goes out: its bytes on the wire, and what a browser asks
//! for to show it, beside what a reader on a slow network can be asked to wait for.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::Compression;
use serde::Serialize;

use super::super::answer::gzip;
use crate::address;
use crate::build::Built;
use crate::html::{self, Attribute, Use};
use crate::output::Output;

/// How many pages are measured: those that are longest in the source, and the registers.
const MEASURED_MAX: usize = 50;
/// What comes with the first answers of a server, in bytes (RFC 6928, less the headers).
const FIRST: usize = 14_000;
/// What the pictures of a page may weigh with it, in bytes.
const WHOLE: usize = 100_000;
/// How many answers a page may need, its pictures aside.
const REQUESTS: usize = 3;

/// What a page weighs.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Weight {
    /// Its address, from the site's root.
    pub url: String,
    title: String,
    /// Its HTML, compressed, in bytes.
    html: usize,
    /// Its styles, compressed, in bytes.
    style: usize,
    /// Its pictures, in bytes.
    pictures: usize,
    /// How many answers it needs, with itself.
    requests: usize,
    /// How many of these come from other sites.
    outside: usize,
    /// What is beyond the budget: `first`, `whole`, `requests`.
    over: Vec<&'static str>,
}

impl Weight {
    /// The bytes before which nothing is shown.
    pub(super) fn first(&self) -> usize {
        self.html + self.style
    }

    /// Whether it is beyond the budget.
    pub(super) fn is_over(&self) -> bool {
        !self.over.is_empty()
    }
}

/// The paths of the pages to measure, those that are likely to be heaviest first.
pub(super) fn candidates(built: &Built) -> Vec<String> {
    let pages = built.plan.outputs().iter().filter(|output| is_page(output));
    let mut likely: Vec<(usize, &Output)> = pages
        .map(|output| {
            let written = built.plan.document_of(output).map_or(0, |document| document.body.html.len());
            let is_register = written == 0 && output.path.matches('/').count() == 1;
            (if is_register { usize::MAX } else { written }, output)
        })
        .collect();
    likely.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    likely.into_iter().take(MEASURED_MAX).map(|(_, output)| output.path.clone()).collect()
}

/// Whether an output is a page.
pub(super) fn is_page(output: &Output) -> bool {
    output.path.ends_with(".html")
}

/// The sizes of files that pages share, by path: of styles and scripts compressed, of pictures as they are.
pub(super) type Sizes = BTreeMap<String, usize>;

/// Measures a page; `None` where it cannot be rendered.
pub(super) fn measure(built: &Built, root: &Path, output: &Output, sizes: &mut Sizes) -> Option<Weight> {
    let bytes = built.bytes(root, output).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut asked: BTreeMap<String, bool> = BTreeMap::new();
    let attributes = html::attributes(&text);
    for attribute in attributes.iter().filter(|attribute| is_fetched(attribute)) {
        asked.insert(attribute.value.clone(), attribute.usage() == Use::Picture);
    }
    let url = output.path.strip_suffix("index.html").unwrap_or(&output.path).to_owned();
    let whole = title_of(&text);
    let title = whole.strip_suffix(&format!(" · {}", built.site.title())).unwrap_or(&whole).to_owned();
    let (mut style, mut pictures, mut outside) = (0, 0, 0);
    let requests = 1 + asked.len();
    let of_text = 1 + asked.values().filter(|is_picture| !**is_picture).count();
    for (target, is_picture) in asked {
        match path_of(&target, &url) {
            Some(path) => {
                let size = *sizes.entry(path).or_insert_with_key(|path| size(built, root, path, is_picture));
                *(if is_picture { &mut pictures } else { &mut style }) += size;
            }
            None => outside += 1,
        }
    }
    let html = compressed(&bytes);
    let is_over = [
        ("first", html + style > FIRST),
        ("whole", html + style + pictures > WHOLE),
        ("requests", of_text > REQUESTS || outside > 0),
    ];
    let over = is_over.into_iter().filter(|(_, is_over)| *is_over).map(|(name, _)| name).collect();
    Some(Weight { url, title, html, style, pictures, requests, outside, over })
}

/// Whether a browser asks for what an attribute leads to before anybody clicks.
fn is_fetched(attribute: &Attribute) -> bool {
    let path = attribute.value.split(['?', '#']).next().unwrap_or_default();
    let is_fetched = match attribute.element.as_str() {
        "link" => path.ends_with(".css"),
        "script" | "iframe" => attribute.name == "src",
        _ => attribute.usage() == Use::Picture,
    };
    is_fetched && !attribute.value.starts_with("data:")
}

/// The path in the published folder that an address on a page leads to; `None` where that is elsewhere.
fn path_of(target: &str, url: &str) -> Option<String> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if path.starts_with("//") || path.split('/').next().is_some_and(|first| first.contains(':')) {
        return None;
    }
    let folder = if path.starts_with('/') { "" } else { address::folder_of(url) };
    address::join(folder, &address::decode(path))
}

fn size(built: &Built, root: &Path, path: &str, is_picture: bool) -> usize {
    let output = built.plan.at(path);
    let stamp = output.and_then(|output| built.listing.files.get(output.source.as_ref()?));
    match (stamp, output) {
        (Some(stamp), _) if is_picture => stamp.size() as usize,
        (_, Some(output)) => built.bytes(root, output).map_or(0, |bytes| compressed(&bytes)),
        _ => 0,
    }
}

/// The title of a page, as it is shown.
fn title_of(html: &str) -> String {
    let title =
        html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).map_or("", |(title, _)| title);
    let plain = title.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    plain.replace("&#x27;", "'").replace("&amp;", "&")
}

/// The length of bytes as most hosts send them.
fn compressed(bytes: &[u8]) -> usize {
    gzip(bytes, Compression::best()).map_or(bytes.len(), |packed| packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_files_of_the_site_or_elsewhere() {
        assert_eq!(path_of("../a%20b.png?v=1#x", "mali/why/").as_deref(), Some("mali/a b.png"));
        assert_eq!(path_of("/a.css", "mali/").as_deref(), Some("a.css"));
        assert_eq!(path_of("https://a.example/x.png", ""), None);
        assert_eq!(path_of("//a.example/x.png", ""), None);
        assert_eq!(path_of("../../x.png", "mali/"), None);
    }

    #[test]
    fn what_repeats_weighs_little() {
        assert!(compressed(&[b'a'; 100_000]) < 300);
        assert_eq!(title_of("<title>A &amp; B &lt;i></title>"), "A & B <i>");
    }
}
