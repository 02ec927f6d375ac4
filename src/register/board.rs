//! Boards: the interventions of the site, filtered by status, actor, country and focus area. Comes in: the register.
//! Goes out: one [`Board`] for each filter, and for each combination of filters that occurs and tells more than its parts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Register, status_url};
use crate::address;
use crate::vocabulary::Kind;
use crate::vocabulary::status::Phase;

/// By what a board is filtered, in the order in which addresses name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// By the status now.
    Status,
    /// By who leads, funds or takes part.
    Actor,
    /// By where it is.
    Country,
    /// By what it serves.
    FocusArea,
}

impl Dimension {
    /// Every dimension, in the order of addresses.
    pub const ALL: [Dimension; 4] = [Dimension::Status, Dimension::Actor, Dimension::Country, Dimension::FocusArea];

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Dimension::Status => "status",
            Dimension::Actor => "actor",
            Dimension::Country => "country",
            Dimension::FocusArea => "focus-area",
        }
    }
}

/// The filters of a board: at most one value, as the last part of its address, in each dimension.
pub type Filters = BTreeMap<Dimension, String>;

/// A filtered board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its page within the site.
    pub url: String,
    /// By what it is filtered.
    pub filters: Filters,
    /// What is on it, as indices into the interventions of the register.
    pub members: Vec<usize>,
}

/// All boards of a site by their filters; the whole one, which has none, is not among them.
#[derive(Debug, Default)]
pub struct Boards {
    /// The boards that have a page, by their filters.
    kept: Vec<Board>,
    /// How many interventions each combination that occurs has.
    counts: BTreeMap<Filters, usize>,
}

/// How many boards an intervention is on at most, unless it has more values: where there would be more, fewer filters are
/// combined for it.
const COMBINATIONS_MAX: usize = 500;

/// The values of an intervention by dimension.
type Values = BTreeMap<Dimension, BTreeSet<String>>;

impl Boards {
    /// Every board, by its filters.
    pub fn all(&self) -> &[Board] {
        &self.kept
    }

    /// The board with exactly these filters, if it has a page.
    fn with(&self, filters: &Filters) -> Option<&Board> {
        let at = self.kept.binary_search_by(|board| board.filters.cmp(filters)).ok()?;
        self.kept.get(at)
    }

    /// Every combination of filters that occurs, with how many interventions pass it.
    pub fn counts(&self) -> impl Iterator<Item = (&Filters, usize)> {
        self.counts.iter().map(|(filters, count)| (filters, *count))
    }

    /// How many interventions pass these filters.
    pub fn count(&self, filters: &Filters) -> usize {
        self.counts.get(filters).copied().unwrap_or(0)
    }

    /// The board that shows what these filters let pass: with all of them, else without those that change nothing.
    pub fn showing(&self, filters: &Filters) -> Option<&Board> {
        let mut filters = filters.clone();
        loop {
            if let Some(board) = self.with(&filters) {
                return Some(board);
            }
            let count = self.count(&filters);
            let idle = Dimension::ALL.into_iter().rev().find(|dimension| {
                let mut fewer = filters.clone();
                fewer.remove(dimension).is_some() && !fewer.is_empty() && self.count(&fewer) == count
            });
            filters.remove(&idle?);
        }
    }
}

/// Makes all boards. A country's address has its name in the site's language.
pub fn boards(register: &Register, language: &str) -> Boards {
    let values: Vec<Values> = register
        .subjects(Kind::Interventions)
        .iter()
        .map(|intervention| {
            let last_parts = |kind: Kind| {
                let related = intervention.related(kind).iter();
                related
                    .filter_map(|at| Some(last_part(&register.subjects(kind).get(*at)?.url)))
                    .collect::<BTreeSet<String>>()
            };
            let mut statuses: BTreeSet<String> =
                intervention.current_steps().iter().map(|step| step.code.to_owned()).collect();
            if statuses.is_empty() {
                statuses.insert(super::unknown_status().code.clone());
            }
            let places = intervention.places();
            let countries = places.iter().map(|place| address::slug(place.name_in(language)));
            BTreeMap::from([
                (Dimension::Status, statuses),
                (Dimension::Actor, last_parts(Kind::Actors)),
                (Dimension::Country, countries.filter(|slug| !slug.is_empty()).collect()),
                (Dimension::FocusArea, last_parts(Kind::FocusAreas)),
            ])
        })
        .collect();
    let mut members: BTreeMap<Filters, Vec<usize>> = BTreeMap::new();
    for (at, values) in values.iter().enumerate() {
        let mut selections: Vec<Filters> = vec![Filters::new()];
        let depth = depth(values);
        for (dimension, values) in values {
            let with = |filters: &Filters| {
                let chosen = values.iter().map(|value| {
                    let mut filters = filters.clone();
                    filters.insert(*dimension, value.clone());
                    filters
                });
                chosen.collect::<Vec<_>>()
            };
            let more: Vec<Filters> = selections.iter().filter(|filters| filters.len() < depth).flat_map(with).collect();
            selections.extend(more);
        }
        for filters in selections.into_iter().filter(|filters| !filters.is_empty()) {
            members.entry(filters).or_default().push(at);
        }
    }
    add_to_deeper(&mut members, &values);
    let counts: BTreeMap<Filters, usize> =
        members.iter().map(|(filters, members)| (filters.clone(), members.len())).collect();
    let tells_more = |filters: &Filters, count: usize| {
        filters.len() == 1
            || filters.keys().all(|dimension| {
                let mut fewer = filters.clone();
                fewer.remove(dimension);
                counts.get(&fewer).is_some_and(|others| *others > count)
            })
    };
    let kept = members
        .into_iter()
        .filter(|(filters, members)| tells_more(filters, members.len()))
        .map(|(filters, members)| Board { url: url(&filters), filters, members })
        .collect();
    Boards { kept, counts }
}

