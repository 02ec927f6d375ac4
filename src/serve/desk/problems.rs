//! The problems of a site as the desk shows them. Comes in: all problems, and which of them are asked for. Goes out: as many as
//! anybody reads at once, grouped by file or by kind, each with its excerpt and help, and the number of the rest.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::super::path;
use crate::address;
use crate::build;
use crate::problem::report::Texts;
use crate::problem::{Code, Counts, Level, Place, Problem};

/// How many groups are shown.
const GROUPS_MAX: usize = 40;
/// How many problems are shown of a group, and of all groups together.
const OF_GROUP_MAX: usize = 8;
const OF_ALL_MAX: usize = 100;
/// How many problems are shown of one file or kind alone, at a time.
const PART_MAX: usize = 60;
/// How many characters of a line are shown, and how many lines of a place.
const WIDTH_MAX: usize = 160;
const LINES_MAX: usize = 4;

/// What is asked for: all problems by file or by kind, or those of one file, or of one kind, from the `from`th on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Asked {
    /// Whether they are grouped by kind.
    pub by_kind: bool,
    /// Those of one file alone.
    pub file: Option<String>,
    /// Those of one kind alone.
    pub kind: Option<String>,
    /// How many of these are passed over.
    pub from: usize,
}

/// What is shown of them.
#[derive(Debug, Serialize)]
pub(super) struct Problems {
    counts: Counts,
    all: usize,
    groups: Vec<Group>,
    groups_left: usize,
    /// The query of the next part of one file or kind.
    next: Option<String>,
}

/// The problems of a file or kind.
#[derive(Debug, Serialize)]
struct Group {
    /// The file, or the code.
    name: String,
    /// What the code means.
    summary: Option<&'static str>,
    worst: &'static str,
    number: usize,
    /// The query that shows this group alone.
    query: String,
    shown: Vec<Shown>,
    left: usize,
}

/// A problem as it is shown.
#[derive(Debug, Serialize)]
pub(in crate::serve) struct Shown {
    code: &'static str,
    level: &'static str,
    message: String,
    help: String,
    at: Spot,
    excerpt: Vec<Excerpt>,
    related: Vec<(String, Spot)>,
    /// What `brink check --fix` would do about it.
    fix: Option<String>,
}

/// A line of a file.
#[derive(Debug, Clone, Serialize)]
pub(in crate::serve) struct Spot {
    pub(in crate::serve) file: String,
    pub(in crate::serve) line: u32,
    pub(in crate::serve) column: u32,
}

/// A line of an excerpt: what stands before, in and after the place.
#[derive(Debug, Serialize)]
struct Excerpt {
    line: u32,
    before: String,
    marked: String,
    after: String,
}

impl Spot {
    /// Where a place begins.
    pub(in crate::serve) fn of(place: &Place) -> Spot {
        let start = place.span.start;
        Spot { file: place.file.to_string(), line: start.line, column: start.column }
    }
}

impl Asked {
    /// What the query of an address asks for; what makes no sense is passed over.
    pub(super) fn of(query: &str) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = path::value(value);
            match name {
                "by" => asked.by_kind = value == "kind",
                "file" if !value.is_empty() => asked.file = Some(value),
                "kind" if !value.is_empty() => asked.kind = Some(value),
                "from" => asked.from = value.parse().unwrap_or_default(),
                _ => {}
            }
        }
        asked
    }

    /// The query for one file or one kind, where that is asked for.
    fn part(&self) -> Option<String> {
        let file = self.file.as_ref().map(|file| format!("file={}", in_query(file)));
        let kind = self.kind.as_ref().map(|kind| format!("kind={}", in_query(kind)));
        let both: Vec<String> = file.into_iter().chain(kind).collect();
        (!both.is_empty()).then(|| format!("?{}", both.join("&")))
    }

    fn is_part(&self) -> bool {
        self.part().is_some()
    }

    fn means(&self, problem: &Problem) -> bool {
        self.file.as_deref().is_none_or(|file| file == problem.place.file.as_ref())
            && self.kind.as_deref().is_none_or(|kind| kind == problem.code.as_str())
    }
}

/// A value in a query.
fn in_query(value: &str) -> String {
    address::encode(value).replace('&', "%26").replace('+', "%2B").replace('=', "%3D")
}

