//! Subjects and what is stated of them. Comes in: rows. Goes out: [`Subject`]s, whose statements stand in an order that only
//! their content decides: the one that counts now first.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::document::Row;
use crate::vocabulary::country::{self, Country};
use crate::vocabulary::{Date, Field, Kind, Reading, StatusCell, Step, fold};

/// The number of a page. It stays with the page as long as the site is edited, and says nothing of where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(u32);

impl PageId {
    /// The home page.
    pub const HOME: PageId = PageId(0);

    /// The number of the page before which so many were numbered.
    pub fn nth(before: usize) -> PageId {
        PageId(u32::try_from(before).expect("a site has fewer than four billion pages"))
    }

    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which row of which table of which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The page.
    pub page: PageId,
    /// The table on it.
    pub table: usize,
    /// The row in that.
    pub row: usize,
}

/// Something that tables speak of: an intervention, an actor, a figure …
#[derive(Debug, Clone)]
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// The writer's `ID`, else the last part of the address.
    pub id: String,
    /// Its name, as most statements write it.
    pub name: String,
    /// Its page within the site, or its place on the page of its register.
    pub url: String,
    /// What is stated of it: the statement that counts now first, then the older ones.
    pub statements: Vec<Statement>,
    /// What it is connected with, as indices into the subjects of that kind.
    pub(super) related: Vec<(Kind, Vec<usize>)>,
}

/// A row as statements on its subject.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where the row is.
    pub id: RowId,
    /// The row.
    pub row: Arc<Row>,
    /// The URL of its page.
    pub page: Arc<str>,
    /// The language of its page, where that says one (BCP 47).
    pub language: Option<Arc<str>>,
    /// At what date it holds: from the row, else from its page. `None`: it is undated.
    pub as_of: Option<Date>,
    /// Whether that date is still to come; then it does not count yet.
    pub is_future: bool,
    /// Where it holds: from the row, else from its page.
    pub places: Vec<Place>,
    /// Whether the row itself says where.
    pub has_own_place: bool,
    /// What it cites, as written: rows that say the same on other grounds are told apart by it.
    pub(super) cited: Box<str>,
}

/// A country, or a place that is none.
#[derive(Debug, Clone)]
pub enum Place {
    /// A country of ISO 3166-1.
    Country(&'static Country),
    /// Any other, in the writer's words.
    Other(Arc<str>),
}

impl Place {
    /// What two names of one place have in common.
    pub fn key(&self) -> String {
        match self {
            Place::Country(country) => country.alpha3.to_lowercase(),
            Place::Other(name) => fold(name),
        }
    }

    /// Whether both are one place.
    fn is(&self, other: &Place) -> bool {
        match (self, other) {
            (Place::Country(own), Place::Country(other)) => own.alpha3 == other.alpha3,
            _ => self.key() == other.key(),
        }
    }

    /// Its name in a language (BCP 47).
    pub fn name_in(&self, language: &str) -> &str {
        match self {
            Place::Country(country) => country.name_in(language),
            Place::Other(name) => name,
        }
    }

    /// Its ISO 3166-1 alpha-3 code, where it is a country.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Place::Country(country) => Some(&country.alpha3),
            Place::Other(_) => None,
        }
    }
}

/// The places that a cell names: countries where it is one or a list of them, else the whole cell.
pub(super) fn places(cell: &str) -> Vec<Place> {
    let countries = country::find_all(cell);
    match countries.is_empty() {
        false => countries.into_iter().map(Place::Country).collect(),
        true if fold(cell).is_empty() => Vec::new(),
        true => vec![Place::Other(Arc::from(cell))],
    }
}

impl Statement {
    /// Whether both can hold in one place: they have one in common, or one of them names none.
    pub fn shares_place(&self, other: &Statement) -> bool {
        let in_other = |place: &Place| other.places.iter().any(|own| own.is(place));
        self.places.is_empty() || other.places.is_empty() || self.places.iter().any(in_other)
    }

