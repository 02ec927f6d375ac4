//! The tree of pages. Comes in: documents by path. Goes out: pages in reading order, each with its address,
//! parent and children, and what is hidden. A folder is a section, with or without `_index.md`; a further language is a
//! tree of its own below the home page.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::address;
use crate::config::Config;
use crate::document::{Document, FileName, SortBy};
use crate::problem::Place;
use crate::register::PageId;
use crate::rules::Urls;
use crate::vocabulary::{Date, Day, fold};

/// A page or section of the site.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its address, such as `mali/why/`.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it is made from; a folder without `_index.md` has none.
    pub document: Option<Arc<Document>>,
    /// Whether it is a section.
    pub is_section: bool,
    /// Its language, where its file's name says so or it is the home of a language.
    pub language: Option<String>,
    /// The section that it is in; only the home page has none.
    pub parent: Option<PageId>,
    /// What is directly in it, in reading order.
    pub children: Vec<PageId>,
    /// What its list shows: its children, and the pages of transparent sections in place of these.
    pub listed: Vec<PageId>,
    /// The template that shows it: its own, else that of the nearest section that names one for its pages.
    pub template: Option<String>,
}

impl Page {
    /// Its description, where the front matter has one.
    pub fn description(&self) -> Option<&str> {
        self.document.as_ref()?.front.description.as_deref()
    }

    /// What lists say of it: its description, else its summary.
    pub fn teaser(&self) -> Option<&str> {
        let document = self.document.as_ref()?;
        let front = &document.front;
        front.description.as_deref().or(front.summary.as_deref()).or(document.summary.as_deref())
    }

    /// The title that menus and lists show.
    pub fn short_title(&self) -> &str {
        self.document.as_ref().and_then(|document| document.front.link_title.as_deref()).unwrap_or(&self.title)
    }

    /// Whether menus and lists show it.
    pub fn is_listed(&self) -> bool {
        self.document.as_ref().is_none_or(|document| document.front.is_listed)
    }
}

/// Why a document is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is a draft.
    Draft,
    /// It is to be published on this day.
    Scheduled(Date),
    /// It was to be published up to this day.
    Expired(Date),
    /// It says that it is no page of its own.
    Unrendered,
    /// It lies in the folder of a page and belongs to that, as Hugo has it.
    Part,
}

/// A document that is not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Its source.
    pub path: Arc<str>,
    /// Why.
    pub why: Why,
    /// The source that makes it hidden: its own, or that of a section above it.
    pub because_of: Arc<str>,
    /// Where that says so.
    pub place: Option<Place>,
}

impl Why {
    /// What keeps a document from being published, in words: "a draft".
    pub fn in_words(self) -> String {
        match self {
            Why::Draft => "a draft".to_owned(),
            Why::Scheduled(date) => format!("to be published on {}", date.in_words("en")),
            Why::Expired(date) => format!("expired since {}", date.in_words("en")),
            Why::Unrendered => "no page of its own (`render = false`)".to_owned(),
            Why::Part => "part of the page of its folder".to_owned(),
        }
    }
}

impl Hidden {
    /// What keeps it from being published, in words: "is a draft".
    pub fn reason(&self) -> String {
        let own = self.why.in_words();
        if self.because_of == self.path {
            format!("is {own}")
        } else {
            format!("is below {}, which is {own}", self.because_of)
        }
    }
}

/// By what the tree is grown.
pub(super) struct Soil<'a> {
    pub config: &'a Config,
    pub with_drafts: bool,
    pub today: Day,
}

/// A folder or page on its way to becoming a [`Page`].
pub(super) struct Node {
    pub url: String,
    pub document: Option<Arc<Document>>,
    is_section: bool,
    pub title: String,
    language: Option<String>,
    /// The folder whose documents are below it, with its language in front; a plain file has none.
    inner: Option<String>,
    /// The template of the pages of the section that it is in, where that is no page of its own.
    page_template: Option<String>,
}

/// A document with what it says by itself.
struct Seed<'d> {
    document: &'d Arc<Document>,
    name: FileName<'d>,
    /// The folder in the tree that it lies in.
    folder: String,
    why: Option<Why>,
    /// What it becomes where it is no section.
    node: Option<Node>,
}

