//! Findings that the writer has settled. Comes in: `<!-- ok: CODE [DATE] reason -->` and the blocks around it.
//! Goes out: a [`Settlement`] with the lines for which it holds.

use std::cmp::Reverse;
use std::ops::{Range, RangeInclusive};

use pulldown_cmark::{Event, Tag, TagEnd};

use super::events::{Marked, end_of};
use super::markdown::is_emphasis;
use crate::problem::{Code, Fix, Lines, Place, Problem, Settlement, catalogue};
use crate::vocabulary::{Date, certain, nearest};

/// Reads every settlement of a page; one that cannot be understood is a problem.
pub(super) fn find(text: &str, events: &[Marked<'_>], lines: &Lines<'_>) -> (Vec<Settlement>, Vec<Problem>) {
    let (mut settlements, mut problems) = (Vec::new(), Vec::new());
    if !text.contains("<!--") {
        return (settlements, problems);
    }
    let blocks = blocks(events);
    let mut around = Around::new(&blocks, lines);
    for (event, range) in events {
        let (Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)) = event else { continue };
        let source = text.get(range.clone()).unwrap_or_default();
        for (at, comment) in comments(source) {
            let start = range.start + at;
            let place = lines.place(start..start + comment.len());
            let inner = comment.trim_start_matches("<!--").trim_end_matches("-->").trim();
            let Some(said) = inner.strip_prefix("ok:") else { continue };
            let own = line_of(lines, start)..=line_of(lines, start + comment.len());
            let held = match matches!(event, Event::InlineHtml(_)) {
                true => around.at(start).map(|block| vec![block.lines(lines)]),
                false => around.beside(&own, lines),
            };
            let removal = lines.place(removal(text, start..start + comment.len()));
            match read(said.trim(), place.clone()) {
                Ok(settlement) => {
                    settlements.push(Settlement { lines: held.unwrap_or_else(|| vec![own]), removal, ..settlement })
                }
                Err(problem) => problems.push(problem.with_fix(code_fix(text, start, lines))),
            }
        }
    }
    (settlements, problems)
}

/// The comments in a stretch of HTML, each with its offset.
fn comments(html: &str) -> impl Iterator<Item = (usize, &str)> {
    html.match_indices("<!--").filter_map(|(at, _)| {
        let length = html[at..].find("-->")? + "-->".len();
        Some((at, &html[at..at + length]))
    })
}

