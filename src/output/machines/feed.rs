//! Feeds of pages, as Atom (RFC 4287). Comes in: the plan and a feed of the site. Goes out: the feed's text: the newest pages,
//! with their bottom lines. Its times are those that pages say, and never the clock's.

use std::fmt::Write as _;

use super::{shortened, xml};
use crate::output::plan::Plan;
use crate::register::PageId;
use crate::site::{Feed, Page, dates, members};
use crate::vocabulary::Day;

/// How many characters of a page's bottom line are shown, so that twenty in any script stay below 30 KB.
const SUMMARY_MAX: usize = 300;

/// The text of a feed.
pub(super) fn feed(plan: &Plan, feed: &Feed) -> String {
    let site = &plan.site;
    let section = &site.pages[feed.section];
    let mut newest: Vec<(Day, PageId)> =
        members(&site.pages, feed.section).filter_map(|at| Some((changed(&site.pages[at])?, at))).collect();
    newest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| site.pages[a.1].url.cmp(&site.pages[b.1].url)));
    let limit = if site.config.machines.feed_limit == 0 { newest.len() } else { site.config.machines.feed_limit };
    newest.truncate(limit);
    let title = match feed.section {
        PageId::HOME => site.title().to_owned(),
        _ if section.title == site.title() => section.title.clone(),
        _ => format!("{}: {}", site.title(), section.title),
    };
    let address = |url: &str| xml(&plan.absolute(url).unwrap_or_default());
    let own = feed.urls.first().map(String::as_str).unwrap_or_default();
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
        xml(section.language.as_deref().unwrap_or_else(|| site.language_of(section)))
    );
    let _ = writeln!(text, "<id>{0}</id>\n<title>{1}</title>", address(own), xml(&title));
    if let Some(about) = section.description().or(site.config.description.as_deref()) {
        let _ = writeln!(text, "<subtitle>{}</subtitle>", xml(&shortened(about, SUMMARY_MAX)));
    }
    let updated = newest.first().map(|(day, _)| timestamp(*day)).unwrap_or_default();
    let _ = writeln!(text, "<updated>{updated}</updated>\n<author><name>{}</name></author>", xml(site.title()));
    let _ = writeln!(text, "<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", address(own));
    let _ = writeln!(text, "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", address(&section.url));
    for (day, at) in newest {
        entry(plan, at, day, &mut text);
    }
    text.push_str("</feed>\n");
    text
}

fn entry(plan: &Plan, at: PageId, day: Day, text: &mut String) {
    let site = &plan.site;
    let page = &site.pages[at];
    let front = page.document.as_ref().map(|document| &document.front);
    let address = xml(&plan.absolute(&page.url).unwrap_or_default());
    let language = site.language_of(page);
    let lang =
        if language == site.config.language { String::new() } else { format!(" xml:lang=\"{}\"", xml(language)) };
    let _ = writeln!(text, "<entry{lang}>\n<id>{address}</id>\n<title>{}</title>", xml(&page.title));
    let _ = writeln!(text, "<updated>{}</updated>", timestamp(day));
    if let Some(date) = front.and_then(|front| front.date) {
        let _ = writeln!(text, "<published>{}</published>", timestamp(date.earliest()));
    }
    for author in front.iter().flat_map(|front| &front.authors) {
        let _ = writeln!(text, "<author><name>{}</name></author>", xml(author));
    }
    let _ = writeln!(text, "<link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>");
    if let Some(summary) = page.teaser() {
        let _ = writeln!(text, "<summary>{}</summary>", xml(&shortened(summary, SUMMARY_MAX)));
    }
    text.push_str("</entry>\n");
}

/// The last day on which a page says that something of it changed.
pub(super) fn changed(page: &Page) -> Option<Day> {
    dates(page).map(|date| date.earliest()).filter(|day| *day > Day::MIN).max()
}

/// The beginning of a day as RFC 3339 has it.
fn timestamp(day: Day) -> String {
    crate::output::pages::timestamp(day)
}