    /// What it says of a status, where its row has one.
    pub fn step(&self) -> Option<&Step> {
        self.row.status.as_ref().map(StatusCell::current)
    }

    /// Whether the writer calls its status uncertain.
    pub fn is_uncertain(&self) -> bool {
        self.step().is_some_and(|step| step.uncertain)
    }

    /// How well it is founded, and what it says: what decides between equally new statements, apart from where it stands.
    fn weight(&self) -> (bool, bool, usize) {
        let is_known = self.step().is_none_or(|step| step.reading == Reading::Known && step.code != "unknown");
        (is_known, !self.is_uncertain(), self.row.cells.len())
    }

    /// The order of statements: what does not count yet last, then the undated, then the older; among equally new ones the
    /// better founded first. Those that are equal in this are sorted by [`Statement::words`].
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let phase = self.step().map(|step| crate::vocabulary::status::by_code(step.code).phase);
        (self.is_future, Reverse(self.as_of), Reverse(self.weight()), phase)
    }

    /// What it says, and on what grounds: equally good statements are sorted by it, and only then by where they stand.
    pub(super) fn words(&self) -> impl Ord + '_ {
        let cells: Vec<(Field, &str)> = self.row.cells.iter().map(|(field, cell)| (*field, &*cell.text)).collect();
        (cells, &*self.cited)
    }
}

impl Subject {
    /// The statement that counts now: the newest dated one, else an undated one.
    pub fn current(&self) -> Option<&Statement> {
        self.statements.first()
    }

    /// The statements that are as new as the current one.
    pub fn as_new(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().take_while(|statement| self.is_as_new(statement))
    }

    /// Whether one of its statements is as new as the current one.
    pub fn is_as_new(&self, statement: &Statement) -> bool {
        let is_same =
            |current: &Statement| statement.as_of == current.as_of && statement.is_future == current.is_future;
        self.current().is_some_and(is_same)
    }

    /// Where a statement says what grows old: its status, or the value of a figure.
    pub fn place_of_age(&self, statement: &Statement) -> crate::problem::Place {
        statement.row.place_of(if self.kind == Kind::Figures { Field::Value } else { Field::Status })
    }

    /// The text of a field: of the current statement, else of the newest that has one.
    pub fn text(&self, field: Field) -> &str {
        self.stating(field).map_or("", |statement| statement.row.text(field))
    }

    /// The newest statement that says something in a field.
    pub fn stating(&self, field: Field) -> Option<&Statement> {
        self.statements.iter().find(|statement| !statement.row.text(field).is_empty())
    }

    /// The places that it is about, each once, in the order of their names.
    pub fn places(&self) -> Vec<&Place> {
        let mut places: Vec<&Place> = self.statements.iter().flat_map(|statement| &statement.places).collect();
        places.sort_by_key(|place| place.key());
        places.dedup_by_key(|place| place.key());
        places
    }

    /// What the current statement says of its status.
    pub fn step(&self) -> Option<&Step> {
        self.current().and_then(Statement::step)
    }

    /// What the statements as new as the current one say, one step for each status, the current one first.
    pub fn current_steps(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = Vec::new();
        for step in self.as_new().filter_map(Statement::step) {
            if !steps.iter().any(|known| known.code == step.code) {
                steps.push(step);
            }
        }
        steps
    }

    /// What it is connected with, as indices into the subjects of a kind.
    pub fn related(&self, kind: Kind) -> &[usize] {
        self.related.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, related)| related.as_slice())
    }

    /// Connects it with a subject of another kind, once.
    pub(super) fn relate(&mut self, kind: Kind, at: usize) {
        let known = match self.related.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, related)) => related,
            None => {
                self.related.push((kind, Vec::new()));
                &mut self.related.last_mut().expect("one was pushed").1
            }
        };
        if let Err(free) = known.binary_search(&at) {
            known.insert(free, at);
        }
    }
}
