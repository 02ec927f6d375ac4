//! Claims as open data. Comes in: the site and a row of a sheet. Goes out: all that is stated there, with file and line, each
//! claim made as it is written, since a site has many more claims than anything else.

use std::fmt::Display;

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

use super::parts::source_text;
use super::sheet::{Lists, Sheet, address_of};
use crate::register::{RowId, Source, Subject, Value};
use crate::site::Site;
use crate::vocabulary::{Date, Kind, Step};

/// The claims behind a row of a sheet.
pub(super) struct Claims<'s> {
    /// The site that they are stated in.
    pub site: &'s Site,
    /// The sheet.
    pub sheet: &'s Sheet,
    /// The index of its row.
    pub row: usize,
}

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let register = &self.site.register;
        match self.sheet.lists {
            Lists::Kind(Kind::Sources) => serializer.collect_seq(resting_on(self.site, &register.sources[self.row])),
            Lists::Kind(kind) => of_subject(self.site, &register.subjects(kind)[self.row], serializer),
            Lists::History | Lists::Contradictions => serializer.collect_seq(std::iter::empty::<()>()),
        }
    }
}

/// One claim of a subject.
#[derive(Serialize)]
struct ClaimData<'c> {
    attribute: &'c str,
    value: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<StepData<'c>>>,
    as_of: Option<Shown<Date>>,
    source: &'c [String],
    source_url: &'c [&'c str],
    page: &'c str,
    file: &'c str,
    line: u32,
}

/// One step of the history of a status.
#[derive(Serialize)]
struct StepData<'c> {
    status: &'c str,
    label: &'c str,
    date: Option<Shown<Date>>,
    until: Option<Shown<Date>>,
    uncertain: bool,
    disputed: bool,
}

/// A claim that rests on a source.
#[derive(Serialize)]
struct Resting<'c> {
    subject: &'c str,
    page: &'c str,
    file: &'c str,
    line: u32,
}

/// A value as the text that it is shown as.
struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Everything that is stated of a subject, attribute by attribute, the newest statement first.
fn of_subject<S: Serializer>(site: &Site, subject: &Subject, serializer: S) -> Result<S::Ok, S::Error> {
    let name = site.config.vocabulary.subject_of(subject.kind);
    let own = site.config.vocabulary.own_kind(subject.kind);
    let mut all = serializer.serialize_seq(None)?;
    for statement in &subject.statements {
        let sources: Vec<&Source> = site.register.sources_of(statement).map(|at| &site.register.sources[at]).collect();
        let texts: Vec<String> = sources.iter().map(|source| source_text(source)).collect();
        let urls: Vec<&str> = sources.iter().map(|source| source.target.as_deref().unwrap_or(&source.url)).collect();
        for claim in statement.claims(name) {
            let own_name = own.and_then(|own| own.columns.iter().find(|column| column.field == claim.attribute));
            let cell = match claim.value {
                Value::Status(cell) => Some(cell),
                Value::Text(_) => None,
            };
            all.serialize_element(&ClaimData {
                attribute: own_name.map_or(claim.attribute.as_str(), |column| column.code.as_str()),
                value: statement.row.text(claim.attribute),
                status: cell.map(|cell| cell.current().code),
                history: cell.map(|cell| cell.steps.iter().map(step).collect()),
                as_of: statement.as_of.map(Shown),
                source: &texts,
                source_url: &urls,
                page: address_of(&statement.page),
                file: &statement.row.place.file,
                line: claim.span.start.line,
            })?;
        }
    }
    all.end()
}

fn step(step: &Step) -> StepData<'_> {
    StepData {
        status: step.code,
        label: &step.label,
        date: step.date.map(Shown),
        until: step.until.map(Shown),
        uncertain: step.uncertain,
        disputed: step.disputed,
    }
}

/// What rests on a source.
fn resting_on<'s>(site: &'s Site, source: &'s Source) -> impl Iterator<Item = Resting<'s>> {
    let claim = |row: &RowId| {
        let (subject, statement) = site.register.stated(*row)?;
        let place = &statement.row.place;
        let (page, line) = (address_of(&statement.page), place.span.start.line);
        Some(Resting { subject: &subject.name, page, file: &place.file, line })
    };
    source.rows.iter().filter_map(claim)
}
