//! The register: every row of every recognised table, gathered by its subject. Comes in: the documents with their
//! addresses, in reading order. Goes out: a [`Register`] of interventions and focus areas and the ways between them.

mod identity;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{AsOf, Document, Kind, Row};
use crate::vocabulary::status::{self, Status};
use crate::vocabulary::{Date, Field, StatusCell, Step, fold, status_cell};
use identity::{Named, gather_subjects};

/// A document with the address at which it is published.
#[derive(Debug, Clone, Copy)]
pub struct Filed<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its URL within the site.
    pub url: &'a str,
}

/// Everything that the tables of a site state.
#[derive(Debug, Default)]
pub struct Register {
    /// What is being done, by name.
    pub interventions: Vec<Intervention>,
    /// What should be done, by name.
    pub focus_areas: Vec<FocusArea>,
    /// Names that several subjects share, each with the page that lists them.
    pub shared: Vec<SharedName>,
    /// The page of each row's subject: by the row's document, table and row.
    pub subjects: BTreeMap<RowId, String>,
}

/// Which row of which table of which document.
pub type RowId = (Arc<str>, usize, usize);

/// What all subjects of a register have.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The writer's `ID`, else the last part of the address.
    pub id: String,
    /// Its name, as the first statement writes it.
    pub name: String,
    /// Its page within the site.
    pub url: String,
    /// What is stated of it, in reading order.
    pub statements: Vec<Statement>,
}

/// A row as a statement on its subject.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where the row is.
    pub row_id: RowId,
    /// The row.
    pub row: Arc<Row>,
    /// The URL of its page.
    pub page: String,
    /// At what date it holds: from the row, else from its page. `None`: it is undated.
    pub as_of: Option<Date>,
    /// The country it is about: from the row, else from its page.
    pub country: Option<String>,
}

/// Something that is being done about a crisis.
#[derive(Debug, Clone)]
pub struct Intervention {
    /// Its name, address and statements.
    pub subject: Subject,
    /// The focus areas that it serves, as indices into [`Register::focus_areas`].
    pub focus_areas: Vec<usize>,
}

/// An area in which something should be done.
#[derive(Debug, Clone)]
pub struct FocusArea {
    /// Its name, address and statements; there are none where only interventions name it.
    pub subject: Subject,
    /// The interventions that serve it, as indices into [`Register::interventions`].
    pub interventions: Vec<usize>,
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
    /// The subjects, as indices into the list of their kind.
    pub members: Vec<usize>,
}

impl Subject {
    /// The statement that counts now: the newest dated one, else the first in reading order.
    pub fn current(&self) -> Option<&Statement> {
        let newest = self.statements.iter().filter(|statement| statement.as_of.is_some());
        // Of equally new ones the first counts, as among undated ones.
        let newest = newest.rev().max_by(|a, b| a.as_of.cmp(&b.as_of));
        newest.or(self.statements.first())
    }

    /// The text of a field: of the current statement, else of the first that has one.
    pub fn text(&self, field: Field) -> &str {
        let texts = self.current().into_iter().chain(&self.statements).map(|statement| statement.row.text(field));
        texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The country it is about, where that is known.
    pub fn country(&self) -> Option<&str> {
        let statements = self.current().into_iter().chain(&self.statements);
        statements.into_iter().find_map(|statement| statement.country.as_deref())
    }
}

impl Intervention {
    /// What the current statement says of its status.
    pub fn status_cell(&self) -> &StatusCell {
        static NONE: std::sync::LazyLock<StatusCell> = std::sync::LazyLock::new(|| status_cell::read(""));
        self.subject.current().and_then(|statement| statement.row.status.as_ref()).unwrap_or(&NONE)
    }

    /// Its status now.
    pub fn status(&self) -> &'static Status {
        status::by_code(self.status_cell().current().code)
    }

    /// What the statements as new as the current one say, one step for each status, the current one first.
    pub fn current_steps(&self) -> Vec<&Step> {
        let mut steps = vec![self.status_cell().current()];
        let as_of = self.subject.current().and_then(|current| current.as_of.as_ref());
        let as_new = self.subject.statements.iter().filter(|statement| statement.as_of.as_ref() == as_of);
        for cell in as_new.filter_map(|statement| statement.row.status.as_ref()) {
            if !steps.iter().any(|known| known.code == cell.current().code) {
                steps.push(cell.current());
            }
        }
        steps
    }
}

/// The URL of the page that lists the interventions with a status.
pub fn status_url(code: &str) -> String {
    format!("{}/status/{code}/", Kind::Interventions.as_str())
}

