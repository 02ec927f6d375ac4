//! Every address of a site, once. Comes in: pages, files and the register. Goes out: an [`AddressBook`] that links
//! are looked up in, and the collisions between outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;

use super::paths;
use super::redirects::parts_of;
use super::{Feed, Filing, Hidden, Page, Pages, Parts, Redirect, Why};
use crate::address;
use crate::config::Config;
use crate::document::FileName;
use crate::kept;
use crate::problem::{Place, Problem, catalogue};
use crate::register::{Addresses, PageId};
use crate::rules::{Suffixes, Urls};
use crate::source::is_page;
use crate::vocabulary::fold;

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// The page with this number.
    Page(PageId),
    /// A copy of the file with this source path.
    File(Arc<str>),
    /// A page or data file of a register, a page of a taxonomy, or a further part of a list.
    Register,
    /// A page that leads to this URL within the site.
    Redirect(String),
    /// A file of the theme.
    Theme,
}

/// The addresses of a site.
#[derive(Debug, Clone, Default)]
pub struct AddressBook {
    /// Whose rules the addresses follow.
    pub(super) urls: Urls,
    /// Where the site will be published.
    pub(super) base_url: Option<String>,
    by_url: OrdMap<String, Known>,
    sources: Sources,
    hidden: Arc<BTreeMap<Arc<str>, Why>>,
    /// The paths of outputs as a disk without regard to case or Unicode form has them, where they are written otherwise.
    respelt: Arc<BTreeSet<String>>,
}

/// The source files that are published.
#[derive(Debug, Clone, Default)]
struct Sources {
    /// The URL at which each is published.
    urls: OrdMap<Arc<str>, String>,
    by_folder: OrdMap<String, Vec<Arc<str>>>,
    /// By their names, folded.
    by_name: OrdMap<String, Vec<Arc<str>>>,
}

impl Sources {
    /// Those of pages, and the files of `content/` that are copied.
    fn of(pages: &Pages, files: &[(String, Arc<str>)]) -> Sources {
        let mut sources = Sources::default();
        let documents = pages.iter().filter_map(|page| Some((page.document.as_ref()?, page)));
        sources.urls = documents.map(|(document, page)| (document.path.clone(), page.url.clone())).collect();
        for (url, source) in files.iter().filter(|(_, source)| source.starts_with("content/")) {
            sources.urls.entry(source.clone()).or_insert_with(|| url.clone());
        }
        for source in sources.urls.keys() {
            sources.by_folder.entry(address::folder_of(source).to_owned()).or_default().push(source.clone());
            sources.by_name.entry(fold(address::name_of(source))).or_default().push(source.clone());
        }
        sources
    }

    fn add(&mut self, source: &Arc<str>, url: &str) {
        self.urls.insert(source.clone(), url.to_owned());
        let add = |names: &mut OrdMap<String, Vec<Arc<str>>>, name: String| {
            let sources = names.entry(name).or_default();
            let at = sources.partition_point(|other| other < source);
            sources.insert(at, source.clone());
        };
        add(&mut self.by_folder, address::folder_of(source).to_owned());
        add(&mut self.by_name, fold(address::name_of(source)));
    }

    fn remove(&mut self, source: &Arc<str>) {
        self.urls.remove(source);
        let remove = |names: &mut OrdMap<String, Vec<Arc<str>>>, name: String| {
            names.get_mut(&name).into_iter().for_each(|sources| sources.retain(|other| other != source));
        };
        remove(&mut self.by_folder, address::folder_of(source).to_owned());
        remove(&mut self.by_name, fold(address::name_of(source)));
    }
}

/// Who has which path, as a disk without regard to case or Unicode form has it.
#[derive(Default)]
struct Owners {
    by_path: BTreeMap<String, Place>,
    respelt: BTreeSet<String>,
}

impl Owners {
    /// Notes an owner of a path, where nobody has it.
    fn add(&mut self, path: &str, folded: String, place: Place) {
        if folded != path {
            self.respelt.insert(folded.clone());
        }
        self.by_path.insert(folded, place);
    }
}

