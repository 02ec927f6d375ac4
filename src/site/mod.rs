//! LINK: all documents to one site. Comes in: documents, the list of files, the configuration.
//! Goes out: a [`Site`]: the tree of pages with their addresses, the register, and where every link leads.

mod address_book;
mod age;
mod cascade;
mod feeds;
mod filing;
mod found;
mod links;
mod paths;
mod redirects;
mod tree;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use address_book::{AddressBook, Known};
pub use age::review_by;
pub use feeds::{Feed, dates, members};
pub use filing::{Filing, Term};
pub use found::{Alphabet, Found, NAMES_MAX, SEARCH};
pub use links::Resolved;
pub use redirects::{Redirect, parts_of};
pub use tree::{Hidden, Page, Why};

use rayon::prelude::*;

use crate::config::Config;
use crate::document::{Change, Document};
use crate::problem::{Problem, Settlements, Stop};
use crate::register::{self, Boards, Filed, Register, RowId, Subject, Terms};
use crate::search::letter;
use crate::source::Listing;
use crate::vocabulary::{Day, Kind};

/// A whole site, linked.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its configuration.
    pub config: Arc<Config>,
    /// Its pages in reading order: each section before what is in it; the first is the home page.
    pub pages: Vec<Arc<Page>>,
    /// What is not published, and why.
    pub hidden: Vec<Hidden>,
    /// The pages that are shown although they would not be published, as indices, each with why.
    pub unpublished: BTreeMap<usize, Why>,
    /// The day for which it is made.
    pub today: Day,
    /// Everything that its tables state.
    pub register: Arc<Register>,
    /// Its taxonomies.
    pub filings: Arc<Vec<Filing>>,
    /// The addresses of the writer's that lead elsewhere.
    pub redirects: Vec<Redirect>,
    /// For each page that is filed, by its place in reading order, where: the taxonomy and the term, as indices.
    pub filed: Arc<BTreeMap<usize, Vec<(usize, usize)>>>,
    /// The pages that link to each URL, as indices in reading order.
    pub backlinks: Arc<BTreeMap<String, Vec<usize>>>,
    /// What is wrong with its addresses and terms.
    pub problems: Vec<Problem>,
    /// The boards of its interventions, filtered.
    pub boards: Arc<Boards>,
    /// By when the statements of a page should be looked at again, by its place in reading order.
    pub reviews: BTreeMap<usize, Day>,
    /// The feeds of its pages.
    pub feeds: Arc<Vec<Feed>>,
    /// The sections that tell events, by their URLs.
    pub timelines: Vec<String>,
    /// What the writer has settled.
    pub settlements: Arc<Settlements>,
    /// Every address of the site.
    pub addresses: Arc<AddressBook>,
    /// Where the links of each page lead, in the order of [`Document::links`].
    pub links: Arc<Vec<Vec<Resolved>>>,
    /// What readers can find; nothing where the site has no search.
    pub found: Arc<Vec<Found>>,
    /// The letters under which it is listed.
    pub alphabet: Arc<Alphabet>,
}

/// What [`link`] makes a site from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Every document, in the order of their paths.
    pub documents: &'a [Arc<Document>],
    /// Every file.
    pub listing: &'a Listing,
    /// The configuration.
    pub config: &'a Config,
    /// The URLs of the theme's own files.
    pub theme_files: &'a [String],
    /// Whether drafts are published.
    pub with_drafts: bool,
    /// The day for which the site is made.
    pub today: Day,
}