/// How many filters are combined for an intervention.
fn depth(values: &Values) -> usize {
    // How many combinations there are of so many filters.
    let mut counts = [1_usize, 0, 0, 0, 0];
    for of_dimension in values.values() {
        for filters in (1..counts.len()).rev() {
            counts[filters] = counts[filters].saturating_add(counts[filters - 1].saturating_mul(of_dimension.len()));
        }
    }
    let up_to = |filters: &usize| counts[1..=*filters].iter().fold(0_usize, |sum, count| sum.saturating_add(*count));
    (1..counts.len()).take_while(|filters| up_to(filters) <= COMBINATIONS_MAX).last().unwrap_or(1)
}

/// Filters and what passes them.
type Combined<'m> = (&'m Filters, &'m mut Vec<usize>);

/// Puts interventions for which fewer filters are combined on the boards with more that others have made: a board shows
/// all that its filters let pass.
fn add_to_deeper(members: &mut BTreeMap<Filters, Vec<usize>>, values: &[Values]) {
    let cut: Vec<(usize, usize)> = values.iter().map(depth).enumerate().filter(|(_, depth)| *depth < 4).collect();
    if cut.is_empty() {
        return;
    }
    // Each is found by its actor, since these are most.
    let sought = |filters: &Filters| {
        let filter = filters.get_key_value(&Dimension::Actor).or(filters.last_key_value());
        filter.map(|(dimension, value)| (*dimension, value.clone()))
    };
    let mut deep: BTreeMap<(Dimension, String), Vec<Combined<'_>>> = BTreeMap::new();
    for (filters, members) in members.iter_mut().filter(|(filters, _)| filters.len() > 1) {
        deep.entry(sought(filters).unwrap_or((Dimension::Status, String::new()))).or_default().push((filters, members));
    }
    for (at, depth) in cut {
        let own = &values[at];
        let passes = |filters: &Filters| {
            filters.iter().all(|(dimension, value)| own.get(dimension).is_some_and(|values| values.contains(value)))
        };
        for (dimension, value) in
            own.iter().flat_map(|(dimension, values)| values.iter().map(|value| (*dimension, value)))
        {
            let boards = deep.get_mut(&(dimension, value.clone())).into_iter().flatten();
            for (_, members) in boards.filter(|(filters, _)| filters.len() > depth && passes(filters)) {
                let place = members.partition_point(|member| *member < at);
                members.insert(place, at);
            }
        }
    }
}

/// The order in which the statuses of filters are shown.
pub fn phase_order(code: &str) -> Phase {
    crate::vocabulary::status::by_code(code).phase
}

fn url(filters: &Filters) -> String {
    match filters.get(&Dimension::Status).filter(|_| filters.len() == 1) {
        Some(code) => status_url(code),
        None => {
            let parts = filters.iter().map(|(dimension, value)| format!("{}/{value}/", dimension.as_str()));
            format!("{}/{}", Kind::Interventions.as_str(), parts.collect::<String>())
        }
    }
}

fn last_part(url: &str) -> String {
    url.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_bounded_and_boards_stay_whole() {
        let values = |actors: usize, countries: usize| -> Values {
            let of = |name: &str, count: usize| (0..count).map(|at| format!("{name}-{at}")).collect();
            BTreeMap::from([
                (Dimension::Status, of("status", 1)),
                (Dimension::Actor, of("actor", actors)),
                (Dimension::Country, of("country", countries)),
                (Dimension::FocusArea, of("area", countries)),
            ])
        };
        assert_eq!(
            [(2, 2), (9, 9), (30, 2), (40, 40)].map(|(actors, others)| depth(&values(actors, others))),
            [4, 2, 3, 1]
        );
        let all = [values(40, 40), values(1, 1)];
        let selection =
            all[1].iter().map(|(dimension, values)| (*dimension, values.first().cloned().unwrap_or_default()));
        let whole: Filters = selection.collect();
        let mut members = BTreeMap::from([(whole.clone(), vec![1])]);
        add_to_deeper(&mut members, &all);
        assert_eq!(members[&whole], [0, 1]);
    }
}