impl AddressBook {
    /// Writes down every address; gives the places where two outputs have one, and the aliases that give way.
    pub fn write(
        pages: &Pages,
        hidden: &[Hidden],
        made: &Made<'_>,
        parts: &Parts<'_>,
    ) -> (AddressBook, Vec<Problem>, Vec<Problem>) {
        let by_path = hidden.iter().map(|hidden| (hidden.path.clone(), hidden.why));
        let book = AddressBook {
            urls: parts.config.urls,
            base_url: parts.config.base_url.clone(),
            hidden: Arc::new(by_path.collect()),
            ..AddressBook::default()
        };
        let files = copied_files(pages, hidden, parts);
        let (sources, (mut book, problems, doubts)) =
            rayon::join(|| Sources::of(pages, &files), || book.with_urls(pages, &files, made, parts));
        book.sources = sources;
        (book, problems, doubts)
    }

    /// With what is at every URL.
    fn with_urls(
        mut self,
        pages: &Pages,
        files: &[(String, Arc<str>)],
        made: &Made<'_>,
        parts: &Parts<'_>,
    ) -> (AddressBook, Vec<Problem>, Vec<Problem>) {
        let mut owners = Owners::default();
        let mut problems = Vec::new();
        for (id, page) in pages.each() {
            let place = own_address(page).unwrap_or_else(|| match &page.document {
                Some(document) => Place::start_of(&document.path),
                None => Place::start_of(&format!("content/{}", page.url)),
            });
            claim(&mut owners, &mut problems, &page.url, place);
            self.by_url.entry(page.url.clone()).or_insert(Known::Page(id));
        }
        for (url, source) in files {
            claim(&mut owners, &mut problems, url, Place::start_of(source));
            self.by_url.entry(url.clone()).or_insert_with(|| Known::File(source.clone()));
        }
        for (url, place) in made.addresses(pages) {
            // A writer's page at a register's address is its introduction.
            if self.page(&url).is_none() {
                claim(&mut owners, &mut problems, &url, place);
                self.by_url.entry(url).or_insert(Known::Register);
            }
        }
        let mut doubts = Vec::new();
        for redirect in made.redirects {
            let path = address::output_path(&redirect.url);
            let key = address::folded(&path);
            match owners.by_path.get(&key) {
                // A page that is there, or the alias that comes first, keeps the address.
                Some(other) if *other != redirect.place => {
                    doubts.push(catalogue::alias_taken(redirect.place.clone(), other.clone(), &redirect.url));
                }
                Some(_) => {}
                None => {
                    problems.extend(paths::check(&path, &redirect.place));
                    owners.add(&path, key, redirect.place.clone());
                    self.by_url.insert(redirect.url.clone(), Known::Redirect(redirect.to.clone()));
                }
            }
        }
        for url in parts.theme_files {
            self.by_url.entry(url.clone()).or_insert(Known::Theme);
        }
        self.by_url.entry("404.html".to_owned()).or_insert(Known::Register);
        if parts.config.is_kept {
            self.by_url.entry(kept::PAGE.to_owned()).or_insert(Known::Register);
        }
        self.add_for_machines(made, parts.config, &owners.by_path);
        problems.extend(files_in_the_way(&owners.by_path));
        // The site is published with these, unless something else stops it.
        let (stopping, other) = problems.into_iter().partition(|problem: &Problem| problem.code.stops());
        (problems, doubts) = (stopping, [other, doubts].concat());
        self.respelt = Arc::new(owners.respelt);
        (self, problems, doubts)
    }

    /// Adds what is made for machines, wherever the writer has nothing of the same name.
    fn add_for_machines(&mut self, made: &Made<'_>, config: &Config, owners: &BTreeMap<String, Place>) {
        let feeds = made.feeds.iter().flat_map(|feed| feed.urls.iter().cloned());
        for url in config.machines.files(config.base_url.is_some()).map(str::to_owned).chain(feeds) {
            let name = address::folded(&url);
            let folder = format!("{name}/");
            let is_folder = owners.range(folder.clone()..).next().is_some_and(|(path, _)| path.starts_with(&folder));
            if !owners.contains_key(&name) && !is_folder {
                self.by_url.entry(url).or_insert(Known::Register);
            }
        }
    }

    /// What is at a URL.
    pub fn at(&self, url: &str) -> Option<&Known> {
        self.by_url.get(url)
    }