/// Links documents into a site; stops where two outputs have one address.
pub fn link(parts: &Parts<'_>) -> Result<Site, Stop> {
    let documents = cascade::cascade(parts.documents, &parts.config.taxonomy_names);
    let soil = tree::Soil { config: parts.config, with_drafts: parts.with_drafts, today: parts.today };
    let (pages, hidden) = tree::grow(&documents, &soil);
    let pages: Vec<Arc<Page>> = pages.into_iter().map(Arc::new).collect();
    let (filings, mut problems) = filing::file(&pages, parts.config);
    let (redirects, unusable) = redirects::redirects(&pages, &filings, parts.config);
    problems.extend(unusable);
    let filed: Vec<Filed<'_>> = pages
        .iter()
        .enumerate()
        .filter_map(|(at, page)| Some(Filed { document: page.document.as_deref()?, url: &page.url, page: at }))
        .collect();
    let config = parts.config;
    let terms = Terms { vocabulary: &config.vocabulary, language: &config.language, today: parts.today };
    let settlements = Settlements::new(filed.iter().flat_map(|filed| &filed.document.settlements));
    let register = register::gather(&filed, &terms, &settlements);
    let boards = register::boards(&register, &config.language);
    let timelines = register.sections_with_events(&filed);
    let of_register = register::Addresses::of(&register, &boards, &filed, &config.vocabulary);
    let feeds = feeds::feeds(&pages, config);
    let unpublished = unpublished(&pages, &soil);
    let (mut found, mut alphabet) = (Vec::new(), Alphabet::default());
    if config.has_search {
        found = found::found(&pages, &register, config, &unpublished);
        alphabet = found::alphabet(&found, &pages, &register);
    }
    let of_search = if config.has_search { alphabet.urls() } else { Vec::new() };
    let made = address_book::Made {
        register: &of_register,
        filings: &filings,
        redirects: &redirects,
        feeds: &feeds,
        search: &of_search,
    };
    let (addresses, collisions, taken) = AddressBook::write(&pages, &hidden, &made, parts);
    if !collisions.is_empty() {
        return Err(Stop::Problems(collisions));
    }
    problems.extend(taken);
    let redirects = redirects::kept(redirects, &addresses);
    let resolve = |page: &Arc<Page>| links::resolve_all(page, &pages, &addresses);
    let links: Vec<Vec<Resolved>> = pages.par_iter().map(resolve).collect();
    let backlinks = links::backlinks(&pages, &links, &addresses);
    Ok(Site {
        unpublished,
        found: Arc::new(found),
        alphabet: Arc::new(alphabet),
        config: Arc::new(config.clone()),
        pages,
        hidden,
        today: parts.today,
        reviews: age::reviews(config, &register),
        register: Arc::new(register),
        boards: Arc::new(boards),
        filed: Arc::new(filing::by_page(&filings)),
        filings: Arc::new(filings),
        redirects,
        backlinks: Arc::new(backlinks),
        problems,
        timelines,
        feeds: Arc::new(feeds),
        settlements: Arc::new(settlements),
        addresses: Arc::new(addresses),
        links: Arc::new(links),
    })
}

/// How much of a site was made anew after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Everything but the texts of some pages.
    All,
    /// Everything but the texts and titles of some pages, and what every page says of the site.
    Order,
}

/// The site after some of its documents have changed, made from what it was before: as [`link`] makes it, but at the cost of
/// what has changed. `known` are the documents before, in the same order. `None` where more of the site depends on the change.
/// All other [`Parts`] must be as they were, but for what the configuration says that every page shows
/// ([`Config::is_linked_as`]).
pub fn relink(parts: &Parts<'_>, before: &Arc<Site>, known: &[Arc<Document>]) -> Option<(Site, Kept)> {
    let is_same_file = |(new, old): (&Arc<Document>, &Arc<Document>)| Arc::ptr_eq(new, old) || new.path == old.path;
    if parts.documents.len() != known.len() || !parts.documents.iter().zip(known).all(is_same_file) {
        return None;
    }
    let mut change = Change::Text;
    let mut changed: Vec<(usize, &Arc<Document>)> = Vec::new();
    for (new, old) in parts.documents.iter().zip(known).filter(|(new, old)| !Arc::ptr_eq(new, old)) {
        change = change.max(new.change_since(old));
        if change == Change::Whole || !before.register.hears_nothing_new(old, new) {
            return None;
        }
        let page = before.addresses.of_source(&new.path).and_then(|url| before.addresses.at(url));
        match page {
            Some(Known::Page(index)) => {
                // Where a section hands down keys, the site has another document than the file says.
                let is_own = before.pages[*index].document.as_ref().is_some_and(|document| Arc::ptr_eq(document, old));
                changed.push((*index, is_own.then_some(new)?));
            }
            _ => return None, // it is not published
        }
    }
    let mut alphabet = before.alphabet.clone();
    let pages: Vec<(usize, Page)> = match change {
        Change::Text => {
            let anew = |(index, document): &(usize, &Arc<Document>)| {
                (*index, Page { document: Some(Arc::clone(document)), ..Page::clone(&before.pages[*index]) })
            };
            changed.iter().map(anew).collect()
        }
        _ => {
            // Several pages with new titles may change places among each other.
            let [(index, document)] = changed[..] else { return None };
            let soil = tree::Soil { config: parts.config, with_drafts: parts.with_drafts, today: parts.today };
            let page = tree::in_its_place(&before.pages, index, document, &soil)?;
            let (from, to) = (letter(&before.pages[index].title), letter(&page.title));
            if from != to && before.found.contains(&Found::Page(index)) {
                alphabet = Arc::new(before.alphabet.with_moved(&from, to));
                if alphabet.urls() != before.alphabet.urls() {
                    return None;
                }
            }
            vec![(index, page)]
        }
    };
    let mut site = Site { alphabet, ..Site::clone(before) };
    for (index, page) in pages {
        site.pages[index] = Arc::new(page);
    }
    let is_reworded = *parts.config != *before.config;
    if is_reworded {
        site.config = Arc::new(parts.config.clone());
    }
    Some((site, if change == Change::Text && !is_reworded { Kept::All } else { Kept::Order }))
}

