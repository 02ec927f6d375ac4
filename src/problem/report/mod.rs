//! Problems as text for people, and for programs as JSON, as SARIF and as workflow commands.
//! Comes in: sorted problems and the texts of their files. Goes out: one string.

mod github;
mod sarif;

pub use github::github;
pub use sarif::sarif;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Heading, Renderer, Snippet};
use serde::Serialize;

use super::{Counts, Fix, Level, Lines, Place, Problem, count};

/// The texts of the files that problems point into, by path relative to the site's root.
pub type Texts = BTreeMap<Arc<str>, String>;

/// All problems as text, each with file, line, column, excerpt and help; with colour codes if `colour`.
pub fn text(problems: &[Problem], texts: &Texts, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut shown = String::new();
    let lines = texts.iter().map(|(file, text)| (file, Lines::new(file.clone(), text))).collect();
    for problem in problems {
        shown.push_str(&one(problem, &lines, &renderer));
        shown.push_str("\n\n");
    }
    shown
}

fn one(problem: &Problem, texts: &BTreeMap<&Arc<str>, Lines<'_>>, renderer: &Renderer) -> String {
    let heading = match problem.level() {
        Level::Error => Heading::ERROR,
        Level::Warning => Heading::WARNING,
        Level::Hint => Heading::HELP.with_name("hint"),
    };
    let places = std::iter::once((&problem.place, None))
        .chain(problem.related.iter().map(|related| (&related.place, Some(related.message.as_str()))));
    let mut group = Group::with_title(heading.primary_title(&*problem.message).id(problem.code.as_str()));
    for (place, label) in places {
        let kind = if label.is_none() { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (text, range, first) = texts.get(&place.file).map_or(("", 0..0, 1), |lines| excerpt(place, lines));
        let snippet = Snippet::source(text).line_start(first).path(place.file.as_ref());
        group = group.element(snippet.annotation(kind.span(range).label(label)));
    }
    let group = group.element(Heading::HELP.message(problem.help.as_ref()));
    renderer.render(&[group])
}

/// The lines of a place, its bytes in them, at least one character where there is one, and the number of the first line.
fn excerpt<'t>(place: &Place, lines: &Lines<'t>) -> (&'t str, Range<usize>, usize) {
    let start = lines.offset(place.span.start);
    let end = lines.offset(place.span.end).max(start);
    let (text, whole, first) = lines.around(start..end);
    let (start, end) = (start - whole, end - whole);
    if end > start {
        return (text, start..end, first);
    }
    let width = text[start..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    (text, start..start + width, first)
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    problems: Vec<Entry<'a>>,
    counts: Counts,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    level: &'a str,
    message: &'a str,
    help: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    related: Vec<RelatedEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixEntry<'a>>,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'a str,
}

/// All problems as one JSON object of version 1: lines and columns from 1, columns in characters.
pub fn json(problems: &[Problem]) -> String {
    let report = Report { version: 1, problems: problems.iter().map(entry).collect(), counts: count(problems) };
    serde_json::to_string_pretty(&report).expect("a report has only text and numbers")
}

fn entry(problem: &Problem) -> Entry<'_> {
    let span = problem.place.span;
    Entry {
        code: problem.code.as_str(),
        level: problem.level().as_str(),
        message: &problem.message,
        help: &problem.help,
        file: &problem.place.file,
        line: span.start.line,
        column: span.start.column,
        end_line: span.end.line,
        end_column: span.end.column,
        related: problem
            .related
            .iter()
            .map(|related| RelatedEntry {
                file: &related.place.file,
                line: related.place.span.start.line,
                column: related.place.span.start.column,
                message: &related.message,
            })
            .collect(),
        fix: problem.fix.as_deref().map(fix_entry),
    }
}

fn fix_entry(fix: &Fix) -> FixEntry<'_> {
    let span = fix.place.span;
    FixEntry {
        title: &fix.title,
        file: &fix.place.file,
        line: span.start.line,
        column: span.start.column,
        end_line: span.end.line,
        end_column: span.end.column,
        replacement: &fix.replacement,
    }
}