    /// The page at a URL.
    pub fn page(&self, url: &str) -> Option<PageId> {
        match self.at(url) {
            Some(Known::Page(id)) => Some(*id),
            _ => None,
        }
    }

    /// The URL at which a source file is published.
    pub fn of_source(&self, path: &str) -> Option<&str> {
        self.sources.urls.get(path).map(String::as_str)
    }

    /// Why a source is hidden, if it is.
    pub fn why_hidden(&self, path: &str) -> Option<Why> {
        self.hidden.get(path).copied()
    }

    /// The source files that are published from a folder.
    pub fn in_folder(&self, folder: &str) -> &[Arc<str>] {
        self.sources.by_folder.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The source files that are published and have this name, folded, in any folder.
    pub fn named(&self, folded_name: &str) -> &[Arc<str>] {
        self.sources.by_name.get(folded_name).map_or(&[], Vec::as_slice)
    }

    /// The files that are copied, with their URLs.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        self.by_url.iter().filter_map(|(url, known)| match known {
            Known::File(source) => Some((url.as_str(), source)),
            _ => None,
        })
    }

    /// Adds a page whose source is `source`. `false` where its address is not plainly free, or is one that not every disk takes.
    pub(super) fn add(&mut self, page: PageId, url: &str, source: &Arc<str>) -> bool {
        let path = address::output_path(url);
        let is_plain = address::folded(&path) == path && paths::check(&path, &Place::start_of(source)).is_none();
        let below = format!("{path}/");
        let has_owner = |path: &str| self.respelt.contains(path) || self.by_url.get(path).is_some();
        let has_below = self.by_url.get_next(below.as_str()).is_some_and(|(url, _)| url.starts_with(&below));
        let has_respelt_below = self.respelt.range(below.clone()..).next().is_some_and(|path| path.starts_with(&below));
        let is_taken = self.by_url.get(url).is_some()
            || self.respelt.contains(&path)
            || address::folders_above(&path).any(has_owner)
            || has_below
            || has_respelt_below;
        if !is_plain || is_taken {
            return false;
        }
        self.by_url.insert(url.to_owned(), Known::Page(page));
        self.sources.add(source, url);
        true
    }

    /// Takes away a page whose source is `source`.
    pub(super) fn remove(&mut self, url: &str, source: &Arc<str>) {
        self.by_url.remove(url);
        self.sources.remove(source);
    }
}

/// Two outputs are one where a disk without regard to case or Unicode form would take them for one.
fn claim(owners: &mut Owners, problems: &mut Vec<Problem>, url: &str, place: Place) {
    let path = address::output_path(url);
    let key = address::folded(&path);
    match owners.by_path.get(&key) {
        Some(other) if *other != place => problems.push(catalogue::url_collision(place, other.clone(), url)),
        Some(_) => {}
        None => {
            problems.extend(paths::check(&path, &place));
            owners.add(&path, key, place);
        }
    }
}

/// Where a page asks for the address that it has.
fn own_address(page: &Page) -> Option<Place> {
    page.document.as_ref()?.front.path_place.as_deref().cloned()
}

/// What is published besides the writer's pages and files.
pub struct Made<'a> {
    /// The pages and data of the register.
    pub register: &'a Addresses,
    /// The taxonomies.
    pub filings: &'a [Filing],
    /// What leads elsewhere.
    pub redirects: &'a [Redirect],
    /// The feeds of pages.
    pub feeds: &'a [Feed],
    /// The URLs of the pages that search, and list all names.
    pub search: &'a [String],
}

impl Made<'_> {
    fn addresses(&self, pages: &Pages) -> Vec<(String, Place)> {
        let mut all: Vec<(String, Place)> =
            self.register.all().map(|(url, source)| (url.to_owned(), Place::start_of(source))).collect();
        for filing in self.filings {
            let first = filing.terms.first().map_or_else(|| Place::start_of("content/"), |term| term.place.clone());
            all.push((filing.url.clone(), first));
            for term in &filing.terms {
                all.push((term.url.clone(), term.place.clone()));
                let numbers = 2..=filing.parts_of(term);
                all.extend(numbers.map(|number| (filing.part_url(term, number), term.place.clone())));
            }
        }
        for page in pages.iter() {
            let source = page.document.as_ref().map_or("content/", |document| &document.path);
            all.extend(further_parts(page, pages).into_iter().map(|url| (url, Place::start_of(source))));
        }
        all.extend(self.search.iter().map(|url| (url.clone(), Place::start_of("content/search.md"))));
        all
    }
}

