//! Lists whose items begin with dates: a timeline, or under a heading that says so, updates and corrections. Comes in: the
//! events of a list. Goes out: its items as rows, where at least two, and four fifths of them, begin with a date.

use std::collections::BTreeMap;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use super::events::{Marked, end_of, plain_text};
use super::recognise::labels_of;
use super::row::{AsOf, Cell, Row, Table};
use super::writer::Writer;
use crate::vocabulary::{Date, Field, Kind};

/// What of a list's items must begin with a date, in hundredths.
const DATED_MIN: usize = 80;

/// An item that begins with a date: the date, and the text after it.
struct Dated {
    date: Date,
    text: String,
}

/// Reads a list as a table, where its items begin with dates; the second value says which item each row is.
pub(super) fn read(writer: &mut Writer<'_, '_>, events: &[Marked<'_>]) -> Option<(Table, Vec<Option<usize>>)> {
    let items = items(events);
    let dated: Vec<Option<Dated>> = items.iter().map(|item| dated(&events[item.clone()])).collect();
    let count = dated.iter().flatten().count();
    if count < 2 || count * 100 < items.len() * DATED_MIN {
        return None;
    }
    let kind = match writer.rules.vocabulary.kind_named(&writer.heading) {
        Some(Kind::Updates) => Kind::Updates,
        _ => Kind::Timeline,
    };
    let mut rows = Vec::new();
    let mut row_of_item = Vec::new();
    for (item, dated) in items.iter().zip(dated) {
        let events = &events[item.clone()];
        let range = events.first().map_or(0, |(_, range)| range.start)..events.last().map_or(0, |(_, range)| range.end);
        let place = writer.lines.place_trimmed(first_line(writer.text, range));
        let Some(dated) = dated else {
            row_of_item.push(None);
            continue;
        };
        let cell = |text: String| Cell { text: text.into(), span: place.span };
        let cells =
            BTreeMap::from([(Field::Date, cell(dated.date.to_string())), (Field::Event, cell(dated.text.clone()))]);
        let citations = labels_of(&[events]).filter_map(|label| writer.footnotes.citation(label)).collect();
        let first_words = dated.text.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        let anchor = writer.anchors.claim(&first_words, "event");
        row_of_item.push(Some(rows.len()));
        let as_of = writer.section_date().map_or(AsOf::Unstated, AsOf::At);
        rows.push(Arc::new(Row { anchor, cells: cells.into(), status: None, citations, as_of, place }));
    }
    let place = rows.first().map(|row| row.place.clone())?;
    Some((Table { kind, rows, place }, row_of_item))
}

/// The first line of a stretch of text.
fn first_line(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let length = text.get(range.clone()).and_then(|part| part.find('\n')).unwrap_or(range.len());
    range.start..range.start + length
}

/// The events inside each item that is directly in the list.
fn items(events: &[Marked<'_>]) -> Vec<std::ops::Range<usize>> {
    let mut items = Vec::new();
    let mut at = 1;
    while at < events.len() {
        let end = at + end_of(&events[at..]);
        if matches!(events[at].0, Event::Start(Tag::Item)) {
            items.push(at + 1..end);
        }
        at = end + 1;
    }
    items
}

/// An item that begins with a date and `—`, `–`, `:`, `-`, or for an update a word in bold.
fn dated(item: &[Marked<'_>]) -> Option<Dated> {
    // What is nested in the item, such as a list, is not part of the event.
    let nested = item.iter().position(|(event, _)| matches!(event, Event::Start(Tag::List(_))));
    let text = plain_text(&item[..nested.unwrap_or(item.len())]);
    let (date, length) = Date::prefix(&text)?;
    let rest = text[length..].trim_start();
    let is_bold = item.iter().take(4).any(|(event, _)| matches!(event, Event::Start(Tag::Strong)));
    let after = rest.trim_start_matches(['—', '–', ':', '-', ' ', '\u{a0}']);
    (after.len() < rest.len() || is_bold)
        .then(|| Dated { date, text: after.trim().to_owned() })
        .filter(|dated| !dated.text.is_empty())
}
