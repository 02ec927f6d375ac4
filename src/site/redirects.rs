//! Addresses that lead elsewhere: aliases, sections that send their visitors on, first parts of long lists. Comes in: pages and taxonomies.
//! Goes out: each such address with the one that it leads to.

use std::collections::BTreeMap;

use super::{AddressBook, Filing, Known, Page, Pages};
use crate::address;
use crate::config::Config;
use crate::problem::{Place, Problem, catalogue};
use crate::rules::Urls;

/// An address that leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Its URL.
    pub url: String,
    /// The URL within the site that it leads to.
    pub to: String,
    /// Where that is said.
    pub place: Place,
}

/// How many pages the list of a section shows at a time, and the word in the addresses of its further parts.
pub fn parts_of(page: &Page) -> Option<(usize, &str)> {
    let front = &page.document.as_ref()?.front;
    Some((front.paginate_by?, front.paginate_path.as_deref().unwrap_or("page").trim_matches('/')))
}

/// All redirects of the pages and of the terms of taxonomies.
pub(super) fn redirects(pages: &Pages, filings: &[Filing], config: &Config) -> (Vec<Redirect>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for page in pages.iter() {
        let Some(document) = &page.document else { continue };
        let front = &document.front;
        for (at, alias) in front.aliases.iter().enumerate() {
            let place = front.alias_places.get(at).cloned().unwrap_or_else(|| Place::start_of(&document.path));
            match alias_url(alias, page, config.urls) {
                Some(url) if url == page.url => {}
                Some(url) => found.push(Redirect { url, to: page.url.clone(), place: place.clone() }),
                None => problems.push(catalogue::alias_unusable(place.clone(), alias)),
            }
        }
        if let Some((_, word)) = parts_of(page) {
            let url = format!("{}{word}/1/", page.url);
            found.push(Redirect { url, to: page.url.clone(), place: Place::start_of(&document.path) });
        }
    }
    found.extend(filings.iter().flat_map(first_parts));
    (found, problems)
}

/// The redirects that have got their address, each once, by address.
pub(super) fn kept(found: Vec<Redirect>, addresses: &AddressBook) -> Vec<Redirect> {
    let mut kept: BTreeMap<String, Redirect> = BTreeMap::new();
    for redirect in found {
        if matches!(addresses.at(&redirect.url), Some(Known::Redirect(to)) if *to == redirect.to) {
            kept.entry(redirect.url.clone()).or_insert(redirect);
        }
    }
    kept.into_values().collect()
}

/// The numbered addresses of the first parts of the lists of terms.
fn first_parts(filing: &Filing) -> impl Iterator<Item = Redirect> {
    let terms = filing.terms.iter().filter(|_| filing.taxonomy.paginate_by.is_some());
    terms.map(|term| Redirect { url: filing.numbered_url(term, 1), to: term.url.clone(), place: term.place.clone() })
}

/// The URL of an alias. Zola counts it from the root; Hugo from that of the page's language, or,
/// where it has no leading slash, from the folder of the page.
fn alias_url(alias: &str, page: &Page, urls: Urls) -> Option<String> {
    let alias = address::decode(alias.trim());
    let absolute = match urls {
        Urls::Hugo if !alias.starts_with('/') => {
            let folder = address::folder_of(page.url.trim_end_matches('/'));
            format!("/{}", address::join(folder, &alias)?)
        }
        Urls::Hugo => match &page.language {
            Some(language) => format!("/{language}{alias}"),
            None => alias.to_string(),
        },
        Urls::Zola => alias.to_string(),
    };
    let is_page = |name: &str| name.ends_with(".html") || name.ends_with(".htm");
    let url = address::own_path(&absolute, false)?;
    let file = url.trim_end_matches('/');
    Some(if is_page(file) && !alias.ends_with('/') { file.to_owned() } else { url })
}
