//! Every address of a site, once. Comes in: pages, files and the register. Goes out: an [`AddressBook`] that links
//! are looked up in, and the collisions between outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Hidden, Page, Parts};
use crate::address;
use crate::problem::{Place, Problem, catalogue};
use crate::register::Register;

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// The page with this index.
    Page(usize),
    /// A copy of the file with this source path.
    File(Arc<str>),
    /// A page or data file of a register.
    Register,
    /// A file of the theme.
    Theme,
}

/// The addresses of a site.
#[derive(Debug, Default)]
pub struct AddressBook {
    by_url: BTreeMap<String, Known>,
    by_source: BTreeMap<Arc<str>, String>,
    hidden: BTreeSet<Arc<str>>,
}

impl AddressBook {
    /// Writes down every address; gives the places where two outputs have one.
    pub fn write(
        pages: &[Page],
        hidden: &[Hidden],
        register: &Register,
        parts: &Parts<'_>,
    ) -> (AddressBook, Vec<Problem>) {
        let mut book =
            AddressBook { hidden: hidden.iter().map(|hidden| hidden.path.clone()).collect(), ..AddressBook::default() };
        let mut owners: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let mut problems = Vec::new();
        for (index, page) in pages.iter().enumerate() {
            let source = page.document.as_ref().map(|document| document.path.clone());
            if let Some(source) = &source {
                book.by_source.insert(source.clone(), page.url.clone());
            }
            let source = source.unwrap_or_else(|| Arc::from(format!("content/{}", page.url)));
            claim(&mut owners, &mut problems, &page.url, &source);
            book.by_url.entry(page.url.clone()).or_insert(Known::Page(index));
        }
        for (url, source) in copied_files(pages, parts) {
            claim(&mut owners, &mut problems, &url, &source);
            if source.starts_with("content/") {
                book.by_source.insert(source.clone(), url.clone());
            }
            book.by_url.entry(url).or_insert(Known::File(source));
        }
        for url in register_urls(register) {
            match book.by_url.get(&url) {
                // A writer's page at a register's address is its introduction.
                Some(Known::Page(_)) => {}
                Some(_) => claim(&mut owners, &mut problems, &url, &Arc::from("content/")),
                None => {
                    book.by_url.insert(url, Known::Register);
                }
            }
        }
        for url in parts.theme_files {
            book.by_url.entry(url.clone()).or_insert(Known::Theme);
        }
        book.by_url.entry("404.html".to_owned()).or_insert(Known::Register);
        (book, problems)
    }

    /// What is at a URL.
    pub fn at(&self, url: &str) -> Option<&Known> {
        self.by_url.get(url)
    }

    /// The URL at which a source file is published.
    pub fn of_source(&self, path: &str) -> Option<&str> {
        self.by_source.get(path).map(String::as_str)
    }

    /// Whether a source is hidden.
    pub fn is_hidden(&self, path: &str) -> bool {
        self.hidden.contains(path)
    }

    /// Every source file that is published.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_source.keys()
    }

    /// The files that are copied, with their URLs.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.by_url.iter().filter_map(|(url, known)| match known {
            Known::File(source) => Some((url.as_str(), source)),
            _ => None,
        })
    }
}

/// Two outputs are one where a disk without regard to case would take them for one.
fn claim(owners: &mut BTreeMap<String, Arc<str>>, problems: &mut Vec<Problem>, url: &str, source: &Arc<str>) {
    let key = address::output_path(url).to_lowercase();
    match owners.get(&key) {
        Some(other) if other != source => {
            problems.push(catalogue::url_collision(Place::start_of(source), Place::start_of(other), url));
        }
        Some(_) => {}
        None => {
            owners.insert(key, source.clone());
        }
    }
}

/// The files that are published as they are: the ones beside pages, and those in `static/`.
fn copied_files(pages: &[Page], parts: &Parts<'_>) -> Vec<(String, Arc<str>)> {
    // The folder of an `index.md` moves with its page, and what is in it moves along.
    let moved: Vec<(String, &str)> = pages
        .iter()
        .filter_map(|page| {
            let path = &page.document.as_ref()?.path;
            (address::name_of(path) == "index.md").then(|| (address::folder_of(path).to_owned(), page.url.as_str()))
        })
        .collect();
    let in_content = parts.listing.below("content").filter(|(path, _)| !path.ends_with(".md")).map(|(path, source)| {
        let home = moved
            .iter()
            .filter(|(folder, _)| source.starts_with(&format!("{folder}/")))
            .max_by_key(|(folder, _)| folder.len());
        match home {
            Some((folder, url)) => (format!("{url}{}", &source[folder.len() + 1..]), source.clone()),
            None => (path.to_owned(), source.clone()),
        }
    });
    let in_static = parts.listing.below("static").map(|(path, source)| (path.to_owned(), source.clone()));
    in_content.chain(in_static).collect()
}

/// The addresses of the register's own pages and data files; a register without rows has none.
pub(super) fn register_urls(register: &Register) -> Vec<String> {
    let mut urls = Vec::new();
    if !register.interventions.is_empty() {
        urls.extend(["interventions/".to_owned(), "data/interventions.csv".to_owned()]);
    }
    if !register.focus_areas.is_empty() {
        urls.extend(["focus-areas/".to_owned(), "data/focus-areas.csv".to_owned()]);
    }
    for intervention in &register.interventions {
        urls.push(intervention.subject.url.clone());
        urls.extend(intervention.statuses().iter().map(|status| format!("interventions/status/{}/", status.code)));
    }
    urls.extend(register.focus_areas.iter().map(|focus_area| focus_area.subject.url.clone()));
    urls.extend(register.shared.iter().map(|shared| shared.url.clone()));
    urls.sort();
    urls.dedup();
    urls
}
