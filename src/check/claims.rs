//! Statements that contradict each other, are old, or cannot be. Comes in: the register. Goes out: problems at the rows.

use crate::problem::{Problem, catalogue};
use crate::register::{Statement, Subject};
use crate::site::{Site, review_by};
use crate::vocabulary::actor_type::{self, Side};
use crate::vocabulary::number::Number;
use crate::vocabulary::status::{self, Phase};
use crate::vocabulary::{Date, Field, Holds, Kind, OwnColumn, nearest};

/// Checks every statement of the register.
pub(super) fn check(site: &Site) -> Vec<Problem> {
    let register = &site.register;
    let mut problems: Vec<Problem> = Vec::new();
    for found in &register.contradictions {
        let attribute = match found.attribute {
            Field::Own(_) => "value".to_owned(),
            field => field.as_str().replace('_', " "),
        };
        let sides = found.sides.each_ref().map(|side| (side.text.as_str(), side.as_of, side.place.clone()));
        problems.push(catalogue::contradiction(&found.subject, &attribute, sides, found.is_high));
    }
    for kind in register.kinds() {
        for subject in register.subjects(kind) {
            problems.extend(superseded(subject));
            problems.extend(stale(site, subject));
            for statement in &subject.statements {
                problems.extend(dates(site, subject, statement));
                problems.extend(own_columns(site, subject, statement));
            }
            problems.extend(actor_types(subject));
        }
    }
    problems.extend(pages_of_the_future(site));
    problems
}

/// Older statements on other pages than the current one, which say something else.
fn superseded(subject: &Subject) -> Vec<Problem> {
    let Some(current) = subject.current().filter(|current| !current.is_future) else { return Vec::new() };
    let Some(newest) = current.step() else { return Vec::new() };
    let older = subject.statements.iter().filter(|statement| {
        let is_older = statement.as_of.zip(current.as_of).is_some_and(|(own, new)| own < new && !own.overlaps(&new));
        let differs = statement.step().is_some_and(|step| step.code != newest.code);
        is_older && differs && statement.id.page != current.id.page && statement.shares_place(current)
    });
    let said = || (current.row.text(Field::Status), current.as_of, current.row.place_of(Field::Status));
    older.map(|statement| catalogue::superseded(statement.row.place_of(Field::Status), &subject.name, said())).collect()
}

/// The statements that count now, where they should have been looked at again.
fn stale(site: &Site, subject: &Subject) -> Vec<Problem> {
    let Some(due) = review_by(&site.config, subject).filter(|due| *due < site.today) else { return Vec::new() };
    let stale = |statement: &Statement| {
        Some(catalogue::stale(subject.place_of_age(statement), &subject.name, statement.as_of?, due))
    };
    subject.as_new().filter_map(stale).collect()
}

/// Dates that do not fit the status of a row, or cannot be.
fn dates(site: &Site, subject: &Subject, statement: &Statement) -> Vec<Problem> {
    let mut problems = Vec::new();
    let row = &statement.row;
    if let Some(as_of) = statement.as_of.filter(|_| statement.is_future && row.as_of != crate::document::AsOf::Unstated)
    {
        problems.push(catalogue::as_of_to_come(row.place_of(Field::AsOf), as_of, site.today));
    }
    let Some(step) = statement.step() else { return problems };
    let (start, end) = (Date::parse(row.text(Field::Start)), Date::parse(row.text(Field::End)));
    if let Some((start, end)) = start.zip(end).filter(|(start, end)| end.latest() < start.earliest()) {
        problems.push(catalogue::end_before_start(row.place_of(Field::End), &subject.name, start, end));
    }
    // Only the statement that counts now can be late; what was said before was right at its time.
    let is_current = subject.is_as_new(statement);
    let phase = status::by_code(step.code).phase;
    let end =
        end.map(|end| (end, row.place_of(Field::End))).or(step.until.map(|until| (until, row.place_of(Field::Status))));
    let begun = step.date.map(|date| (date, row.place_of(Field::Status)));
    match phase {
        Phase::Future if is_current => {
            if let Some(start) = start.filter(|start| start.latest() < site.today) {
                problems.push(catalogue::overdue(row.place_of(Field::Start), &subject.name, &step.label, start));
            }
        }
        Phase::Active | Phase::Ending | Phase::Paused if is_current => {
            if let Some((end, place)) = end.filter(|(end, _)| end.latest() < site.today) {
                problems.push(catalogue::expired(place, &subject.name, &step.label, end));
            }
        }
        Phase::Over => {
            let to_come = end.or(begun).filter(|(end, _)| end.ending().is_some_and(|end| end.earliest() > site.today));
            if let Some((end, place)) = to_come {
                problems.push(catalogue::end_to_come(place, &subject.name, &step.label, end));
            }
        }
        _ => {}
    }
    problems
}

/// Pages whose own as-of date is still to come.
fn pages_of_the_future(site: &Site) -> Vec<Problem> {
    let fronts = site.pages.iter().filter_map(|page| Some(&page.document.as_ref()?.front));
    let dated = fronts.filter_map(|front| Some((front.as_of?, front.as_of_place.as_deref()?.clone())));
    let to_come = dated.filter(|(as_of, _)| as_of.earliest() > site.today);
    to_come.map(|(as_of, place)| catalogue::as_of_to_come(place, as_of, site.today)).collect()
}

/// Cells of a site's own columns that do not hold what they should.
fn own_columns(site: &Site, subject: &Subject, statement: &Statement) -> Vec<Problem> {
    let Some(own) = site.config.vocabulary.own_kind(subject.kind) else { return Vec::new() };
    own.columns.iter().filter_map(|column| own_cell(site, statement, column)).collect()
}

fn own_cell(site: &Site, statement: &Statement, column: &OwnColumn) -> Option<Problem> {
    let cell = statement.row.cells.get(&column.field)?;
    if !cell.text.chars().any(char::is_alphanumeric) {
        return None;
    }
    let language = statement.language.as_deref().unwrap_or(&site.config.language);
    let place = || statement.row.place_of(column.field);
    match &column.holds {
        Holds::Date if Date::parse(&cell.text).is_none() => Some(catalogue::date_unreadable(place(), &cell.text)),
        Holds::Number(_) if Number::parse(&cell.text, language).is_none() => {
            Some(catalogue::number_unreadable(place(), &cell.text))
        }
        Holds::Reference(to) => {
            let kind = site.config.vocabulary.kind_of_code(to)?;
            let is_known = |name: &str| match kind {
                Kind::Actors => site.register.names.actor(name).is_some(),
                _ => !site.register.named(kind, &crate::vocabulary::fold(name)).is_empty(),
            };
            let unknown = crate::register::split(&cell.text, is_known).into_iter().find(|name| !is_known(name))?;
            let known = site.register.subjects(kind).iter().map(|subject| subject.name.as_str());
            Some(catalogue::reference_unknown(place(), unknown, to, nearest(unknown, known)))
        }
        _ => None,
    }
}

/// Types of actors that do not say whether they are part of the response.
fn actor_types(subject: &Subject) -> Vec<Problem> {
    if subject.kind != Kind::Actors {
        return Vec::new();
    }
    let rows = subject.statements.iter().map(|statement| (&statement.row, statement.row.text(Field::OrgType)));
    let unknown = rows
        .filter(|(_, text)| text.chars().any(char::is_alphanumeric) && actor_type::read(text).side == Side::Unknown);
    unknown
        .map(|(row, text)| catalogue::actor_type_unknown(row.place_of(Field::OrgType), &subject.name, text))
        .collect()
}
