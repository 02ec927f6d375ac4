//! The tree of pages. Comes in: documents by path. Goes out: pages in reading order, each with its address,
//! parent and children, and what is hidden. A folder is a section, with or without `_index.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::address;
use crate::document::Document;

/// A page or section of the site.
#[derive(Debug)]
pub struct Page {
    /// Its address, such as `mali/why/`.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What it is made from; a folder without `_index.md` has none.
    pub document: Option<Arc<Document>>,
    /// Whether it is a section.
    pub is_section: bool,
    /// The section that it is in, as an index; only the home page has none.
    pub parent: Option<usize>,
    /// What is directly in it, as indices in reading order.
    pub children: Vec<usize>,
}

impl Page {
    /// Its description, where the front matter has one.
    pub fn description(&self) -> Option<&str> {
        self.document.as_ref()?.front.description.as_deref()
    }
}

/// A document that is not published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Its source.
    pub path: Arc<str>,
    /// The source that makes it hidden: its own, or that of a section above it that is a draft.
    pub because_of: Arc<str>,
}

/// A folder or page on its way to becoming a [`Page`]; children are found by the folder that they are in.
struct Node {
    url: String,
    document: Option<Arc<Document>>,
    is_section: bool,
    title: String,
}

/// The place of a document below `content/`: its folder, and the name that it has there.
fn place_of(path: &str) -> (&str, &str) {
    let path = path.strip_prefix("content/").unwrap_or(path);
    (address::folder_of(path), address::name_of(path))
}

/// Makes the tree of pages.
pub(super) fn grow(documents: &[Arc<Document>], with_drafts: bool) -> (Vec<Page>, Vec<Hidden>) {
    let (shown, hidden) = divide(documents, with_drafts);
    // The nodes of each folder; a section is a node of the folder above it.
    let mut within: BTreeMap<String, Vec<Node>> = BTreeMap::new();
    let mut sections: BTreeMap<String, Option<Arc<Document>>> = BTreeMap::from([(String::new(), None)]);
    for document in shown {
        let (folder, name) = place_of(&document.path);
        match name {
            // At the top, `index.md` is the home page as well.
            "_index.md" | "index.md" if name == "_index.md" || folder.is_empty() => {
                note_folders(&mut sections, folder);
                let section = sections.entry(folder.to_owned()).or_default();
                if section.is_none() {
                    *section = Some(document);
                } else {
                    // Both are the home page: they collide where addresses are written down.
                    within.entry(String::new()).or_default().push(section_node("", Some(document.clone())));
                }
            }
            "index.md" => {
                let parent = address::folder_of(folder);
                note_folders(&mut sections, parent);
                let node = page_node(&document, parent, address::name_of(folder));
                within.entry(parent.to_owned()).or_default().push(node);
            }
            name => {
                note_folders(&mut sections, folder);
                let node = page_node(&document, folder, name.rsplit_once('.').map_or(name, |(stem, _)| stem));
                within.entry(folder.to_owned()).or_default().push(node);
            }
        }
    }
    // A folder that is a page of its own is no section as well, unless it has an `_index.md`.
    let page_folders: BTreeSet<String> = within.values().flatten().filter_map(folder_of_page).collect();
    for (folder, document) in &sections {
        if folder.is_empty() || (document.is_none() && page_folders.contains(folder)) {
            continue;
        }
        let node = section_node(folder, document.clone());
        within.entry(address::folder_of(folder).to_owned()).or_default().push(node);
    }
    let mut pages = Vec::new();
    let home = section_node("", sections.remove("").flatten());
    place(home, None, "", &mut within, &mut pages);
    (pages, hidden)
}

/// The folder of a page that is an `index.md`.
fn folder_of_page(node: &Node) -> Option<String> {
    let (folder, name) = place_of(&node.document.as_ref()?.path);
    (name == "index.md").then(|| folder.to_owned())
}

/// Separates what is published from drafts and what is below a draft section.
fn divide(documents: &[Arc<Document>], with_drafts: bool) -> (Vec<Arc<Document>>, Vec<Hidden>) {
    let draft_sections: BTreeMap<&str, &Arc<Document>> = documents
        .iter()
        .filter(|document| document.front.draft && document.path.ends_with("/_index.md"))
        .map(|document| (place_of(&document.path).0, document))
        .collect();
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for document in documents {
        let (folder, _) = place_of(&document.path);
        let folders_above =
            std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| address::folder_of(folder)));
        let draft_above = folders_above.filter_map(|folder| draft_sections.get(folder)).next();
        let because_of = if document.front.draft { Some(document) } else { draft_above.copied() };
        match because_of.filter(|_| !with_drafts) {
            Some(because_of) => {
                hidden.push(Hidden { path: document.path.clone(), because_of: because_of.path.clone() })
            }
            None => shown.push(document.clone()),
        }
    }
    (shown, hidden)
}

/// Makes sure that a folder and those above it are sections.
fn note_folders(sections: &mut BTreeMap<String, Option<Arc<Document>>>, folder: &str) {
    let mut folder = folder;
    while !folder.is_empty() {
        sections.entry(folder.to_owned()).or_default();
        folder = address::folder_of(folder);
    }
}

fn page_node(document: &Arc<Document>, folder: &str, name: &str) -> Node {
    let slug = address::slug(document.front.slug.as_deref().unwrap_or(name));
    let slug = if slug.is_empty() { "page".to_owned() } else { slug };
    let url = if folder.is_empty() { format!("{slug}/") } else { format!("{folder}/{slug}/") };
    let title = document.title.clone().unwrap_or_else(|| words_of(name));
    Node { url, document: Some(document.clone()), is_section: false, title }
}

fn section_node(folder: &str, document: Option<Arc<Document>>) -> Node {
    let url = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let own_title = document.as_ref().and_then(|document| document.title.clone());
    let fallback = if folder.is_empty() { "Home".to_owned() } else { words_of(address::name_of(folder)) };
    Node { url, document, is_section: true, title: own_title.unwrap_or(fallback) }
}

/// A file or folder name as a title: `key-facts` is `Key facts`.
fn words_of(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

/// Puts a node and what is below it into the list, siblings by weight, then title, then address.
fn place(
    node: Node,
    parent: Option<usize>,
    folder: &str,
    within: &mut BTreeMap<String, Vec<Node>>,
    pages: &mut Vec<Page>,
) {
    let index = pages.len();
    let Node { url, document, is_section, title } = node;
    pages.push(Page { url, title, document, is_section, parent, children: Vec::new() });
    let mut children = within.remove(folder).unwrap_or_default();
    children.sort_by(|a, b| order(a).cmp(&order(b)));
    for child in children {
        let child_index = pages.len();
        pages[index].children.push(child_index);
        let child_folder = child_folder(&child);
        place(child, Some(index), &child_folder, within, pages);
    }
}

fn order(node: &Node) -> (i64, String, &str) {
    let weight = node.document.as_ref().and_then(|document| document.front.weight);
    (weight.unwrap_or(i64::MAX), natural(&node.title), &node.url)
}

/// A title so that "Part 10" comes after "Part 2": numbers are filled up with zeros.
fn natural(title: &str) -> String {
    let mut key = String::new();
    let mut digits = String::new();
    for c in title.to_lowercase().chars().chain(['\0']) {
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

/// The folder whose documents are below a node; a page that is a plain file has none.
fn child_folder(node: &Node) -> String {
    if node.is_section && !node.url.is_empty() {
        return node.url.trim_end_matches('/').to_owned();
    }
    folder_of_page(node).unwrap_or_else(|| "\0".to_owned())
}
