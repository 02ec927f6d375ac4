//! Statements that cannot both hold at the same time. Comes in: subjects with their statements, and running text. Goes out:
//! [`Contradiction`]s. Different dates are a history and no contradiction.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Register, Statement, Subject, Terms};
use crate::problem::{Code, Place, Problem, Settlements};
use crate::vocabulary::status::{self, Phase};
use crate::vocabulary::{Date, Day, Field, Kind, Step};

/// Two statements on one attribute of one subject that cannot both hold.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// What the subject is.
    pub kind: Kind,
    /// Its name.
    pub subject: String,
    /// Its page.
    pub subject_url: String,
    /// What it is about: a status, a value, a date.
    pub attribute: Field,
    /// Whether both stand in tables and neither is uncertain; else it is a hint.
    pub is_high: bool,
    /// The two statements.
    pub sides: [Side; 2],
    /// Whether the writer has settled it.
    pub is_settled: bool,
}

/// One side of a contradiction.
#[derive(Debug, Clone)]
pub struct Side {
    /// What it says, in the writer's words.
    pub text: String,
    /// The code of the status that it gives.
    pub code: Option<&'static str>,
    /// At what date it holds.
    pub as_of: Option<Date>,
    /// Where it stands in the source.
    pub place: Place,
    /// The URL of its page.
    pub page: Arc<str>,
    /// The row's anchor on it; empty in running text.
    pub anchor: String,
    /// The sources that it names, as indices into [`Register::sources`].
    pub sources: Vec<usize>,
}

impl Contradiction {
    /// Whether a problem is about just this.
    pub fn is_told_by(&self, problem: &Problem) -> bool {
        let other = problem.related.first().map(|related| &related.place);
        problem.code == Code::Contradiction
            && problem.place == self.sides[0].place
            && other == Some(&self.sides[1].place)
    }

    /// The newest date at which one of the two holds.
    pub fn known(&self) -> Option<Date> {
        self.sides.iter().filter_map(|side| side.as_of).max()
    }
}

/// Whether one thing cannot be in both phases at one time.
pub(super) fn conflict(a: Phase, b: Phase) -> bool {
    use Phase::{Active, Ending, Future, Over, Paused};
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    // In the order of phases: active, ending, paused, future, over.
    matches!((a, b), (Active, Ending | Paused | Future | Over) | (Ending | Paused, Future) | (Future, Over))
}

/// Whether two dates can be the same time, or one of them is not known.
pub(super) fn meet(a: Option<Date>, b: Option<Date>) -> bool {
    a.zip(b).is_none_or(|(a, b)| a.overlaps(&b))
}

/// What a statement says of the status at a date: what it states for that date, or what its history says of the time
/// before. `None`: it says nothing of it.
pub(super) fn step_at(statement: &Statement, date: Option<Date>) -> Option<&Step> {
    let cell = statement.row.status.as_ref()?;
    let (Some(own), Some(date)) = (statement.as_of, date) else { return Some(cell.current()) };
    if own.overlaps(&date) {
        return Some(cell.current());
    }
    if own < date {
        return None;
    }
    let last = cell.steps.len() - 1;
    let since = |(at, step): (usize, &Step)| if at == last { super::status_since(statement) } else { step.date };
    let dated: Vec<(&Step, Option<Date>)> =
        cell.steps.iter().enumerate().map(|(at, step)| (step, since((at, step)))).collect();
    // In the middle of a change nobody can tell.
    if dated.iter().any(|(_, since)| since.is_some_and(|since| since.overlaps(&date))) {
        return None;
    }
    let before = |(_, since): &&(&Step, Option<Date>)| since.is_some_and(|since| since.latest() < date.earliest());
    dated.iter().rev().find(before).map(|(step, _)| *step)
}

/// Finds all contradictions, by kind and subject.
pub(super) fn find(register: &Register, terms: &Terms<'_>) -> Vec<Contradiction> {
    let several = |subject: &&Subject| subject.statements.len() > 1;
    let subjects: Vec<&Subject> = register.kinds().flat_map(|kind| register.subjects(kind)).filter(several).collect();
    let of_subject = |subject: &Subject| {
        let mut found = Vec::new();
        of_status(register, subject, &mut found);
        if matches!(subject.kind, Kind::Interventions | Kind::Presence | Kind::Own(_)) {
            of_dates(register, subject, &mut found);
        }
        of_numbers(register, subject, terms, &mut found);
        found
    };
    subjects.into_par_iter().flat_map_iter(of_subject).collect()
}

