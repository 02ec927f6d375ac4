//! Links in the finished pages. Comes in: every output as it is written. Goes out: links that lead nowhere and that no page's
//! own text has, so that a template made them, at the line of the template where it can be found.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::address;
use crate::html::{self, Use};
use crate::key::number_of;
use crate::problem::{Lines, Place, Problem, catalogue};
use crate::site::{Resolved, Site};
use crate::theme::Theme;

/// A link that leads nowhere, as a template made it.
struct Broken<'f> {
    target: String,
    anchor: Option<String>,
    /// The first page that has it, as an output path, and how many there are.
    page: &'f str,
    pages: usize,
}

/// Looks at finished pages, one by one and from any thread.
pub struct Finished<'s> {
    site: &'s Site,
    /// The path of every output, by itself and by the URL of its folder where it is what that shows.
    outputs: HashMap<&'s str, &'s str>,
}

/// What was seen on a finished page.
#[derive(Debug)]
pub struct Seen {
    /// Its output path.
    path: String,
    /// Its links that lead to no output: as they are written, and the URL within the site that they should lead to.
    nowhere: Vec<(String, String)>,
    /// Its links to places on other pages, and to places on it that are not there, as they are written.
    fragments: Vec<Box<str>>,
    /// What a fragment can lead to on it, as numbers in their order: there are many, of which hardly any is ever asked for.
    anchors: Box<[u64]>,
}

fn problem(broken: &Broken<'_>, theme: &Theme) -> Problem {
    let anchor = broken.anchor.as_ref().map(|anchor| format!("#{anchor}"));
    let place = anchor
        .and_then(|anchor| place_in_templates(&anchor, theme))
        .or_else(|| place_in_templates(&broken.target, theme))
        .unwrap_or_else(|| Place::start_of(theme.nearest_template(broken.page)));
    let page = broken.page.trim_end_matches("index.html");
    catalogue::template_link_broken(place, &broken.target, broken.anchor.as_deref(), page, broken.pages)
}

/// Where a template of the site's writes an address, whole or its last part.
fn place_in_templates(target: &str, theme: &Theme) -> Option<Place> {
    let wanted = [target, target.trim_end_matches('/'), address::name_of(target.trim_end_matches('/'))];
    wanted.into_iter().filter(|wanted| wanted.len() > 1).find_map(|wanted| {
        theme.own_templates().find_map(|(path, text)| {
            let at = text.find(wanted)?;
            Some(Lines::new(path.clone(), text).place(at..at + wanted.len()))
        })
    })
}

/// Where a link of a finished page leads.
enum Leads<'s> {
    /// To an output, or out of the site.
    Somewhere,
    /// To no output; to this URL within the site.
    Nowhere(String),
    /// To a place on a page: its output path, its URL, the place.
    To(&'s str, String, String),
}

