//! Definition lists: terms with what they mean. Comes in: the events of such a list. Goes out: the list as HTML, and its terms
//! as rows of the glossary.

use std::collections::BTreeMap;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use super::Slot;
use super::events::{Marked, end_of, plain_text};
use super::recognise::labels_of;
use super::row::{AsOf, Cell, Row, Table};
use super::writer::Writer;
use crate::vocabulary::{Field, Kind};

impl<'a> Writer<'_, 'a> {
    /// Writes a definition list; outside of footnotes and quotes its terms are data.
    pub(super) fn definitions(&mut self, events: &[Marked<'a>]) {
        let is_data = self.depth == 0 && !self.is_in_notes;
        let number = self.page.tables.len();
        let table = is_data.then(|| self.read_definitions(events)).flatten();
        let rows = table.as_ref().map(|table| table.rows.clone()).unwrap_or_default();
        self.page.tables.extend(table);
        self.raw("<dl>\n");
        let mut row = 0;
        let mut at = 1;
        while at < events.len() - 1 {
            let end = at + end_of(&events[at..]);
            let inner = &events[at + 1..end];
            match &events[at].0 {
                Event::Start(Tag::DefinitionListTitle) => {
                    match rows.get(row) {
                        Some(found) => {
                            self.raw("<dt id=\"");
                            self.attribute(&found.anchor);
                            self.raw("\"");
                        }
                        None => self.raw("<dt"),
                    }
                    self.say_lines(&events[at].1);
                    self.raw(">");
                    self.nested(inner, Self::blocks);
                    if row < rows.len() {
                        self.slot(Slot::Note(number, row));
                    }
                    self.raw("</dt>\n");
                    row += 1;
                }
                _ => {
                    self.raw("<dd");
                    self.say_lines(&events[at].1);
                    self.raw(">");
                    self.prose(&events[at..=end]);
                    self.nested(inner, Self::blocks);
                    self.raw("</dd>\n");
                }
            }
            at = end + 1;
        }
        self.raw("</dl>\n");
    }

    /// The terms of a list, each with all that is said of it.
    fn read_definitions(&mut self, events: &[Marked<'_>]) -> Option<Table> {
        let mut rows = Vec::new();
        let mut terms: Vec<(String, std::ops::Range<usize>)> = Vec::new();
        let mut said: Vec<Vec<std::ops::Range<usize>>> = Vec::new();
        let mut at = 1;
        while at < events.len() - 1 {
            let end = at + end_of(&events[at..]);
            if matches!(events[at].0, Event::Start(Tag::DefinitionListTitle)) {
                terms.push((plain_text(&events[at + 1..end]), events[at].1.clone()));
                said.push(Vec::new());
            } else if let Some(said) = said.last_mut() {
                said.push(at + 1..end);
            }
            at = end + 1;
        }
        for ((term, range), said) in terms.into_iter().zip(said) {
            let place = self.lines.place_trimmed(range);
            let stretches: Vec<&[Marked<'_>]> = said.iter().map(|range| &events[range.clone()]).collect();
            let meaning = stretches.iter().map(|events| plain_text(events)).collect::<Vec<_>>().join("; ");
            let cell = |text: String| Cell { text: text.into(), span: place.span };
            let cells = BTreeMap::from([(Field::Term, cell(term.clone())), (Field::Definition, cell(meaning))]);
            let citations = labels_of(&stretches).filter_map(|label| self.footnotes.citation(label)).collect();
            let anchor = self.anchors.claim(&term, "term");
            let as_of = self.section_date().map_or(AsOf::Unstated, AsOf::At);
            rows.push(Arc::new(Row { anchor, cells: cells.into(), status: None, citations, as_of, place }));
        }
        let place = rows.first().map(|row: &Arc<Row>| row.place.clone())?;
        Some(Table { kind: Kind::Glossary, rows, place })
    }
}
