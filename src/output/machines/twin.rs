//! The Markdown twin of a page. Comes in: the plan and a page. Goes out: a [`TwinView`]: front matter that readers may see, and
//! where the page's links lead; its text comes from its source, which the reader has.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::document::{Document, Found, Replaced, Shortcodes, twin};
use crate::output::page::{address_within, figure_value};
use crate::output::plan::Plan;
use crate::register::PageId;
use crate::site::{Resolved, Site};
use crate::source::Source;
use crate::vocabulary::Date;

/// What the Markdown of a page is made from besides its source.
#[derive(Debug)]
pub struct TwinView {
    /// The path of the source.
    pub source: Arc<str>,
    /// What stands above the text.
    front: String,
    site: Arc<Site>,
    page: PageId,
    document: Arc<Document>,
}

impl Plan {
    /// The URL of the Markdown of a page, where it has some.
    pub(super) fn twin_of(&self, id: PageId) -> Option<String> {
        self.twin_path(id).filter(|path| self.at(path).is_some_and(|output| output.source.is_none()))
    }
}

/// The twin of a page which has a document.
pub(super) fn view(plan: &Plan, id: PageId) -> TwinView {
    let site = &plan.site;
    let page = &site.pages[id];
    let document = page.document.clone().expect("only pages with a document have a twin");
    let front = &document.front;
    let mut text = String::from("---\n");
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            // A text of JSON is one of YAML.
            let _ = writeln!(text, "{name}: {}", serde_json::Value::from(value));
        }
    };
    let date = |date: Option<Date>| date.map(|date| date.to_string());
    let review = front.review_by.or_else(|| site.reviews.get(&id).copied().map(Date::of_day));
    line("title", Some(&page.title));
    line("description", front.description.as_deref());
    line("as_of", date(front.as_of).as_deref());
    line("review_by", date(review).as_deref());
    line("language", Some(site.language_of(page)));
    line("url", plan.absolute(&page.url).as_deref());
    text.push_str("---\n\n");
    TwinView { source: document.path.clone(), front: text, site: site.clone(), page: id, document }
}

impl TwinView {
    /// The bytes of the twin, from the source of its page.
    pub fn bytes(&self, source: &Source, shortcodes: &dyn Shortcodes) -> Vec<u8> {
        let page = &self.site.pages[self.page];
        let replace = |found: Found<'_>| {
            let resolved = self.site.resolve(found.target, &page.url);
            let within = address_within(page, found.target, &resolved, &page.url);
            let target = match resolved {
                Resolved::Outside(ref url) => url.clone(),
                _ => within.unwrap_or_default(),
            };
            let text = if found.text == "?" { figure_value(&self.site, self.page, &resolved) } else { None };
            Replaced { target, text }
        };
        let front = &self.document.front;
        let body = twin(source, front, (&self.site.config.rules(), shortcodes), &replace);
        let mut text = self.front.clone();
        text.push_str(body.trim_start_matches('\n'));
        text.into_bytes()
    }
}