/// `CODE [DATE] reason`.
fn read(said: &str, place: Place) -> Result<Settlement, Box<Problem>> {
    let (word, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let Some(code) = Code::ALL.iter().copied().find(|code| code.as_str() == word) else {
        let near = nearest(word, Code::ALL.iter().map(|code| code.as_str()));
        return Err(Box::new(catalogue::settlement_unknown(place, word, near)));
    };
    let rest = rest.trim_start();
    let (date, length) = Date::prefix(rest).map_or((None, 0), |(date, length)| (Some(date), length));
    let reason = rest[length..].trim().to_owned();
    if code.stops() {
        return Err(Box::new(catalogue::settlement_impossible(place, code)));
    }
    if !reason.contains(char::is_alphanumeric) {
        return Err(Box::new(catalogue::settlement_without_reason(place, code)));
    }
    Ok(Settlement { code, date, reason, removal: place.clone(), place, lines: Vec::new() })
}

/// The code in the remark that begins at `start`, as it certainly was meant, where there is no such code.
fn code_fix(text: &str, start: usize, lines: &Lines<'_>) -> Option<Fix> {
    let begin = start + text.get(start..)?.find("ok:")? + "ok:".len();
    let begin = begin + text[begin..].len() - text[begin..].trim_start().len();
    let word = text[begin..].split(|c: char| c.is_whitespace()).next()?.trim_end_matches("-->");
    let codes: Vec<&str> = Code::ALL.iter().filter(|code| !code.stops()).map(|code| code.as_str()).collect();
    let meant = certain(word, &codes).filter(|code| *code != word)?;
    Some(Fix::write(lines.place(begin..begin + word.len()), meant))
}

/// What goes with a remark when it is removed: its whole line where it stands alone, with one of two blank lines around
/// it; else the space before it. Where it alone keeps two blocks apart, its line stays and is blank.
fn removal(text: &str, comment: Range<usize>) -> Range<usize> {
    let line_start = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[comment.end..].find('\n').map_or(text.len(), |at| comment.end + at + 1);
    let is_alone = text[line_start..comment.start].trim().is_empty() && text[comment.end..line_end].trim().is_empty();
    if !is_alone {
        let at_end = text[comment.end..].chars().next().is_none_or(char::is_whitespace);
        let has_space = text[..comment.start].ends_with(' ') && at_end;
        return comment.start - usize::from(has_space)..comment.end;
    }
    let above = text[..line_start].lines().next_back();
    let below = text[line_end..].split_inclusive('\n').next();
    let is_blank = |line: Option<&str>| line.is_none_or(|line| line.trim().is_empty());
    match (is_blank(above), is_blank(below)) {
        (true, true) => line_start..line_end + below.map_or(0, str::len),
        (false, false) => comment,
        _ => line_start..line_end,
    }
}

/// A block that a settlement can stand beside, with the lines for which it then holds.
struct Block {
    range: Range<usize>,
    /// Where what it heads ends, for a heading.
    section_end: Option<usize>,
}

impl Block {
    fn lines(&self, lines: &Lines<'_>) -> RangeInclusive<u32> {
        let end = self.section_end.unwrap_or(self.range.end).saturating_sub(1).max(self.range.start);
        line_of(lines, self.range.start)..=line_of(lines, end)
    }
}

fn line_of(lines: &Lines<'_>, at: usize) -> u32 {
    lines.place(at..at).span.start.line
}

/// Tables with their rows, lists with their items, paragraphs and headings.
fn blocks(events: &[Marked<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut table: Option<Range<usize>> = None;
    for (at, (event, range)) in events.iter().enumerate() {
        match event {
            // A caption belongs to the table above it.
            Event::Start(Tag::Paragraph)
                if matches!(events.get(at.wrapping_sub(1)), Some((Event::End(TagEnd::Table), _)))
                    && is_emphasis(&events[at..=at + end_of(&events[at..])]) =>
            {
                let start = table.as_ref().map_or(range.start, |table| table.start);
                blocks.push(Block { range: start..range.end, section_end: None });
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let next = events[at + 1..].iter().find_map(|(event, range)| match event {
                    Event::Start(Tag::Heading { level: other, .. }) if other <= level => Some(range.start),
                    _ => None,
                });
                let last = events.last().map_or(range.end, |(_, range)| range.end);
                blocks.push(Block { range: range.clone(), section_end: Some(next.unwrap_or(last)) });
            }
            Event::Start(
                Tag::Table(_)
                | Tag::TableRow
                | Tag::TableHead
                | Tag::List(_)
                | Tag::Item
                | Tag::Paragraph
                | Tag::FootnoteDefinition(_),
            ) => {
                if matches!(event, Event::Start(Tag::Table(_))) {
                    table = Some(range.clone());
                }
                // The blank lines that the parser counts to a list or note do not belong to it.
                let end = events[at..at + end_of(&events[at..])]
                    .iter()
                    .filter(|(event, _)| !matches!(event, Event::Start(_)))
                    .map(|(_, range)| range.end)
                    .max();
                blocks.push(Block { range: range.start..end.unwrap_or(range.end), section_end: None });
            }
            _ => {}
        }
    }
    blocks
}

/// The blocks of a page in the orders in which they are sought.
struct Around<'b> {
    blocks: &'b [Block],
    /// Their first lines, each with what decides between those that begin there.
    by_first: Vec<(u32, Reverse<usize>, usize)>,
    /// Their last lines, likewise.
    by_last: Vec<(u32, usize, usize)>,
    /// Those that begin after the last place that was asked for, the last one first.
    to_come: Vec<usize>,
    /// Those around that place.
    open: Vec<usize>,
}

impl<'b> Around<'b> {
    fn new(blocks: &'b [Block], lines: &Lines<'_>) -> Around<'b> {
        let all = || blocks.iter().enumerate();
        let first = |(at, block): (usize, &Block)| (line_of(lines, block.range.start), Reverse(block.range.len()), at);
        let last =
            |(at, block): (usize, &Block)| (line_of(lines, block.range.end.saturating_sub(1)), block.range.len(), at);
        let mut by_first: Vec<_> = all().map(first).collect();
        let mut by_last: Vec<_> = all().map(last).collect();
        let mut to_come: Vec<usize> = (0..blocks.len()).collect();
        by_first.sort();
        by_last.sort();
        to_come.sort_by_key(|at| (Reverse(blocks[*at].range.start), Reverse(*at)));
        Around { blocks, by_first, by_last, to_come, open: Vec::new() }
    }

    /// The smallest block around a place; places are asked for in their order.
    fn at(&mut self, place: usize) -> Option<&'b Block> {
        while let Some(next) = self.to_come.pop_if(|next| self.blocks[*next].range.start <= place) {
            self.open.push(next);
        }
        self.open.retain(|at| self.blocks[*at].range.end > place);
        let smallest = self.open.iter().min_by_key(|at| (self.blocks[**at].range.len(), **at));
        smallest.map(|at| &self.blocks[*at])
    }

    /// The blocks that begin below the comment or end above it: the nearer one; where both are as near, the one above, then
    /// the one below.
    fn beside(&self, own: &RangeInclusive<u32>, lines: &Lines<'_>) -> Option<Vec<RangeInclusive<u32>>> {
        let below = self.by_first.get(self.by_first.partition_point(|(first, ..)| first <= own.end()));
        let above = self.by_last[..self.by_last.partition_point(|(last, ..)| last < own.start())].last();
        let gap_below = below.map_or(u32::MAX, |(first, ..)| first - own.end());
        let gap_above = above.map_or(u32::MAX, |(last, ..)| own.start() - last);
        let above = above.filter(|_| gap_above <= gap_below).map(|(.., at)| *at);
        let below = below.filter(|_| gap_below <= gap_above).map(|(.., at)| *at);
        let ranges: Vec<RangeInclusive<u32>> =
            above.into_iter().chain(below).map(|at| self.blocks[at].lines(lines)).collect();
        (!ranges.is_empty()).then_some(ranges)
    }
}
