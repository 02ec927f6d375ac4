//! Every address of a site, once. Comes in: pages, files and the register. Goes out: an [`AddressBook`] that links
//! are looked up in, and the collisions between outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Hidden, Page, Parts};
use crate::address;
use crate::problem::{Place, Problem, catalogue};
use crate::register::Addresses;
use crate::source::is_page;
use crate::vocabulary::fold;

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
    by_folder: BTreeMap<String, Vec<Arc<str>>>,
    by_name: BTreeMap<String, Vec<Arc<str>>>,
}

impl AddressBook {
    /// Writes down every address; gives the places where two outputs have one.
    pub fn write(
        pages: &[Page],
        hidden: &[Hidden],
        register: &Addresses,
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
        for (url, source) in copied_files(pages, hidden, parts) {
            claim(&mut owners, &mut problems, &url, &source);
            if source.starts_with("content/") {
                book.by_source.insert(source.clone(), url.clone());
            }
            book.by_url.entry(url).or_insert(Known::File(source));
        }
        for (url, source) in register.all() {
            // A writer's page at a register's address is its introduction.
            if !matches!(book.by_url.get(url), Some(Known::Page(_))) {
                claim(&mut owners, &mut problems, url, source);
                book.by_url.entry(url.to_owned()).or_insert(Known::Register);
            }
        }
        for url in parts.theme_files {
            book.by_url.entry(url.clone()).or_insert(Known::Theme);
        }
        book.by_url.entry("404.html".to_owned()).or_insert(Known::Register);
        problems.extend(files_in_the_way(&owners));
        book.index_names();
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

    fn index_names(&mut self) {
        for source in self.by_source.keys() {
            self.by_folder.entry(address::folder_of(source).to_owned()).or_default().push(source.clone());
            self.by_name.entry(fold(address::name_of(source))).or_default().push(source.clone());
        }
    }

    /// The source files that are published from a folder.
    pub fn in_folder(&self, folder: &str) -> &[Arc<str>] {
        self.by_folder.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The source files that are published and have this name, folded, in any folder.
    pub fn named(&self, folded_name: &str) -> &[Arc<str>] {
        self.by_name.get(folded_name).map_or(&[], Vec::as_slice)
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

/// An output that has the name of a folder that another output is in: no disk can hold both.
fn files_in_the_way(owners: &BTreeMap<String, Arc<str>>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, source) in owners {
        for (folder, other) in address::folders_above(path).filter_map(|folder| Some((folder, owners.get(folder)?))) {
            problems.push(catalogue::url_collision(Place::start_of(source), Place::start_of(other), folder));
        }
    }
    problems
}

/// The files that are published as they are: the ones beside pages, and those in `static/`. What lies in the folder of
/// a page or section that is hidden is hidden as well.
fn copied_files(pages: &[Page], hidden: &[Hidden], parts: &Parts<'_>) -> Vec<(String, Arc<str>)> {
    // The folder of an `index.md` moves with its page, and what is in it moves along.
    let moved: BTreeMap<&str, &str> = pages
        .iter()
        .filter_map(|page| {
            let path = &page.document.as_ref()?.path;
            (address::name_of(path) == "index.md").then(|| (address::folder_of(path), page.url.as_str()))
        })
        .collect();
    let names = ["_index.md", "index.md"];
    let hidden_folders: BTreeSet<&str> = hidden
        .iter()
        .filter(|hidden| names.contains(&address::name_of(&hidden.path)))
        .map(|hidden| address::folder_of(&hidden.path))
        .collect();
    let in_content =
        parts.listing.below("content").filter(|(_, source)| !is_page(source)).filter_map(|(path, source)| {
            if address::folders_above(source).any(|folder| hidden_folders.contains(folder)) {
                return None;
            }
            let home = address::folders_above(source).rev().find_map(|folder| Some((folder, moved.get(folder)?)));
            Some(match home {
                Some((folder, url)) => (format!("{url}{}", &source[folder.len() + 1..]), source.clone()),
                None => (path.to_owned(), source.clone()),
            })
        });
    let in_static = parts.listing.below("static").map(|(path, source)| (path.to_owned(), source.clone()));
    in_content.chain(in_static).collect()
}
