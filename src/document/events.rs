//! Events of the Markdown parser, each with its bytes. Comes in: a stretch of events. Goes out: its text, its end.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

use super::expand::without_snippets;

/// An event of the parser with its bytes in the page's text.
pub(super) type Marked<'a> = (Event<'a>, Range<usize>);

/// The events of a page's text, in which texts that follow each other are one: the parser ends one wherever a mark might stand.
/// Most are still a stretch of the page's text then.
pub(super) fn merged<'a>(parser: impl Iterator<Item = Marked<'a>>, text: &'a str) -> Vec<Marked<'a>> {
    let is_source =
        |part: &str, range: &Range<usize>| text.get(range.clone()).is_some_and(|own| std::ptr::eq(own, part));
    // The site about Mali has an event for 14 bytes, the corpus of the benches for 25; a list that has to grow is copied each time.
    let mut events: Vec<Marked<'a>> = Vec::with_capacity(text.len() / 12);
    // The last text, where it is made of several parts that are no stretch.
    let mut joined: Option<String> = None;
    for (event, range) in parser {
        if let (Event::Text(next), Some((Event::Text(last), whole))) = (&event, events.last_mut()) {
            match &mut joined {
                Some(joined) => joined.push_str(next),
                None if whole.end == range.start && is_source(last, whole) && is_source(next, &range) => {
                    *last = CowStr::Borrowed(&text[whole.start..range.end]);
                }
                None => joined = Some([&**last, next].concat()),
            }
            whole.end = range.end;
            continue;
        }
        join(&mut events, joined.take());
        events.push((event, range));
    }
    join(&mut events, joined);
    events
}

/// Puts a text in the place of the last one.
fn join<'a>(events: &mut [Marked<'a>], joined: Option<String>) {
    if let (Some(joined), Some((last, _))) = (joined, events.last_mut()) {
        *last = Event::Text(joined.into());
    }
}

/// The text of events without markup, footnote numbers and pictures; white space is folded.
pub(super) fn plain_text(events: &[Marked<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::InlineHtml(tag) if tag.starts_with("<br") => text.push(' '),
            _ => {}
        }
    }
    if let Cow::Owned(without) = without_snippets(&text) {
        text = without;
    }
    if is_folded(&text) { text } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

/// Whether a text certainly has no white space but single spaces between words, as most have.
fn is_folded(text: &str) -> bool {
    let mut before = b' ';
    let is_folded = text.bytes().all(|byte| {
        let is_single = byte.is_ascii_graphic() || byte == b' ' && before != b' ';
        before = byte;
        is_single
    });
    is_folded && (before != b' ' || text.is_empty())
}

/// The text of a cell: as [`plain_text`], with `; ` for a line break, which in a cell parts the items of a list.
pub(super) fn cell_text(events: &[Marked<'_>]) -> String {
    let is_break = |event: &Event<'_>| match event {
        Event::HardBreak => true,
        Event::InlineHtml(tag) => tag.starts_with("<br"),
        _ => false,
    };
    let parts = events.split(|(event, _)| is_break(event)).map(plain_text).filter(|part| !part.is_empty());
    parts.map(|part| part.trim_end_matches(';').to_owned()).collect::<Vec<_>>().join("; ")
}

/// The index of the event that ends what the first one starts.
pub(super) fn end_of(events: &[Marked<'_>]) -> usize {
    let mut depth = 0;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len().saturating_sub(1)
}
