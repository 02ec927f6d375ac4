//! The prose of a page as sentences. Comes in: the inline events of a paragraph or item. Goes out: [`Sentence`]s with
//! their places, for what looks for statements in running text.

use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr_iter, memmem};
use pulldown_cmark::{Event, Tag, TagEnd};

use super::events::Marked;
use super::{fit, fit_text, offset};
use crate::bytes::{Bytes, set_of};
use crate::problem::{Lines, Place, Problem, Span, catalogue};
use crate::vocabulary::Date;
use crate::vocabulary::desk::{self, Finding, FindingKind};

/// A sentence of running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence<'p> {
    /// Its text without markup.
    pub text: &'p str,
    /// Whether a footnote or a link stands in it.
    pub is_sourced: bool,
    /// The date at which its section holds, where that says so.
    pub as_of: Option<Date>,
    file: &'p Arc<str>,
    span: Span,
}

impl Sentence<'_> {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { file: self.file.clone(), span: self.span }
    }
}

/// The running text of a page, as sentences. They are most of what a page holds, so that none is kept which stands just so in
/// the page's HTML, as most do.
#[derive(Debug, Clone, Default)]
pub(super) struct Prose {
    file: Arc<str>,
    /// The sentences that stand otherwise in the HTML, with markup between their words.
    text: String,
    held: Vec<Held>,
    /// From which sentence on which date holds for a section.
    dated: Vec<(usize, Option<Date>)>,
}

/// Where the text of a sentence is, and the rest of it.
#[derive(Debug, Clone)]
struct Held {
    start: u32,
    end: u32,
    /// Whether it stands in one piece in the Markdown, so that it may in the HTML.
    is_whole: bool,
    is_in_html: bool,
    is_sourced: bool,
    span: Span,
}

impl Prose {
    /// No text of a file yet, which will have no more than so many bytes.
    pub(super) fn of(file: Arc<str>, bytes: usize) -> Prose {
        Prose { file, text: String::with_capacity(bytes), ..Prose::default() }
    }

    /// How many sentences it has.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// A sentence of a page with this HTML, by its number from 0.
    pub(super) fn sentence<'p>(&'p self, number: usize, html: &'p str) -> Sentence<'p> {
        let Held { start, end, is_in_html, is_sourced, span, .. } = &self.held[number];
        let text = if *is_in_html { html } else { &self.text };
        let text = &text[*start as usize..*end as usize];
        let dated = self.dated.partition_point(|(from, _)| *from <= number).checked_sub(1);
        let as_of = dated.and_then(|at| self.dated[at].1);
        Sentence { text, is_sourced: *is_sourced, as_of, file: &self.file, span: *span }
    }

    /// The sentences from one on, as long as the page has no HTML yet.
    pub(super) fn new_since(&self, number: usize) -> impl Iterator<Item = Sentence<'_>> {
        (number..self.len()).map(|number| self.sentence(number, ""))
    }

    fn push(&mut self, text: &str, (is_whole, is_sourced): (bool, bool), span: Span, as_of: Option<Date>) {
        let start = offset(self.text.len());
        self.text.push_str(text);
        if self.dated.last().map_or(as_of.is_some(), |(_, last)| *last != as_of) {
            self.dated.push((self.held.len(), as_of));
        }
        let end = offset(self.text.len());
        self.held.push(Held { start, end, is_whole, is_in_html: false, is_sourced, span });
    }

    /// Gives back the memory of what stands in the finished HTML of the page as well, and what it grew into and does not need.
    pub(super) fn lean_on(&mut self, html: &str) {
        let mut own = String::new();
        let mut from = 0;
        for held in &mut self.held {
            let text = &self.text[held.start as usize..held.end as usize];
            let found = held.is_whole.then(|| found(&html.as_bytes()[from..], text.as_bytes())).flatten();
            let found = found.map(|at| from + at);
            held.is_in_html = found.is_some();
            let start = found.unwrap_or(own.len());
            (held.start, held.end) = (offset(start), offset(start + text.len()));
            match found {
                Some(at) => from = at + text.len(),
                None => own.push_str(text),
            }
        }
        fit_text(&mut own);
        self.text = own;
        fit(&mut self.held);
    }
}

/// Where a sentence stands in some HTML: mostly right after a space, behind the sentence before it.
fn found(html: &[u8], text: &[u8]) -> Option<usize> {
    let begins = |at: &usize| html.get(*at..).is_some_and(|rest| rest.starts_with(text));
    // After a space, or where a paragraph or an item ends and the next one begins.
    const NEXT: usize = 32;
    let next = &html[..html.len().min(NEXT)];
    if let Some(at) = text.first().and_then(|first| memchr_iter(*first, next).find(begins)) {
        return Some(at);
    }
    // To prepare the search for a whole sentence takes longer than to look at a few places; and what is not near may be nowhere.
    const BEGINNING: usize = 16;
    const NEAR: usize = 64 << 10;
    let beginning = &text[..text.len().min(BEGINNING)];
    memmem::find_iter(&html[..html.len().min(NEAR)], beginning).find(begins)
}

/// Text without markup, and for each of its bytes' beginnings where it stands in the source.
#[derive(Debug, Default)]
struct Plain {
    text: String,
    /// Offsets in `text`, ascending, each with the byte of the source that stands there.
    marks: Vec<(usize, usize)>,
    /// Where footnotes and links stand in `text`.
    sources: Vec<usize>,
}

