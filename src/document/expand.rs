//! Expanding shortcodes. Comes in: a page's text with its calls, and the [`Shortcodes`] that render them. Goes out: the text
//! to be read as Markdown, in which every byte still knows where the writer wrote it, and HTML to be put in as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memchr;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::FrontMatter;
use super::shortcode::{self, Call, Piece};
use crate::problem::{Lines, Origins, Place, Problem, catalogue};
use crate::settings::Value;
use crate::vocabulary::nearest;

/// What a shortcode's template gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Markdown, read together with the page.
    Markdown,
    /// HTML.
    Html,
}

/// A call as its template sees it.
#[derive(Debug)]
pub struct Request<'c> {
    /// The name of the shortcode.
    pub name: &'c str,
    /// Its arguments by name; those without one are called `0`, `1` ….
    pub arguments: &'c BTreeMap<String, Value>,
    /// Its text, expanded and trimmed.
    pub body: Option<&'c str>,
    /// Which use of this shortcode on the page it is, from 1.
    pub nth: usize,
    /// The path of the page's source.
    pub path: &'c str,
    /// Whether the page is that of a section.
    pub is_section: bool,
    /// What the page says about itself.
    pub front: &'c FrontMatter,
    /// The language of the page.
    pub language: &'c str,
}

/// Why a shortcode could not be rendered.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is wrong.
    pub what: String,
    /// The line of the template, where it is known.
    pub place: Option<Place>,
}

/// What renders shortcodes.
pub trait Shortcodes: Sync {
    /// What the shortcode of this name gives; `None` where there is none.
    fn form(&self, name: &str) -> Option<Form>;
    /// Whether there is one of this name whose template cannot be read, which has been said already.
    fn is_broken(&self, _name: &str) -> bool {
        false
    }
    /// The names of all.
    fn names(&self) -> Vec<String>;
    /// Renders a call. A body that is to be read as Markdown stands between [`BODY`] and [`END`], or, within a line,
    /// between [`INLINE`] and [`END`].
    fn render(&self, request: &Request<'_>) -> Result<String, Failure>;
}

/// A site without shortcodes.
#[derive(Debug)]
pub struct NoShortcodes;

impl Shortcodes for NoShortcodes {
    fn form(&self, _: &str) -> Option<Form> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn render(&self, _: &Request<'_>) -> Result<String, Failure> {
        Err(Failure { what: "there are no shortcodes".to_owned(), place: None })
    }
}

/// Begins text to be read as Markdown in what an HTML template gives.
pub const BODY: char = '\u{f8f2}';
/// The same within a line.
pub const INLINE: char = '\u{f8f3}';
/// Ends it.
pub const END: char = '\u{f8f4}';

/// Stands before and after the number of a [`Snippet`] in the expanded text.
const OPEN: char = '\u{f8f0}';
/// Its first byte in UTF-8.
const OPEN_BYTE: u8 = 0xef;
const CLOSE: char = '\u{f8f1}';

/// HTML that a shortcode gave.
#[derive(Debug, Clone)]
pub(super) struct Snippet {
    /// The HTML.
    pub html: String,
    /// Where the shortcode is called.
    pub place: Place,
}

/// A page's text with its shortcodes expanded.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// The text, from its very beginning.
    pub text: String,
    /// Where each part of it comes from.
    pub origins: Origins,
    /// The HTML that is put in.
    pub snippets: Vec<Snippet>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What calls are expanded with.
pub(super) struct Page<'p> {
    /// The whole text of the page.
    pub text: &'p str,
    /// The byte at which its Markdown begins.
    pub start: usize,
    /// Its lines.
    pub lines: &'p Lines<'p>,
    /// Whether it is the page of a section.
    pub is_section: bool,
    /// What it says about itself.
    pub front: &'p FrontMatter,
    /// Its language.
    pub language: &'p str,
    /// What renders its shortcodes.
    pub shortcodes: &'p dyn Shortcodes,
    /// Whether what Hugo's templates look like is no call: `{{ range (.Pages) }}`.
    pub is_hugos: bool,
}