impl Soil<'_> {
    fn seed<'d>(&self, document: &'d Arc<Document>) -> Seed<'d> {
        let name = self.name(&document.path);
        let is_home = name.is_index() && name.folder.is_empty();
        Seed {
            document,
            folder: self.folder(&name, name.folder),
            why: self.why(document),
            // At the top, `index.md` is the home page as well.
            node: (!name.is_section() && !is_home).then(|| self.page_node(document, &name)),
            name,
        }
    }

    pub(super) fn name<'p>(&self, path: &'p str) -> FileName<'p> {
        FileName::of(path, self.config.suffixes())
    }

    /// The folder of a document in the tree: below its language's own home.
    pub(super) fn folder(&self, name: &FileName<'_>, folder: &str) -> String {
        match name.language {
            Some(language) if folder.is_empty() => language.to_owned(),
            Some(language) => format!("{language}/{folder}"),
            None => folder.to_owned(),
        }
    }

    /// The URL of a folder.
    pub(super) fn url_of(&self, folder: &str) -> String {
        if folder.is_empty() {
            return String::new();
        }
        match self.config.urls {
            Urls::Zola => format!("{folder}/"),
            Urls::Hugo => folder.split('/').map(|part| format!("{}/", address::hugo_slug(part))).collect(),
        }
    }

    /// The last part of a page's URL.
    fn slug(&self, document: &Document, name: &FileName<'_>) -> String {
        let stem = if name.is_index() { address::name_of(name.folder) } else { name.stem };
        let slugs = self.config.slugify;
        let words = document.front.slug.as_deref().unwrap_or(match name.after_date {
            Some(after) if !slugs.keeps_dates && self.config.urls == Urls::Zola => after,
            _ => stem,
        });
        let slug = match self.config.urls {
            Urls::Zola => address::path_slug(words, slugs.paths),
            Urls::Hugo => address::hugo_slug(words),
        };
        if slug.is_empty() { "page".to_owned() } else { slug }
    }

    /// The address that a document asks for itself.
    fn own_address(&self, document: &Document) -> Option<String> {
        address::own_path(document.front.path.as_deref()?, self.config.urls == Urls::Hugo)
    }

    pub(super) fn page_node(&self, document: &Arc<Document>, name: &FileName<'_>) -> Node {
        let parent = if name.is_index() { address::folder_of(name.folder) } else { name.folder };
        let stem = if name.is_index() { address::name_of(name.folder) } else { name.after_date.unwrap_or(name.stem) };
        let usual = || format!("{}{}/", self.url_of(&self.folder(name, parent)), self.slug(document, name));
        Node {
            url: self.own_address(document).unwrap_or_else(usual),
            document: Some(document.clone()),
            is_section: false,
            title: document.title.clone().unwrap_or_else(|| words_of(stem)),
            language: name.language.map(str::to_owned),
            inner: name.is_index().then(|| self.folder(name, name.folder)),
            page_template: None,
        }
    }

    fn section_node(&self, folder: &str, document: Option<Arc<Document>>) -> Node {
        let own_title = document.as_ref().and_then(|document| document.title.clone());
        let of_language = self.config.languages.iter().find(|language| language.code == folder);
        let fallback = match of_language {
            Some(language) => language.title.clone().unwrap_or_else(|| language.code.clone()),
            None if folder.is_empty() => "Home".to_owned(),
            None => words_of(address::name_of(folder)),
        };
        let first = folder.split('/').next().unwrap_or_default();
        let language = self.config.language_codes.iter().find(|code| *code == first).cloned();
        let usual = || self.url_of(folder);
        Node {
            url: document.as_ref().and_then(|document| self.own_address(document)).unwrap_or_else(usual),
            title: own_title.unwrap_or(fallback),
            document,
            is_section: true,
            language,
            inner: Some(folder.to_owned()),
            page_template: None,
        }
    }

    /// Why a document is hidden by what it says itself.
    pub(super) fn why(&self, document: &Document) -> Option<Why> {
        let front = &document.front;
        let future = |date: &Date| date.earliest() > self.today;
        let scheduled = front.publish.filter(future).or_else(|| front.date.filter(future));
        match () {
            () if front.draft => Some(Why::Draft),
            () if scheduled.is_some() => scheduled.map(Why::Scheduled),
            () => front.expires.filter(|date| date.earliest() <= self.today).map(Why::Expired),
        }
    }

    /// Where a document says what keeps it from being published.
    fn place_of(&self, why: Why, document: &Document) -> Option<Place> {
        let front = &document.front;
        let keys: &[&str] = match why {
            Why::Draft => &["draft", "publish"],
            Why::Scheduled(date) if front.publish == Some(date) => &["publish"],
            Why::Scheduled(_) => &["date"],
            Why::Expired(_) => &["expires"],
            Why::Unrendered => &["render", "headless", "build"],
            Why::Part => &[],
        };
        front.place_of(keys).cloned()
    }

    /// Separates what is published from what is hidden, or below a section that is.
    fn divide<'d>(&self, seeds: Vec<Seed<'d>>) -> (Vec<Seed<'d>>, Vec<Hidden>) {
        let sections = seeds.iter().filter(|seed| seed.name.is_section());
        let hidden_sections: BTreeMap<String, (Why, &Arc<Document>)> =
            sections.filter_map(|seed| Some((seed.folder.clone(), (seed.why?, seed.document)))).collect();
        let bundles: BTreeSet<&str> = seeds
            .iter()
            .map(|seed| &seed.name)
            .filter(|name| name.is_index() && !name.folder.is_empty())
            .map(|name| name.folder)
            .collect();
        let (mut shown, mut hidden) = (Vec::with_capacity(seeds.len()), Vec::new());
        for seed in seeds {
            let Seed { document, name, folder, why, .. } = &seed;
            let above = std::iter::successors(Some(folder.as_str()), |folder| {
                (!folder.is_empty()).then(|| address::folder_of(folder))
            });
            let above = above.filter_map(|folder| hidden_sections.get(folder)).next();
            let found = why.map(|why| (why, *document)).or(above.copied()).filter(|_| !self.with_drafts);
            // A section that is no page itself is still where its pages are.
            let is_no_page = !document.front.render && !name.is_section();
            let is_part = self.config.urls == Urls::Hugo && in_bundle(&bundles, name);
            let found = found.or_else(|| is_no_page.then_some((Why::Unrendered, *document)));
            match found.or_else(|| is_part.then_some((Why::Part, *document))) {
                Some((why, other)) => {
                    let place = self.place_of(why, other);
                    hidden.push(Hidden { path: document.path.clone(), why, because_of: other.path.clone(), place });
                }
                None => shown.push(seed),
            }
        }
        (shown, hidden)
    }
}