/// Gathers all rows of the documents, which come in reading order.
pub fn gather(filed: &[Filed<'_>]) -> Register {
    let mut register = Register::default();
    let (subjects, shared) = subjects(filed, Kind::Interventions);
    register.interventions =
        subjects.into_iter().map(|subject| Intervention { subject, focus_areas: Vec::new() }).collect();
    register.shared.extend(shared);
    let (mut subjects, shared) = subjects_of_focus_areas(filed, &register.interventions);
    subjects.sort_by(|a, b| fold(&a.name).cmp(&fold(&b.name)).then_with(|| a.url.cmp(&b.url)));
    register.focus_areas =
        subjects.into_iter().map(|subject| FocusArea { subject, interventions: Vec::new() }).collect();
    register.shared.extend(shared);
    connect(&mut register);
    let of_interventions = register.interventions.iter().map(|intervention| &intervention.subject);
    let of_focus_areas = register.focus_areas.iter().map(|focus_area| &focus_area.subject);
    for subject in of_interventions.chain(of_focus_areas) {
        for statement in &subject.statements {
            register.subjects.insert(statement.row_id.clone(), subject.url.clone());
        }
    }
    register
}

/// The rows of one kind, as the things that they name.
fn named<'a>(filed: &[Filed<'a>], kind: Kind) -> Vec<Named> {
    let mut all = Vec::new();
    for Filed { document, url } in filed {
        let tables = document.tables.iter().enumerate().filter(|(_, table)| table.kind == kind);
        for (table_at, table) in tables {
            for (row_at, row) in table.rows.iter().enumerate() {
                let name = row.text(kind.subject());
                if name.is_empty() {
                    continue;
                }
                let own = |field| Some(row.text(field)).filter(|text: &&str| !text.is_empty()).map(str::to_owned);
                let statement = Statement {
                    row_id: (document.path.clone(), table_at, row_at),
                    row: row.clone(),
                    page: (*url).to_owned(),
                    as_of: match &row.as_of {
                        AsOf::At(date) => Some(date.clone()),
                        AsOf::Unstated => document.front.as_of.clone(),
                        AsOf::Unreadable => None,
                    },
                    country: own(Field::Country).or_else(|| document.front.country.clone()),
                };
                let order = all.len();
                all.push(Named {
                    order,
                    name: name.to_owned(),
                    id: own(Field::Id),
                    lead: own(Field::Actor),
                    statement,
                });
            }
        }
    }
    all
}

fn subjects(filed: &[Filed<'_>], kind: Kind) -> (Vec<Subject>, Vec<SharedName>) {
    gather_subjects(named(filed, kind), kind)
}

/// Focus areas have tables of their own, and are also named by interventions alone.
fn subjects_of_focus_areas(filed: &[Filed<'_>], interventions: &[Intervention]) -> (Vec<Subject>, Vec<SharedName>) {
    let (mut subjects, shared) = subjects(filed, Kind::FocusAreas);
    let mut known: BTreeSet<String> = subjects.iter().map(|subject| fold(&subject.name)).collect();
    let shared_urls = shared.iter().map(|shared| shared.url.clone());
    let mut taken: BTreeSet<String> = subjects.iter().map(|subject| subject.url.clone()).chain(shared_urls).collect();
    for name in
        interventions.iter().flat_map(|intervention| focus_area_names(intervention, &known)).collect::<BTreeSet<_>>()
    {
        if known.insert(fold(&name)) {
            let url = identity::free_url(Kind::FocusAreas, &name, &mut taken);
            let id = identity::last_part(&url).to_owned();
            subjects.push(Subject { id, name, url, statements: Vec::new() });
        }
    }
    (subjects, shared)
}

/// The focus areas that an intervention's own column names: the whole cell where it is a known name, else its parts
/// between `;`, and between `,` where each part is a known name.
fn focus_area_names(intervention: &Intervention, known: &BTreeSet<String>) -> Vec<String> {
    let mut names = Vec::new();
    for statement in &intervention.subject.statements {
        let cell = statement.row.text(Field::FocusArea);
        let is_known = |name: &str| known.contains(&fold(name));
        for part in cell.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let by_comma: Vec<&str> = part.split(',').map(str::trim).collect();
            if !is_known(part) && by_comma.len() > 1 && by_comma.iter().all(|name| is_known(name)) {
                names.extend(by_comma.into_iter().map(str::to_owned));
            } else {
                names.push(part.to_owned());
            }
        }
    }
    names
}

/// Connects interventions and focus areas: by the same name, or by the intervention's `Focus Area` column.
fn connect(register: &mut Register) {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, focus_area) in register.focus_areas.iter().enumerate() {
        by_name.entry(fold(&focus_area.subject.name)).or_default().push(at);
    }
    let known: BTreeSet<String> = by_name.keys().cloned().collect();
    for (at, intervention) in register.interventions.iter_mut().enumerate() {
        let of_name = |name: &str| by_name.get(&fold(name)).cloned().unwrap_or_default();
        let is_of_country = |area: &usize| {
            identity::agree(intervention.subject.country(), register.focus_areas[*area].subject.country())
        };
        let mut served: BTreeSet<usize> =
            of_name(&intervention.subject.name).into_iter().filter(is_of_country).collect();
        for name in focus_area_names(intervention, &known) {
            // What the writer names is meant, even where only another country lists it.
            let areas = of_name(&name);
            let own: Vec<usize> = areas.iter().copied().filter(is_of_country).collect();
            served.extend(if own.is_empty() { areas } else { own });
        }
        for area in &served {
            register.focus_areas[*area].interventions.push(at);
        }
        intervention.focus_areas = served.into_iter().collect();
    }
}
