//! The feeds of a site: its own, those of its languages, and those of sections that ask for one. Comes in: pages and the
//! configuration. Goes out: each [`Feed`] with the pages that may be in it; a feed without any is none.

use std::sync::Arc;

use super::{Page, Pages};
use crate::config::Config;
use crate::register::PageId;
use crate::rules::Urls;
use crate::vocabulary::Date;

/// A feed of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The section whose feed it is.
    pub section: PageId,
    /// Its URLs; the first one is what pages lead to.
    pub urls: Vec<String>,
}

/// The dates of a page by which feeds and the sitemap go: when it was published, changed, and what day its statements are of.
pub fn dates(page: &Page) -> impl Iterator<Item = Date> {
    let front = page.document.as_ref().map(|document| &document.front);
    front.into_iter().flat_map(|front| [front.date, front.updated, front.as_of]).flatten()
}

/// All feeds of a site. They need full addresses: whoever reads a feed does not know where it came from.
pub(super) fn feeds(pages: &Pages, config: &Config) -> Vec<Feed> {
    if config.base_url.is_none() {
        return Vec::new();
    }
    let asks = |page: &Page| page.document.as_ref().is_some_and(|document| document.front.generate_feeds == Some(true));
    let is_home =
        |page: &Page| page.url.is_empty() || page.language.as_ref().is_some_and(|code| page.url == format!("{code}/"));
    let has_feed = |page: &Page| page.is_section && (asks(page) || (config.machines.feed && is_home(page)));
    let found = pages.each().filter(|(_, page)| has_feed(page));
    let names = names(config);
    let feed = |(section, page): (PageId, &Arc<Page>)| Feed {
        section,
        urls: names.iter().map(|name| format!("{}{name}", page.url)).collect(),
    };
    found.map(feed).filter(|feed| members(pages, feed.section).next().is_some()).collect()
}

/// What feeds are called: as the site says, else as its generator had it, so that whoever reads them goes on doing so.
fn names(config: &Config) -> Vec<String> {
    match (&config.machines.feed_names[..], config.is_peers(), config.urls) {
        ([], true, Urls::Hugo) => vec!["index.xml".to_owned()],
        ([], true, Urls::Zola) => vec!["atom.xml".to_owned()],
        ([], false, _) => vec!["feed.xml".to_owned()],
        (names, ..) => names.to_vec(),
    }
}

/// Whether a page does nothing but send its visitors elsewhere.
fn is_sent_on(page: &Page) -> bool {
    page.document.as_ref().is_some_and(|document| document.front.redirect_to.is_some())
}

/// The pages that may be in the feed of a section: those below it that have a date and its language.
pub fn members(pages: &Pages, section: PageId) -> impl Iterator<Item = PageId> {
    let language = &pages[section].language;
    pages.below(section).filter(move |at| {
        let page = &pages[*at];
        page.is_listed() && page.language == *language && dates(page).next().is_some() && !is_sent_on(page)
    })
}
