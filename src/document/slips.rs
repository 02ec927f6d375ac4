//! Slips that Markdown takes for text or code without a word: what reads like a link, heading or table and is none, and code
//! that never ends. Comes in: the events of a page. Goes out: problems.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem, memrchr};
use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::events::Marked;
use super::markdown::Text;
use crate::problem::{Fix, Lines, Problem, catalogue};

/// Everything of this kind on a page.
pub(super) fn find(page: &Text<'_>, events: &[Marked<'_>]) -> Vec<Problem> {
    let Text { text, start, lines, .. } = *page;
    let read = Read::of(events);
    let mut problems = Vec::new();
    for (event, range) in events {
        let source = text.get(range.clone()).unwrap_or_default();
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if is_open(source) && ends_page(text, range) => {
                let first = source.find('\n').unwrap_or(source.len());
                problems.push(catalogue::code_open(lines.place_trimmed(range.start..range.start + first)));
            }
            Event::Start(Tag::Paragraph) => {
                problems.extend(heading(source, range.start, lines));
                problems.extend(table(source, range, lines));
            }
            Event::Text(_) if has_brackets(source) && !read.covers(range.start) => {
                problems
                    .extend(spaced_links(source).map(|(at, target)| spaced(source, at, target, range.start, lines)));
                for (at, length) in parted_links(source).chain(turned_links(source)) {
                    let place = lines.place(range.start + at..range.start + at + length);
                    problems.push(catalogue::link_misspelt(place));
                }
            }
            _ => {}
        }
    }
    for (at, line) in lines_with_dashes(text, start) {
        if is_delimiter(line) && !read.covers(at + line.len() / 2) {
            problems.push(catalogue::table_unreadable(lines.place_trimmed(at..at + line.len())));
        }
    }
    problems
}

/// Whether a text has the brackets that all forms of links have.
fn has_brackets(source: &str) -> bool {
    memchr2(b'[', b']', source.as_bytes()).is_some()
}

/// What Markdown has read as a table, code or HTML, in the order of the text.
struct Read<'e>(Vec<&'e Range<usize>>);

impl<'e> Read<'e> {
    fn of(events: &'e [Marked<'_>]) -> Read<'e> {
        let is_read = |event: &Event<'_>| {
            matches!(event, Event::Start(Tag::Table(_) | Tag::CodeBlock(_) | Tag::HtmlBlock) | Event::Code(_))
        };
        Read(events.iter().filter(|(event, _)| is_read(event)).map(|(_, range)| range).collect())
    }

    /// Of those that begin before a place, one of the last few covers it or none does.
    fn covers(&self, at: usize) -> bool {
        let before = self.0.partition_point(|range| range.start <= at);
        self.0[..before].iter().rev().take(8).any(|range| range.contains(&at))
    }
}

/// `[text](an address.pdf)`, of which the address stands at `at` in a text that begins at `start`.
fn spaced(source: &str, at: usize, target: &str, start: usize, lines: &Lines<'_>) -> Problem {
    let place = lines.place(start + at..start + at + target.len());
    let rest = &source[at + target.len()..];
    let is_certain = rest.starts_with(')') && !target.contains(['\'', '>', '\\', '[', ']']) && !target.contains(". ");
    let fix = is_certain.then(|| Fix::write(place.clone(), format!("<{}>", target.trim())));
    catalogue::link_unreadable(place, target).with_fix(fix)
}

/// The addresses with spaces in what looks like links, each with its offset.
fn spaced_links(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices("](").filter_map(|(at, _)| {
        let target = source[at + 2..].split([')', '\n']).next()?;
        let is_address = target.contains(['.', '/']) && !target.contains(['"', '(', '<']);
        (target.trim().contains(' ') && is_address).then_some((at + 2, target))
    })
}

/// The lines of a text from `start` on that have two dashes beside each other, with where they begin. Few have.
fn lines_with_dashes(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut from = start;
    std::iter::from_fn(move || {
        let dashes = from + memmem::find(text.as_bytes().get(from..)?, b"--")?;
        let at = memrchr(b'\n', &text.as_bytes()[from..dashes]).map_or(from, |end| from + end + 1);
        from = memchr(b'\n', &text.as_bytes()[dashes..]).map_or(text.len(), |end| dashes + end + 1);
        Some((at, &text[at..from]))
    })
}

/// Whether a line with dashes would separate a table's header from its rows: `|---|:-:|`.
fn is_delimiter(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['>', ' ']);
    line.contains('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// Whether a fenced block lacks the fence that ends it.
fn is_open(block: &str) -> bool {
    let fence: String = block.trim_start().chars().take_while(|c| *c == '`' || *c == '~').collect();
    let last = block.trim_end().lines().next_back().unwrap_or_default();
    let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
    let ends = last.len() >= fence.len() && !fence.is_empty() && last.chars().all(|c| fence.starts_with(c));
    !ends || block.trim_end().lines().count() < 2
}

/// Whether nothing but white space comes after a block.
fn ends_page(text: &str, range: &Range<usize>) -> bool {
    text.get(range.end..).is_none_or(|rest| rest.trim().is_empty())
}

/// `##Causes`: a heading needs a space. One sign alone may be a hashtag.
fn heading(paragraph: &str, start: usize, lines: &Lines<'_>) -> Option<Problem> {
    let line = paragraph.lines().next()?;
    let signs = line.len() - line.trim_start_matches('#').len();
    let begins = line[signs..].chars().next().is_some_and(char::is_alphanumeric);
    let place = || lines.place(start..start + line.trim_end().len());
    ((2..=6).contains(&signs) && begins).then(|| catalogue::heading_unreadable(place()))
}

/// Rows of cells without the line of dashes below the first one.
fn table(paragraph: &str, range: &Range<usize>, lines: &Lines<'_>) -> Option<Problem> {
    let is_row = |line: &str| {
        let line = line.trim();
        line.len() > 2 && line.starts_with('|') && line.ends_with('|') && line.matches('|').count() > 2
    };
    let mut rows = paragraph.lines();
    let first = rows.next().filter(|first| is_row(first))?;
    let second = rows.next().filter(|second| is_row(second))?;
    let has_dashes = second.contains("--");
    let place = lines.place_trimmed(range.start..range.start + first.len());
    (!has_dashes && rows.all(is_row)).then(|| catalogue::table_without_dashes(place))
}

/// Whether a text between brackets is an address: of the web, of a page, or from the root.
fn is_address(text: &str) -> bool {
    let is_one = !text.is_empty() && !text.contains(char::is_whitespace);
    let path = text.split('#').next().unwrap_or_default();
    is_one && (text.contains("://") || text.starts_with("@/") || path.ends_with(".md"))
}

/// `[text] (address)`: each with its offset and length.
fn parted_links(source: &str) -> impl Iterator<Item = (usize, usize)> {
    source.match_indices("] (").filter_map(|(at, _)| {
        let start = source[..at].rfind('[').filter(|start| !source[*start..at].contains('\n'))?;
        let inner = source[at + 3..].split([')', '\n']).next()?;
        is_address(inner).then_some((start, at + 3 + inner.len() + 1 - start))
    })
}

/// `(text)[address]`: each with its offset and length.
fn turned_links(source: &str) -> impl Iterator<Item = (usize, usize)> {
    source.match_indices(")[").filter_map(|(at, _)| {
        let start = source[..at].rfind('(').filter(|start| !source[*start..at].contains('\n'))?;
        let inner = source[at + 2..].split([']', '\n']).next()?;
        is_address(inner).then_some((start, at + 2 + inner.len() + 1 - start))
    })
}
