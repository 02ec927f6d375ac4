//! The register: every row of every recognised table, gathered by its subject. Comes in: the documents with their
//! addresses. Goes out: a [`Register`] of subjects with their statements, the claims in them, what connects them, where they
//! contradict each other, and the sources that they rest on. The order of files, and how rows are spread over them,
//! change nothing in it.

mod addresses;
mod board;
mod claim;
mod connect;
mod contradiction;
mod history;
mod identity;
mod mentions;
mod names;
mod prose;
mod source;
mod subject;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use addresses::{Addresses, DATA_ENDINGS, section_of, section_timeline};
pub use board::{Board, Boards, Dimension, Filters, boards, phase_order};
pub use claim::{Claim, Value};
pub use contradiction::{Contradiction, Side};
pub use history::{Change, Moment, changes, history};
pub use mentions::{Mentions, NameBook, Named, full_name, is_short_form};
pub use names::{Names, names_of, split};
pub use source::{Citing, Source};
pub use subject::{PageId, Place, RowId, Statement, Subject};

use rayon::prelude::*;

use crate::document::{AsOf, Document, Row};
use crate::problem::Settlements;
use crate::vocabulary::status::{self, Status};
use crate::vocabulary::{Date, Day, Field, Kind, Vocabulary};

/// A document with where it is published.
#[derive(Debug, Clone, Copy)]
pub struct Filed<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its URL within the site.
    pub url: &'a str,
    /// Its number.
    pub page: PageId,
}

/// By what the register is made besides the documents.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The words of the site.
    pub vocabulary: &'a Vocabulary,
    /// The language of pages that name none (BCP 47).
    pub language: &'a str,
    /// The day for which the site is made; what is dated later does not count yet.
    pub today: Day,
}

/// Everything that the tables of a site state.
#[derive(Debug, Default)]
pub struct Register {
    subjects: BTreeMap<Kind, Vec<Subject>>,
    /// Names that several subjects share, each with the page that lists them.
    pub shared: Vec<SharedName>,
    /// The sources, by name.
    pub sources: Vec<Source>,
    /// Where statements contradict each other, by subject.
    pub contradictions: Vec<Contradiction>,
    /// The names of actors, and whom each means.
    pub names: Names,
    /// Finds names in texts.
    pub book: NameBook,
    /// For each row its subject and which of the statements on it.
    of_row: BTreeMap<RowId, (Kind, usize, usize)>,
    /// The contradictions of each subject, by its URL, as indices.
    of_subject: BTreeMap<String, Vec<usize>>,
    of_citation: BTreeMap<(PageId, usize), usize>,
    /// The events that name each actor, in a column or in their text.
    events: BTreeMap<usize, Vec<usize>>,
    /// The fields in which any row of a kind has something.
    filled: BTreeMap<Kind, BTreeSet<Field>>,
    /// The subjects of each kind by their folded names.
    by_name: BTreeMap<Kind, BTreeMap<String, Vec<usize>>>,
}

/// A name that several subjects share.
#[derive(Debug, Clone)]
pub struct SharedName {
    /// What they are.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// The page that lists them.
    pub url: String,
    /// The pages of the subjects.
    pub members: Vec<String>,
}

impl Register {
    /// The subjects of a kind, by name.
    pub fn subjects(&self, kind: Kind) -> &[Subject] {
        self.subjects.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The kinds of which the site has subjects.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        self.subjects.iter().filter(|(_, subjects)| !subjects.is_empty()).map(|(kind, _)| *kind)
    }

    /// The subject that a row speaks of.
    pub fn subject_of(&self, row: RowId) -> Option<&Subject> {
        self.stated(row).map(|(subject, _)| subject)
    }

    /// The subject that a row speaks of, and what the row states of it.
    pub fn stated(&self, row: RowId) -> Option<(&Subject, &Statement)> {
        let (kind, at, statement) = self.of_row.get(&row)?;
        let subject = self.subjects(*kind).get(*at)?;
        Some((subject, subject.statements.get(*statement)?))
    }

