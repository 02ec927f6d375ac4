//! A problem: what a writer can mend, with its place, code, one plain sentence and what to do.
//! Comes in: a place in a file. Goes out: a [`Problem`], sorted and shown by [`report`].

pub mod catalogue;
mod code;
pub mod explain;
mod place;
pub mod report;
mod settlement;

pub use code::{Code, Level};
pub use place::{Lines, Origins, Place, Position, Span};
pub use settlement::{Settlement, Settlements};

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::vocabulary::Date;

/// Something in the writer's files that is wrong or doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The stable name of this kind of problem.
    pub code: Code,
    /// Where it is.
    pub place: Place,
    /// What is wrong, in one plain sentence.
    pub message: Arc<str>,
    /// What to do about it.
    pub help: Cow<'static, str>,
    /// Other places that belong to it, each with a remark.
    pub related: Vec<Related>,
    /// How bad it is, where its code alone does not say.
    pub rated: Option<Level>,
    /// Since when what it is about is known; a settlement that is older does not hold for it.
    pub known: Option<Box<Date>>,
    /// What would certainly mend it, where there is such a thing.
    pub fix: Option<Box<Fix>>,
}

/// A replacement that mends a problem for certain, so that nobody has to decide anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Exactly the text that is replaced.
    pub place: Place,
    /// What stands there afterwards; empty where the text is taken away.
    pub replacement: String,
    /// What is done, in a few words.
    pub title: String,
}

/// A second place that belongs to a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where it is.
    pub place: Place,
    /// What is to be seen there.
    pub message: String,
}

impl Fix {
    /// Writes something else in a place.
    pub fn write(place: Place, replacement: impl Into<String>) -> Fix {
        let replacement = replacement.into();
        Fix { place, title: format!("write `{replacement}`"), replacement }
    }

    /// Takes away what stands in a place, which is `what`.
    pub fn remove(place: Place, what: &str) -> Fix {
        Fix { place, title: format!("remove {what}"), replacement: String::new() }
    }
}

impl Problem {
    /// The problem with what mends it, if that is known.
    #[must_use]
    pub fn with_fix(self, fix: Option<Fix>) -> Problem {
        Problem { fix: fix.map(Box::new), ..self }
    }

    /// How bad it is.
    pub fn level(&self) -> Level {
        self.rated.unwrap_or(self.code.level())
    }

    /// The key by which problems are shown in order: file, place, code, message.
    fn order(&self) -> (&str, u32, u32, &'static str, &str) {
        let start = self.place.span.start;
        (&self.place.file, start.line, start.column, self.code.as_str(), &self.message)
    }
}

/// Sorts problems by file, line, column and code, and drops exact repetitions.
pub fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by(|a, b| a.order().cmp(&b.order()));
    problems.dedup();
}

/// How many problems there are of each level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Problems at error level.
    pub error: usize,
    /// Problems at warning level.
    pub warning: usize,
    /// Problems at hint level.
    pub hint: usize,
}

/// Counts problems by level.
pub fn count(problems: &[Problem]) -> Counts {
    let of = |level| problems.iter().filter(|problem| problem.level() == level).count();
    Counts { error: of(Level::Error), warning: of(Level::Warning), hint: of(Level::Hint) }
}

/// How many problems there are, in a sentence.
pub fn summary(problems: &[Problem]) -> String {
    let counts = count(problems);
    let levels = [(counts.error, "error"), (counts.warning, "warning"), (counts.hint, "hint")];
    let parts: Vec<String> =
        levels.iter().filter(|(number, _)| *number > 0).map(|(number, word)| number_of(*number, word)).collect();
    if parts.is_empty() { "No problems.".to_owned() } else { format!("Problems: {}.", parts.join(", ")) }
}

/// A number with its noun: `1 page`, `2 pages`.
pub fn number_of(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// What the machine denied (a folder, a file, a port): said once, with the path or address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What was tried, such as "read the folder `content`".
    pub tried: String,
    /// Why it failed, as the operating system says it.
    pub reason: String,
    /// What to do about it.
    pub help: String,
}

impl Denied {
    /// A denial of `tried` for `reason`, with the help that fits.
    pub fn new(tried: impl Into<String>, reason: impl fmt::Display, help: impl Into<String>) -> Denied {
        Denied { tried: tried.into(), reason: reason.to_string(), help: help.into() }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}\n  = help: {}", self.tried, self.reason, self.help)
    }
}

/// Why a step of the trip gave nothing.
#[derive(Debug, Clone)]
pub enum Stop {
    /// Problems, at least one of which leaves no trustworthy site.
    Problems(Vec<Problem>),
    /// The machine said no.
    Denied(Denied),
    /// The command line or the site's set-up makes no sense.
    Usage(String),
}

impl From<Denied> for Stop {
    fn from(denied: Denied) -> Stop {
        Stop::Denied(denied)
    }
}