impl Plain {
    fn push(&mut self, text: &str, at: usize) {
        self.marks.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// The number of the piece of the source in which an offset in the text lies, and the byte there.
    fn source_at(&self, offset: usize) -> (usize, usize) {
        let piece = self.marks.partition_point(|(at, _)| *at <= offset).saturating_sub(1);
        (piece, self.marks.get(piece).map_or(0, |(at, source)| source + (offset - at)))
    }
}

/// Adds the sentences of a paragraph's events.
pub(super) fn add_sentences(prose: &mut Prose, events: &[Marked<'_>], lines: &Lines<'_>, as_of: Option<Date>) {
    let mut plain = Plain::default();
    let span = events.first().zip(events.last()).map_or(0, |(first, last)| last.1.end.saturating_sub(first.1.start));
    plain.text.reserve(span);
    plain.marks.reserve(events.len());
    for (event, range) in events {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push(text, range.start),
            Event::SoftBreak | Event::HardBreak => plain.push(" ", range.start),
            Event::FootnoteReference(_) | Event::End(TagEnd::Link) => plain.sources.push(plain.text.len()),
            Event::Start(Tag::Image { .. }) => plain.push(" ", range.start),
            _ => {}
        }
    }
    let within = |range: &Range<usize>| plain.sources.iter().any(|at| *at > range.start && *at <= range.end);
    for range in split(&plain.text) {
        let ((first, start), (last, end)) = (plain.source_at(range.start), plain.source_at(range.end - 1));
        let place = lines.place(start..end + 1);
        prose.push(&plain.text[range.clone()], (first == last, within(&range)), place.span, as_of);
    }
}

/// What the editor's desk remarks on a sentence. Sentences are short, so that each remark points at the whole of one.
pub(super) fn look(sentence: Sentence<'_>, language: &str) -> Vec<Problem> {
    let remark = |finding: Finding| {
        let words = &sentence.text[finding.range];
        let place = sentence.place();
        match finding.kind {
            FindingKind::TimeWord => catalogue::undated_word(place, words),
            FindingKind::Unattributed => catalogue::unattributed(place, words),
            FindingKind::Prediction => catalogue::prediction_vague(place, words),
        }
    };
    desk::look(sentence.text, language, sentence.is_sourced).into_iter().map(remark).collect()
}

/// The bytes with which the signs begin at which sentences end.
const MAY_END: Bytes = set_of(b".!?\xe2\xd8\xdb");

/// Cuts a text into sentences: at `.`, `!`, `?` or `…` before white space and a capital, digit or quotation mark. A footnote mark
/// stands after the full stop, and so belongs to the sentence before it.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut push = |from: usize, to: usize| {
        let part = &text[from..to];
        let begin = from + (part.len() - part.trim_start().len());
        let end = from + part.trim_end().len();
        if begin < end {
            ranges.push(begin..end);
        }
    };
    // Most bytes are looked at in one step: those with which such a sign begins are few.
    let mut from = 0;
    while let Some(passed) = text.as_bytes()[from..].iter().position(|byte| MAY_END[usize::from(*byte)]) {
        let at = from + passed;
        let Some(c) = text[at..].chars().next() else { break };
        from = at + c.len_utf8();
        if !matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔') {
            continue;
        }
        let rest = &text[at + c.len_utf8()..];
        let rest_trimmed = rest.trim_start_matches(['"', '”', '»', ')', '\'', '’']);
        // In French a space stands before the closing mark.
        let rest_trimmed = rest_trimmed.trim_start().strip_prefix('»').unwrap_or(rest_trimmed);
        let next = rest_trimmed.trim_start().chars().next();
        let is_gap = rest_trimmed.starts_with(char::is_whitespace);
        let begins = next.is_none_or(|next| !next.is_lowercase());
        let word = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        let is_short = || {
            let is_listed = || SHORTENED.iter().any(|shortened| word.eq_ignore_ascii_case(shortened));
            c == '.' && (word.chars().count() == 1 || word.contains('.') || is_listed())
        };
        if is_gap && begins && !is_short() {
            let end = at + c.len_utf8() + (rest.len() - rest_trimmed.len());
            push(start, end);
            start = end;
        }
    }
    push(start, text.len());
    ranges
}

/// Shortened words whose full stop ends no sentence.
const SHORTENED: [&str; 16] =
    ["mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "art"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_the_same_wherever_it_is_kept() {
        let texts = ["It began in 2012.", "No one counts.", "Aid & trade.", "It began in 2012.", "Nothing else."];
        let mut prose = Prose::default();
        for text in texts {
            prose.push(text, (true, false), Place::start_of("content/a.md").span, None);
        }
        let html = "<p>It began in 2012. No one <em>counts</em>. Aid &amp; trade. It began in 2012.</p>";
        prose.lean_on(html);
        let said = |number| prose.sentence(number, html).text;
        assert_eq!((0..prose.len()).map(said).collect::<Vec<_>>(), texts);
        assert_eq!(prose.text, "No one counts.Aid & trade.Nothing else.");
    }

    #[test]
    fn sentences_end_where_readers_see_them_end() {
        let of = |text: &str| split(text).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(
            of("France left. UN troops stay (for now). Why?"),
            ["France left.", "UN troops stay (for now).", "Why?"]
        );
        assert_eq!(
            of("It cost 3.5 million. No. 4 is Mr. X of e.g. Gao."),
            ["It cost 3.5 million.", "No. 4 is Mr. X of e.g. Gao."]
        );
        assert_eq!(of("« Ils partent. » Les autres restent."), ["« Ils partent. »", "Les autres restent."]);
        assert_eq!(of(""), Vec::<String>::new());
    }
}
