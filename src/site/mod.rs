//! LINK: all documents to one site. Comes in: documents, the list of files, the configuration.
//! Goes out: a [`Site`]: the tree of pages with their addresses, the register, and where every link leads.

mod address_book;
mod age;
mod cascade;
mod feeds;
mod filing;
mod found;
mod links;
mod pages;
mod paths;
mod place;
mod redirects;
mod relink;
mod tree;
mod wanted;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use address_book::{AddressBook, Known, further_parts};
pub use age::review_by;
pub use feeds::{Feed, dates, members};
pub use filing::{Filing, Term};
pub use found::{Alphabet, Found, NAMES_MAX, SEARCH};
pub use links::Resolved;
pub use pages::Pages;
pub use redirects::{Redirect, parts_of};
pub use relink::{Kept, relink};
pub use tree::{Hidden, Page, Why};

use imbl::{OrdMap, Vector};
use rayon::prelude::*;
use wanted::Wanted;

use crate::config::Config;
use crate::document::{Document, Documents};
use crate::problem::{Problem, Settlements, Stop};
use crate::register::{self, Boards, Filed, Mentions, PageId, Register, RowId, Subject, Terms};
use crate::source::Listing;
use crate::vocabulary::{Day, Kind};

/// A whole site, linked.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its configuration.
    pub config: Arc<Config>,
    /// Its pages.
    pub pages: Pages,
    /// What is not published, and why.
    pub hidden: Arc<Vec<Hidden>>,
    /// The pages that are shown although they would not be published, each with why.
    pub unpublished: BTreeMap<PageId, Why>,
    /// The day for which it is made.
    pub today: Day,
    /// Everything that its tables state.
    pub register: Arc<Register>,
    /// Its taxonomies.
    pub filings: Arc<Vec<Filing>>,
    /// The addresses of the writer's that lead elsewhere.
    pub redirects: Arc<Vec<Redirect>>,
    /// For each page that is filed, where: the taxonomy and the term, as indices.
    pub filed: Arc<BTreeMap<PageId, Vec<(usize, usize)>>>,
    /// The pages that link to each URL, in reading order.
    pub backlinks: OrdMap<String, Vec<PageId>>,
    /// What is wrong with its addresses and terms.
    pub problems: Arc<Vec<Problem>>,
    /// The boards of its interventions, filtered.
    pub boards: Arc<Boards>,
    /// By when the statements of a page should be looked at again.
    pub reviews: Arc<BTreeMap<PageId, Day>>,
    /// The feeds of its pages.
    pub feeds: Arc<Vec<Feed>>,
    /// The sections that tell events, by their URLs.
    pub timelines: Vec<String>,
    /// What the writer has settled.
    pub settlements: Arc<Settlements>,
    /// Every address of the site.
    pub addresses: Arc<AddressBook>,
    /// Where the links of each page lead, by its number, in the order of [`Document::links`].
    links: Vector<Arc<[Resolved]>>,
    /// By what names they lead there.
    wanted: Arc<Wanted>,
    /// How many words the pages have that can be found.
    pub words: usize,
    /// The pages whose running text names each subject.
    pub mentions: Mentions,
    /// What readers can find; nothing where the site has no search.
    pub found: Arc<Vec<Found>>,
    /// The letters under which it is listed.
    pub alphabet: Arc<Alphabet>,
}

/// What [`link`] makes a site from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Every document.
    pub documents: &'a Documents,
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
    let documents: Vec<Arc<Document>> = parts.documents.values().map(|reading| reading.0.clone()).collect();
    let documents = cascade::cascade(&documents, &parts.config.taxonomy_names).unwrap_or(documents);
    let soil = tree::Soil { config: parts.config, with_drafts: parts.with_drafts, today: parts.today };
    let (pages, hidden) = tree::grow(&documents, &soil);
    let pages = Pages::new(pages);
    let filed: Vec<Filed<'_>> = pages
        .each()
        .filter_map(|(at, page)| Some(Filed { document: page.document.as_deref()?, url: &page.url, page: at }))
        .collect();
    let config = parts.config;
    let terms = Terms { vocabulary: &config.vocabulary, language: &config.language, today: parts.today };
    let settlements = Settlements::new(filed.iter().flat_map(|filed| &filed.document.settlements));
    let ((filings, mut problems), (register, mentions)) =
        rayon::join(|| filing::file(&pages, config), || register::gather(&filed, &terms, &settlements));
    let (redirects, unusable) = redirects::redirects(&pages, &filings, config);
    problems.extend(unusable);
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
    let resolve = |(_, page): (PageId, &Arc<Page>)| links::resolve_all(page, &pages, &addresses).into();
    let links: Vec<Arc<[Resolved]>> = pages.par_each().map(resolve).collect();
    let (backlinks, wanted) =
        rayon::join(|| links::backlinks(&pages, &links, &addresses), || Wanted::new(&pages, &links));
    let words = found.iter().map(|found| found.words(&pages)).sum();
    Ok(Site {
        unpublished,
        mentions,
        found: Arc::new(found),
        alphabet: Arc::new(alphabet),
        config: Arc::new(config.clone()),
        pages,
        hidden: Arc::new(hidden),
        today: parts.today,
        reviews: Arc::new(age::reviews(config, &register)),
        register: Arc::new(register),
        boards: Arc::new(boards),
        filed: Arc::new(filing::by_page(&filings)),
        filings: Arc::new(filings),
        redirects: Arc::new(redirects),
        backlinks,
        problems: Arc::new(problems),
        timelines,
        feeds: Arc::new(feeds),
        settlements: Arc::new(settlements),
        addresses: Arc::new(addresses),
        links: links.into_iter().collect(),
        wanted: Arc::new(wanted),
        words,
    })
}

/// The pages that are shown although they would not be published, each with why.
fn unpublished(pages: &Pages, soil: &tree::Soil<'_>) -> BTreeMap<PageId, Why> {
    if !soil.with_drafts {
        // Then they are hidden.
        return BTreeMap::new();
    }
    let documents = pages.each().filter_map(|(at, page)| Some((at, page.document.as_ref()?)));
    documents.filter_map(|(at, document)| Some((at, soil.why(document)?))).collect()
}

impl Site {
    /// The name of the site: as configured, else the title of the home page.
    pub fn title(&self) -> &str {
        self.config.title.as_deref().unwrap_or_else(|| self.home().title.as_str())
    }

    /// The home page.
    pub fn home(&self) -> &Page {
        &self.pages[PageId::HOME]
    }

    /// Where the links of a page lead, in the order of [`Document::links`].
    pub fn links_of(&self, page: PageId) -> &[Resolved] {
        self.links.get(page.index()).map_or(&[], |links| links)
    }

    /// The pages in reading order, each with where its links lead.
    pub fn linked(&self) -> impl Iterator<Item = (&Arc<Page>, &[Resolved])> {
        self.pages.each().map(|(id, page)| (page, self.links_of(id)))
    }

    /// The page at a URL.
    pub fn page_at(&self, url: &str) -> Option<&Page> {
        self.addresses.page(url).map(|id| &*self.pages[id])
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
        let id = self.addresses.page(page)?;
        let tables = &self.pages[id].document.as_ref()?.tables;
        let rows = tables.iter().enumerate().filter(|(_, table)| table.kind == Kind::Figures);
        let found =
            rows.flat_map(|(table_at, table)| table.rows.iter().enumerate().map(move |(at, row)| (table_at, at, row)));
        let mut found = found.filter(|(_, _, row)| row.anchor == anchor);
        let (table, row, _) = found.next()?;
        self.register.subject_of(RowId { page: id, table, row })
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