impl Contradiction {
    /// Notes whether the writer has settled it.
    pub(super) fn settle(&mut self, settlements: &Settlements) {
        let places = self.sides.iter().map(|side| &side.place);
        self.is_settled = settlements.has(Code::Contradiction, places, self.known());
    }
}

pub(super) fn side(register: &Register, statement: &Statement, attribute: Field) -> Side {
    let place = statement.row.place_of(attribute);
    Side {
        text: statement.row.text(attribute).to_owned(),
        code: statement.step().filter(|_| attribute == Field::Status).map(|step| step.code),
        as_of: statement.as_of,
        place,
        page: statement.page.clone(),
        anchor: statement.row.anchor.clone(),
        sources: register.sources_of(statement).collect(),
    }
}

fn contradiction(
    register: &Register,
    subject: &Subject,
    attribute: Field,
    (a, b, is_high): (&Statement, &Statement, bool),
) -> Contradiction {
    Contradiction {
        kind: subject.kind,
        subject: subject.name.clone(),
        subject_url: subject.url.clone(),
        attribute,
        is_high,
        sides: [side(register, a, attribute), side(register, b, attribute)],
        is_settled: false,
    }
}

/// One statement for each thing that is said at each date: the first in their order stands for those that say the same.
fn distinct<'s, K: Ord>(subject: &'s Subject, key: impl Fn(&'s Statement) -> Option<K>) -> Vec<&'s Statement> {
    let mut seen = BTreeSet::new();
    let counting = subject.statements.iter().filter(|statement| !statement.is_future);
    let places = |statement: &Statement| statement.places.iter().map(super::Place::key).collect::<Vec<String>>();
    let is_new = |statement: &&'s Statement| {
        key(statement).is_some_and(|key| seen.insert((statement.as_of, places(statement), key)))
    };
    counting.filter(is_new).collect()
}

/// Every pair once that can be about one place and one time, the earlier one first. Statements stand in their order, the
/// newest first and the undated last; those that may be of one time with one are the undated and a stretch after it, whose
/// end `reach` may move.
fn pairs<'s>(
    statements: &[&'s Statement],
    mut reach: impl FnMut(&'s Statement, usize) -> usize,
) -> impl Iterator<Item = (&'s Statement, &'s Statement)> {
    let undated = statements.partition_point(|statement| statement.as_of.is_some());
    let latest: Vec<Day> = statements.iter().filter_map(|statement| Some(statement.as_of?.latest())).collect();
    let after = move |(at, a): (usize, &&'s Statement)| {
        let a: &'s Statement = a;
        let meets = |as_of: Date| latest.partition_point(|day| *day >= as_of.earliest());
        let until = reach(a, a.as_of.map_or(0, meets)).max(at + 1);
        let others = statements[at + 1..until].iter().chain(&statements[undated.max(until)..]);
        others.map(move |b| (a, *b))
    };
    statements.iter().enumerate().flat_map(after).filter(|(a, b)| a.shares_place(b))
}

/// How far statements reach that tell of the time before them: the first that tells a history to the end, and others that
/// tell the same no further than that one is of their time, since it says the same of all that is older.
fn reach_of_histories<'s>(end: usize) -> impl FnMut(&'s Statement, usize) -> usize {
    let mut known = BTreeMap::new();
    move |statement, until| {
        let Some(cell) = &statement.row.status else { return until };
        let since = super::status_since(statement);
        if statement.as_of.is_none() || (since.is_none() && cell.steps.iter().all(|step| step.date.is_none())) {
            return until;
        }
        let steps: Vec<_> = cell.steps.iter().map(|step| (step.code, step.date, step.disputed)).collect();
        let places: Vec<String> = statement.places.iter().map(super::Place::key).collect();
        match known.entry((steps, since, places)) {
            Entry::Occupied(first) => until.max(*first.get()),
            Entry::Vacant(first) => {
                first.insert(until);
                end
            }
        }
    }
}