impl Problems {
    /// The problems that are asked for, of all.
    pub(super) fn of(problems: &[Problem], asked: &Asked, root: &Path) -> Problems {
        let meant: Vec<&Problem> = problems.iter().filter(|problem| asked.means(problem)).collect();
        let mut groups: BTreeMap<&str, Vec<&Problem>> = BTreeMap::new();
        let by_kind = asked.by_kind || asked.kind.is_some();
        for problem in &meant {
            let name = if by_kind { problem.code.as_str() } else { &problem.place.file };
            groups.entry(name).or_default().push(problem);
        }
        let mut groups: Vec<(&str, Vec<&Problem>)> = groups.into_iter().collect();
        // The worst first, then the longest; within a group likewise, since it may be cut.
        groups.iter_mut().for_each(|(_, problems)| problems.sort_by_key(|problem| problem.level()));
        groups.sort_by_key(|(_, problems)| (worst(problems), usize::MAX - problems.len()));
        let (number, from) = (groups.len(), asked.from);
        let mut left = if asked.is_part() { PART_MAX } else { OF_ALL_MAX };
        let of_group = if asked.is_part() { PART_MAX } else { OF_GROUP_MAX };
        let mut shown: Vec<(&str, Vec<&Problem>, &[&Problem])> = Vec::new();
        groups.truncate(GROUPS_MAX);
        for (name, problems) in &groups {
            let part = problems.get(if asked.is_part() { from.min(problems.len()) } else { 0 }..).unwrap_or_default();
            let part = &part[..part.len().min(of_group).min(left)];
            left -= part.len();
            shown.push((name, problems.clone(), part));
        }
        let texts = texts(root, shown.iter().flat_map(|(_, _, part)| part.iter().copied()));
        let groups: Vec<Group> =
            shown.iter().map(|(name, all, part)| group(name, (all, part), by_kind, &texts)).collect();
        let until = from + groups.iter().map(|group| group.shown.len()).sum::<usize>();
        Problems {
            counts: crate::problem::count(problems),
            all: problems.len(),
            groups_left: number - groups.len(),
            next: asked
                .part()
                .filter(|_| until > from && until < meant.len())
                .map(|part| format!("{part}&from={until}")),
            groups,
        }
    }
}

fn worst(problems: &[&Problem]) -> Level {
    problems.iter().map(|problem| problem.level()).min().unwrap_or(Level::Hint)
}

fn group(name: &str, (all, part): (&[&Problem], &[&Problem]), by_kind: bool, texts: &Texts) -> Group {
    Group {
        name: name.to_owned(),
        summary: all.first().filter(|_| by_kind).map(|problem: &&Problem| Code::summary(problem.code)),
        worst: worst(all).as_str(),
        number: all.len(),
        query: format!("?{}={}", if by_kind { "kind" } else { "file" }, in_query(name)),
        shown: part.iter().map(|problem| shown(problem, texts)).collect(),
        left: all.len() - part.len(),
    }
}

/// The texts of the files of some problems.
pub(in crate::serve) fn texts<'p>(root: &Path, problems: impl Iterator<Item = &'p Problem>) -> Texts {
    let problems: Vec<Problem> = problems.cloned().collect();
    build::texts_of(root, &problems)
}

/// A problem with its excerpt.
pub(in crate::serve) fn shown(problem: &Problem, texts: &Texts) -> Shown {
    Shown {
        code: problem.code.as_str(),
        level: problem.level().as_str(),
        message: problem.message.to_string(),
        help: problem.help.to_string(),
        at: Spot::of(&problem.place),
        excerpt: texts.get(&problem.place.file).map(|text| excerpt(&problem.place, text)).unwrap_or_default(),
        related: problem.related.iter().map(|other| (other.message.clone(), Spot::of(&other.place))).collect(),
        fix: problem.fix.as_ref().map(|fix| fix.title.clone()),
    }
}

/// The lines of a place, each cut to what fits.
fn excerpt(place: &Place, text: &str) -> Vec<Excerpt> {
    let (start, end) = (place.span.start, place.span.end);
    let skipped = start.line.saturating_sub(1) as usize;
    let number = (end.line.saturating_sub(start.line) as usize + 1).min(LINES_MAX);
    let lines = text.lines().skip(skipped).take(number).zip(start.line..);
    lines
        .map(|(text, line)| {
            let characters: Vec<char> = text.chars().collect();
            let column = |column: u32| (column.max(1) as usize - 1).min(characters.len());
            let from = if line == start.line { column(start.column) } else { 0 };
            let to = if line == end.line { column(end.column).max(from) } else { characters.len() };
            // A long line is shown around the place.
            let first = if characters.len() > WIDTH_MAX { from.saturating_sub(WIDTH_MAX / 3) } else { 0 };
            let last = characters.len().min(first + WIDTH_MAX);
            let (from, to) = (from.min(last), to.min(last));
            let cut = |range: std::ops::Range<usize>| characters[range].iter().collect::<String>();
            let before = format!("{}{}", if first > 0 { "…" } else { "" }, cut(first..from));
            let after = format!("{}{}", cut(to..last), if last < characters.len() { "…" } else { "" });
            Excerpt { line, before, marked: cut(from..to), after }
        })
        .collect()
}
