//! Recognised tables as data: the types that the Markdown reader makes and the register uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::problem::Place;
use crate::vocabulary::{Date, Field, StatusCell};

/// What a recognised table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What is being done: an intervention and its status.
    Interventions,
    /// What should be done: a focus area and its key actions.
    FocusAreas,
}

impl Kind {
    /// The name of the kind in addresses, classes and the theme's strings.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Interventions => "interventions",
            Kind::FocusAreas => "focus-areas",
        }
    }

    /// The column that names the subject of a row.
    pub fn subject(self) -> Field {
        match self {
            Kind::Interventions => Field::Intervention,
            Kind::FocusAreas => Field::FocusArea,
        }
    }
}

/// A recognised table.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it lists.
    pub kind: Kind,
    /// Its rows, in order.
    pub rows: Vec<Arc<Row>>,
}

/// A row of a recognised table.
#[derive(Debug, Clone)]
pub struct Row {
    /// The fragment that leads to it on its page.
    pub anchor: String,
    /// Its cells that have a field and a text.
    pub cells: BTreeMap<Field, Cell>,
    /// What its status cell says; only interventions have one.
    pub status: Option<StatusCell>,
    /// Where its statement comes from: the `Source` cell, else the footnotes in its other cells.
    pub source: Option<SourceRef>,
    /// At what date its statement holds: by its own cell, else by the last arrow in its status, else by the table's
    /// caption, else by its section.
    pub as_of: AsOf,
    /// Where it stands.
    pub place: Place,
}

impl Row {
    /// The text of a cell, empty where there is none.
    pub fn text(&self, field: Field) -> &str {
        self.cells.get(&field).map_or("", |cell| cell.text.as_str())
    }
}

/// At what date a row's statement holds, as far as the row and what is around it tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AsOf {
    /// At this date.
    At(Date),
    /// Nothing on the row, its table or its section says; the page's date counts.
    Unstated,
    /// Its own cell says something that is no date; no other date stands in for it.
    Unreadable,
}

/// A cell of a recognised table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text without markup and footnotes.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A source as a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRef {
    /// Its text without markup.
    pub text: String,
    /// The address of its first link, as written.
    pub target: Option<String>,
}
