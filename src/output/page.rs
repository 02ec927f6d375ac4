//! Pages of the writer's. Comes in: a page of the site. Goes out: its [`PageView`], with every link resolved.

use std::sync::Arc;

use super::view::{BodyView, DateView, LinkView, NavItem, PageView, Piece};
use crate::address;
use crate::document::{AsOf, Document, Slot};
use crate::site::{Page, Resolved, Site};
use crate::vocabulary::Date;

/// The view of the page with this index.
pub(super) fn page_view(site: &Site, index: usize) -> PageView {
    let page = &site.pages[index];
    let document = page.document.as_deref();
    let front = document.map(|document| document.front.clone()).unwrap_or_default();
    let (previous, next) = neighbours(site, index);
    let (body, notes) = document.map(|document| body_views(site, index, document)).unwrap_or_default();
    let lang = site.language_of(page);
    let shown = |date: &Option<Date>| date.as_ref().map(|date| DateView::new(date, lang));
    PageView {
        url: page.url.clone(),
        kind: match (page.url.is_empty(), page.is_section) {
            (true, _) => "home",
            (_, true) => "section",
            _ => "page",
        },
        title: page.title.clone(),
        description: front.description.clone(),
        lang: lang.to_owned(),
        dir: direction(lang),
        crumbs: crumbs(site, index),
        headings: document
            .map(|d| d.headings.iter().filter(|h| (2..=3).contains(&h.level)).cloned().collect())
            .unwrap_or_default(),
        body,
        notes,
        has_code: document.is_some_and(|document| document.has_code),
        previous: previous.map(|at| link_view(site, at)),
        next: next.map(|at| link_view(site, at)),
        children: page.children.iter().map(|child| link_view(site, *child)).collect(),
        authors: front.authors,
        date: shown(&front.date),
        updated: shown(&front.updated),
        has_undated: front.as_of.is_none() && document.is_some_and(has_undated_rows),
        as_of: shown(&front.as_of),
        is_draft: front.draft,
        extra: front.extra,
    }
}

fn has_undated_rows(document: &Document) -> bool {
    document.tables.iter().flat_map(|table| &table.rows).any(|row| !matches!(row.as_of, AsOf::At(_)))
}

/// A page as a link.
pub(super) fn link_view(site: &Site, index: usize) -> LinkView {
    let page = &site.pages[index];
    LinkView { url: page.url.clone(), title: page.title.clone(), description: page.description().map(str::to_owned) }
}

/// The page before and the one after a page on a reader's walk: the section directly below the home page that it is in,
/// with all that is in that. The home page itself is not part of a walk.
fn neighbours(site: &Site, index: usize) -> (Option<usize>, Option<usize>) {
    let top_of = |index: usize| {
        let chain = std::iter::successors(Some(index), |at| site.pages.get(*at)?.parent);
        chain.take_while(|at| *at != 0).last()
    };
    let Some(top) = top_of(index) else { return (None, None) };
    // Pages are in reading order: what is in a section follows it directly.
    let is_in_walk = |at: &usize| *at < site.pages.len() && top_of(*at) == Some(top);
    (index.checked_sub(1).filter(is_in_walk), Some(index + 1).filter(is_in_walk))
}

/// The sections above a page, from the home page down.
pub(super) fn crumbs(site: &Site, index: usize) -> Vec<LinkView> {
    let above = std::iter::successors(site.pages[index].parent, |at| site.pages[*at].parent);
    let mut crumbs: Vec<LinkView> = above.map(|at| link_view(site, at)).collect();
    crumbs.reverse();
    if let Some(home) = crumbs.first_mut() {
        home.title = site.title().to_owned();
    }
    crumbs
}

/// The navigation of the pages in one part of the site: all that is directly below the home page, and the branch that
/// `branch` is in.
pub(super) fn nav(site: &Site, branch: Option<usize>, registers: &[LinkView]) -> Vec<NavItem> {
    let open: Vec<usize> = std::iter::successors(branch, |at| site.pages[*at].parent).collect();
    let mut items = nav_items(site, 0, &open);
    for register in registers {
        if !items.iter().any(|item| item.url == register.url) {
            items.push(NavItem {
                url: register.url.clone(),
                title: register.title.clone(),
                children: Vec::new(),
                is_more: false,
            });
        }
    }
    items
}

/// How many pages of a section the navigation lists; the section's own page lists them all.
const NAV_MAX: usize = 40;

/// What is in a section, as the navigation lists it.
fn nav_items(site: &Site, section: usize, open: &[usize]) -> Vec<NavItem> {
    let page: &Page = &site.pages[section];
    let mut items: Vec<NavItem> =
        page.children.iter().take(NAV_MAX).map(|child| nav_item(site, *child, open)).collect();
    if page.children.len() > NAV_MAX {
        let title = page.children.len().to_string();
        items.push(NavItem { url: page.url.clone(), title, children: Vec::new(), is_more: true });
    }
    items
}

