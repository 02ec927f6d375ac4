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
    /// The lines of its file for which it holds, from 1.
    pub lines: RangeInclusive<u32>,
}

impl Settlement {
    /// Whether it settles a finding at a place, about what is known since `known`.
    fn settles(&self, code: Code, place: &Place, known: Option<Date>) -> bool {
        self.code == code
            && self.place.file == place.file
            && self.lines.contains(&place.span.start.line)
            && self.date.is_none_or(|date| known.is_none_or(|known| known.earliest() <= date.latest()))
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

    /// The settlement of a finding, if the writer has settled it at one of its places.
    pub fn of<'p>(
        &self,
        code: Code,
        places: impl IntoIterator<Item = &'p Place>,
        known: Option<Date>,
    ) -> Option<&Settlement> {
        places
            .into_iter()
            .find_map(|place| self.0.get(&place.file)?.iter().find(|settlement| settlement.settles(code, place, known)))
    }

    /// Takes away the problems that are settled; what settles none is a problem itself.
    pub fn apply(&self, problems: &mut Vec<Problem>) {
        let mut used: Vec<&Place> = Vec::new();
        problems.retain(|problem| {
            let places = std::iter::once(&problem.place).chain(problem.related.iter().map(|related| &related.place));
            let settlement = self.of(problem.code, places, problem.known.as_deref().copied());
            used.extend(settlement.map(|settlement| &settlement.place));
            settlement.is_none()
        });
        let unused = self.0.values().flatten().filter(|settlement| !used.contains(&&settlement.place));
        problems
            .extend(unused.map(|settlement| catalogue::settlement_unused(settlement.place.clone(), settlement.code)));
    }
}
