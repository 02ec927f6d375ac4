//! A site after a change. Comes in: the documents now and before, and the site before. Goes out: the site as
//! [`link`](super::link) makes it, at the cost of what has changed; nothing where more of it depends on the change.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::ordmap::DiffItem;
use rayon::prelude::*;

use super::address_book::further_parts;
use super::feeds::{dates, feeds};
use super::found::wants_to_be_found;
use super::links::{linked, resolve_all};
use super::place::{self, Newcomer};
use super::tree::Soil;
use super::{Found, Page, Parts, Resolved, SEARCH, Site};
use crate::document::{Change, Document, Documents};
use crate::problem::Code;
use crate::register::PageId;
use crate::search::letter;

/// How many pages may come and go at once; more are linked sooner on all cores.
const MOVED_MAX: usize = 16;

/// How many pages may be looked at again for their links when a page comes or goes.
const CONCERNED_MAX: usize = 1000;

/// How much of a site was made anew after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Everything but the texts of some pages.
    All,
    /// Everything but the texts and titles of some pages, and what every page says of the site.
    Order,
    /// As before, and some pages that state nothing have come or gone.
    Pages,
}

/// The site after some of its documents have changed, made from what it was before: as [`link`](super::link) makes it, but at
/// the cost of what has changed. `known` are the documents before. `None` where more of the site depends on the change. All other
/// [`Parts`] must be as they were, but for what the configuration says that every page shows
/// ([`Config::is_linked_as`](crate::config::Config::is_linked_as)).
pub fn relink(parts: &Parts<'_>, before: &Arc<Site>, known: &Documents) -> Option<(Site, Kept)> {
    let changes = Changes::between(known, parts.documents);
    let moved = changes.gone.len() + changes.come.len();
    if moved > MOVED_MAX {
        return None;
    }
    let soil = Soil { config: parts.config, with_drafts: parts.with_drafts, today: parts.today };
    let mut site = Site::clone(before);
    for document in changes.gone {
        site.remove(document, &soil)?;
    }
    for document in changes.come {
        site.add(document, &soil)?;
    }
    let change = site.change(&changes.changed, &soil)?;
    let is_reworded = *parts.config != *before.config;
    if is_reworded {
        site.config = Arc::new(parts.config.clone());
    }
    let kept = match change {
        _ if moved > 0 => Kept::Pages,
        Change::Text if !is_reworded => Kept::All,
        _ => Kept::Order,
    };
    Some((site, kept))
}

/// What is another among documents.
#[derive(Default)]
struct Changes<'d> {
    gone: Vec<&'d Arc<Document>>,
    come: Vec<&'d Arc<Document>>,
    /// Each as it was and as it is.
    changed: Vec<(&'d Arc<Document>, &'d Arc<Document>)>,
}

impl<'d> Changes<'d> {
    fn between(before: &'d Documents, now: &'d Documents) -> Changes<'d> {
        let mut changes = Changes::default();
        for difference in before.diff(now) {
            match difference {
                DiffItem::Add(_, new) => changes.come.push(&new.0),
                DiffItem::Remove(_, old) => changes.gone.push(&old.0),
                DiffItem::Update { old: (_, old), new: (_, new) } => changes.changed.push((&old.0, &new.0)),
            }
        }
        changes
    }
}

impl Site {
    /// The page of a document. `None` where it is not published, or the site has another document than the file says, since a
    /// section hands down keys.
    fn page_of(&self, document: &Arc<Document>) -> Option<PageId> {
        let id = self.addresses.page(self.addresses.of_source(&document.path)?)?;
        self.pages[id].document.as_ref().is_some_and(|own| Arc::ptr_eq(own, document)).then_some(id)
    }

