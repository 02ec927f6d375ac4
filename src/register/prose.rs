//! Running text against tables. Comes in: sentences that name a subject with a word of status, and what the tables state of
//! it. Goes out: contradictions, always as hints: a sentence says less exactly what it means than a row.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::contradiction::{conflict, meet, step_at};
use super::mentions::{Named, Naming};
use super::{Contradiction, Filed, Register, Side, Statement, Subject};
use crate::document::{Document, Sentence};
use crate::vocabulary::{Date, Field, Kind, fold, prose, status};

/// Words that name a class of interventions, in names, aliases and running text, folded; each class is a list.
const CLASSES: [&[&str]; 1] =
    [&["peacekeep", "peace keep", "minusma", "blue helmets", "maintien de la paix", "casques bleus"]];

/// Finds the sentences that say another status than the tables do; for each subject and status the first one.
pub(super) fn find(register: &Register, namings: &[Vec<Naming>], filed: &[Filed<'_>]) -> Vec<Contradiction> {
    let interventions = register.subjects(Kind::Interventions);
    if interventions.is_empty() {
        return Vec::new();
    }
    let by_class = by_class(interventions);
    let only_led = only_led(register, interventions);
    // Of each page the sentences that say a status, in their order.
    let say = |(filed, namings): (&Filed<'_>, &Vec<Naming>)| {
        let said = namings.iter().flat_map(|(at, names)| {
            let said = statements_in(&only_led, names, &by_class, filed.document.sentence(*at));
            said.into_iter().map(|(said, subjects)| (*at, said, subjects))
        });
        said.collect::<Vec<_>>()
    };
    let of_pages: Vec<Vec<_>> = filed.par_iter().zip(namings).map(say).collect();
    let mut in_order: Vec<(&Filed<'_>, Vec<_>)> = filed.iter().zip(of_pages).collect();
    in_order.sort_by(|(one, _), (other, _)| one.document.path.cmp(&other.document.path));
    let mut found: BTreeMap<(usize, &'static str), Contradiction> = BTreeMap::new();
    for (filed, of_page) in in_order {
        for (at, said, subjects) in of_page {
            let sentence = filed.document.sentence(at);
            let as_of = said.date.or(sentence.as_of).or(filed.document.front.as_of);
            for at in subjects {
                let Some(against) = contradicted(&interventions[at], said.code, as_of) else { continue };
                found.entry((at, said.code)).or_insert_with(|| Contradiction {
                    kind: Kind::Interventions,
                    subject: interventions[at].name.clone(),
                    subject_url: interventions[at].url.clone(),
                    attribute: Field::Status,
                    is_high: false,
                    sides: [row_side(register, against), sentence_side(filed, sentence, said.code, as_of)],
                    is_settled: false,
                });
            }
        }
    }
    found.into_values().collect()
}

/// Whether a page's running text says a status of anything that it names, whatever that is.
pub(super) fn says_something(document: &Document, namings: &[Naming]) -> bool {
    let says = |(at, names): &Naming| {
        let text = document.sentence(*at).text;
        prose::clauses(text).into_iter().any(|range| {
            let clause = &text[range.clone()];
            names_within(names, &range).any(|(name, _)| prose::status_of(clause, name).is_some())
        })
    };
    namings.iter().any(says)
}

/// The names that stand in a clause, with their bytes in it.
fn names_within<'n>(
    names: &'n [(Range<usize>, Named)],
    clause: &Range<usize>,
) -> impl Iterator<Item = (Range<usize>, Named)> + use<'n> {
    let (start, end) = (clause.start, clause.end);
    let within = names.iter().filter(move |(name, _)| name.start >= start && name.end <= end);
    within.map(move |(name, named)| (name.start - start..name.end - start, *named))
}

/// What a clause says.
struct Said {
    code: &'static str,
    date: Option<Date>,
}

/// The classes that occur in the names of interventions and of who leads them, each with the one intervention that it
/// means; a class of several means none.
fn by_class(interventions: &[Subject]) -> Vec<Option<usize>> {
    let is_of = |subject: &Subject, class: &[&str]| {
        let lead = subject.text(Field::Actor);
        let words = fold(&format!("{} {lead}", subject.name));
        class.iter().any(|word| words.contains(word))
    };
    let only = |class: &&[&str]| {
        let mut of_class = interventions.iter().enumerate().filter(|(_, subject)| is_of(subject, class));
        of_class.next().filter(|_| of_class.next().is_none()).map(|(at, _)| at)
    };
    CLASSES.iter().map(only).collect()
}

/// What a sentence states of interventions: of those that it names, of the one that an actor whom it names leads, or of the
/// one of a class that it names.
fn statements_in(
    only_led: &BTreeMap<usize, Option<usize>>,
    names: &[(Range<usize>, Named)],
    by_class: &[Option<usize>],
    sentence: Sentence<'_>,
) -> Vec<(Said, BTreeSet<usize>)> {
    let mut all = Vec::new();
    for range in prose::clauses(sentence.text) {
        let clause = &sentence.text[range.clone()];
        for (name, named) in names_within(names, &range) {
            let Some(status) = prose::status_of(clause, name) else { continue };
            let mut subjects: BTreeSet<usize> = means(only_led, named).into_iter().collect();
            if subjects.is_empty() {
                subjects.extend(of_class(by_class, clause));
            }
            if !subjects.is_empty() {
                all.push((Said { code: &status.code, date: date_in(clause) }, subjects));
            }
        }
    }
    all
}

/// The actors that lead interventions, each with the only one that it leads; `None` where there are several.
fn only_led(register: &Register, interventions: &[Subject]) -> BTreeMap<usize, Option<usize>> {
    let mut only_led: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    for (at, subject) in interventions.iter().enumerate() {
        let cells: BTreeSet<&str> =
            subject.statements.iter().map(|statement| statement.row.text(Field::Actor)).collect();
        let leads: BTreeSet<usize> = cells.into_iter().flat_map(|cell| register.names.actors(cell)).collect();
        for lead in leads {
            only_led.entry(lead).and_modify(|only| *only = None).or_insert(Some(at));
        }
    }
    only_led
}

/// The intervention that a name means: itself, or the only one that the actor leads.
fn means(only_led: &BTreeMap<usize, Option<usize>>, named: Named) -> Option<usize> {
    match named.kind {
        Kind::Interventions => Some(named.at),
        Kind::Actors => only_led.get(&named.at).copied().flatten(),
        _ => None,
    }
}

fn of_class(by_class: &[Option<usize>], clause: &str) -> Option<usize> {
    let folded = fold(clause);
    let found = CLASSES.iter().zip(by_class).find(|(class, _)| class.iter().any(|word| folded.contains(word)));
    found.and_then(|(_, only)| *only)
}

/// The date that a clause gives.
fn date_in(clause: &str) -> Option<Date> {
    if !Date::may_be_in(clause) {
        return None;
    }
    let starts = clause.char_indices().map(|(at, _)| at).filter(|at| !clause[..*at].ends_with(char::is_alphanumeric));
    starts.into_iter().find_map(|at| Date::prefix(&clause[at..])).map(|(date, _)| date)
}

/// The statement of the tables that a status in running text contradicts; none where one of those that count agrees.
fn contradicted<'s>(subject: &'s Subject, code: &str, as_of: Option<Date>) -> Option<&'s Statement> {
    let phase = status::by_code(code).phase;
    let counting: Vec<&Statement> = subject.as_new().filter(|statement| !statement.is_future).collect();
    let said: Vec<(&Statement, &str)> =
        counting.into_iter().filter_map(|statement| Some((statement, step_at(statement, as_of)?.code))).collect();
    let agrees = |(_, other): &(&Statement, &str)| !conflict(phase, status::by_code(other).phase);
    if said.iter().any(agrees) {
        return None;
    }
    // A newer sentence is a succession, which the table will follow.
    said.into_iter().map(|(statement, _)| statement).find(|statement| {
        let is_older = statement.as_of.zip(as_of).is_some_and(|(own, other)| own >= other);
        meet(statement.as_of, as_of) || is_older
    })
}

fn row_side(register: &Register, statement: &Statement) -> Side {
    super::contradiction::side(register, statement, Field::Status)
}

fn sentence_side(filed: &Filed<'_>, sentence: Sentence<'_>, code: &'static str, as_of: Option<Date>) -> Side {
    Side {
        text: sentence.text.to_owned(),
        code: Some(code),
        as_of,
        place: sentence.place(),
        page: Arc::from(filed.url),
        anchor: String::new(),
        sources: Vec::new(),
    }
}
