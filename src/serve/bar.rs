//! The bar in the corner of each previewed page, and the marks beside its blocks. Comes in: the site, an output and its bytes.
//! Goes out: the page with them; nothing of either is ever part of a build.

use minijinja::context;

use super::desk::{self, Shelf};
use super::marks;
use crate::output::Output;
use crate::problem::Problem;

/// What makes the bar work.
pub(super) const SCRIPT: &str = include_str!("bar.js");
/// How the bar looks, within itself.
pub(super) const STYLE: &str = include_str!("bar.css");
/// How the marks look.
pub(super) const MARKS_STYLE: &str = include_str!("marks.css");

/// How many problems the bar shows, and how many are marked on the page.
const SHOWN_MAX: usize = 30;
const MARKED_MAX: usize = 500;

/// A rendered page with marks beside its blocks, and the bar for it: what belongs before the end of the page.
#[derive(Debug)]
pub(super) struct Previewed {
    /// The page.
    pub html: String,
    /// The bar.
    pub bar: String,
}

/// The page of an output as the preview shows it; `bytes` are those of a build, with the lines of its blocks where they are
/// known.
pub(super) fn previewed(output: &Output, bytes: Vec<u8>, shelf: &Shelf<'_>) -> Previewed {
    let html = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let file = output.source.as_deref().filter(|file| crate::source::is_page(file));
    let own = shelf.problems.map(|problems| file.map(|file| own(problems, file)).unwrap_or_default());
    let marked = own.as_deref().unwrap_or_default();
    let html = marks::mark(&html, &marked[..marked.len().min(MARKED_MAX)]);
    Previewed { html, bar: bar(file, own.as_deref(), shelf) }
}

/// The problems in one file: all problems are sorted by file.
fn own<'p>(problems: &'p [Problem], file: &str) -> Vec<&'p Problem> {
    let start = problems.partition_point(|problem| problem.place.file.as_ref() < file);
    problems[start..].iter().take_while(|problem| problem.place.file.as_ref() == file).collect()
}

/// The bar; `own` are the problems in the file of the page, where they are known.
fn bar(file: Option<&str>, own: Option<&[&Problem]>, shelf: &Shelf<'_>) -> String {
    let is_known = own.is_some();
    let own = own.unwrap_or_default();
    let mut worst_first = own.to_vec();
    worst_first.sort_by_key(|problem| problem.level());
    worst_first.truncate(SHOWN_MAX);
    let texts = desk::texts(shelf.root, worst_first.iter().copied());
    let shown: Vec<desk::Shown> = worst_first.iter().map(|problem| desk::shown(problem, &texts)).collect();
    let values = context! {
        file,
        token => shelf.token,
        is_known,
        number => own.len(),
        worst => worst_first.first().map(|problem| problem.level().as_str()),
        left => own.len() - shown.len(),
        problems => desk::value(&shown),
    };
    desk::rendered("bar.html", values).trim().to_owned() + "\n"
}