    /// Puts other readings of documents in the places of those before.
    fn change(&mut self, changed: &[(&Arc<Document>, &Arc<Document>)], soil: &Soil<'_>) -> Option<Change> {
        let mut change = Change::Text;
        for (old, new) in changed {
            change = change.max(new.change_since(old));
            if change == Change::Whole {
                return None;
            }
        }
        // Several pages with new titles may change places among each other.
        if change != Change::Text && changed.len() > 1 {
            return None;
        }
        for (old, new) in changed {
            let id = self.page_of(old)?;
            self.mention(id, Some(old), Some(new))?;
            let page = match change {
                Change::Text => Page { document: Some(Arc::clone(new)), ..Page::clone(&self.pages[id]) },
                _ => place::in_its_place(&self.pages, id, new, soil)?,
            };
            if self.found.contains(&Found::Page(id)) {
                let (from, to) = (letter(&self.pages[id].title), letter(&page.title));
                if from != to {
                    self.alphabet = Arc::new(self.alphabet.with_moved(Some(&from), Some(to))?);
                }
                self.words = self.words + new.words - old.words;
            }
            self.pages.put(id, page);
        }
        Some(change)
    }

    /// Adds the page of a document.
    fn add(&mut self, document: &Arc<Document>, soil: &Soil<'_>) -> Option<()> {
        let newcomer = self.newcomer(document, soil)?;
        let id = self.pages.next_id();
        if !Arc::make_mut(&mut self.addresses).add(id, &newcomer.page.url, &document.path) {
            return None;
        }
        let page = newcomer.page;
        let has_dates = dates(&page).next().is_some();
        let is_found = soil.config.has_search && wants_to_be_found(&page);
        let (url, name) = (page.url.clone(), letter(&page.title));
        self.pages.insert(newcomer.place, page);
        self.put_in_section(newcomer.section, |section| {
            section.children.insert(newcomer.child, id);
            if let Some(at) = newcomer.listed {
                section.listed.insert(at, id);
            }
        })?;
        self.mention(id, None, Some(document))?;
        if is_found {
            let is_before = |found: &Found| matches!(found, Found::Page(at) if self.pages.place(*at) < newcomer.place);
            let at = self.found.partition_point(is_before);
            Arc::make_mut(&mut self.found).insert(at, Found::Page(id));
            self.alphabet = Arc::new(self.alphabet.with_moved(None, Some(name))?);
            self.words += document.words;
        }
        if has_dates && feeds(&self.pages, soil.config) != *self.feeds {
            return None;
        }
        self.links.push_back(Arc::default());
        let links = resolve_all(&self.pages[id], &self.pages, &self.addresses);
        self.lead(id, links.into());
        self.look_for(&document.path, &url)
    }

    /// Takes away the page of a document.
    fn remove(&mut self, document: &Arc<Document>, soil: &Soil<'_>) -> Option<()> {
        let id = self.page_of(document)?;
        let newcomer = self.newcomer(document, soil)?;
        let page = self.pages[id].clone();
        let section = &self.pages[newcomer.section];
        // An alias may get its address, and a folder without any page is no section.
        let gives_way = self.problems.iter().any(|problem| problem.code == Code::AliasTaken)
            || (section.document.is_none() && section.children.len() == 1);
        if page.parent != Some(newcomer.section) || !page.children.is_empty() || gives_way || self.introduces(&page.url)
        {
            return None;
        }
        Arc::make_mut(&mut self.addresses).remove(&page.url, &document.path);
        self.put_in_section(newcomer.section, |section| {
            section.children.retain(|child| *child != id);
            section.listed.retain(|child| *child != id);
        })?;
        self.mention(id, Some(document), None)?;
        self.lead(id, Arc::default());
        self.pages.remove(id);
        Arc::make_mut(&mut self.wanted).forget(id);
        if let Some(at) = self.found.iter().position(|found| *found == Found::Page(id)) {
            Arc::make_mut(&mut self.found).remove(at);
            self.alphabet = Arc::new(self.alphabet.with_moved(Some(&letter(&page.title)), None)?);
            self.words -= document.words;
        }
        if dates(&page).next().is_some() && feeds(&self.pages, soil.config) != *self.feeds {
            return None;
        }
        self.look_for(&document.path, &page.url)
    }

