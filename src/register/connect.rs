//! What connects subjects: interventions with the focus areas that they serve and the actors that take part, and what a
//! site's own columns refer to. Comes in: the subjects. Goes out: the same, connected both ways.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::names::split;
use super::{Register, Subject, Terms, identity};
use crate::vocabulary::{Field, Holds, Kind, fold};

/// The columns of an intervention in which actors stand, and of a row of who does what where.
const ACTING: [Field; 4] = [Field::Actor, Field::Funder, Field::Partner, Field::Group];

/// Adds the focus areas that only interventions name.
pub(super) fn add_focus_areas(register: &mut Register, terms: &Terms<'_>) {
    let areas = register.subjects(Kind::FocusAreas);
    let shared =
        register.shared.iter().filter(|shared| shared.kind == Kind::FocusAreas).map(|shared| shared.url.clone());
    let mut known: BTreeSet<String> = areas.iter().map(|area| fold(&area.name)).collect();
    let mut taken: identity::Taken = areas.iter().map(|area| area.url.clone()).chain(shared).collect();
    let named: BTreeSet<String> = register
        .subjects(Kind::Interventions)
        .iter()
        .flat_map(|intervention| focus_area_names(intervention, &known))
        .map(str::to_owned)
        .collect();
    let mut new = Vec::new();
    for name in named {
        if known.insert(fold(&name)) {
            new.push(identity::unlisted(Kind::FocusAreas, &name, &mut taken, terms));
        }
    }
    if !new.is_empty() {
        let areas = register.subjects.entry(Kind::FocusAreas).or_default();
        areas.extend(new);
        areas.sort_by_cached_key(|area| (fold(&area.name), area.url.clone()));
    }
}

/// The focus areas that an intervention's own column names.
fn focus_area_names<'r>(intervention: &'r Subject, known: &BTreeSet<String>) -> Vec<&'r str> {
    let cells = intervention.statements.iter().map(|statement| statement.row.text(Field::FocusArea));
    cells.filter(|cell| !cell.is_empty()).flat_map(|cell| split(cell, |part| known.contains(&fold(part)))).collect()
}

/// Connects everything.
pub(super) fn connect(register: &mut Register, terms: &Terms<'_>) {
    let mut pairs = focus_area_pairs(register);
    pairs.extend(actor_pairs(register, Kind::Interventions));
    pairs.extend(actor_pairs(register, Kind::Presence));
    pairs.extend(event_pairs(register));
    pairs.extend(own_pairs(register, terms));
    for ((kind, at), (other_kind, other)) in pairs {
        let mut relate = |kind: Kind, at: usize, to: Kind, other: usize| {
            if let Some(subject) = register.subjects.get_mut(&kind).and_then(|subjects| subjects.get_mut(at)) {
                subject.relate(to, other);
            }
        };
        relate(kind, at, other_kind, other);
        relate(other_kind, other, kind, at);
    }
}

/// Two subjects that belong together.
type Pair = ((Kind, usize), (Kind, usize));

/// Interventions and focus areas belong together by the same name, or by the intervention's `Focus Area` column.
fn focus_area_pairs(register: &Register) -> Vec<Pair> {
    let areas = register.subjects(Kind::FocusAreas);
    let by_name = by_name(areas);
    let known: BTreeSet<String> = by_name.keys().cloned().collect();
    let places_of: Vec<BTreeSet<String>> = areas.iter().map(places).collect();
    let mut pairs = Vec::new();
    for (at, intervention) in register.subjects(Kind::Interventions).iter().enumerate() {
        let of_name = |name: &str| by_name.get(&fold(name)).cloned().unwrap_or_default();
        let own_places = places(intervention);
        let is_of_country = |area: &usize| share_place(&own_places, &places_of[*area]);
        let mut served: Vec<usize> = of_name(&intervention.name).into_iter().filter(is_of_country).collect();
        for name in focus_area_names(intervention, &known) {
            // What the writer names is meant, even where only another country lists it.
            let named = of_name(name);
            let own: Vec<usize> = named.iter().copied().filter(is_of_country).collect();
            served.extend(if own.is_empty() { named } else { own });
        }
        pairs.extend(served.into_iter().map(|area| ((Kind::Interventions, at), (Kind::FocusAreas, area))));
    }
    pairs
}

/// The subjects of each folded name.
pub(super) fn by_name(subjects: &[Subject]) -> BTreeMap<String, Vec<usize>> {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, subject) in subjects.iter().enumerate() {
        by_name.entry(fold(&subject.name)).or_default().push(at);
    }
    by_name
}

/// What the places of a subject are known by.
fn places(subject: &Subject) -> BTreeSet<String> {
    subject.places().iter().map(|place| place.key()).collect()
}

/// Whether two subjects can be about one place: they have one in common, or one of them has none.
fn share_place(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.is_empty() || b.is_empty() || !a.is_disjoint(b)
}

/// Who takes part in what.
fn actor_pairs(register: &Register, kind: Kind) -> Vec<Pair> {
    let of_subject = |(at, subject): (usize, &Subject)| {
        let cells = subject.statements.iter().flat_map(|statement| statement.row.cells.iter());
        let acting: BTreeSet<&str> =
            cells.filter(|(field, _)| ACTING.contains(field)).map(|(_, cell)| &*cell.text).collect();
        let actors = acting.into_iter().flat_map(|cell| register.names.actors(cell));
        actors.map(|actor| ((kind, at), (Kind::Actors, actor))).collect::<Vec<Pair>>()
    };
    register.subjects(kind).par_iter().enumerate().flat_map_iter(of_subject).collect()
}

/// Events and the actors that stand in a column of theirs; what their text names is found with all other mentions.
fn event_pairs(register: &Register) -> Vec<Pair> {
    actor_pairs(register, Kind::Timeline)
}

/// What columns of the site's own kinds refer to.
fn own_pairs(register: &Register, terms: &Terms<'_>) -> Vec<Pair> {
    let vocabulary = terms.vocabulary;
    let mut pairs = Vec::new();
    for kind in vocabulary.all_kinds() {
        let Some(own) = vocabulary.own_kind(kind) else { continue };
        for column in &own.columns {
            let Holds::Reference(to) = &column.holds else { continue };
            let Some(other_kind) = vocabulary.kind_of_code(to) else { continue };
            let by_name = by_name(register.subjects(other_kind));
            for (at, subject) in register.subjects(kind).iter().enumerate() {
                let found = references(register, other_kind, &by_name, subject.text(column.field));
                pairs.extend(found.into_iter().map(|other| ((kind, at), (other_kind, other))));
            }
        }
    }
    pairs
}

fn references(register: &Register, kind: Kind, by_name: &BTreeMap<String, Vec<usize>>, cell: &str) -> Vec<usize> {
    if kind == Kind::Actors {
        return register.names.actors(cell);
    }
    let names = split(cell, |part| by_name.contains_key(&fold(part)));
    names.into_iter().filter_map(|name| by_name.get(&fold(name))).flatten().copied().collect()
}
