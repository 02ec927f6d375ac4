//! MAP: one source to one document. Comes in: a [`Source`](crate::source::Source). Goes out: a [`Document`],
//! which holds what other pages may show of it, what it links to, its own body, and the problems found.
//! A pure function that never fails.

mod autolink;
mod citation;
mod definitions;
mod events;
mod expand;
mod fence;
mod file_name;
mod footnote;
mod front_matter;
mod harm;
mod heading;
mod highlight;
mod list;
mod markdown;
mod moment;
mod prose;
mod punctuation;
mod raw_html;
mod recognise;
mod row;
mod settlement;
mod shortcode;
mod slips;
mod summary;
mod table;
mod trace;
mod twin;
mod writer;

use std::sync::Arc;

use imbl::OrdMap;
use serde::Serialize;

pub use citation::Citation;
pub use expand::{BODY, END, Failure, Form, INLINE, NoShortcodes, Request, Shortcodes};
pub use file_name::FileName;
pub use front_matter::{FrontMatter, KEYS as FRONT_MATTER_KEYS, SortBy};
pub use front_matter::{fields as front_matter_fields, is_address, taxonomies};
pub use heading::Ids;
pub use moment::Moment;
pub use prose::Sentence;
pub use row::{AsOf, Cell, Cells, Row, Table};
pub use twin::{Found, Replaced, twin};

use crate::problem::{Lines, Place, Problem, Settlement};
use crate::rules::{Rules, Urls};
use crate::source::Source;
use prose::Prose;

/// One page of the writer's, understood.
#[derive(Debug, Clone)]
pub struct Document {
    /// Path of its source relative to the site's root, such as `content/mali/why.md`.
    pub path: Arc<str>,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Its title, from the front matter or the first `# heading`; `None` where it has neither.
    pub title: Option<String>,
    /// The fragment that leads to that heading.
    pub title_id: Option<String>,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Everything on it that a `#fragment` can lead to.
    pub anchors: Ids,
    /// Its links and pictures, in order.
    pub links: Vec<Link>,
    /// Its recognised tables and lists, in order.
    pub tables: Vec<Table>,
    /// Its sources: its footnotes, then those in cells and captions.
    pub citations: Vec<Citation>,
    /// Its running text: [`Document::sentences`].
    prose: Prose,
    /// The findings that the writer has settled on it.
    pub settlements: Vec<Settlement>,
    /// Its text as HTML, with slots for what only the site knows.
    pub body: Body,
    /// Whether it has highlighted code.
    pub has_code: bool,
    /// Its text before `<!-- more -->`, where it has such a remark.
    pub summary: Option<String>,
    /// How many words it has, code aside.
    pub words: usize,
    /// Whether shortcodes had a part in it.
    pub has_calls: bool,
    /// What is wrong in it.
    pub problems: Vec<Problem>,
}

/// A document that is shared. Two of them are equal where they are one.
#[derive(Debug, Clone)]
pub struct Reading(pub Arc<Document>);

impl PartialEq for Reading {
    fn eq(&self, other: &Reading) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// All documents of a site, by the paths of their sources.
pub type Documents = OrdMap<Arc<str>, Reading>;

/// How a page has changed from one reading to the next, as far as the rest of the site can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// In its running text and what surrounds it alone.
    Text,
    /// Also in what lists and menus say of it: its title, its description, its date.
    Words,
    /// In something that addresses, links or registers rest on.
    Whole,
}

impl Document {
    /// How it has changed since it was read before. Names in its running text are left aside: what they mean, only the site
    /// knows.
    pub fn change_since(&self, before: &Document) -> Change {
        let is_same_link = |(one, other): (&Link, &Link)| {
            one.target == other.target && one.text == other.text && one.is_picture == other.is_picture
        };
        let is_same_within = self.path == before.path
            && self.anchors == before.anchors
            && self.links.len() == before.links.len()
            && self.links.iter().zip(&before.links).all(is_same_link)
            && self.tables == before.tables
            && self.citations == before.citations
            && self.settlements == before.settlements;
        if !is_same_within || !self.front.is_filed_as(&before.front) {
            return Change::Whole;
        }
        let is_same = self.front == before.front && self.title == before.title && self.summary == before.summary;
        if is_same { Change::Text } else { Change::Words }
    }
}