/// Whether a page lies in the folder of another page, or in one below it.
fn in_bundle(bundles: &BTreeSet<&str>, name: &FileName<'_>) -> bool {
    let own = if name.is_index() { address::folder_of(name.folder) } else { name.folder };
    let above = std::iter::successors(Some(own), |folder| (!folder.is_empty()).then(|| address::folder_of(folder)));
    above.take_while(|folder| !folder.is_empty()).any(|folder| bundles.contains(folder))
}

/// Makes the tree of pages.
pub(super) fn grow(documents: &[Arc<Document>], soil: &Soil<'_>) -> (Vec<Page>, Vec<Hidden>) {
    let (shown, mut hidden) = soil.divide(documents.par_iter().map(|document| soil.seed(document)).collect());
    // The nodes of each folder; a section is a node of the folder above it.
    let mut within: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    let mut sections: BTreeMap<String, Option<Arc<Document>>> = BTreeMap::from([(String::new(), None)]);
    sections.extend(soil.config.language_codes.iter().map(|code| (code.clone(), None)));
    for Seed { document, name, folder, node, .. } in shown {
        let Some(node) = node else {
            let document = document.clone();
            note_folders(&mut sections, &folder);
            let section = sections.entry(folder.clone()).or_default();
            match section {
                None => *section = Some(document),
                // Both are the home page: they collide where addresses are written down.
                Some(_) => {
                    let second = Node { inner: None, ..soil.section_node(&folder, Some(document)) };
                    within.entry(folder).or_default().push(second);
                }
            }
            continue;
        };
        let parent = if name.is_index() { soil.folder(&name, address::folder_of(name.folder)) } else { folder };
        note_folders(&mut sections, &parent);
        within.entry(parent).or_default().push(node);
    }
    // A folder that is a page of its own is no section as well, unless it has an `_index.md`.
    let page_folders: BTreeSet<String> = within.values().flatten().filter_map(|node| node.inner.clone()).collect();
    for (folder, document) in &sections {
        if folder.is_empty() || (document.is_none() && page_folders.contains(folder)) {
            continue;
        }
        let node = soil.section_node(folder, document.clone());
        within.entry(address::folder_of(folder).to_owned()).or_default().push(node);
    }
    let home = soil.section_node("", sections.remove("").flatten());
    let mut grower = Grower { within, pages: Vec::new(), hidden: &mut hidden, urls: soil.config.urls };
    grower.place(home, None, None);
    let mut pages = grower.pages;
    for index in (0..pages.len()).rev() {
        let listed = listed(&pages, index, soil.config.urls);
        pages[index].listed = listed;
    }
    (pages, hidden)
}

