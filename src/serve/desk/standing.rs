//! Where the site stands, as the desk shows it: contradictions, age, what is not published, sources, pages without links.
//! Comes in: the site, and its status. Goes out: as much of each as anybody reads at once, and the number of the rest.

use serde::Serialize;

use super::problems::Spot;
use crate::register::{Contradiction, Side, Source};
use crate::site::{Site, Why};
use crate::status::{Aged, NotPublished, Status, Unlinked};

/// How much of a list is shown.
const SHOWN_MAX: usize = 30;
/// How many statements are named that rest on a source.
const RESTING_MAX: usize = 4;

/// The first part of a list.
#[derive(Debug, Serialize)]
pub(super) struct Part<T> {
    shown: Vec<T>,
    all: usize,
    left: usize,
}

impl<T> Part<T> {
    /// The first part of `all` values.
    pub(super) fn of(all: usize, values: impl Iterator<Item = T>) -> Part<T> {
        let shown: Vec<T> = values.take(SHOWN_MAX).collect();
        Part { left: all - shown.len().min(all), shown, all }
    }
}

/// Where the site stands.
#[derive(Debug, Serialize)]
pub(super) struct Standing<'s> {
    contested: Part<Contested<'s>>,
    stale: Part<&'s Aged>,
    soon: Part<&'s Aged>,
    /// How much will be stale later, by month.
    later: Vec<(String, usize)>,
    unpublished: Part<Unpublished>,
    sources: Part<Resting<'s>>,
    unlinked: Part<&'s Unlinked>,
}

/// A contradiction that nobody has settled.
#[derive(Debug, Serialize)]
struct Contested<'s> {
    subject: &'s str,
    url: &'s str,
    attribute: String,
    /// Whether both statements are firm; else one of them is uncertain or stands in running text.
    is_firm: bool,
    sides: [Said<'s>; 2],
}

#[derive(Debug, Serialize)]
struct Said<'s> {
    text: &'s str,
    as_of: Option<String>,
    page: &'s str,
    is_in_text: bool,
    sources: Vec<Named<'s>>,
    at: Spot,
}

/// Something with a page of its own.
#[derive(Debug, Serialize)]
struct Named<'s> {
    name: &'s str,
    url: &'s str,
}

/// A page that a build does not publish.
#[derive(Debug, Serialize)]
struct Unpublished {
    file: String,
    why: &'static str,
    date: Option<String>,
    reason: String,
    line: u32,
    /// Where the preview shows it, if it does.
    url: Option<String>,
}

/// A source with what rests on it.
#[derive(Debug, Serialize)]
struct Resting<'s> {
    name: &'s str,
    title: &'s str,
    url: &'s str,
    outside: Option<&'s str>,
    date: Option<String>,
    at: Option<Spot>,
    /// How many statements rest on it, and the first of them.
    number: usize,
    shown: Vec<(&'s str, Spot)>,
    left: usize,
    /// On how many pages it is cited.
    pages: usize,
}

impl<'s> Standing<'s> {
    /// Looks at all of it.
    pub(super) fn of(site: &'s Site, status: &'s Status) -> Standing<'s> {
        let contradictions = site.register.contradictions.iter();
        let mut open: Vec<&Contradiction> = contradictions.filter(|found| !found.is_settled).collect();
        open.sort_by_key(|found| !found.is_high);
        let mut sources: Vec<&Source> = site.register.sources.iter().collect();
        sources.sort_by_key(|source| (usize::MAX - source.rows.len(), &source.name));
        let unpublished = unpublished(site, status);
        Standing {
            contested: Part::of(open.len(), open.iter().map(|found| contested(site, found))),
            stale: Part::of(status.stale.len(), status.stale.iter()),
            soon: Part::of(status.stale_soon.len(), status.stale_soon.iter()),
            later: crate::status::stale_later(site).into_iter().take(24).collect(),
            unpublished: Part::of(unpublished.len(), unpublished.into_iter()),
            sources: Part::of(sources.len(), sources.iter().map(|source| resting(site, source))),
            unlinked: Part::of(status.unlinked.len(), status.unlinked.iter()),
        }
    }
}

fn contested<'s>(site: &'s Site, found: &'s Contradiction) -> Contested<'s> {
    Contested {
        subject: &found.subject,
        url: &found.subject_url,
        attribute: crate::status::attribute_of(found),
        is_firm: found.is_high,
        sides: [said(site, &found.sides[0]), said(site, &found.sides[1])],
    }
}

fn said<'s>(site: &'s Site, side: &'s Side) -> Said<'s> {
    let sources = side.sources.iter().filter_map(|at| site.register.sources.get(*at));
    Said {
        text: &side.text,
        as_of: side.as_of.map(|date| date.to_string()),
        page: &side.page,
        is_in_text: side.anchor.is_empty(),
        sources: sources.map(|source| Named { name: &source.name, url: &source.url }).collect(),
        at: Spot::of(&side.place),
    }
}

/// What is hidden, and what the preview shows although a build would not publish it.
fn unpublished(site: &Site, status: &Status) -> Vec<Unpublished> {
    let hidden = status.not_published.iter().map(|hidden: &NotPublished| Unpublished {
        file: hidden.file.clone(),
        why: hidden.why,
        date: hidden.date.clone(),
        reason: hidden.reason.clone(),
        line: hidden.at.as_ref().filter(|at| at.file == hidden.file).map_or(1, |at| at.line),
        url: None,
    });
    let shown = site.unpublished.iter().filter_map(|(index, why)| {
        let page = &site.pages[*index];
        let front = &page.document.as_ref()?.front;
        let (word, date, key) = match *why {
            Why::Draft => ("draft", None, "draft"),
            Why::Scheduled(date) if front.publish == Some(date) => ("scheduled", Some(date), "publish"),
            Why::Scheduled(date) => ("scheduled", Some(date), "date"),
            Why::Expired(date) => ("expired", Some(date), "expires"),
            Why::Unrendered => ("unrendered", None, "render"),
            Why::Part => ("part", None, ""),
        };
        Some(Unpublished {
            file: page.document.as_ref()?.path.to_string(),
            why: word,
            date: date.map(|date| date.to_string()),
            reason: format!("is {}", why.in_words()),
            line: front.place_of(&[key]).map_or(1, |place| place.span.start.line),
            url: Some(page.url.clone()),
        })
    });
    hidden.chain(shown).collect()
}

fn resting<'s>(site: &'s Site, source: &'s Source) -> Resting<'s> {
    let stated = source.rows.iter().filter_map(|row| site.register.stated(*row));
    let shown: Vec<(&str, Spot)> = stated
        .take(RESTING_MAX)
        .map(|(subject, statement)| (subject.name.as_str(), Spot::of(&statement.row.place)))
        .collect();
    let mut pages: Vec<&str> = source.citing.iter().map(|citing| citing.page.as_ref()).collect();
    pages.sort_unstable();
    pages.dedup();
    Resting {
        name: &source.name,
        title: if source.name.contains(&source.title) { "" } else { &source.title },
        url: &source.url,
        outside: source
            .target
            .as_deref()
            .filter(|target| target.starts_with("https://") || target.starts_with("http://")),
        date: source.date.map(|date| date.to_string()),
        at: source.citing.first().map(|citing| Spot::of(&citing.place)),
        number: source.rows.len(),
        left: source.rows.len() - shown.len(),
        shown,
        pages: pages.len(),
    }
}
