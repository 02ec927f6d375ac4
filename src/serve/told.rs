//! What the terminal is told. Comes in: all problems after each change. Goes out: those that are new, how many are mended,
//! and one line on where things stand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::problem::{self, Problem, number_of};

/// How many problems are shown at once.
pub(super) const SHOWN_MAX: usize = 50;
/// How many files are named that have changed.
const NAMED_MAX: usize = 3;

/// What was told before.
#[derive(Debug, Default)]
pub(super) struct Told {
    before: Vec<Problem>,
    /// What was last said of each page that could not be rendered, so that it is not said at every request.
    of_pages: BTreeMap<String, String>,
}

/// What there is to tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The problems to be shown.
    pub new: Vec<Problem>,
    /// How many more of them there are.
    pub left: usize,
    /// How many were mended.
    pub mended: usize,
}

impl Told {
    /// What is new since the last call, errors first. A problem that only moved within its file is not.
    pub(super) fn after(&mut self, problems: &[Problem]) -> News {
        let mut known: BTreeMap<_, usize> = BTreeMap::new();
        for problem in &self.before {
            *known.entry(identity(problem)).or_default() += 1;
        }
        let mut new = Vec::new();
        for problem in problems {
            match known.get_mut(&identity(problem)).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => new.push(problem.clone()),
            }
        }
        let mended = known.values().sum();
        self.before = problems.to_vec();
        new.sort_by_key(Problem::level);
        let left = new.len().saturating_sub(SHOWN_MAX);
        new.truncate(SHOWN_MAX);
        News { new, left, mended }
    }

    /// Whether this was not said of a page at its last request.
    pub(super) fn is_new(&mut self, page: &str, text: &str) -> bool {
        self.of_pages.insert(page.to_owned(), text.to_owned()).as_deref() != Some(text)
    }

    /// Forgets what was said of a page that can be rendered.
    pub(super) fn mended(&mut self, page: &str) -> bool {
        self.of_pages.remove(page).is_some()
    }
}

/// What makes two problems the same, wherever in their file they stand.
fn identity(problem: &Problem) -> (&str, problem::Code, &str) {
    (&problem.place.file, problem.code, &problem.message)
}

impl News {
    /// How many there are beside those that are shown, and where things stand.
    pub(super) fn summary(&self, changed: &BTreeSet<Arc<str>>, pages: usize, problems: &[Problem]) -> String {
        let named: Vec<&str> = changed.iter().take(NAMED_MAX).map(AsRef::as_ref).collect();
        let more = changed.len().saturating_sub(NAMED_MAX);
        let named = match (named.is_empty(), more) {
            (true, _) => String::new(),
            (_, 0) => format!("{}: ", named.join(", ")),
            _ => format!("{} and {}: ", named.join(", "), number_of(more, "other file")),
        };
        let mended = if self.mended > 0 { format!(" Mended: {}.", self.mended) } else { String::new() };
        let left = match self.left {
            0 => String::new(),
            left => format!(" {} not shown here; `brink check` shows all.", number_of(left, "other problem")),
        };
        format!("{named}{}. {}{mended}{left}", number_of(pages, "page"), problem::summary(problems))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Code, Place};

    fn problem(line: u32, message: &str) -> Problem {
        let mut place = Place::start_of("content/a.md");
        place.span.start.line = line;
        Problem {
            code: Code::LinkBroken,
            place,
            message: message.into(),
            help: "".into(),
            related: Vec::new(),
            rated: None,
            known: None,
            fix: None,
        }
    }

    #[test]
    fn only_what_is_new_or_mended_is_told() {
        let mut told = Told::default();
        assert_eq!(told.after(&[problem(1, "one"), problem(2, "two")]).new.len(), 2);
        let news = told.after(&[problem(5, "one"), problem(6, "two")]);
        assert_eq!((news.new.len(), news.mended), (0, 0), "they have only moved");
        let news = told.after(&[problem(5, "one"), problem(6, "three")]);
        assert_eq!((news.new, news.mended), (vec![problem(6, "three")], 1));
        let many: Vec<Problem> = (0..200).map(|at| problem(at, &at.to_string())).collect();
        let news = told.after(&many);
        assert_eq!((news.new.len(), news.left), (SHOWN_MAX, 150));
        let said = news.summary(&BTreeSet::from([Arc::from("content/a.md")]), 3, &many);
        assert_eq!(
            said,
            "content/a.md: 3 pages. Problems: 200 errors. Mended: 2. 150 other problems not shown here; `brink check` shows all."
        );
    }

    #[test]
    fn a_page_that_cannot_be_rendered_is_told_once() {
        let mut told = Told::default();
        assert!(told.is_new("a/index.html", "broken"));
        assert!(!told.is_new("a/index.html", "broken"));
        assert!(told.is_new("a/index.html", "broken otherwise"));
        assert!(told.mended("a/index.html") && !told.mended("a/index.html"));
    }
}