    /// The subjects that the rows of a page speak of, row by row: the kind of each, and its index among those of the kind.
    pub fn stated_on(&self, page: PageId) -> impl Iterator<Item = (Kind, usize)> + '_ {
        let first = RowId { page, table: 0, row: 0 };
        let last = RowId { page, table: usize::MAX, row: usize::MAX };
        self.of_row.range(first..=last).map(|(_, (kind, at, _))| (*kind, *at))
    }

    /// The source that a citation of a page names, as an index into [`Register::sources`].
    pub fn source_of(&self, page: PageId, citation: usize) -> Option<usize> {
        self.of_citation.get(&(page, citation)).copied()
    }

    /// The sources on which a statement rests, as indices into [`Register::sources`].
    pub fn sources_of<'r>(&'r self, statement: &'r Statement) -> impl Iterator<Item = usize> + 'r {
        statement.row.citations.iter().filter_map(|citation| self.source_of(statement.id.page, *citation))
    }

    /// The events that name an actor, in a column or in their text, as indices into the subjects of [`Kind::Timeline`].
    pub fn events_of(&self, actor: usize) -> &[usize] {
        self.events.get(&actor).map_or(&[], Vec::as_slice)
    }

    /// Whether any row of a kind says something in a field.
    pub fn is_filled(&self, kind: Kind, field: Field) -> bool {
        self.filled.get(&kind).is_some_and(|filled| filled.contains(&field))
    }

    /// The subjects of a kind that have this name, folded, as indices.
    pub fn named(&self, kind: Kind, folded_name: &str) -> &[usize] {
        self.by_name.get(&kind).and_then(|names| names.get(folded_name)).map_or(&[], Vec::as_slice)
    }

    /// The contradictions of one subject that the writer has not settled.
    pub fn open_contradictions<'r>(&'r self, subject: &'r Subject) -> impl Iterator<Item = &'r Contradiction> {
        let of_subject = self.of_subject.get(&subject.url).into_iter().flatten();
        of_subject.filter_map(|at| self.contradictions.get(*at)).filter(|found| !found.is_settled)
    }
}

impl Register {
    /// What the running text of a page names. `None` where it says a status of something, which may contradict the tables.
    pub fn named_by(&self, document: &Document) -> Option<BTreeSet<Named>> {
        let namings = mentions::namings_in(&self.book, document);
        (!prose::says_something(document, &namings)).then(|| mentions::named_in(&namings))
    }
}

/// The status of an intervention for which nothing is stated.
pub fn unknown_status() -> &'static Status {
    status::by_code("unknown")
}

/// The URL of the page that lists the interventions with a status.
pub fn status_url(code: &str) -> String {
    format!("{}/status/{code}/", Kind::Interventions.as_str())
}

