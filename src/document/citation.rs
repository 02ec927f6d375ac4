//! Sources as writers cite them, in a footnote or a cell. Comes in: the events of one. Goes out: a [`Citation`] with its
//! parts: publisher, *title*, date, address, (accessed …).

use pulldown_cmark::{Event, Tag};

use super::events::{Marked, end_of, plain_text};
use crate::problem::Place;
use crate::vocabulary::{Date, fold};

/// A source as it is cited once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Its text without markup.
    pub text: String,
    /// The address of its first link, as written.
    pub target: Option<String>,
    /// What it is called: the text of its first link, else its publisher, else its title.
    pub name: String,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// When it was published.
    pub date: Option<Date>,
    /// When it was last looked at.
    pub accessed: Option<Date>,
    /// Where it stands.
    pub place: Place,
    /// Whether it is a footnote; else a cell or caption.
    pub is_note: bool,
}

impl Citation {
    /// Whether it names something that can be looked up, and is not a remark: it has an address, a title or a date.
    pub fn is_source(&self) -> bool {
        self.target.is_some() || !self.title.is_empty() || self.date.is_some()
    }
}

/// Words after which comes the date at which a source was looked at; folded.
const ACCESSED: [&str; 8] =
    ["accessed", "retrieved", "consulted", "last accessed", "consulte le", "consultee le", "accede le", "vu le"];