/// The pages that are shown although they would not be published, each with why.
fn unpublished(pages: &[Arc<Page>], soil: &tree::Soil<'_>) -> BTreeMap<usize, Why> {
    let documents = pages.iter().enumerate().filter_map(|(at, page)| Some((at, page.document.as_ref()?)));
    documents.filter_map(|(at, document)| Some((at, soil.why(document)?))).collect()
}

impl Site {
    /// The name of the site: as configured, else the title of the home page.
    pub fn title(&self) -> &str {
        self.config.title.as_deref().unwrap_or_else(|| self.home().title.as_str())
    }

    /// The home page.
    pub fn home(&self) -> &Page {
        &self.pages[0]
    }

    /// The page at a URL.
    pub fn page_at(&self, url: &str) -> Option<&Page> {
        match self.addresses.at(url) {
            Some(Known::Page(index)) => self.pages.get(*index).map(|page| &**page),
            _ => None,
        }
    }

    /// The language of a page.
    pub fn language_of<'a>(&'a self, page: &'a Page) -> &'a str {
        let own = page.document.as_ref().and_then(|document| document.front.lang.as_deref());
        own.unwrap_or(&self.config.language)
    }

    /// The figure that a link of a page leads to: the row of a table of figures.
    pub fn figure(&self, resolved: &Resolved) -> Option<&Subject> {
        let Resolved::Within(url) = resolved else { return None };
        let (page, anchor) = url.split_once('#')?;
        if page == "figures/" {
            return self.register.subjects(Kind::Figures).iter().find(|subject| subject.url == *url);
        }
        let Some(Known::Page(index)) = self.addresses.at(page) else { return None };
        let tables = &self.pages.get(*index)?.document.as_ref()?.tables;
        let rows = tables.iter().enumerate().filter(|(_, table)| table.kind == Kind::Figures);
        let found =
            rows.flat_map(|(table_at, table)| table.rows.iter().enumerate().map(move |(at, row)| (table_at, at, row)));
        let mut found = found.filter(|(_, _, row)| row.anchor == anchor);
        let (table, row, _) = found.next()?;
        self.register.subject_of(RowId { page: *index, table, row })
    }

    /// An address on a page that leads nowhere, as it certainly was meant.
    pub fn mended(&self, target: &str, page: &Page) -> Option<String> {
        links::mended(target, page, &self.pages, &self.addresses)
    }

    /// Where an address leads that stands on the page at `url`.
    pub fn resolve(&self, target: &str, url: &str) -> Resolved {
        match self.page_at(url) {
            Some(page) => links::resolve(target, page, &self.pages, &self.addresses),
            None => Resolved::Nowhere(None),
        }
    }
}