fn of_status(register: &Register, subject: &Subject, found: &mut Vec<Contradiction>) {
    let statements = distinct(subject, |statement| {
        let steps = &statement.row.status.as_ref()?.steps;
        let said: Vec<(&str, Option<Date>)> = steps.iter().map(|step| (step.code, step.date)).collect();
        Some((said, statement.is_uncertain()))
    });
    // For each pair of statuses the newest pair of statements stands for all.
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (newer, older) in pairs(&statements, reach_of_histories(statements.len())) {
        let (Some(said), Some(other)) = (step_at(newer, older.as_of), older.step()) else { continue };
        let phase = |step: &Step| status::by_code(step.code).phase;
        if !conflict(phase(said), phase(other)) || said.disputed || other.disputed {
            continue;
        }
        let codes = if said.code < other.code { (said.code, other.code) } else { (other.code, said.code) };
        if !told.insert(codes) {
            continue;
        }
        // An undated statement may be from any time; where the other's history has it, it may well be from then.
        let has_it = |of: &Statement, other: &Step| {
            let steps = of.row.status.as_ref().map(|cell| cell.steps.as_slice()).unwrap_or_default();
            steps.iter().any(|step| step.code == other.code)
        };
        let is_undated = newer.as_of.is_none() || older.as_of.is_none();
        let is_explained = is_undated && (has_it(newer, other) || has_it(older, said));
        let is_high = !is_explained && !said.uncertain && !other.uncertain;
        found.push(contradiction(register, subject, Field::Status, (newer, older, is_high)));
    }
}

fn of_dates(register: &Register, subject: &Subject, found: &mut Vec<Contradiction>) {
    for field in [Field::Start, Field::End] {
        let is_date = |text: &&str| !text.is_empty() && Date::parse(text).is_some();
        let statements = distinct(subject, |statement| Some(statement.row.text(field)).filter(is_date));
        let differing = pairs(&statements, |_, until| until).find(|(a, b)| {
            let dates = Date::parse(a.row.text(field)).zip(Date::parse(b.row.text(field)));
            meet(a.as_of, b.as_of) && dates.is_some_and(|(a, b)| !a.overlaps(&b))
        });
        if let Some((a, b)) = differing {
            let is_high = !a.is_uncertain() && !b.is_uncertain();
            found.push(contradiction(register, subject, field, (a, b, is_high)));
        }
    }
}

/// The values of a figure, and the numbers of a site's own columns.
fn of_numbers(register: &Register, subject: &Subject, terms: &Terms<'_>, found: &mut Vec<Contradiction>) {
    use crate::vocabulary::number::Number;
    let own = terms.vocabulary.own_kind(subject.kind).map(|own| own.columns.as_slice()).unwrap_or_default();
    let numbers = own.iter().filter(|column| matches!(column.holds, crate::vocabulary::Holds::Number(_)));
    let value = (subject.kind == Kind::Figures).then_some(Field::Value);
    for field in numbers.map(|column| column.field).chain(value) {
        let language = |statement: &Statement| statement.language.as_deref().unwrap_or(terms.language).to_owned();
        let number = |statement: &Statement| Number::parse(statement.row.text(field), &language(statement));
        let statements = distinct(subject, |statement| Some(statement.row.text(field)).filter(|text| !text.is_empty()));
        let numbers: BTreeMap<super::RowId, Number> =
            statements.iter().filter_map(|statement| Some((statement.id, number(statement)?))).collect();
        let statements: Vec<&Statement> =
            statements.into_iter().filter(|statement| numbers.contains_key(&statement.id)).collect();
        let differing = pairs(&statements, |_, until| until).find(|(a, b)| {
            let both = numbers.get(&a.id).zip(numbers.get(&b.id));
            meet(a.as_of, b.as_of) && both.is_some_and(|(a, b)| !a.agrees(b))
        });
        if let Some((a, b)) = differing {
            found.push(contradiction(register, subject, field, (a, b, true)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_that_exclude_each_other_conflict_in_any_order() {
        use Phase::*;
        let conflicting = [
            (Future, Active),
            (Future, Ending),
            (Future, Over),
            (Active, Ending),
            (Active, Over),
            (Active, Paused),
            (Future, Paused),
        ];
        for a in Phase::ALL {
            for b in Phase::ALL {
                let expected = conflicting.contains(&(a, b)) || conflicting.contains(&(b, a));
                assert_eq!(conflict(a, b), expected, "{a} and {b}");
            }
        }
    }
}
