//! Which outside addresses stand where. Comes in: a [`Site`]. Goes out: each address of the web once, with its places.

use std::collections::BTreeMap;

use super::web;
use crate::document::{Document, Link};
use crate::problem::Place;
use crate::site::{Resolved, Site};
use crate::vocabulary::{Field, Kind};

/// A place where an address is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// Where.
    pub(super) place: Place,
    /// What it is the address of there, as a message says it.
    pub(super) what: &'static str,
}

/// Every outside address of the site's pages, with each place where it is written.
pub(super) fn of(site: &Site) -> BTreeMap<String, Vec<Written>> {
    let mut places: BTreeMap<String, Vec<Written>> = BTreeMap::new();
    for (page, resolved) in site.linked() {
        let Some(document) = page.document.as_deref() else { continue };
        let links: Vec<(String, &Link)> = outside(document, resolved);
        for (url, place) in sources(document) {
            let is_link = links.iter().any(|(link_url, link)| *link_url == url && stands_in(&link.place, &place));
            if !is_link {
                places.entry(url).or_default().push(Written { place, what: "source" });
            }
        }
        for (url, link) in links {
            let what = if link.is_picture { "picture" } else { "link" };
            places.entry(url).or_default().push(Written { place: link.place.clone(), what });
        }
    }
    for written in places.values_mut() {
        written.sort_by(|a, b| a.place.cmp(&b.place));
        written.dedup_by(|a, b| a.place == b.place);
    }
    places
}

/// The links and pictures of a page that lead to the web.
fn outside<'a>(document: &'a Document, resolved: &[Resolved]) -> Vec<(String, &'a Link)> {
    let pairs = document.links.iter().zip(resolved);
    pairs
        .filter_map(|(link, resolved)| match resolved {
            Resolved::Outside(target) => Some((web::address(target)?, link)),
            _ => None,
        })
        .collect()
}

/// The addresses of a page's sources: of its notes, and of the rows of its tables of sources.
fn sources(document: &Document) -> Vec<(String, Place)> {
    let cited =
        document.citations.iter().filter_map(|citation| Some((citation.target.as_deref()?, citation.place.clone())));
    let tables = document.tables.iter().filter(|table| table.kind == Kind::Sources);
    let listed = tables.flat_map(|table| &table.rows).map(|row| (row.text(Field::Url), row.place_of(Field::Url)));
    cited.chain(listed).filter_map(|(target, place)| Some((web::address(target)?, place))).collect()
}

fn stands_in(inner: &Place, outer: &Place) -> bool {
    inner.span.start >= outer.span.start && inner.span.end <= outer.span.end
}
