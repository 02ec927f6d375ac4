//! What is made for machines: feeds, the sitemap, Markdown twins, files for hosts, cards. Comes in: the plan of all pages.
//! Goes out: the outputs that are added to it, and the view of each. What the writer has under the same name stays.

mod draw;
mod feed;
mod fonts;
mod head;
mod hosts;
mod llms;
mod sitemap;
mod sums;
mod twin;

use std::collections::BTreeSet;

pub use draw::CardView;
pub(super) use head::HeadView;
pub(super) use head::{Translations, translations};
pub use sums::{sum, sums};
pub use twin::TwinView;

use super::Output;
use super::plan::{Plan, Recipe};
use super::view::View;
use crate::address;
use crate::machines::{self, Cards};
use crate::register::PageId;
use crate::site::{Known, Site};

/// What a file for machines shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    /// The feed with this index.
    Feed(usize),
    /// The sitemap, or where it has parts, their list.
    Sitemap,
    /// A part of the sitemap, from 0.
    SitemapPart(usize),
    /// What programs may read.
    Robots,
    /// The site as a list of its Markdown.
    Llms,
    /// The sums of all other files.
    Sums,
    /// Headers, as Netlify reads them.
    Headers,
    /// Redirects, as Netlify reads them.
    Redirects,
    /// Both, as Apache reads them.
    Htaccess,
    /// Both, as nginx reads them.
    Nginx,
    /// The Markdown of a page.
    Twin(PageId),
    /// The card of a page.
    Card(PageId),
}

/// The files with their recipes that a site has once.
const ONCE: [(&str, Machine); 8] = [
    (machines::SITEMAP, Machine::Sitemap),
    (machines::ROBOTS, Machine::Robots),
    (machines::LLMS, Machine::Llms),
    (machines::SUMS, Machine::Sums),
    (machines::HEADERS, Machine::Headers),
    (machines::REDIRECTS, Machine::Redirects),
    (machines::HTACCESS, Machine::Htaccess),
    (machines::NGINX, Machine::Nginx),
];

/// In a site with more pages, only the sections at its top have cards unless it says otherwise: a card takes some milliseconds
/// to draw.
const CARDS_MAX: usize = 500;

impl Plan {
    /// The outputs for machines; `others` are all others.
    pub(super) fn for_machines(&self, others: &[Output]) -> Vec<Output> {
        let site = &self.site;
        let is_ours = |url: &str| site.addresses.at(url) == Some(&Known::Register);
        let output = |path: String, machine: Machine| Output { path, source: None, recipe: Recipe::Machine(machine) };
        let has_redirects = others.iter().any(|other| matches!(other.recipe, Recipe::Onward(..) | Recipe::Redirect(_)));
        let once =
            ONCE.into_iter().filter(|(name, _)| is_ours(name) && (*name != machines::REDIRECTS || has_redirects));
        let mut outputs: Vec<Output> = once.map(|(name, machine)| output(name.to_owned(), machine)).collect();
        for (at, feed) in site.feeds.iter().enumerate() {
            let urls = feed.urls.iter().filter(|url| is_ours(url));
            outputs.extend(urls.map(|url| output(url.clone(), Machine::Feed(at))));
        }
        let parts = 0..self.sitemap_parts(others.iter());
        outputs.extend(parts.map(|part| output(sitemap::part_path(part), Machine::SitemapPart(part))));
        outputs.extend(self.beside_pages(site.pages.ids()));
        outputs
    }