/// Reads the events of a citation, split at commas: publisher, *title*, date, address, (accessed …).
pub(super) fn read(events: &[Marked<'_>], place: Place, is_note: bool) -> Citation {
    let text = plain_text(events);
    let linked = events.iter().position(|(event, _)| matches!(event, Event::Start(Tag::Link { .. })));
    let target = linked.and_then(|at| match &events[at].0 {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    });
    let bare = || text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"));
    let target = target.or_else(|| bare().map(|address| address.trim_end_matches(['.', ',', ';', ')']).to_owned()));
    let link_text =
        linked.map(|at| plain_text(&events[at..=at + end_of(&events[at..])])).filter(|text| !is_address(text));
    let title = emphasised(events).or_else(|| quoted(&text)).unwrap_or_default();
    let accessed_at = accessed(&text);
    let (publisher, date) = publisher_and_date(&text, &title);
    let date = date.or_else(|| Date::as_of(&title));
    let name = link_text.unwrap_or_else(|| if publisher.is_empty() { title.clone() } else { publisher.clone() });
    let name = if name.is_empty() { text.clone() } else { name };
    let accessed = accessed_at.map(|(_, date)| date);
    Citation { text, target, name, publisher, title, date, accessed, place, is_note }
}

/// Who published it and when, by its parts between commas: the publisher comes first, the date after it.
fn publisher_and_date(text: &str, title: &str) -> (String, Option<Date>) {
    let until = accessed(text).map_or(text.len(), |(start, _)| start);
    let mut publisher = String::new();
    let mut date = None;
    for (at, part) in parts(&text[..until], title).enumerate() {
        match Date::parse(part) {
            Some(found) => date = date.or(Some(found)),
            None if at == 0 && !is_address(part) && part != title => part.clone_into(&mut publisher),
            None => date = date.or_else(|| date_in(part)),
        }
    }
    (publisher, date)
}

fn is_address(part: &str) -> bool {
    part.contains("://") || part.starts_with("www.")
}

/// A source that a caption names after `Source:`, in the words `said`. The date in the rest of a caption is that of the
/// table's statements and no date of the source.
pub(super) fn of_caption(events: &[Marked<'_>], said: &str, place: Place) -> Citation {
    let whole = read(events, place, false);
    let text = said.trim().trim_end_matches('.').to_owned();
    let (publisher, date) = publisher_and_date(&text, &whole.title);
    let is_named = whole.target.is_some() && text.contains(&whole.name);
    let name = if is_named {
        whole.name
    } else if publisher.is_empty() {
        text.clone()
    } else {
        publisher.clone()
    };
    // A single part is what it is called; whether that is who published it cannot be told.
    let publisher = if publisher == text { String::new() } else { publisher };
    Citation { text, name, publisher, date, ..whole }
}

/// The text of the first emphasis.
fn emphasised(events: &[Marked<'_>]) -> Option<String> {
    let at = events.iter().position(|(event, _)| matches!(event, Event::Start(Tag::Emphasis)))?;
    Some(plain_text(&events[at..=at + end_of(&events[at..])])).filter(|text| !text.is_empty())
}

/// The first text in quotation marks.
fn quoted(text: &str) -> Option<String> {
    [('"', '"'), ('“', '”'), ('«', '»'), ('„', '“')].into_iter().find_map(|(open, close)| {
        let (_, rest) = text.split_once(open)?;
        let (inner, _) = rest.split_once(close)?;
        Some(inner.trim().to_owned()).filter(|inner| !inner.is_empty())
    })
}

/// The parts between commas, full stops at the end and brackets aside; the title, which may have commas, is one part.
fn parts<'t>(text: &'t str, title: &str) -> impl Iterator<Item = &'t str> {
    let (before, after) = match text.find(title).filter(|_| !title.is_empty()) {
        Some(at) => (&text[..at], &text[at + title.len()..]),
        None => (text, ""),
    };
    let trimmed = |part: &'t str| part.trim_matches(|c: char| c.is_whitespace() || "()[].;:\"“”«»".contains(c));
    before.split(',').chain(after.split(',')).map(trimmed).filter(|part| !part.is_empty())
}

/// A date that stands in brackets or at the end of a part: `Resolution 2690 (2023)`.
fn date_in(part: &str) -> Option<Date> {
    if !Date::may_be_in(part) {
        return None;
    }
    let starts = part.char_indices().map(|(at, _)| at).filter(|at| !part[..*at].ends_with(char::is_alphanumeric));
    starts
        .filter_map(|at| Date::prefix(&part[at..]))
        .map(|(date, _)| date)
        .find(|date| date.to_string().len() > "2024".len())
}

/// Where a text says when it was looked at, and that date.
fn accessed(text: &str) -> Option<(usize, Date)> {
    if !Date::may_be_in(text) {
        return None;
    }
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| !text[..*at].ends_with(char::is_alphanumeric));
    starts.into_iter().find_map(|at| {
        let rest = &text[at..];
        let folded = fold(&rest.chars().take(16).collect::<String>());
        let lead = ACCESSED.iter().filter(|lead| folded.starts_with(**lead)).map(|lead| lead.chars().count()).max()?;
        let after = rest.char_indices().nth(lead).map_or(rest.len(), |(at, _)| at);
        let after = rest[after..].trim_start().trim_start_matches("on ");
        Date::prefix(after).map(|(date, _)| (at, date))
    })
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::Parser;

    use super::*;

    fn of(markdown: &str) -> Citation {
        let events: Vec<Marked<'_>> = Parser::new(markdown).into_offset_iter().collect();
        read(&events, Place::start_of("x.md"), true)
    }

    #[test]
    fn the_parts_of_a_note_are_told_apart() {
        let whole = of(
            "UN Security Council, *Resolution 2690 (2023)*, 2023-06-30. <https://undocs.org/S/RES/2690(2023)> (accessed 2024-01-10)",
        );
        assert_eq!((whole.publisher.as_str(), whole.title.as_str()), ("UN Security Council", "Resolution 2690 (2023)"));
        assert_eq!(whole.date, Date::parse("2023-06-30"));
        assert_eq!(whole.accessed, Date::parse("2024-01-10"));
        assert_eq!(whole.target.as_deref(), Some("https://undocs.org/S/RES/2690(2023)"));
        assert_eq!(whole.name, "UN Security Council");
        let french = of("OCHA, *Aperçu, Mali*, 15 janvier 2024 (consulté le 1er mars 2024)");
        assert_eq!((french.title.as_str(), french.date), ("Aperçu, Mali", Date::parse("2024-01-15")));
        assert_eq!(french.accessed, Date::parse("2024-03-01"));
        let linked = of("[Article 1](sources.md#article-1), \"Mali, on the brink\", undated.");
        assert_eq!(
            (linked.name.as_str(), linked.title.as_str(), linked.date),
            ("Article 1", "Mali, on the brink", None)
        );
        assert_eq!(of("https://example.org/x").name, "https://example.org/x");
        assert!(!of("Not counting Kidal.").is_source());
    }
}