/// Makes sure that a folder and those above it are sections.
fn note_folders(sections: &mut BTreeMap<String, Option<Arc<Document>>>, folder: &str) {
    let mut folder = folder;
    while !folder.is_empty() {
        sections.entry(folder.to_owned()).or_default();
        folder = address::folder_of(folder);
    }
}

/// A file or folder name as a title: `key-facts` is `Key facts`.
pub(super) fn words_of(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

/// Puts nodes into the list, a section before what is in it.
struct Grower<'h> {
    within: BTreeMap<String, Vec<Node>>,
    pages: Vec<Page>,
    hidden: &'h mut Vec<Hidden>,
    urls: Urls,
}

impl Grower<'_> {
    /// Puts a node and what is below it into the list.
    fn place(&mut self, node: Node, parent: Option<PageId>, page_template: Option<&str>) {
        let index = self.pages.len();
        let front = node.document.as_ref().map(|document| &document.front);
        let own_template = front.and_then(|front| front.template.clone());
        let for_pages = front.and_then(|front| front.page_template.clone());
        let page_template = node.page_template.as_deref().or(page_template);
        let inherited = page_template.filter(|_| !node.is_section).map(str::to_owned);
        let page_template = for_pages.or_else(|| page_template.map(str::to_owned));
        let sort_by = front.and_then(|front| front.sort_by);
        let inner = node.inner.clone();
        self.pages.push(Page {
            url: node.url,
            title: node.title,
            document: node.document,
            is_section: node.is_section,
            language: node.language,
            parent,
            children: Vec::new(),
            listed: Vec::new(),
            template: own_template.or(inherited),
        });
        let mut children = self.children_of(inner.as_deref());
        children.sort_by(|a, b| order(&a.sorted(), &b.sorted(), sort_by, self.urls));
        for child in children {
            let child_id = PageId::nth(self.pages.len());
            self.pages[index].children.push(child_id);
            self.place(child, Some(PageId::nth(index)), page_template.as_deref());
        }
    }

    /// The nodes in a folder; instead of a section that is no page of its own, what is in it.
    fn children_of(&mut self, folder: Option<&str>) -> Vec<Node> {
        let nodes = folder.and_then(|folder| self.within.remove(folder)).unwrap_or_default();
        let mut children = Vec::new();
        for node in nodes {
            match node.document.as_ref().filter(|document| node.is_section && !document.front.render) {
                Some(document) => {
                    let path = document.path.clone();
                    let place = document.front.place_of(&["render", "headless", "build"]).cloned();
                    self.hidden.push(Hidden { path: path.clone(), why: Why::Unrendered, because_of: path, place });
                    let template = document.front.page_template.clone();
                    children.extend(self.children_of(node.inner.as_deref()).into_iter().map(|child| Node {
                        page_template: child.page_template.or_else(|| template.clone()),
                        ..child
                    }));
                }
                None => children.push(node),
            }
        }
        children
    }
}

/// What the list of a section shows. What is in it is known already, since sections come before what is in them.
fn listed(pages: &[Page], index: usize, urls: Urls) -> Vec<PageId> {
    let front = |at: PageId| pages[at.index()].document.as_ref().map(|document| &document.front);
    let is_transparent = |at: PageId| front(at).is_some_and(|front| front.transparent);
    let shown = |at: &PageId| pages[at.index()].is_listed();
    let children = pages[index].children.iter().copied().filter(shown);
    if !pages[index].children.iter().any(|child| is_transparent(*child)) {
        return children.collect();
    }
    let mut listed: Vec<PageId> = children
        .flat_map(|child| if is_transparent(child) { pages[child.index()].listed.clone() } else { vec![child] })
        .collect();
    let sort_by = front(PageId::nth(index)).and_then(|front| front.sort_by);
    listed.sort_by(|a, b| order(&pages[a.index()].sorted(), &pages[b.index()].sorted(), sort_by, urls));
    listed
}