    /// How many parts the sitemap has; none where it is whole, or there is none.
    pub(super) fn sitemap_parts<'o>(&self, outputs: impl ExactSizeIterator<Item = &'o Output>) -> usize {
        let is_ours = self.site.addresses.at(machines::SITEMAP) == Some(&Known::Register);
        if is_ours { sitemap::parts(self, outputs) } else { 0 }
    }

    /// The Markdown and the cards of some pages.
    pub(super) fn beside_pages(&self, pages: impl Iterator<Item = PageId>) -> Vec<Output> {
        let site = &self.site;
        let output = |path: String, machine: Machine| Output { path, source: None, recipe: Recipe::Machine(machine) };
        let mut outputs = Vec::new();
        // What a disk without regard to case would take for one of them.
        let copied: BTreeSet<String> = site
            .addresses
            .files()
            .map(|(url, _)| url)
            .filter(|url| [".md", ".png"].iter().any(|ending| url.to_lowercase().ends_with(ending)))
            .map(address::folded)
            .collect();
        let is_free = |path: &String| copied.is_empty() || !copied.contains(&address::folded(path));
        for id in pages {
            let twin = self.twin_path(id).filter(is_free);
            outputs.extend(twin.map(|path| output(path, Machine::Twin(id))));
            let card = self.card_path(id).filter(is_free);
            outputs.extend(card.map(|path| output(path, Machine::Card(id))));
        }
        outputs
    }

    /// Whether a page is shown to readers as such.
    fn is_shown(&self, id: PageId) -> bool {
        self.sent_on(id).is_none()
    }

    /// The path of the Markdown of a page.
    fn twin_path(&self, id: PageId) -> Option<String> {
        let page = &self.site.pages[id];
        let is_wanted = self.site.config.machines.twins && page.document.is_some() && self.is_shown(id);
        is_wanted.then(|| beside(&page.url, "index.md", ".md")).flatten()
    }

    /// The path of the card of a page, where it has one of its own.
    fn card_path(&self, id: PageId) -> Option<String> {
        let site = &self.site;
        let page = &site.pages[id];
        let is_wanted = match site.config.machines.cards {
            Cards::None => false,
            Cards::All => true,
            Cards::Usual if has_few_pages(site) => true,
            Cards::Usual => page.is_section && (id == PageId::HOME || page.parent == Some(PageId::HOME)),
            Cards::Sections => page.is_section,
        };
        let is_wanted = is_wanted && site.config.base_url.is_some() && (id == PageId::HOME || page.document.is_some());
        (is_wanted && self.is_shown(id)).then(|| beside(&page.url, "card.png", ".png")).flatten()
    }

    /// What a file for machines is made from.
    pub(super) fn machine(&self, machine: Machine) -> View {
        let text = |text: String| View::Data(text.into_bytes());
        match machine {
            Machine::Feed(at) => text(feed::feed(self, &self.site.feeds[at])),
            Machine::Sitemap => text(sitemap::whole(self)),
            Machine::SitemapPart(part) => text(sitemap::part(self, part)),
            Machine::Robots => text(sitemap::robots(self)),
            Machine::Llms => text(llms::llms(self)),
            Machine::Sums => View::Sums,
            Machine::Headers => text(hosts::headers()),
            Machine::Redirects => text(hosts::redirects(self)),
            Machine::Htaccess => text(hosts::htaccess(self)),
            Machine::Nginx => text(hosts::nginx(self)),
            Machine::Twin(id) => View::Twin(Box::new(twin::view(self, id))),
            Machine::Card(id) => View::Card(Box::new(draw::view(self, id))),
        }
    }

    /// The full address of a URL within the site, where the site has one.
    fn absolute(&self, url: &str) -> Option<String> {
        self.site.config.base_url.as_ref().map(|base| format!("{base}{}", address::encode(url)))
    }
}

/// Whether each page of a site has a card, unless it says otherwise.
pub(super) fn has_few_pages(site: &Site) -> bool {
    site.pages.len() <= CARDS_MAX
}

/// The path of a file that goes with the page at `url`: of this name in its folder, or with another ending.
fn beside(url: &str, name: &str, ending: &str) -> Option<String> {
    if url.is_empty() || url.ends_with('/') {
        return Some(format!("{url}{name}"));
    }
    let stem = url.strip_suffix(".html").or_else(|| url.strip_suffix(".htm"))?;
    Some(format!("{stem}{ending}"))
}

/// Whether an output is one that hosts keep for themselves, so that nobody can fetch it.
pub(super) fn is_for_hosts(recipe: &Recipe) -> bool {
    use Machine::{Headers, Htaccess, Nginx, Redirects};
    matches!(recipe, Recipe::Machine(Headers | Redirects | Htaccess | Nginx))
}

/// Text for XML: what it may not hold (XML 1.0, section 2.2) is left out.
fn xml(text: &str) -> String {
    let allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    crate::html::escaped(&text.chars().filter(allowed).collect::<String>())
}

/// A text up to a number of characters, cut at a word, on one line.
fn shortened(text: &str, characters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    super::json_ld::shortened(&line, characters).into_owned()
}
