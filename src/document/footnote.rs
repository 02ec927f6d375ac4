//! Footnotes: their texts before the page is read, and their numbers while it is. Comes in: the events of a page.
//! Goes out: what a row needs to name its source, and the order of the notes.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::events::{Marked, plain_text};
use super::row::SourceRef;

/// The footnotes of one page.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    /// Each label with the events of its text, as indices into the page's events.
    texts: BTreeMap<String, Range<usize>>,
    /// The labels in the order of their first use: a note's number is its place here, from 1.
    pub order: Vec<String>,
    /// How often each is used.
    uses: BTreeMap<String, usize>,
}

impl Footnotes {
    /// Finds the texts of all footnotes.
    pub(super) fn find(events: &[Marked<'_>]) -> Footnotes {
        let mut footnotes = Footnotes::default();
        let mut open: Option<(String, usize)> = None;
        for (at, (event, _)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => open = Some((folded(label), at + 1)),
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((label, start)) = open.take() {
                        footnotes.texts.entry(label).or_insert(start..at);
                    }
                }
                _ => {}
            }
        }
        footnotes
    }

    /// Notes a use; gives the note's number and which use of it this is, both from 1.
    pub(super) fn refer(&mut self, label: &str) -> (usize, usize) {
        let label = &folded(label);
        let number = match self.order.iter().position(|known| known == label) {
            Some(at) => at + 1,
            None => {
                self.order.push(label.clone());
                self.order.len()
            }
        };
        let uses = self.uses.entry(label.clone()).or_default();
        *uses += 1;
        (number, *uses)
    }

    /// How often a note is used.
    pub(super) fn uses(&self, label: &str) -> usize {
        self.uses.get(label).copied().unwrap_or(0)
    }

    /// The events of a note's text, as indices; empty where the note is not written.
    pub(super) fn text(&self, label: &str) -> Range<usize> {
        self.texts.get(label).cloned().unwrap_or(0..0)
    }

    /// The labels of all notes that are written.
    pub(super) fn labels(&self) -> Vec<String> {
        self.texts.keys().cloned().collect()
    }

    /// The notes that are written and used nowhere, in the order of their labels.
    pub(super) fn unused(&self) -> Vec<String> {
        self.texts.keys().filter(|label| !self.order.contains(*label)).cloned().collect()
    }

    /// A note as the source of a statement; `None` where it is not written.
    pub(super) fn source(&self, label: &str, events: &[Marked<'_>]) -> Option<SourceRef> {
        let range = self.texts.get(&folded(label))?.clone();
        Some(source_of(&events[range]))
    }
}

/// A label as it is compared: case and the kind of white space do not matter (CommonMark 0.31.2, section 4.7).
fn folded(label: &str) -> String {
    label.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Events as a source: their text and the address of their first link.
pub(super) fn source_of(events: &[Marked<'_>]) -> SourceRef {
    let target = events.iter().find_map(|(event, _)| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    });
    let text = plain_text(events);
    let bare = || text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"));
    let target = target.or_else(|| bare().map(|address| address.trim_end_matches(['.', ',', ';', ')']).to_owned()));
    SourceRef { text, target }
}