/// Whether a text may call shortcodes.
pub(super) fn may_call(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Expands all shortcodes of a page.
pub(super) fn expand(page: &Page<'_>) -> Expanded {
    let (fenced, inline) = code(page);
    let is_within = |ranges: &[Range<usize>], at: usize| ranges.iter().any(|range| range.contains(&at));
    // What stands in code within a line is shown as it is; so is, in a block, what calls nothing that there is.
    let is_left = |at: usize| {
        let may_be_text = is_within(&fenced, at) || (page.is_hugos && !is_written_as_hugos(page.text, at));
        is_within(&inline, at) || (may_be_text && !calls_something(page, at))
    };
    let (pieces, misread) = shortcode::pieces(page.text, page.start, is_left);
    let mut expander = Expander { page, nth: BTreeMap::new(), snippets: Vec::new(), problems: Vec::new() };
    for wrong in misread {
        let place = page.lines.place(wrong.range);
        expander.problems.push(catalogue::shortcode_unreadable(place, &wrong.what, &wrong.help));
    }
    let mut part = Part::default();
    part.copy(page.text, 0..page.start);
    expander.pieces(&pieces, &mut part);
    Expanded { text: part.text, origins: part.origins, snippets: expander.snippets, problems: expander.problems }
}

/// The blocks of code, and the code within lines.
fn code(page: &Page<'_>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut blocks, mut inline) = (Vec::new(), Vec::new());
    let body = &page.text[page.start..];
    for (event, range) in Parser::new(body).into_offset_iter() {
        let range = page.start + range.start..page.start + range.end;
        match event {
            Event::Code(_) => inline.push(range),
            // A call that is indented is no code to its writer.
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => blocks.push(range),
            _ => {}
        }
    }
    (blocks, inline)
}

/// Whether what begins here is written as Hugo writes shortcodes.
fn is_written_as_hugos(text: &str, at: usize) -> bool {
    text[at..].starts_with("{{<") || text[at..].starts_with("{{%")
}

/// Whether what begins here calls a shortcode that there is, or is an escaped call.
fn calls_something(page: &Page<'_>, at: usize) -> bool {
    let inner = page.text[at + 2..].trim_start_matches(['<', '%']);
    if inner.starts_with("/*") {
        return true;
    }
    let inner = inner.trim_start().trim_start_matches('/').trim_start();
    let length = inner.find(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).unwrap_or(inner.len());
    page.shortcodes.form(&inner[..length]).is_some() || &inner[..length] == "end"
}

/// A stretch of expanded text.
#[derive(Default)]
struct Part {
    text: String,
    origins: Origins,
}

impl Part {
    fn copy(&mut self, text: &str, range: Range<usize>) {
        self.origins.copied(self.text.len(), range.clone());
        self.text.push_str(&text[range]);
    }

    fn insert(&mut self, text: &str, from: &Range<usize>) {
        if !text.is_empty() {
            self.origins.inserted(self.text.len(), from.clone());
            self.text.push_str(text);
        }
    }

    fn append(&mut self, other: &Part) {
        self.origins.append(self.text.len(), &other.origins);
        self.text.push_str(&other.text);
    }

    /// Without the white space around it.
    fn trimmed(self) -> Part {
        let start = self.text.len() - self.text.trim_start().len();
        let end = start + self.text.trim().len();
        Part { origins: self.origins.cut(start..end), text: self.text[start..end].to_owned() }
    }
}

struct Expander<'p> {
    page: &'p Page<'p>,
    nth: BTreeMap<String, usize>,
    snippets: Vec<Snippet>,
    problems: Vec<Problem>,
}

impl Expander<'_> {
    fn pieces(&mut self, pieces: &[Piece], part: &mut Part) {
        for piece in pieces {
            match piece {
                Piece::Text(range) => part.copy(self.page.text, range.clone()),
                Piece::Literal(literal, range) => part.insert(literal, range),
                Piece::Call(call) => self.call(call, part),
            }
        }
    }

    fn call(&mut self, call: &Call, part: &mut Part) {
        let Some(form) = self.page.shortcodes.form(&call.name) else {
            self.unknown(call, part);
            return;
        };
        let nth = self.nth.entry(call.name.clone()).or_default();
        *nth += 1;
        let nth = *nth;
        let body = call.body.as_ref().map(|(pieces, _)| {
            let mut body = Part::default();
            self.pieces(pieces, &mut body);
            body.trimmed()
        });
        let unnamed = call.arguments.iter().enumerate();
        let arguments: BTreeMap<String, Value> =
            unnamed.map(|(at, (key, value))| (key.clone().unwrap_or_else(|| at.to_string()), value.clone())).collect();
        let request = Request {
            name: &call.name,
            arguments: &arguments,
            body: body.as_ref().map(|body| body.text.as_str()),
            nth,
            path: self.page.lines.file(),
            is_section: self.page.is_section,
            front: self.page.front,
            language: self.page.language,
        };
        match self.page.shortcodes.render(&request) {
            Ok(given) => match form {
                Form::Markdown => self.markdown(&given, body.as_ref(), call, part),
                Form::Html => self.html(&given, body.as_ref(), call, part),
            },
            Err(failure) => {
                let place = self.page.lines.place(call.range.clone());
                self.problems.push(catalogue::shortcode_failed(place, &call.name, &failure.what, failure.place));
                part.copy(self.page.text, call.range.clone());
            }
        }
    }

    fn unknown(&mut self, call: &Call, part: &mut Part) {
        let names = self.page.shortcodes.names();
        let near = nearest(&call.name, names.iter().map(String::as_str));
        let place = self.page.lines.place(call.name_range.clone());
        if !self.page.shortcodes.is_broken(&call.name) {
            self.problems.push(catalogue::shortcode_unknown(place, &call.name, near));
        }
        // The tags stay as text, and what stands between them is read as ever.
        match &call.body {
            Some((pieces, range)) => {
                part.copy(self.page.text, call.range.start..range.start);
                self.pieces(pieces, part);
                part.copy(self.page.text, range.end..call.range.end);
            }
            None => part.copy(self.page.text, call.range.clone()),
        }
    }

    /// Puts in what a template gave as Markdown; the body in it keeps its places.
    fn markdown(&self, given: &str, body: Option<&Part>, call: &Call, part: &mut Part) {
        let found = body.filter(|body| !body.text.is_empty()).and_then(|body| Some((body, given.find(&body.text)?)));
        match found {
            Some((body, at)) => {
                part.insert(&given[..at], &call.range);
                part.append(body);
                part.insert(&given[at + body.text.len()..], &call.range);
            }
            None => part.insert(given, &call.range),
        }
    }

    /// Puts in what a template gave as HTML; what it marks in it is read as Markdown.
    fn html(&mut self, given: &str, body: Option<&Part>, call: &Call, part: &mut Part) {
        let before = &self.page.text[..call.range.start];
        let after = &self.page.text[call.range.end..];
        let is_alone = before.lines().next_back().is_none_or(|line| before.ends_with('\n') || line.trim().is_empty())
            && after.lines().next().is_none_or(|line| line.trim().is_empty());
        let mut rest = given;
        while let Some(start) = rest.find([BODY, INLINE]) {
            let is_block = rest[start..].starts_with(BODY) && is_alone;
            let inner = start + BODY.len_utf8();
            let length = rest[inner..].find(END).unwrap_or(rest.len() - inner);
            let gap = if is_block { "\n\n" } else { "" };
            self.snippet(&rest[..start], call, part);
            part.insert(gap, &call.range);
            self.markdown(&rest[inner..inner + length], body, call, part);
            part.insert(gap, &call.range);
            rest = rest.get(inner + length + END.len_utf8()..).unwrap_or_default();
        }
        self.snippet(rest, call, part);
    }

    fn snippet(&mut self, html: &str, call: &Call, part: &mut Part) {
        if !html.is_empty() {
            let place = self.page.lines.place(call.range.clone());
            part.insert(&format!("{OPEN}{}{CLOSE}", self.snippets.len()), &call.range);
            self.snippets.push(Snippet { html: html.to_owned(), place });
        }
    }
}