fn nav_item(site: &Site, index: usize, open: &[usize]) -> NavItem {
    let page: &Page = &site.pages[index];
    let children = if open.contains(&index) { nav_items(site, index, open) } else { Vec::new() };
    NavItem { url: page.url.clone(), title: page.title.clone(), children, is_more: false }
}

/// The direction of a language's script: of the script subtag, else of the script that it is usually written in.
pub(super) fn direction(language: &str) -> &'static str {
    const SCRIPTS: [&str; 7] = ["adlm", "arab", "hebr", "mand", "nkoo", "syrc", "thaa"];
    const LANGUAGES: [&str; 14] =
        ["ar", "arc", "azb", "ckb", "dv", "fa", "he", "mey", "nqo", "pnb", "ps", "sd", "ug", "ur"];
    let lower = language.to_lowercase();
    let mut subtags = lower.split('-');
    let primary = subtags.next().unwrap_or_default();
    let is_rtl = match subtags.find(|subtag| subtag.len() == 4) {
        Some(script) => SCRIPTS.contains(&script),
        None => LANGUAGES.contains(&primary),
    };
    if is_rtl { "rtl" } else { "ltr" }
}

/// A document's text and its footnotes with their links filled in; words of the interface are put in when they are
/// rendered.
fn body_views(site: &Site, index: usize, document: &Document) -> (BodyView, BodyView) {
    let url = &site.pages[index].url;
    let root = address::root_of(url);
    let mut pieces = Vec::new();
    let mut html = String::with_capacity(document.body.html.len() + 64 * document.body.slots.len());
    let mut from = 0;
    let mut text = None;
    let notes_start = document.body.notes_start;
    for (at, slot) in &document.body.slots {
        if text.is_none() && *at >= notes_start {
            html.push_str(&document.body.html[from..notes_start]);
            from = notes_start;
            text = Some(finished(&mut pieces, &mut html));
        }
        html.push_str(&document.body.html[from..*at]);
        from = *at;
        match slot {
            Slot::Link(link) => html.push_str(&link_attribute(site, index, *link, &root)),
            Slot::Subject(table, row) => {
                let subject = site.register.subjects.get(&(document.path.clone(), *table, *row));
                if let Some(subject) = subject {
                    push_attribute(&mut html, "href", &address::href(&root, subject));
                }
            }
            Slot::Word(word) => {
                pieces.push(Piece::Html(std::mem::take(&mut html)));
                pieces.push(Piece::Word(word));
            }
        }
    }
    html.push_str(&document.body.html[from..]);
    let last = finished(&mut pieces, &mut html);
    match text {
        Some(text) => (text, last),
        None => (last, BodyView::default()),
    }
}

/// The pieces so far as a view; both are empty after it.
fn finished(pieces: &mut Vec<Piece>, html: &mut String) -> BodyView {
    if !html.is_empty() {
        pieces.push(Piece::Html(std::mem::take(html)));
    }
    BodyView { pieces: std::mem::take(pieces) }
}

/// The `href` or `src` of a link; a link that leads nowhere has none, so that no reader follows it in vain.
fn link_attribute(site: &Site, index: usize, link: usize, root: &str) -> String {
    let document: Option<&Arc<Document>> = site.pages[index].document.as_ref();
    let written = document.and_then(|document| document.links.get(link));
    let (Some(written), Some(resolved)) = (written, site.links[index].get(link)) else { return String::new() };
    let name = if written.is_picture { "src" } else { "href" };
    let mut html = String::new();
    match resolved {
        Resolved::Within(url) if is_own_fragment(url, &site.pages[index].url) => {
            push_attribute(
                &mut html,
                name,
                &address::href("", &url[site.pages[index].url.len()..]).replace("./#", "#"),
            );
        }
        Resolved::Within(url) => push_attribute(&mut html, name, &address::href(root, url)),
        Resolved::NoAnchor { url, .. } => push_attribute(&mut html, name, &address::href(root, url)),
        Resolved::Outside(url) => {
            push_attribute(&mut html, name, url);
            if !written.is_picture {
                html.push_str(" rel=\"noopener noreferrer\"");
            }
        }
        // A picture without an address would be no HTML: its alternative text stands in for it.
        _ if written.is_picture => push_attribute(&mut html, name, "data:,"),
        _ => html.push_str(" class=\"broken\""),
    }
    html
}

fn is_own_fragment(url: &str, page: &str) -> bool {
    url.strip_prefix(page).is_some_and(|rest| rest.starts_with('#'))
}

fn push_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    pulldown_cmark_escape::escape_html(&mut *html, value).expect("a String takes all text");
    html.push('"');
}
