//! Footnotes: their texts before the page is read, and their numbers while it is. Comes in: the events of a page.
//! Goes out: what a row needs to name its source, and the order of the notes.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::citation::{self, Citation};
use super::events::Marked;
use crate::problem::{Lines, Problem, catalogue};

/// The footnotes of one page.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    /// Each label with the events of its text, as indices into the page's events.
    texts: BTreeMap<String, Range<usize>>,
    /// The labels in the order of their first use: a note's number is its place here, from 1.
    pub order: Vec<String>,
    /// The number of each label in that order, and how often it is used.
    uses: BTreeMap<String, (usize, usize)>,
    /// Each label with its citation, as an index.
    citations: BTreeMap<String, usize>,
}

impl Footnotes {
    /// Finds the texts of all footnotes, and reads them as citations, in the order of the text; those that are written twice
    /// are problems.
    pub(super) fn find(events: &[Marked<'_>], lines: &Lines<'_>) -> (Footnotes, Vec<Citation>, Vec<Problem>) {
        let mut footnotes = Footnotes::default();
        let (mut citations, mut doubled): (Vec<Citation>, Vec<Problem>) = (Vec::new(), Vec::new());
        let mut open: Option<(String, usize)> = None;
        for (at, (event, _)) in events.iter().enumerate() {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => open = Some((folded(label), at + 1)),
                Event::End(TagEnd::FootnoteDefinition) => {
                    if let Some((label, start)) = open.take() {
                        if let Some(first) = footnotes.citations.get(&label) {
                            // The first one counts.
                            let begin = events[start - 1].1.start;
                            let place = lines.place(begin..begin + label.len() + "[^]:".len());
                            doubled.push(catalogue::footnote_doubled(place, &label, citations[*first].place.clone()));
                            continue;
                        }
                        let end = events[start..at].last().map_or(start, |(_, range)| range.end);
                        let place = lines.place_trimmed(events[start - 1].1.start..end.max(events[start - 1].1.start));
                        footnotes.citations.insert(label.clone(), citations.len());
                        citations.push(citation::read(&events[start..at], place, true));
                        footnotes.texts.insert(label, start..at);
                    }
                }
                _ => {}
            }
        }
        (footnotes, citations, doubled)
    }

    /// Notes a use; gives the note's number and which use of it this is, both from 1.
    pub(super) fn refer(&mut self, label: &str) -> (usize, usize) {
        let label = folded(label);
        if !self.uses.contains_key(&label) {
            self.append(label.clone());
        }
        let (number, uses) = self.uses.entry(label).or_default();
        *uses += 1;
        (*number, *uses)
    }

    /// Puts a note at the end of all, without a use.
    pub(super) fn append(&mut self, label: String) {
        self.order.push(label.clone());
        self.uses.insert(label, (self.order.len(), 0));
    }

    /// How often a note is used.
    pub(super) fn uses(&self, label: &str) -> usize {
        self.uses.get(label).map_or(0, |(_, uses)| *uses)
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
        self.texts.keys().filter(|label| !self.uses.contains_key(*label)).cloned().collect()
    }

    /// A note as a citation; `None` where it is not written.
    pub(super) fn citation(&self, label: &str) -> Option<usize> {
        self.citations.get(&folded(label)).copied()
    }
}

/// A label as it is compared: case and the kind of white space do not matter (CommonMark 0.31.2, section 4.7).
fn folded(label: &str) -> String {
    label.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