/// Takes a text apart into what stands in it and the numbers of the snippets between; the text that follows each is given
/// with it.
pub(super) fn split(text: &str) -> (&str, Vec<(usize, &str)>) {
    let mut parts = text.split(OPEN);
    let first = parts.next().unwrap_or_default();
    let numbered = parts.filter_map(|part| {
        let (number, rest) = part.split_once(CLOSE)?;
        Some((number.parse().ok()?, rest))
    });
    (first, numbered.collect())
}

/// Whether a text has snippets in it.
pub(super) fn has_snippets(text: &str) -> bool {
    // It begins with a byte that texts hardly have.
    memchr(OPEN_BYTE, text.as_bytes()).is_some() && text.contains(OPEN)
}

/// Elements that cannot stand in a paragraph, and that shortcodes begin with.
const BLOCKS: [&str; 16] = [
    "<address",
    "<article",
    "<aside",
    "<blockquote",
    "<details",
    "<div",
    "<dl",
    "<figure",
    "<h",
    "<nav",
    "<ol",
    "<p",
    "<pre",
    "<section",
    "<table",
    "<ul",
];

/// Whether a text that begins with `first` and ends with `last` stands inside a block of HTML that a shortcode gave.
pub(super) fn is_in_block(first: &str, last: &str, snippets: &[Snippet]) -> bool {
    let opening = first.strip_prefix(OPEN).and_then(|rest| rest.split_once(CLOSE)?.0.parse::<usize>().ok());
    let Some(opening) = opening.and_then(|number| snippets.get(number)) else { return false };
    let html = opening.html.trim_start();
    let is_block = BLOCKS.iter().any(|block| {
        html.strip_prefix(block)
            .is_some_and(|rest| rest.starts_with(|c: char| !c.is_ascii_alphabetic() || *block == "<h"))
    });
    is_block && last.ends_with(CLOSE)
}

/// A text without its snippets.
pub(super) fn without_snippets(text: &str) -> Cow<'_, str> {
    if !has_snippets(text) {
        return Cow::Borrowed(text);
    }
    let (first, numbered) = split(text);
    std::iter::once(first).chain(numbered.into_iter().map(|(_, rest)| rest)).collect()
}

/// A text with its snippets in their places; a snippet may hold others.
pub(super) fn filled(text: &str, snippets: &[Snippet]) -> String {
    let mut whole = text.to_owned();
    for _ in 0..8 {
        if !has_snippets(&whole) {
            break;
        }
        let (first, numbered) = split(&whole);
        let mut next = first.to_owned();
        for (number, rest) in numbered {
            next.push_str(snippets.get(number).map_or("", |snippet| &snippet.html));
            next.push_str(rest);
        }
        whole = next;
    }
    whole
}
