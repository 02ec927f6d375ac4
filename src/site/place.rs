//! Where a page stands after an edit. Comes in: a site, and a document that is new in it, or another reading of one that is
//! known. Goes out: the page in its place; nothing where more of the tree may depend on it than the lists of its section.

use std::sync::Arc;

use super::pages::Pages;
use super::tree::{Soil, order};
use super::{Hidden, Page, Site, Why};
use crate::address;
use crate::document::{Document, FrontMatter};
use crate::register::PageId;
use crate::rules::Urls;

/// A page with a new reading of its document that differs in words alone ([`Change::Words`](crate::document::Change)), where
/// nothing else in the tree does. `None` where it may stand elsewhere now, in the tree or in a list.
pub(super) fn in_its_place(pages: &Pages, id: PageId, document: &Arc<Document>, soil: &Soil<'_>) -> Option<Page> {
    let page = &pages[id];
    let old = page.document.as_ref()?;
    let moments = |document: &Document| (document.front.date_moment, document.front.updated_moment);
    if soil.config.urls == Urls::Hugo || moments(old) != moments(document) || soil.why(old) != soil.why(document) {
        return None;
    }
    let new = Page { title: document.title.clone()?, document: Some(document.clone()), ..Page::clone(page) };
    let Some(parent) = page.parent.map(|parent| &pages[parent]) else { return Some(new) };
    let front = parent.document.as_ref().map(|document| &document.front);
    let sort_by = front.and_then(|front| front.sort_by);
    let stays = |list: &[PageId]| {
        let Some(at) = list.iter().position(|other| *other == id) else { return true };
        let is_after = |other: PageId| order(&pages[other].sorted(), &new.sorted(), sort_by, soil.config.urls).is_lt();
        at.checked_sub(1).is_none_or(|before| is_after(list[before]))
            && list.get(at + 1).is_none_or(|after| !is_after(*after))
    };
    let is_shown_above = front.is_some_and(|front| front.transparent);
    (!is_shown_above && stays(&parent.children) && stays(&parent.listed)).then_some(new)
}

/// A page that comes to a site.
pub(super) struct Newcomer {
    /// The page.
    pub page: Page,
    /// The section that it is in.
    pub section: PageId,
    /// Its place among what is in the section.
    pub child: usize,
    /// Its place in the list of the section, where that shows it.
    pub listed: Option<usize>,
    /// Its place in reading order.
    pub place: usize,
}

/// A page that comes to a section that is there. `None` where its coming, or its going, changes more of the tree than the lists
/// of that section.
pub(super) fn newcomer(site: &Site, document: &Arc<Document>, soil: &Soil<'_>) -> Option<Newcomer> {
    let pages = &site.pages;
    let name = soil.name(&document.path);
    let is_plain = soil.config.urls == Urls::Zola
        && !name.is_section()
        && !name.is_index()
        && name.language.is_none()
        && document.front.path.is_none()
        && document.front.render
        && soil.why(document).is_none();
    let folder = soil.folder(&name, name.folder);
    // Sections that are no pages, but hand on their template, show nowhere in the tree; those that are hidden hide what is in them.
    let has_say = |hidden: &Hidden| {
        let other = soil.name(&hidden.path);
        let over = soil.folder(&other, other.folder);
        let is_above = || over.is_empty() || folder == over || folder.starts_with(&format!("{over}/"));
        hidden.why == Why::Unrendered || (other.is_section() && is_above())
    };
    if !is_plain || site.hidden.iter().any(has_say) {
        return None;
    }
    let own = site.addresses.of_source(&format!("{}/_index.md", address::folder_of(&document.path)));
    let section = site.addresses.page(own.unwrap_or(&soil.url_of(name.folder)))?;
    let over = &pages[section];
    if !over.is_section || (own.is_none() && over.document.is_some()) {
        return None;
    }
    let fronts = || {
        let sections = pages.upwards(section);
        sections.filter_map(|at| pages[at].document.as_ref()).map(|document| &document.front)
    };
    let hands_down = |front: &FrontMatter| !front.cascade.is_empty();
    let own_front = over.document.as_ref().map(|document| &document.front);
    if fronts().any(hands_down) || own_front.is_some_and(|front| front.transparent) {
        return None;
    }
    let inherited = || fronts().find_map(|front| front.page_template.clone());
    let node = soil.page_node(document, &name);
    let page = Page {
        url: node.url,
        title: node.title,
        document: node.document,
        is_section: false,
        language: None,
        parent: Some(section),
        children: Vec::new(),
        listed: Vec::new(),
        template: document.front.template.clone().or_else(inherited),
    };
    let sort_by = own_front.and_then(|front| front.sort_by);
    let among = |siblings: &[PageId]| {
        siblings.partition_point(|at| order(&pages[*at].sorted(), &page.sorted(), sort_by, soil.config.urls).is_lt())
    };
    let child = among(&over.children);
    let last = |at: PageId| std::iter::successors(Some(at), |at| pages[*at].children.last().copied()).last();
    let before = child.checked_sub(1).and_then(|at| last(over.children[at])).unwrap_or(section);
    let (listed, place) = (page.is_listed().then(|| among(&over.listed)), pages.place(before) + 1);
    Some(Newcomer { section, child, listed, place, page })
}
