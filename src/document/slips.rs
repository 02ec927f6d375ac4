//! Slips that Markdown takes for text or code without a word: what reads like a link, heading or table and is none, and code
//! that never ends. Comes in: the events of a page. Goes out: problems.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::events::Marked;
use crate::problem::{Lines, Problem, catalogue};

/// Everything of this kind on a page.
pub(super) fn find(text: &str, events: &[Marked<'_>], lines: &Lines<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut code: Option<Range<usize>> = None;
    for (event, range) in events {
        let source = text.get(range.clone()).unwrap_or_default();
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                if matches!(kind, CodeBlockKind::Fenced(_)) && is_open(source) && ends_page(text, range) {
                    let first = source.find('\n').unwrap_or(source.len());
                    problems.push(catalogue::code_open(lines.place_trimmed(range.start..range.start + first)));
                }
                code = Some(range.clone());
            }
            Event::Start(Tag::Paragraph) => {
                problems.extend(heading(source, range.start, lines));
                problems.extend(table(source, range, lines));
            }
            Event::Text(_) if !code.as_ref().is_some_and(|code| code.contains(&range.start)) => {
                for (at, length) in parted_links(source).chain(turned_links(source)) {
                    let place = lines.place(range.start + at..range.start + at + length);
                    problems.push(catalogue::link_misspelt(place));
                }
            }
            _ => {}
        }
    }
    problems
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
