//! What the head of a page tells machines. Comes in: the plan and a page's view. Goes out: a [`HeadView`]: its full address,
//! its translations, its Markdown, its feeds and its card.

use std::collections::BTreeMap;

use serde::Serialize;

use super::draw;
use crate::document::FileName;
use crate::output::parts::link_to;
use crate::output::plan::Plan;
use crate::output::view::{LinkView, PageView};
use crate::register::PageId;
use crate::site::{Feed, Site};

/// What the head of a page tells machines.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HeadView {
    /// The full address of the page, where the site has one and says it.
    pub canonical: Option<String>,
    /// The page in all its languages, itself among them; empty where it has one alone.
    pub translations: Vec<TranslationView>,
    /// The URL of its Markdown.
    pub markdown: Option<String>,
    /// The feeds of the site and of the sections that it is in.
    pub feeds: Vec<LinkView>,
    /// The full address of its card.
    pub card: Option<String>,
}

/// A page in one language.
#[derive(Debug, Clone, Serialize)]
pub struct TranslationView {
    /// The language (BCP 47), or `x-default` for whoever reads none of them.
    pub lang: String,
    /// Its full address.
    pub address: String,
}

/// The pages that are one page in several languages, by each of them.
pub(in crate::output) type Translations = BTreeMap<PageId, Vec<PageId>>;

/// The translations among the pages of a site: their files differ in the language alone, or they share a `translation_key`.
pub(in crate::output) fn translations(site: &Site) -> Translations {
    let suffixes = site.config.suffixes();
    let mut groups: BTreeMap<String, Vec<PageId>> = BTreeMap::new();
    for (id, page) in site.pages.each() {
        let Some(document) = &page.document else { continue };
        let key = match &document.front.translation_key {
            Some(key) => format!("\0{key}"), // it is no path
            None if site.config.language_codes.is_empty() => continue,
            None => {
                let name = FileName::of(&document.path, suffixes);
                format!("{}/{}", name.folder, name.stem)
            }
        };
        groups.entry(key).or_default().push(id);
    }
    let groups = groups.into_values().filter(|group| group.len() > 1);
    groups.flat_map(|group| group.clone().into_iter().map(move |id| (id, group.clone()))).collect()
}

impl Plan {
    /// What the head of a page tells machines.
    pub(in crate::output) fn head(&self, page: &PageView) -> HeadView {
        let site = &self.site;
        if matches!(page.kind, "missing" | "redirect") {
            return HeadView::default();
        }
        let id = site.addresses.page(&page.url);
        let canonical = self.absolute(&page.url).filter(|_| site.config.machines.canonical);
        HeadView {
            canonical,
            translations: id.map(|id| self.in_languages(id)).unwrap_or_default(),
            markdown: id.and_then(|id| self.twin_of(id)),
            feeds: self.feeds_of(id),
            card: self.card_of(id.unwrap_or(PageId::HOME)),
        }
    }

    fn in_languages(&self, id: PageId) -> Vec<TranslationView> {
        let site = &self.site;
        let group = self.translations().get(&id).filter(|_| site.config.base_url.is_some());
        let Some(group) = group else { return Vec::new() };
        let address = |at: PageId| self.absolute(&site.pages[at].url).unwrap_or_default();
        let language = |at: PageId| site.language_of(&site.pages[at]);
        let mut views: Vec<TranslationView> = Vec::new();
        for at in group {
            // Of two pages in one language, none would be the translation.
            if !views.iter().any(|view| view.lang == language(*at)) {
                views.push(TranslationView { lang: language(*at).to_owned(), address: address(*at) });
            }
        }
        let usual = group.iter().find(|at| language(**at) == site.config.language);
        views.extend(usual.map(|at| TranslationView { lang: "x-default".to_owned(), address: address(*at) }));
        views
    }

    /// The feeds of the site in the language of a page, and of the sections above it.
    fn feeds_of(&self, id: Option<PageId>) -> Vec<LinkView> {
        let site = &self.site;
        if site.feeds.is_empty() {
            return Vec::new();
        }
        let above: Vec<PageId> = id.into_iter().flat_map(|at| site.pages.upwards(at)).collect();
        let language = id.and_then(|id| site.pages[id].language.as_deref());
        let is_near = |feed: &&Feed| feed.section == PageId::HOME || above.contains(&feed.section);
        let mut near: Vec<&Feed> = site.feeds.iter().filter(is_near).collect();
        let is_read = |feed: &&Feed| site.pages[feed.section].language.as_deref() == language;
        if near.iter().any(is_read) {
            near.retain(is_read);
        }
        let near = near.into_iter();
        near.filter_map(|feed| {
            let title =
                if feed.section == PageId::HOME { site.title() } else { site.pages[feed.section].title.as_str() };
            Some(link_to(feed.urls.first()?, title))
        })
        .collect()
    }

    /// The full address of the card of a page: its own, else that of the nearest section above it that has one.
    fn card_of(&self, id: PageId) -> Option<String> {
        let path = (self.site.pages.upwards(id))
            .find_map(|at| self.card_path(at).filter(|path| self.at(path).is_some() && draw::can_show(self, at)))?;
        self.absolute(&path)
    }
}
