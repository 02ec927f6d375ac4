//! Pictures in pages. Comes in: the HTML of a page, and what is known of the pictures that it shows. Goes out: the same HTML, in
//! which each picture of the site's has its size, so that nothing jumps, and is offered in widths that its readers can pay for.

use std::collections::BTreeMap;
use std::sync::Arc;

use html5gum::{StartTag, Token};

use super::Output;
use super::page::address_text;
use super::plan::{Plan, Recipe};
use super::view::{BodyView, Piece};
use crate::address;
use crate::html;
use crate::picture::shown::{self, Copy};
use crate::picture::{Picture, Pictures};
use crate::register::PageId;
use crate::site::{Known, Resolved, Site};
use crate::theme::escaped;

/// How wide the theme shows a picture.
const SIZES: &str = "(min-width: 46rem) 44rem, 100vw";

/// The file that a picture in a page's text is.
fn file_of<'s>(site: &'s Site, resolved: &'s Resolved) -> Option<(&'s Arc<str>, &'s str)> {
    let Resolved::Within(url) = resolved else { return None };
    match site.addresses.at(url)? {
        Known::File(path) => Some((path, url)),
        _ => None,
    }
}

/// The pictures that pages show as smaller copies, with their URLs. Where a file of the writer's has the name of a copy, there are
/// none of that picture.
pub(super) fn copied(site: &Site, pictures: &Pictures) -> BTreeMap<Arc<str>, String> {
    let mut copied = BTreeMap::new();
    if pictures.is_empty() {
        return copied;
    }
    for (page, resolved) in site.linked() {
        let links = page.document.iter().flat_map(|document| &document.links).zip(resolved);
        for (_, resolved) in links.filter(|(link, _)| link.is_picture) {
            let Some((path, url)) = file_of(site, resolved).filter(|(path, _)| !copied.contains_key(*path)) else {
                continue;
            };
            let copies = pictures.of(path).map(|picture| picture.copies.as_slice()).unwrap_or_default();
            if !copies.is_empty() && copies.iter().all(|copy| site.addresses.at(&copy.path(url)).is_none()) {
                copied.insert(path.clone(), url.to_owned());
            }
        }
    }
    copied
}

impl Plan {
    /// The pictures of the site.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// Whether these are the pictures that it was made for.
    pub fn has_pictures(&self, pictures: &Arc<Pictures>) -> bool {
        Arc::ptr_eq(&self.pictures, pictures)
    }

    /// The smaller copies of pictures, as outputs.
    pub(super) fn copies(&self) -> impl Iterator<Item = Output> {
        self.copied.iter().flat_map(|(path, url)| {
            let copies = self.pictures.of(path).map(|picture| picture.copies.as_slice()).unwrap_or_default();
            copies.iter().map(|copy| Output {
                path: copy.path(url),
                source: Some(path.clone()),
                recipe: Recipe::Picture(path.clone(), *copy),
            })
        })
    }

    /// Shows the pictures in a page's text.
    pub(super) fn show_pictures(&self, id: PageId, bodies: [&mut BodyView; 2]) {
        if self.pictures.is_empty() {
            return;
        }
        let site = &self.site;
        let Some(document) = &site.pages[id].document else { return };
        let from = site.pages[id].url.as_str();
        let links = document.links.iter().zip(site.links_of(id)).enumerate().filter(|(_, (link, _))| link.is_picture);
        let files = links.filter_map(|(link, (_, resolved))| {
            let (path, url) = file_of(site, resolved)?;
            Some((address_text(site, id, link, from), (self.pictures.of(path)?, self.copied.contains_key(path), url)))
        });
        let files: BTreeMap<String, _> = files.collect();
        if files.is_empty() {
            return;
        }
        let shown = |src: &str| {
            let (picture, has_copies, url) = files.get(src)?;
            Some(Shown { picture, has_copies: *has_copies, url, from })
        };
        for piece in bodies.into_iter().flat_map(|body| &mut body.pieces) {
            if let Piece::Html(html) = piece
                && memchr::memmem::find(html.as_bytes(), b"<img").is_some()
            {
                *html = with_pictures(html, shown);
            }
        }
    }
}