/// Gathers all rows of the documents; gives also which of them mention what.
pub fn gather(filed: &[Filed<'_>], terms: &Terms<'_>, settlements: &Settlements) -> (Register, Mentions) {
    let mut register = Register::default();
    let mut by_kind: BTreeMap<Kind, Vec<identity::Named>> = BTreeMap::new();
    let mut by_url: Vec<usize> = (0..filed.len()).collect();
    by_url.sort_by_key(|at| filed[*at].url);
    let mut places = vec![0; filed.len()];
    for (place, at) in by_url.into_iter().enumerate() {
        places[at] = place;
    }
    let of_pages: Vec<Vec<_>> =
        filed.par_iter().zip(places).map(|(filed, place)| named_rows(filed, place, terms)).collect();
    for (kind, named) in of_pages.into_iter().flatten() {
        by_kind.entry(kind).or_default().push(named);
    }
    // Actors first: who leads an intervention is known by any of their names.
    let mut rows_of = |kind: Kind| by_kind.remove(&kind).unwrap_or_default();
    let (mut actors, shared) = identity::gather_subjects(rows_of(Kind::Actors), Kind::Actors, terms, &Names::default());
    register.shared.extend(shared);
    names::add_unlisted(&mut actors, &register.shared, filed, terms);
    register.names = Names::of(&actors);
    register.subjects.insert(Kind::Actors, actors);
    let others = terms.vocabulary.all_kinds().filter(|kind| !matches!(kind, Kind::Actors | Kind::Sources));
    let others: Vec<(Kind, Vec<identity::Named>)> = others.map(|kind| (kind, rows_of(kind))).collect();
    let gather = |(kind, rows)| (kind, identity::gather_subjects(rows, kind, terms, &register.names));
    let gathered: Vec<_> = others.into_par_iter().map(gather).collect();
    for (kind, (subjects, shared)) in gathered {
        register.subjects.insert(kind, subjects);
        register.shared.extend(shared);
    }
    source::gather(&mut register, filed, terms);
    connect::add_focus_areas(&mut register, terms);
    connect::connect(&mut register, terms);
    (register.of_row, register.filled) = rayon::join(|| of_row(&register), || filled(&register));
    register.by_name = by_name(&register);
    source::rest(&mut register);
    register.book = NameBook::of(&register);
    register.events = mentions::events(&register);
    let namings = mentions::namings(&register.book, filed);
    let mentions = mentions::mentions(&namings, filed);
    register.contradictions = contradiction::find(&register, terms);
    let in_prose = prose::find(&register, &namings, filed);
    register.contradictions.extend(in_prose);
    for contradiction in &mut register.contradictions {
        contradiction.settle(settlements);
    }
    for (at, contradiction) in register.contradictions.iter().enumerate() {
        register.of_subject.entry(contradiction.subject_url.clone()).or_default().push(at);
    }
    (register, mentions)
}

/// The subjects of each kind by their folded names.
fn by_name(register: &Register) -> BTreeMap<Kind, BTreeMap<String, Vec<usize>>> {
    register.subjects.iter().map(|(kind, subjects)| (*kind, connect::by_name(subjects))).collect()
}

/// The fields in which any row of a kind has something.
fn filled(register: &Register) -> BTreeMap<Kind, BTreeSet<Field>> {
    let of_kind = |(kind, subjects): (&Kind, &Vec<Subject>)| {
        let rows = subjects.iter().flat_map(|subject| &subject.statements).map(|statement| &statement.row);
        (*kind, rows.flat_map(|row| row.cells.iter()).map(|(field, _)| *field).collect())
    };
    register.subjects.par_iter().map(of_kind).collect()
}

/// For each row its subject and which of the statements on it.
fn of_row(register: &Register) -> BTreeMap<RowId, (Kind, usize, usize)> {
    let subjects = register
        .subjects
        .iter()
        .flat_map(|(kind, subjects)| subjects.iter().enumerate().map(|(at, subject)| (*kind, at, &subject.statements)));
    let rows = subjects.flat_map(|(kind, at, statements)| {
        let statements = statements.iter().enumerate();
        statements.map(move |(number, statement)| (statement.id, (kind, at, number)))
    });
    rows.collect()
}

/// The rows of one document that name something. Its address has this place among those of all.
fn named_rows(filed: &Filed<'_>, place: usize, terms: &Terms<'_>) -> Vec<(Kind, identity::Named)> {
    let mut named = Vec::new();
    let document = filed.document;
    let of_page: Vec<Place> = document.front.country.as_deref().map(subject::places).unwrap_or_default();
    let page: Arc<str> = Arc::from(filed.url);
    let language: Option<Arc<str>> = document.front.lang.as_deref().map(Arc::from);
    for (table_at, table) in document.tables.iter().enumerate() {
        let subject = terms.vocabulary.subject_of(table.kind);
        for (row_at, row) in table.rows.iter().enumerate() {
            if row.text(subject).is_empty() {
                continue;
            }
            let own_places = row.text(Field::Country);
            let places = if own_places.is_empty() { of_page.clone() } else { subject::places(own_places) };
            let as_of = match row.as_of {
                AsOf::At(date) => Some(date),
                AsOf::Unstated => document.front.as_of,
                AsOf::Unreadable => None,
            };
            let statement = Statement {
                id: RowId { page: filed.page, table: table_at, row: row_at },
                row: row.clone(),
                page: page.clone(),
                language: language.clone(),
                as_of,
                is_future: as_of.is_some_and(|date| date.earliest() > terms.today),
                places,
                has_own_place: !own_places.is_empty(),
                cited: cited(document, row),
            };
            named.push((table.kind, identity::Named::new(table.kind, subject, place, statement)));
        }
    }
    named
}

/// What a row cites, as one text.
fn cited(document: &Document, row: &Row) -> Box<str> {
    let citations = row.citations.iter().filter_map(|at| document.citations.get(*at));
    let texts =
        citations.map(|citation| format!("{}\n{}\n", citation.text, citation.target.as_deref().unwrap_or_default()));
    texts.collect::<String>().into_boxed_str()
}

/// Since when a statement holds, as far as a date is concerned: the column for it, else the date with the status.
pub fn status_since(statement: &Statement) -> Option<Date> {
    Date::parse(statement.row.text(Field::StatusDate)).or_else(|| statement.row.status.as_ref()?.current().date)
}
