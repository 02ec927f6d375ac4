//! What the writer has settled. Comes in: settlements and problems. Goes out: the problems that are left, and the
//! settlements that settle nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Code, Fix, Place, Problem, catalogue};
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
    /// What goes with it when it is removed: its line, if nothing else stands in it.
    pub removal: Place,
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
pub struct Settlements(BTreeMap<Arc<str>, OfFile>);

/// The settlements of a file.
#[derive(Debug, Default)]
struct OfFile {
    all: Vec<Settlement>,
    /// Which of them may hold for each line, as indices, for those that hold for few lines.
    of_line: BTreeMap<u32, Vec<usize>>,
    /// Those that hold for many.
    long: Vec<usize>,
}

/// For how many lines a settlement is noted line by line.
const NOTED_LINES_MAX: u32 = 32;

impl OfFile {
    fn add(&mut self, settlement: Settlement) {
        let at = self.all.len();
        let is_long = |lines: &RangeInclusive<u32>| lines.end().saturating_sub(*lines.start()) >= NOTED_LINES_MAX;
        if settlement.lines.iter().any(is_long) {
            self.long.push(at);
        } else {
            for line in settlement.lines.iter().cloned().flatten().collect::<BTreeSet<u32>>() {
                self.of_line.entry(line).or_default().push(at);
            }
        }
        self.all.push(settlement);
    }

    /// Those that may hold for a line, in their order.
    fn at(&self, line: u32) -> impl Iterator<Item = &Settlement> {
        let noted = self.of_line.get(&line).into_iter().flatten();
        let mut found: Vec<usize> = noted.chain(&self.long).copied().collect();
        found.sort_unstable();
        found.into_iter().map(|at| &self.all[at])
    }
}

impl Settlements {
    /// Gathers the settlements of all documents.
    pub fn new<'a>(all: impl IntoIterator<Item = &'a Settlement>) -> Settlements {
        let mut by_file: BTreeMap<Arc<str>, OfFile> = BTreeMap::new();
        for settlement in all {
            by_file.entry(settlement.place.file.clone()).or_default().add(settlement.clone());
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
            let in_file = self.0.get(&place.file).into_iter().flat_map(|of_file| of_file.at(place.span.start.line));
            found.extend(in_file.filter_map(|settlement| Some((settlement, settlement.settles(code, place, known)?))));
        }
        found
    }

    /// Whether the writer has settled a finding at one of its places.
    pub fn has<'p>(&self, code: Code, places: impl IntoIterator<Item = &'p Place>, known: Option<Date>) -> bool {
        !self.of(code, places, known).is_empty()
    }

    /// Takes away the problems that are settled; what settles none is a problem itself, if it is about a code that was
    /// looked for. It is certainly not needed only where all pages and all rules were looked at (`is_whole`).
    pub fn apply(&self, problems: &mut Vec<Problem>, is_whole: bool, was_looked_for: impl Fn(Code) -> bool) {
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
        let all = self.0.values().flat_map(|of_file| &of_file.all);
        let unused = all.filter(|settlement| was_looked_for(settlement.code));
        let unused = unused.filter(|settlement| !range_of.contains_key(&settlement.place));
        let is_clear = is_whole && !problems.iter().any(|problem| hides_others(problem.code));
        let files = |problem: &Problem| {
            let related = problem.related.iter().map(|related| related.place.file.clone());
            let code = problem.code;
            related.chain([problem.place.file.clone()]).map(move |file| (code, file)).collect::<Vec<_>>()
        };
        let left: BTreeSet<(Code, Arc<str>)> = problems.iter().flat_map(files).collect();
        let unused: Vec<Problem> = unused.map(|settlement| unused_problem(settlement, &left, is_clear)).collect();
        problems.extend(unused);
    }
}

/// Whether something was not understood, so that a finding may come back once it is mended.
fn hides_others(code: Code) -> bool {
    let is_statement = matches!(
        code,
        Code::StatusUnknown
            | Code::DateUnreadable
            | Code::NumberUnreadable
            | Code::ReferenceUnknown
            | Code::ImpossibleDate
            | Code::FootnoteUndefined
    );
    let is_table = matches!(
        code,
        Code::TableUnreadable | Code::TableHeaderUnclear | Code::RowNameless | Code::RowRagged | Code::NestingTooDeep
    );
    let is_setting = matches!(code, Code::ConfigUnknownKey | Code::FrontMatterValue | Code::FrontMatterUnknownKey);
    code.stops() || is_statement || is_table || is_setting
}

/// A settlement that settles nothing. It can be removed for certain only where nothing hides what it is about, and it is
/// not meant for something that is left on its page.
fn unused_problem(settlement: &Settlement, left: &BTreeSet<(Code, Arc<str>)>, is_clear: bool) -> Problem {
    let Settlement { code, place, .. } = settlement;
    let is_meant = left.contains(&(*code, place.file.clone()));
    let fix = (is_clear && !is_meant).then(|| Fix::remove(settlement.removal.clone(), "the remark"));
    catalogue::settlement_unused(place.clone(), *code).with_fix(fix)
}
