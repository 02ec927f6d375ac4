//! What the writer has settled. Comes in: settlements and problems. Goes out: the problems that are left, and the
//! settlements that settle nothing.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Code, Place, Problem, catalogue};
use crate::vocabulary::Date;

/// A finding that the writer has settled: `<!-- ok: CODE [DATE] reason -->`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// What it settles.
    pub code: Code,
    /// What was known on this date is settled; a newer claim opens the finding again.
    pub date: Option<Date>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub place: Place,
    /// The lines of its file for which it holds, from 1: of two ranges between which it stands the one above, or, where
    /// that has nothing to settle, the one below.
    pub lines: Vec<RangeInclusive<u32>>,
}

impl Settlement {
    /// Whether it is about findings of this kind. Whoever knows that a page is gone need not be told that its server keeps
    /// silent today.
    fn is_about(&self, code: Code) -> bool {
        self.code == code || (self.code == Code::LinkGone && code == Code::LinkUnsure)
    }

    /// In which of its ranges it settles a finding at a place, about what is known since `known`.
    fn settles(&self, code: Code, place: &Place, known: Option<Date>) -> Option<usize> {
        let is_meant = self.is_about(code)
            && self.place.file == place.file
            && self.date.is_none_or(|date| known.is_none_or(|known| known.earliest() <= date.latest()));
        self.lines.iter().position(|lines| is_meant && lines.contains(&place.span.start.line))
    }
}

/// All settlements of a site, by file.
#[derive(Debug, Default)]
pub struct Settlements(BTreeMap<Arc<str>, Vec<Settlement>>);

impl Settlements {
    /// Gathers the settlements of all documents.
    pub fn new<'a>(all: impl IntoIterator<Item = &'a Settlement>) -> Settlements {
        let mut by_file: BTreeMap<Arc<str>, Vec<Settlement>> = BTreeMap::new();
        for settlement in all {
            by_file.entry(settlement.place.file.clone()).or_default().push(settlement.clone());
        }
        Settlements(by_file)
    }

    /// The settlements of a finding at one of its places, each with the range in which it settles it.
    fn of<'p>(
        &self,
        code: Code,
        places: impl IntoIterator<Item = &'p Place>,
        known: Option<Date>,
    ) -> Vec<(&Settlement, usize)> {
        let mut found = Vec::new();
        for place in places {
            let in_file = self.0.get(&place.file).into_iter().flatten();
            found.extend(in_file.filter_map(|settlement| Some((settlement, settlement.settles(code, place, known)?))));
        }
        found
    }

    /// Whether the writer has settled a finding at one of its places.
    pub fn has<'p>(&self, code: Code, places: impl IntoIterator<Item = &'p Place>, known: Option<Date>) -> bool {
        !self.of(code, places, known).is_empty()
    }

    /// Takes away the problems that are settled; what settles none is a problem itself, if it is about a code that was
    /// looked for.
    pub fn apply(&self, problems: &mut Vec<Problem>, was_looked_for: impl Fn(Code) -> bool) {
        let of = |problem: &Problem| {
            let places = std::iter::once(&problem.place).chain(problem.related.iter().map(|related| &related.place));
            self.of(problem.code, places, problem.known.as_deref().copied())
        };
        // First those that stand in or beside one thing; then those between two, of which each settles the first range
        // in which anything is left.
        let mut range_of: BTreeMap<&Place, usize> = BTreeMap::new();
        for is_certain in [true, false] {
            let matching =
                problems.iter().flat_map(of).filter(|(settlement, _)| (settlement.lines.len() == 1) == is_certain);
            for (settlement, range) in matching {
                let known = range_of.entry(&settlement.place).or_insert(range);
                *known = range.min(*known);
            }
            let is_settled = |problem: &Problem| {
                of(problem).iter().any(|(settlement, range)| range_of.get(&settlement.place) == Some(range))
            };
            problems.retain(|problem| !is_settled(problem));
        }
        let unused = self.0.values().flatten().filter(|settlement| was_looked_for(settlement.code));
        let unused = unused.filter(|settlement| !range_of.contains_key(&settlement.place));
        problems
            .extend(unused.map(|settlement| catalogue::settlement_unused(settlement.place.clone(), settlement.code)));
    }
}