impl Document {
    /// A sentence of its running text, by its number from 0.
    pub fn sentence(&self, number: usize) -> Sentence<'_> {
        self.prose.sentence(number, &self.body.html)
    }

    /// The sentences of its running text, in order.
    pub fn sentences(&self) -> impl ExactSizeIterator<Item = Sentence<'_>> {
        (0..self.prose.len()).map(|number| self.sentence(number))
    }

    /// The same page with other front matter.
    #[must_use]
    pub fn with_front(&self, front: FrontMatter) -> Document {
        Document { front, ..self.clone() }
    }

    /// Gives back the memory that it grew into and does not need: all documents are held at once.
    fn shrink(&mut self) {
        fit(&mut self.headings);
        fit(&mut self.links);
        fit(&mut self.tables);
        fit(&mut self.citations);
        fit_text(&mut self.body.html);
        self.prose.lean_on(&self.body.html);
        fit(&mut self.body.slots);
        fit(&mut self.problems);
    }
}

/// A byte offset on a page, in less memory.
fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a page is smaller than 4 GiB")
}

/// Moves a list to memory of its size. Where it is only made shorter, allocators leave it in memory of up to twice that.
fn fit<T>(list: &mut Vec<T>) {
    if list.len() < list.capacity() {
        let mut fitting = Vec::with_capacity(list.len());
        fitting.append(list);
        *list = fitting;
    }
}

/// The same for a text.
fn fit_text(text: &mut String) {
    if text.len() < text.capacity() {
        *text = text.as_str().to_owned();
    }
}

/// A heading of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The fragment that leads to it.
    pub id: String,
    /// Its text without markup.
    pub text: String,
}

/// A link or picture as the writer wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written.
    pub target: String,
    /// What it says, where that may be a figure's value: a number, or `?` to have it filled in.
    pub text: String,
    /// Whether it is a picture.
    pub is_picture: bool,
    /// Whether browsers load what it leads to with the page, or send something there: pictures, frames, scripts, forms.
    pub is_loaded: bool,
    /// Where it stands.
    pub place: Place,
    /// Where its address stands, if it stands there exactly as it is read.
    pub target_place: Option<Place>,
}

/// HTML with slots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The HTML between the slots.
    pub html: String,
    /// Where something is to be put in, by byte offset, ascending.
    pub slots: Vec<(usize, Slot)>,
    /// Where the footnotes begin, as a byte offset; the length of the HTML where there are none.
    pub notes_start: usize,
}

/// The attribute that says on which lines of its source a block stands: the first and the last.
pub const LINES: &str = "data-brink-lines";

impl Body {
    /// The same without the lines of its blocks.
    #[must_use]
    pub fn without_lines(&self) -> Body {
        let start = format!(" {LINES}=\"");
        let (mut html, mut slots) = (String::with_capacity(self.html.len()), Vec::with_capacity(self.slots.len()));
        let (mut from, mut notes_start) = (0, self.notes_start);
        let mut slots_left = self.slots.iter().peekable();
        for (at, _) in self.html.match_indices(&start) {
            let Some(length) = self.html[at + start.len()..].find('"') else { break };
            while let Some((place, slot)) = slots_left.next_if(|(place, _)| *place <= at) {
                slots.push((html.len() + place - from, *slot));
            }
            html.push_str(&self.html[from..at]);
            from = at + start.len() + length + 1;
            if from <= self.notes_start {
                notes_start -= from - at;
            }
        }
        slots.extend(slots_left.map(|(place, slot)| (html.len() + place - from, *slot)));
        html.push_str(&self.html[from..]);
        Body { html, slots, notes_start }
    }
}

