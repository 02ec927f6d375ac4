//! What statements rest on. Comes in: rows and sources. Goes out: rows without a source, sources without a date or
//! publisher, sources that nothing rests on, and a source that everything rests on.

use crate::problem::{Problem, catalogue};
use crate::register::Source;
use crate::site::Site;
use crate::vocabulary::Kind;

/// From how many rows on one source for all of them is remarkable.
const SINGLE_MIN: usize = 5;

/// Checks sources and the rows that need one.
pub(super) fn check(site: &Site) -> Vec<Problem> {
    let mut problems = rows_without(site);
    let register = &site.register;
    for source in &register.sources {
        problems.extend(undated(source));
        let is_cited = source.citing.iter().any(|citing| !citing.is_row);
        if !is_cited && source.rows.is_empty() {
            problems.extend(
                source.citing.first().map(|citing| catalogue::source_unused(citing.place.clone(), &source.name)),
            );
        }
    }
    let sourced: usize = register
        .kinds()
        .flat_map(|kind| register.subjects(kind))
        .flat_map(|subject| &subject.statements)
        .filter(|statement| register.sources_of(statement).next().is_some())
        .count();
    let only = register.sources.iter().find(|source| source.rows.len() == sourced && sourced >= SINGLE_MIN);
    let single = only.filter(|_| register.sources.iter().filter(|source| !source.rows.is_empty()).count() == 1);
    problems.extend(single.and_then(|source| {
        Some(catalogue::source_single(source.citing.first()?.place.clone(), &source.name, sourced))
    }));
    problems
}

/// Tables with rows that say nothing of where they come from; one remark a table.
fn rows_without(site: &Site) -> Vec<Problem> {
    let documents = site.pages.iter().filter_map(|page| page.document.as_ref());
    let tables = documents.flat_map(|document| &document.tables);
    let needing = tables.filter(|table| !matches!(table.kind, Kind::Sources | Kind::Glossary | Kind::Updates));
    needing
        .filter_map(|table| {
            let mut without = table.rows.iter().filter(|row| row.citations.is_empty() && !row.cells.is_empty());
            let first = without.next()?;
            let rows = 1 + without.count();
            let place = if rows == table.rows.len() { table.place.clone() } else { first.place.clone() };
            Some(catalogue::source_missing(place, rows, table.rows.len()))
        })
        .collect()
}

/// A source that rows rest on and that has no date or no publisher. One that has an address can be looked up, and lacks
/// only its date.
fn undated(source: &Source) -> Option<Problem> {
    if source.rows.is_empty() {
        return None;
    }
    let lacks_publisher = source.publisher.is_empty() && source.target.is_none();
    let lacks = match (source.date.is_none(), lacks_publisher) {
        (true, true) => "date and no publisher",
        (true, false) => "date",
        (false, true) => "publisher",
        (false, false) => return None,
    };
    let place = source.citing.first()?.place.clone();
    Some(catalogue::source_undated(place, &source.name, lacks, source.rows.len()))
}