/// A picture of the site's in a page.
struct Shown<'p> {
    picture: &'p Picture,
    has_copies: bool,
    /// Its URL within the site.
    url: &'p str,
    /// The URL of the page.
    from: &'p str,
}

/// HTML with its pictures shown.
fn with_pictures<'p>(html: &str, shown: impl Fn(&str) -> Option<Shown<'p>>) -> String {
    let mut out = String::with_capacity(html.len() + 512);
    let (mut from, mut is_in_picture) = (0, false);
    for token in html::tokens(html) {
        match token {
            Token::StartTag(tag) if html::name(&tag.name) == "picture" => is_in_picture = true,
            Token::EndTag(tag) if html::name(&tag.name) == "picture" => is_in_picture = false,
            Token::StartTag(tag) if html::name(&tag.name) == "img" => {
                let Some(shown) = html::value(&tag, "src").and_then(&shown) else { continue };
                out.push_str(&html[from..tag.span.start]);
                from = tag.span.end;
                shown.write(&mut out, &html[tag.span.start..tag.span.end], &tag, is_in_picture);
            }
            _ => {}
        }
    }
    out.push_str(&html[from..]);
    out
}

impl Shown<'_> {
    fn write(&self, out: &mut String, written: &str, tag: &StartTag<usize>, is_in_picture: bool) {
        let offers = self.has_copies && !is_in_picture && html::value(tag, "srcset").is_none();
        let copies = if offers { self.picture.copies.as_slice() } else { &[] };
        let sizes = match html::value(tag, "width").and_then(|width| width.trim_end_matches("px").parse::<u32>().ok()) {
            Some(width) => format!("{width}px"),
            None => SIZES.to_owned(),
        };
        if !copies.is_empty() {
            let offered: Vec<String> = copies.iter().filter_map(|copy| self.offer(*copy)).collect();
            out.push_str(&format!(
                "<picture><source type=\"image/webp\" srcset=\"{}\" sizes=\"{sizes}\">",
                offered.join(", ")
            ));
        }
        let (mut inner, end) = match written.strip_suffix("/>") {
            Some(inner) => (inner.trim_end().to_owned(), " />"),
            None => (written.strip_suffix('>').unwrap_or(written).to_owned(), ">"),
        };
        if let (Some(fallback), Some(src)) = (self.fallback(copies), html::value(tag, "src")) {
            let src = escaped(src);
            inner = inner.replacen(&src, &escaped(&address::href(self.from, &fallback)), 1);
        }
        out.push_str(&inner);
        out.push_str(&self.size(tag, copies));
        for (name, value) in [("loading", "lazy"), ("decoding", "async")] {
            if html::value(tag, name).is_none() {
                out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        out.push_str(end);
        if !copies.is_empty() {
            out.push_str("</picture>");
        }
    }

    /// A copy as `srcset` has it.
    fn offer(&self, copy: Copy) -> Option<String> {
        let Copy::WebP(width) = copy else { return None };
        Some(format!("{} {width}w", escaped(&address::href(self.from, &copy.path(self.url)))))
    }

    /// The URL of the copy for older browsers, where there is one.
    fn fallback(&self, copies: &[Copy]) -> Option<String> {
        copies.iter().find(|copy| matches!(copy, Copy::Jpeg(_))).map(|copy| copy.path(self.url))
    }

    /// Width and height as attributes: those of the largest copy, or of the picture itself. A side that the writer gives stays.
    fn size(&self, tag: &StartTag<usize>, copies: &[Copy]) -> String {
        let Some((width, height)) = self.picture.facts.size else { return String::new() };
        let largest =
            copies.iter().filter_map(|copy| if let Copy::WebP(width) = copy { Some(*width) } else { None }).max();
        let (width, height) = match largest {
            Some(most) => (most, shown::scaled(height, most, width)),
            None => (width, height),
        };
        let given = |name: &str| html::value(tag, name).map(|value| value.trim().parse::<u32>().ok());
        match (given("width"), given("height")) {
            (None, None) => format!(" width=\"{width}\" height=\"{height}\""),
            (Some(Some(own)), None) => format!(" height=\"{}\"", shown::scaled(height, own, width)),
            (None, Some(Some(own))) => format!(" width=\"{}\"", shown::scaled(width, own, height)),
            _ => String::new(),
        }
    }
}