/// The addresses of the further parts of the list of a section.
pub fn further_parts(page: &Page, pages: &Pages) -> Vec<String> {
    let Some((size, word)) = parts_of(page) else { return Vec::new() };
    let number = page.listed.iter().filter(|at| !pages[**at].is_section).count();
    (2..=number.div_ceil(size)).map(|part| format!("{}{word}/{part}/", page.url)).collect()
}

/// An output that has the name of a folder that another output is in: no disk can hold both.
fn files_in_the_way(owners: &BTreeMap<String, Place>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, place) in owners {
        for (folder, other) in address::folders_above(path).filter_map(|folder| Some((folder, owners.get(folder)?))) {
            problems.push(catalogue::url_collision(place.clone(), other.clone(), folder));
        }
    }
    problems
}

/// The URLs of the sections in further languages, by the folder that their files lie in: what lies beside them is published
/// beside each of them.
fn translated_sections<'p>(pages: &'p Pages, languages: Suffixes<'_>) -> BTreeMap<&'p str, Vec<&'p str>> {
    let mut translated: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for page in pages.iter() {
        let Some(document) = &page.document else { continue };
        let name = FileName::of(&document.path, languages);
        if name.is_section() && name.language.is_some() && document.front.path.is_none() {
            translated.entry(name.folder).or_default().push(&page.url);
        }
    }
    translated
}

/// The files that are published as they are: the ones beside pages, and those in `static/`. What lies in the folder of
/// a page or section that is hidden is hidden as well, but for a section that only has no page.
fn copied_files(pages: &Pages, hidden: &[Hidden], parts: &Parts<'_>) -> Vec<(String, Arc<str>)> {
    let languages = parts.config.suffixes();
    // The folder of an `index.md` moves with its page, and what is in it moves along.
    let mut moved: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for page in pages.iter() {
        let Some(document) = &page.document else { continue };
        let name = FileName::of(&document.path, languages);
        if name.is_index() || (name.is_section() && document.front.path.is_some()) {
            moved.entry(name.folder).or_default().push(&page.url);
        }
    }
    let hidden_folders: BTreeMap<&str, Why> = hidden
        .iter()
        .filter_map(|hidden| {
            let name = FileName::of(&hidden.path, languages);
            // Hugo publishes the files of a page that it does not render.
            let is_whole = parts.config.urls == Urls::Zola || hidden.why != Why::Unrendered;
            let hides = (name.is_index() && is_whole) || (name.is_section() && hidden.why != Why::Unrendered);
            hides.then_some((name.folder, hidden.why))
        })
        .filter(|(folder, _)| !moved.contains_key(folder))
        .collect();
    let translated = translated_sections(pages, languages);
    let mut files = Vec::new();
    for (path, source) in parts.listing.below("content").filter(|(_, source)| !is_page(source)) {
        let mut above: Vec<&str> = address::folders_above(path).collect();
        if above.iter().any(|folder| hidden_folders.contains_key(folder)) {
            continue;
        }
        let homes = translated.get(address::folder_of(path)).into_iter().flatten();
        files.extend(homes.map(|url| (format!("{url}{}", address::name_of(path)), source.clone())));
        above.reverse();
        match above.into_iter().find_map(|folder| Some((folder, moved.get(folder)?))) {
            Some((folder, homes)) => {
                files.extend(homes.iter().map(|url| (format!("{url}{}", &path[folder.len() + 1..]), source.clone())));
            }
            None if parts.config.urls == Urls::Hugo => {
                let folders = address::folders_above(path).map(|folder| address::hugo_slug(address::name_of(folder)));
                let folders: String = folders.map(|folder| format!("{folder}/")).collect();
                files.push((format!("{folders}{}", address::name_of(path)), source.clone()));
            }
            None => files.push((path.to_owned(), source.clone())),
        }
    }
    files.extend(parts.listing.below("static").map(|(path, source)| (path.to_owned(), source.clone())));
    files
}