/// What siblings are sorted by.
pub(super) struct Sorted<'p> {
    document: Option<&'p Document>,
    is_section: bool,
    title: &'p str,
    url: &'p str,
}

impl Node {
    fn sorted(&self) -> Sorted<'_> {
        Sorted { document: self.document.as_deref(), is_section: self.is_section, title: &self.title, url: &self.url }
    }
}

impl Page {
    pub(super) fn sorted(&self) -> Sorted<'_> {
        Sorted { document: self.document.as_deref(), is_section: self.is_section, title: &self.title, url: &self.url }
    }
}

impl Sorted<'_> {
    fn weight(&self, urls: Urls) -> i64 {
        let weight = self.document.and_then(|document| document.front.weight);
        weight.filter(|weight| urls == Urls::Zola || *weight != 0).unwrap_or(i64::MAX)
    }

    /// The newest first, and what has no date last.
    fn newest(&self, by_update: bool) -> (bool, Reverse<i64>) {
        let front = self.document.map(|document| &document.front);
        let updated = front.filter(|_| by_update).and_then(|front| front.updated_moment);
        let moment = updated.or_else(|| front.and_then(|front| front.date_moment));
        (moment.is_none(), Reverse(moment.unwrap_or_default()))
    }

    fn slug(&self) -> &str {
        address::name_of(self.url.trim_end_matches('/'))
    }
}

/// The order of siblings, never left to chance: what is equal is ordered by address. Where the section says how, the
/// sections in it come first, by weight; else pages and sections stand together, by weight and title, or for Hugo by weight,
/// date and title.
pub(super) fn order(a: &Sorted<'_>, b: &Sorted<'_>, sort_by: Option<SortBy>, urls: Urls) -> std::cmp::Ordering {
    let usual = || {
        let by_weight = a.weight(urls).cmp(&b.weight(urls));
        let by_date =
            if urls == Urls::Hugo { a.newest(false).cmp(&b.newest(false)) } else { std::cmp::Ordering::Equal };
        by_weight.then(by_date).then_with(|| natural(a.title).cmp(&natural(b.title)))
    };
    let said = match sort_by {
        None | Some(SortBy::None) => usual(),
        Some(_) if a.is_section || b.is_section => b.is_section.cmp(&a.is_section).then_with(usual),
        Some(SortBy::Date) => a.newest(false).cmp(&b.newest(false)),
        Some(SortBy::UpdateDate) => a.newest(true).cmp(&b.newest(true)),
        Some(SortBy::Title) => natural(a.title).cmp(&natural(b.title)),
        Some(SortBy::TitleBytes) => a.title.cmp(b.title),
        Some(SortBy::Weight) => a.weight(urls).cmp(&b.weight(urls)),
        Some(SortBy::Slug) => natural(a.slug()).cmp(&natural(b.slug())),
        Some(SortBy::Permalink) => std::cmp::Ordering::Equal,
    };
    said.then_with(|| a.url.cmp(b.url))
}

/// The order of the pages of a term: the newest first, undated ones last; Hugo's are ordered as in any list.
pub(super) fn of_term(a: &Page, b: &Page, urls: Urls) -> std::cmp::Ordering {
    let (a, b) = (a.sorted(), b.sorted());
    if urls == Urls::Hugo {
        return order(&a, &b, None, urls);
    }
    a.newest(false).cmp(&b.newest(false)).then_with(|| a.url.cmp(b.url))
}

/// A title so that "Part 10" comes after "Part 2", and "Élan" before "Zone": numbers are filled up with zeros, and neither
/// case nor accents count.
fn natural(title: &str) -> String {
    let mut key = String::new();
    let mut digits = String::new();
    for c in fold(title).chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{digits:0>12}"));
            digits.clear();
        }
        key.push(c);
    }
    key
}
