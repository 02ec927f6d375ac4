//! LINK: all documents to one site. Comes in: documents, the list of files, the configuration.
//! Goes out: a [`Site`]: the tree of pages with their addresses, the register, and where every link leads.

mod address_book;
mod links;
mod tree;

use std::sync::Arc;

pub use address_book::{AddressBook, Known};
pub use links::Resolved;
pub use tree::{Hidden, Page};

use crate::config::Config;
use crate::document::Document;
use crate::problem::Stop;
use crate::register::{self, Filed, Register};
use crate::source::Listing;

/// A whole site, linked.
#[derive(Debug)]
pub struct Site {
    /// Its configuration.
    pub config: Config,
    /// Its pages in reading order: each section before what is in it; the first is the home page.
    pub pages: Vec<Page>,
    /// What is not published, and why.
    pub hidden: Vec<Hidden>,
    /// Everything that its tables state.
    pub register: Register,
    /// Every address of the site.
    pub addresses: AddressBook,
    /// Where the links of each page lead, in the order of [`Document::links`].
    pub links: Vec<Vec<Resolved>>,
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
}

/// Links documents into a site; stops where two outputs have one address.
pub fn link(parts: &Parts<'_>) -> Result<Site, Stop> {
    let (pages, hidden) = tree::grow(parts.documents, parts.with_drafts);
    let filed: Vec<Filed<'_>> =
        pages.iter().filter_map(|page| Some(Filed { document: page.document.as_deref()?, url: &page.url })).collect();
    let register = register::gather(&filed);
    let (addresses, collisions) = AddressBook::write(&pages, &hidden, &register, parts);
    if !collisions.is_empty() {
        return Err(Stop::Problems(collisions));
    }
    let links = pages.iter().map(|page| links::resolve_all(page, &pages, &addresses)).collect();
    Ok(Site { config: parts.config.clone(), pages, hidden, register, addresses, links })
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
            Some(Known::Page(index)) => self.pages.get(*index),
            _ => None,
        }
    }

    /// The language of a page.
    pub fn language_of<'a>(&'a self, page: &'a Page) -> &'a str {
        let own = page.document.as_ref().and_then(|document| document.front.lang.as_deref());
        own.unwrap_or(&self.config.language)
    }

    /// Where an address leads that stands on the page at `url`.
    pub fn resolve(&self, target: &str, url: &str) -> Resolved {
        match self.page_at(url) {
            Some(page) => links::resolve(target, page, &self.pages, &self.addresses),
            None => Resolved::Nowhere(None),
        }
    }
}