impl<'s> Finished<'s> {
    /// For a site whose outputs have these paths.
    pub fn new(site: &'s Site, paths: impl Iterator<Item = &'s str>) -> Finished<'s> {
        let of_folder =
            |path: &'s str| path.strip_suffix("index.html").filter(|url| url.is_empty() || url.ends_with('/'));
        let names = |path: &'s str| of_folder(path).into_iter().chain([path]).map(move |name| (name, path));
        Finished { site, outputs: paths.flat_map(names).collect() }
    }

    /// Looks at an output; `None` where it is no page.
    pub fn look(&self, path: &str, bytes: &[u8]) -> Option<Seen> {
        let text = std::str::from_utf8(bytes).ok().filter(|_| path.ends_with(".html"))?;
        let (mut nowhere, mut fragments) = (Vec::new(), Vec::new());
        let (mut links, mut anchors): (Vec<Cow<'_, str>>, Vec<u64>) = (Vec::new(), Vec::new());
        html::each_attribute(text, |attribute| match attribute.usage {
            Use::Anchor => anchors.push(number_of(&attribute.value)),
            Use::Link | Use::Picture => links.push(attribute.value),
            _ => {}
        });
        links.sort_unstable();
        links.dedup();
        anchors.sort_unstable();
        for written in links.iter().map(|written| written.trim()) {
            match self.leads(path, written) {
                Leads::Nowhere(url) => nowhere.push((written.to_owned(), url)),
                Leads::To(to, _, anchor) if to == path && anchors.binary_search(&number_of(&anchor)).is_ok() => {}
                Leads::To(..) => fragments.push(written.into()),
                Leads::Somewhere => {}
            }
        }
        Some(Seen { path: path.to_owned(), nowhere, fragments, anchors: anchors.into() })
    }

    /// The links that lead nowhere, by what they should lead to, of all pages in the order of their paths.
    pub fn problems(&self, theme: &Theme, pages: &[Seen]) -> Vec<Problem> {
        let has = |path: &str, anchor: &str| {
            let page = pages.binary_search_by(|page| page.path.as_str().cmp(path));
            page.map_or(true, |at| pages[at].anchors.binary_search(&number_of(anchor)).is_ok())
        };
        let of_page = |page: &Seen| {
            let nowhere = page.nowhere.iter().map(|(written, url)| (written.as_str(), url.clone(), None));
            let missing = page.fragments.iter().filter_map(|written| match self.leads(&page.path, written) {
                Leads::To(path, url, anchor) if !has(path, &anchor) => Some((&**written, url, Some(anchor))),
                _ => None,
            });
            let found = nowhere.chain(missing).filter(|(written, ..)| !self.is_reported(&page.path, written));
            found.map(|(_, url, anchor)| (url, anchor)).collect::<BTreeSet<_>>()
        };
        let of_pages: Vec<BTreeSet<(String, Option<String>)>> = pages.par_iter().map(of_page).collect();
        let mut broken: BTreeMap<(String, Option<String>), Broken<'_>> = BTreeMap::new();
        for (page, of_page) in pages.iter().zip(of_pages) {
            for (target, anchor) in of_page {
                let known = broken.entry((target.clone(), anchor.clone()));
                known.or_insert_with(|| Broken { target, anchor, page: &page.path, pages: 0 }).pages += 1;
            }
        }
        broken.values().map(|broken| problem(broken, theme)).collect()
    }

    /// Where a link of a page leads.
    fn leads(&self, path: &str, written: &str) -> Leads<'s> {
        self.target(path, written).unwrap_or(Leads::Somewhere)
    }

    fn target(&self, path: &str, written: &str) -> Option<Leads<'s>> {
        let target: Cow<'_, str> =
            match self.site.config.base_url.as_deref().and_then(|base| written.strip_prefix(base)) {
                Some(below) => format!("/{}{below}", self.site.config.base_path()).into(),
                None => written.into(),
            };
        if target.is_empty() || address::has_scheme(&target) || target.starts_with("//") {
            return None;
        }
        let (address, anchor) = target.split_once('#').map_or((&*target, None), |(path, anchor)| (path, Some(anchor)));
        let address = address::decode(address.split('?').next().unwrap_or_default());
        let url = match address.strip_prefix('/') {
            Some(from_root) => from_root.strip_prefix(self.site.config.base_path()).unwrap_or(from_root).to_owned(),
            None if address.is_empty() => path.to_owned(),
            None => {
                let is_folder = address.ends_with('/') || address.ends_with("..") || address.ends_with('.');
                let joined = address::join(address::folder_of(path), &address)?;
                if is_folder && !joined.is_empty() { joined + "/" } else { joined }
            }
        };
        let as_folder = || self.outputs.get(format!("{}/", url.trim_end_matches('/')).as_str());
        let Some(found) = self.outputs.get(url.as_str()).or_else(as_folder) else { return Some(Leads::Nowhere(url)) };
        let anchor = address::decode(anchor.filter(|anchor| !anchor.is_empty() && *anchor != "top")?);
        Some(Leads::To(found, url, anchor.into_owned()))
    }

    /// Whether the page's own text has this link, so that it was checked there.
    fn is_reported(&self, path: &str, written: &str) -> bool {
        let from = path.strip_suffix("index.html").unwrap_or(path);
        let Some(id) = self.site.addresses.page(from) else { return false };
        let Some(document) = &self.site.pages[id].document else { return false };
        let resolved = self.site.links_of(id);
        document.links.iter().zip(resolved).any(|(link, resolved)| match resolved {
            Resolved::NoAnchor { url, .. } => link.target == written || address::href(from, url) == written,
            Resolved::Within(_) | Resolved::Outside(_) => false,
            _ => link.target == written,
        })
    }
}
