//! Recognised tables and lists as data: the types that the Markdown reader makes and the register uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::problem::{Place, Span};
use crate::vocabulary::{Date, Field, Kind, StatusCell};

/// A recognised table or list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it lists.
    pub kind: Kind,
    /// Its rows, in order.
    pub rows: Vec<Arc<Row>>,
    /// Where its header or, for a list, its first item stands.
    pub place: Place,
}

/// A row of a recognised table, or an item of a recognised list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The fragment that leads to it on its page.
    pub anchor: String,
    /// Its cells that have a field and a text.
    pub cells: Cells,
    /// What its status cell says; always there for interventions, else only where the table has such a column.
    pub status: Option<StatusCell>,
    /// Where its statements come from, as indices into the document's citations: the `Source` cell, else the footnotes in
    /// its other cells, else the table's caption.
    pub citations: Vec<usize>,
    /// At what date its statements hold: by its own cell, else by the last arrow in its status, else by the table's
    /// caption, else by its section.
    pub as_of: AsOf,
    /// Where it stands.
    pub place: Place,
}

impl Row {
    /// The text of a cell, empty where there is none.
    pub fn text(&self, field: Field) -> &str {
        self.cells.get(&field).map_or("", |cell| &*cell.text)
    }

    /// Where a cell stands, else where the row stands.
    pub fn place_of(&self, field: Field) -> Place {
        self.cells.get(&field).map_or_else(|| self.place.clone(), |cell| cell.place(&self.place.file))
    }
}

/// The cells of a row, by their field. Most rows have a handful, and a site has very many rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells(Box<[(Field, Cell)]>);

impl Cells {
    /// The cell of a field.
    pub fn get(&self, field: &Field) -> Option<&Cell> {
        self.0.binary_search_by_key(field, |(field, _)| *field).ok().map(|at| &self.0[at].1)
    }

    /// All of them, in the order of their fields.
    pub fn iter(&self) -> impl Iterator<Item = (&Field, &Cell)> {
        self.0.iter().map(|(field, cell)| (field, cell))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<BTreeMap<Field, Cell>> for Cells {
    fn from(cells: BTreeMap<Field, Cell>) -> Cells {
        Cells(cells.into_iter().collect())
    }
}

/// At what date a row's statements hold, as far as the row and what is around it tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub text: Box<str>,
    /// Where it stands in the file of its row.
    pub span: Span,
}

impl Cell {
    /// Where it stands, in the file of its row.
    pub fn place(&self, file: &Arc<str>) -> Place {
        Place { file: file.clone(), span: self.span }
    }
}