/// What a slot of a body is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The `href` or `src` attribute of the link with this index.
    Link(usize),
    /// The address of the link with this index, inside an attribute of raw HTML.
    Address(usize),
    /// Where a heading begins (`true`) or ends, to show a link to itself: index of the heading.
    Anchor(usize, bool),
    /// The `href` attribute that leads to the page of a row's subject: index of the table, index of the row.
    Subject(usize, usize),
    /// The value of the figure that the link with this index leads to.
    Figure(usize),
    /// What is to be said beside a row: that it is superseded, contested or old. Index of the table, index of the row.
    Note(usize, usize),
    /// A word of the interface, by its name in the theme's strings.
    Word(&'static str),
}

/// Understands a source, whose shortcodes are rendered by `shortcodes`.
pub fn parse(source: &Source, rules: &Rules<'_>, shortcodes: &dyn Shortcodes) -> Document {
    read(source, rules, shortcodes, false)
}

/// The text of a source as HTML, as [`parse`] gives it, and in it of each block and row the lines on which it stands in the
/// source: the attribute [`LINES`], for the preview alone.
pub fn parse_with_lines(source: &Source, rules: &Rules<'_>, shortcodes: &dyn Shortcodes) -> Body {
    read(source, rules, shortcodes, true).body
}

fn read(source: &Source, rules: &Rules<'_>, shortcodes: &dyn Shortcodes, has_lines: bool) -> Document {
    let lines = Lines::new(source.path.clone(), &source.text);
    let mut problems: Vec<Problem> = source.problem.iter().cloned().collect();
    let (mut front, body_start) = front_matter::parse(&source.text, &lines, rules, &mut problems);
    let name = FileName::of(&source.path, rules.suffixes());
    if let (None, Some((date, moment))) = (front.date, name.date.filter(|_| rules.urls == Urls::Zola)) {
        (front.date, front.date_moment) = (Some(date), Some(moment));
    }
    front.lang = front.lang.or_else(|| name.language.map(str::to_owned));
    let language = front.lang.clone().unwrap_or_else(|| rules.language.to_owned());
    let rules = Rules { language: &language, ..*rules };
    let expanded = expand::may_call(&source.text[body_start..]).then(|| {
        expand::expand(&expand::Page {
            text: &source.text,
            start: body_start,
            lines: &lines,
            is_section: name.is_section(),
            front: &front,
            language: &language,
            shortcodes,
            is_hugos: rules.urls == Urls::Hugo,
        })
    });
    let marked = match &expanded {
        Some(expanded) => {
            problems.extend(expanded.problems.iter().cloned());
            let lines = lines.expanded(&expanded.text, &expanded.origins);
            let page = markdown::Text {
                text: &expanded.text,
                start: body_start,
                lines: &lines,
                snippets: &expanded.snippets,
                has_lines,
            };
            markdown::read(&page, &rules, front.title.as_deref())
        }
        None => {
            let page =
                markdown::Text { text: &source.text, start: body_start, lines: &lines, snippets: &[], has_lines };
            markdown::read(&page, &rules, front.title.as_deref())
        }
    };
    problems.extend(marked.problems);
    problems.extend(harm::look(&source.text, body_start, &lines));
    let mut document = Document {
        path: source.path.clone(),
        title: front.title.clone().or(marked.title),
        front,
        title_id: marked.title_id,
        headings: marked.headings,
        anchors: marked.anchors,
        links: marked.links,
        tables: marked.tables,
        citations: marked.citations,
        prose: marked.prose,
        settlements: marked.settlements,
        body: marked.body,
        has_code: marked.has_code,
        summary: marked.summary,
        words: marked.words,
        has_calls: expanded.is_some(),
        problems,
    };
    document.shrink();
    document
}
