//! Links in the finished pages. Comes in: every output as it is written. Goes out: links that lead nowhere and that no page's
//! own text has, so that a template made them, at the line of the template where it can be found.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::address;
use crate::html::{self, Attribute, Use};
use crate::problem::{Lines, Place, Problem, catalogue};
use crate::site::{Resolved, Site};
use crate::theme::Theme;
use crate::write::File;

/// A link that leads nowhere, as a template made it.
struct Broken<'f> {
    target: String,
    anchor: Option<String>,
    /// The first page that has it, as an output path, and how many there are.
    page: &'f str,
    pages: usize,
}

/// Checks every link of every page.
pub fn finished(site: &Site, theme: &Theme, files: &[File]) -> Vec<Problem> {
    let finished = Finished::new(site, files);
    let mut broken: BTreeMap<(String, Option<String>), Broken<'_>> = BTreeMap::new();
    for (path, page) in &finished.pages {
        for attribute in html::attributes(page.text) {
            if !matches!(attribute.usage(), Use::Link | Use::Picture) {
                continue;
            }
            let Some((target, anchor)) = finished.missing(path, &attribute) else { continue };
            let known = broken.entry((target.clone(), anchor.clone()));
            let known = known.or_insert_with(|| Broken { target, anchor, page: path, pages: 0 });
            known.pages += 1;
        }
    }
    broken.values().map(|broken| problem(broken, theme)).collect()
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

/// A page as it was written.
struct Page<'f> {
    text: &'f str,
    /// What a fragment can lead to on it; found out when the first one does.
    anchors: OnceCell<Vec<String>>,
}

impl Page<'_> {
    fn has(&self, anchor: &str) -> bool {
        let anchors = self.anchors.get_or_init(|| {
            let found = html::attributes(self.text).into_iter().filter(|found| found.usage() == Use::Anchor);
            let mut anchors: Vec<String> = found.map(|attribute| attribute.value).collect();
            anchors.sort();
            anchors
        });
        anchors.binary_search_by(|known| known.as_str().cmp(anchor)).is_ok()
    }
}

struct Finished<'s> {
    site: &'s Site,
    /// The pages by their output path.
    pages: BTreeMap<&'s str, Page<'s>>,
    /// All other files.
    others: BTreeSet<&'s str>,
}

impl<'s> Finished<'s> {
    fn new(site: &'s Site, files: &'s [File]) -> Finished<'s> {
        let (mut pages, mut others) = (BTreeMap::new(), BTreeSet::new());
        for file in files {
            match std::str::from_utf8(&file.bytes) {
                Ok(text) if file.path.ends_with(".html") => {
                    pages.insert(file.path.as_str(), Page { text, anchors: OnceCell::new() });
                }
                _ => drop(others.insert(file.path.as_str())),
            }
        }
        Finished { site, pages, others }
    }

    /// The URL within the site, and the fragment, that a link of a page should lead to and does not; nothing where the
    /// page's own text has this link, so that it is reported there.
    fn missing(&self, path: &str, attribute: &Attribute) -> Option<(String, Option<String>)> {
        let written = attribute.value.trim();
        self.leads_nowhere(path, written).filter(|_| !self.is_reported(path, written))
    }

    fn leads_nowhere(&self, path: &str, written: &str) -> Option<(String, Option<String>)> {
        let target = match self.site.config.base_url.as_deref().and_then(|base| written.strip_prefix(base)) {
            Some(below) => format!("/{}{below}", self.site.config.base_path()),
            None => written.to_owned(),
        };
        let has_scheme = target.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
        if target.is_empty() || has_scheme || target.starts_with("//") {
            return None;
        }
        let (address, anchor) =
            target.split_once('#').map_or((target.as_str(), None), |(path, anchor)| (path, Some(anchor)));
        let address = address::decode(address.split('?').next().unwrap_or_default());
        let url = match address.strip_prefix('/') {
            Some(from_root) => from_root.strip_prefix(self.site.config.base_path()).unwrap_or(from_root).to_owned(),
            None if address.is_empty() => path.to_owned(),
            None => {
                let is_folder = address.ends_with('/') || address.ends_with("..") || address.ends_with('.');
                let joined = address::join(address::folder_of(path), &address)?;
                if is_folder && !joined.is_empty() { format!("{joined}/") } else { joined }
            }
        };
        let as_folder =
            if url.is_empty() { "index.html".to_owned() } else { format!("{}/index.html", url.trim_end_matches('/')) };
        let found = [url.as_str(), as_folder.as_str()]
            .into_iter()
            .find(|path| self.pages.contains_key(path) || self.others.contains(path));
        let Some(found) = found else { return Some((url, None)) };
        let anchor = address::decode(anchor.filter(|anchor| !anchor.is_empty() && *anchor != "top")?);
        let page = self.pages.get(found)?;
        (!page.has(&anchor)).then(|| (url.clone(), Some(anchor)))
    }

    /// Whether the page's own text has this link, so that it was checked there.
    fn is_reported(&self, path: &str, written: &str) -> bool {
        let url = path.strip_suffix("index.html").unwrap_or(path);
        let Some(crate::site::Known::Page(index)) = self.site.addresses.at(url) else { return false };
        let Some(document) = &self.site.pages[*index].document else { return false };
        let resolved = &self.site.links[*index];
        let root = address::root_of(url);
        document.links.iter().zip(resolved).any(|(link, resolved)| match resolved {
            Resolved::NoAnchor { url, .. } => link.target == written || address::href(&root, url) == written,
            Resolved::Within(_) | Resolved::Outside(_) => false,
            _ => link.target == written,
        })
    }
}