    /// Notes what the running text of a page names, which was another before. `None` where one of them says a status.
    fn mention(&mut self, id: PageId, before: Option<&Arc<Document>>, now: Option<&Arc<Document>>) -> Option<()> {
        let named = |document: Option<&Arc<Document>>| {
            document.map_or_else(|| Some(BTreeSet::new()), |document| self.register.named_by(document))
        };
        let (before, now) = (named(before)?, named(now)?);
        for named in before.difference(&now) {
            if let Some(pages) = self.mentions.get_mut(named) {
                pages.remove(&id);
            }
        }
        for named in now.difference(&before) {
            self.mentions.entry(*named).or_default().insert(id);
        }
        Some(())
    }

    /// Where a page stands that comes or goes, where nothing of it is in a register, a taxonomy or an address of another page.
    fn newcomer(&self, document: &Arc<Document>, soil: &Soil<'_>) -> Option<Newcomer> {
        let front = &document.front;
        let states_nothing = document.tables.is_empty()
            && document.citations.is_empty()
            && document.settlements.is_empty()
            && front.taxonomies.is_empty()
            && front.aliases.is_empty()
            && front.redirect_to.is_none()
            && front.paginate_by.is_none();
        // What has the name of a file would have to be told from files.
        let is_plain = |newcomer: &Newcomer| !newcomer.page.url.contains('.');
        if states_nothing { place::newcomer(self, document, soil).filter(is_plain) } else { None }
    }

    /// Whether an address is one that something else would have without a page of the writer's.
    fn introduces(&self, url: &str) -> bool {
        let first = url.split('/').next().unwrap_or_default();
        let is_kind = self.config.vocabulary.all_kinds().any(|kind| self.config.vocabulary.code_of(kind) == first);
        is_kind || url.starts_with(SEARCH) || self.filings.iter().any(|filing| url.starts_with(&filing.url))
    }

    /// Changes what is in the section of a page that comes or goes. `None` where its list has another number of parts then.
    fn put_in_section(&mut self, id: PageId, change: impl FnOnce(&mut Page)) -> Option<()> {
        let mut section = Page::clone(&self.pages[id]);
        change(&mut section);
        let parts = |section: &Page| further_parts(section, &self.pages).len();
        if parts(&section) != parts(&self.pages[id]) {
            return None;
        }
        self.pages.put(id, section);
        Some(())
    }

    /// Notes where the links of a page lead now.
    fn lead(&mut self, id: PageId, links: Arc<[Resolved]>) {
        let page = &self.pages[id];
        let old = linked(&self.links[id.index()], page, &self.addresses);
        let new = linked(&links, page, &self.addresses);
        if old != new {
            for url in old.iter().filter(|url| !new.contains(url)) {
                self.backlinks.get_mut(*url).into_iter().for_each(|pages| pages.retain(|other| *other != id));
            }
            for url in new.iter().filter(|url| !old.contains(url)) {
                let known = self.backlinks.entry((*url).to_owned()).or_default();
                let at = known.partition_point(|other| self.pages.place(*other) < self.pages.place(id));
                known.insert(at, id);
            }
        }
        Arc::make_mut(&mut self.wanted).note(id, page, &links);
        self.links.set(id.index(), links);
    }

    /// Looks again at the links that may mean the page at this source and URL, which has come or gone.
    fn look_for(&mut self, source: &str, url: &str) -> Option<()> {
        let concerned: Vec<PageId> = self.wanted.concerned(source, url).into_iter().collect();
        if concerned.len() > CONCERNED_MAX {
            return None;
        }
        let resolve = |id: &PageId| (*id, resolve_all(&self.pages[*id], &self.pages, &self.addresses));
        let resolved: Vec<(PageId, Vec<Resolved>)> = concerned.par_iter().map(resolve).collect();
        for (id, links) in resolved {
            if *links != *self.links[id.index()] {
                self.lead(id, links.into());
            }
        }
        Some(())
    }
}
