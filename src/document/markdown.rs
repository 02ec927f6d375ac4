//! Markdown to a body: CommonMark and the extensions of GFM, with every place kept. Comes in: a page's text.
//! Goes out: HTML with slots, headings, anchors, links, recognised tables and problems.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeWithOffset,
};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::footnote::Footnotes;
use super::heading::{Anchors, reserve_in_html};
use super::row::Table;
use super::{Body, Heading, Link, Slot, highlight, table};
use crate::problem::{Lines, Problem, catalogue};
use crate::vocabulary::{Date, fold, nearest};

/// An event of the parser with its bytes in the page's text.
pub(super) type Marked<'a> = (Event<'a>, Range<usize>);

/// What a page's text gives.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The first `# heading`, where it serves as the title.
    pub title: Option<String>,
    /// Its HTML.
    pub body: Body,
    /// Its headings, without the title.
    pub headings: Vec<Heading>,
    /// What a fragment can lead to.
    pub anchors: BTreeSet<String>,
    /// Its links and pictures.
    pub links: Vec<Link>,
    /// Its recognised tables.
    pub tables: Vec<Table>,
    /// Whether it has highlighted code.
    pub has_code: bool,
    /// What is wrong in it.
    pub problems: Vec<Problem>,
}

/// Reads the Markdown of `text` from byte `start` on. `title` is the title in the front matter, if any.
pub(super) fn read(text: &str, start: usize, lines: &Lines<'_>, title: Option<&str>) -> Page {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let body = text.get(start..).unwrap_or_default();
    let parser = Parser::new_ext(body, options).into_offset_iter();
    let events: Vec<Marked<'_>> = TextMergeWithOffset::new(parser)
        .map(|(event, range)| (event, range.start + start..range.end + start))
        .collect();
    let mut writer = Writer {
        text,
        lines,
        events: &events,
        footnotes: Footnotes::find(&events),
        anchors: Anchors::default(),
        in_tight_text: false,
        heading: String::new(),
        section_dates: Vec::new(),
        tables_seen: 0,
        page: Page::default(),
    };
    writer.check_footnotes();
    writer.reserve_anchors();
    let from = writer.take_title(title);
    writer.blocks(&events[from..]);
    writer.notes();
    let mut page = writer.page;
    page.anchors = writer.anchors.into_set();
    page
}

/// The text of events without markup, footnote numbers and pictures; white space is folded.
pub(super) fn plain_text(events: &[Marked<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::InlineHtml(tag) if tag.starts_with("<br") => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The index of the event that ends what the first one starts.
pub(super) fn end_of(events: &[Marked<'_>]) -> usize {
    let mut depth = 0;
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    events.len().saturating_sub(1)
}

/// Writes one page.
pub(super) struct Writer<'p, 'a> {
    /// The whole text of the page.
    pub text: &'p str,
    /// Its lines.
    pub lines: &'p Lines<'p>,
    /// All events of the page.
    pub events: &'p [Marked<'a>],
    /// Its footnotes.
    pub footnotes: Footnotes,
    /// Its anchors.
    pub anchors: Anchors,
    /// The text of the nearest heading above.
    pub heading: String,
    /// The as-of dates of the open sections, each with the level of its heading.
    pub(super) section_dates: Vec<(u8, Date)>,
    /// How many tables were written, recognised or not.
    pub tables_seen: usize,
    /// What was written so far.
    pub page: Page,
    in_tight_text: bool,
}

impl<'a> Writer<'_, 'a> {
    /// Ids that the writer chose come first, so that they stay as they are.
    fn reserve_anchors(&mut self) {
        for (event, _) in self.events {
            match event {
                Event::Start(Tag::Heading { id: Some(id), .. }) => self.anchors.reserve(id),
                Event::Html(html) | Event::InlineHtml(html) => reserve_in_html(&mut self.anchors, html),
                _ => {}
            }
        }
    }

    /// Reports footnotes that are used and not written; the parser leaves them as text.
    fn check_footnotes(&mut self) {
        let mut in_code = false;
        for (event, range) in self.events {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                Event::Text(_) if !in_code => {
                    let source = self.text.get(range.clone()).unwrap_or_default();
                    for (at, label) in undefined_notes(source) {
                        let known = self.footnotes.unused();
                        let near = nearest(label, known.iter().map(String::as_str));
                        let begin = range.start + at;
                        let place = self.lines.place(begin..begin + label.len() + "[^]".len());
                        self.page.problems.push(catalogue::footnote_undefined(place, label, near));
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes the first heading as the title where there is none yet, or where it only repeats it;
    /// gives the index of the first event after it.
    fn take_title(&mut self, title: Option<&str>) -> usize {
        let is_title =
            |event: &Event<'_>| matches!(event, Event::Start(Tag::Heading { level, .. }) if *level as u8 == 1);
        let Some(at) = self.events.iter().position(|(event, _)| is_title(event)) else { return 0 };
        let end = at + end_of(&self.events[at..]);
        let text = plain_text(&self.events[at..end]);
        let repeats = title.is_some_and(|title| fold(title) == fold(&text));
        if at != 0 || text.is_empty() || (title.is_some() && !repeats) {
            if title.is_none() && !text.is_empty() {
                self.page.title = Some(text);
            }
            return 0;
        }
        self.page.title = Some(text);
        end + 1
    }

    /// Writes text as HTML.
    pub(super) fn raw(&mut self, html: &str) {
        self.page.body.html.push_str(html);
    }

    /// Writes text that may hold `<` and `&`.
    pub(super) fn escaped(&mut self, text: &str) {
        escape_html_body_text(&mut self.page.body.html, text).expect("a String takes all text");
    }

    /// Writes the value of an attribute.
    pub(super) fn attribute(&mut self, text: &str) {
        escape_html(&mut self.page.body.html, text).expect("a String takes all text");
    }

    /// Leaves a slot here.
    pub(super) fn slot(&mut self, slot: Slot) {
        self.page.body.slots.push((self.page.body.html.len(), slot));
    }

    /// Writes a sequence of blocks or of inline events.
    pub(super) fn blocks(&mut self, events: &[Marked<'a>]) {
        let mut at = 0;
        while at < events.len() {
            let end = at + end_of(&events[at..]);
            match &events[at].0 {
                Event::Start(Tag::Table(alignments)) => {
                    let caption = caption_range(events, end + 1);
                    let next = caption.as_ref().map_or(end + 1, |range| range.end + 2);
                    self.table(&events[at..=end], alignments, caption.map(|range| &events[range]));
                    at = next;
                }
                Event::Start(Tag::Paragraph) if self.is_caption_above(events, at) => {
                    let (table, caption) = (end + 1, at + 2..end - 1);
                    let table_end = table + end_of(&events[table..]);
                    if let Event::Start(Tag::Table(alignments)) = &events[table].0 {
                        self.table(&events[table..=table_end], alignments, Some(&events[caption]));
                    }
                    at = table_end + 1;
                }
                Event::Start(Tag::FootnoteDefinition(_)) => at = end + 1,
                Event::Start(Tag::Heading { level, id, classes, .. }) => {
                    self.heading(*level as u8, id.as_deref(), classes, &events[at + 1..end]);
                    self.open_section(*level as u8, &events[end + 1..]);
                    at = end + 1;
                }
                Event::Start(Tag::Image { link_type: _, dest_url, title, .. }) => {
                    let range = events[at].1.clone();
                    self.picture(dest_url, title, &plain_text(&events[at + 1..end]), range);
                    at = end + 1;
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    self.code(kind, &events[at + 1..end]);
                    at = end + 1;
                }
                Event::Start(tag) => {
                    self.start(tag, &events[at].1);
                    self.inner(tag, &events[at + 1..end]);
                    self.end(tag.to_end());
                    at = end + 1;
                }
                _ => {
                    self.leaf(&events[at].0);
                    at += 1;
                }
            }
        }
    }

    /// What stands inside a container; a list item without paragraphs is tight text.
    fn inner(&mut self, tag: &Tag<'a>, events: &[Marked<'a>]) {
        let outer = self.in_tight_text;
        self.in_tight_text = matches!(tag, Tag::Item);
        self.blocks(events);
        self.in_tight_text = outer;
    }

    /// A paragraph of emphasis directly above a table that has no caption below.
    fn is_caption_above(&self, events: &[Marked<'a>], at: usize) -> bool {
        let end = at + end_of(&events[at..]);
        let Some((Event::Start(Tag::Table(_)), _)) = events.get(end + 1) else { return false };
        let table_end = end + 1 + end_of(&events[end + 1..]);
        is_emphasis(&events[at..=end]) && caption_range(events, table_end + 1).is_none()
    }

    fn table(&mut self, events: &[Marked<'a>], alignments: &[Alignment], caption: Option<&[Marked<'a>]>) {
        self.tables_seen += 1;
        table::write(self, events, alignments, caption);
    }

    fn heading(&mut self, level: u8, id: Option<&str>, classes: &[CowStr<'_>], inner: &[Marked<'a>]) {
        let text = plain_text(inner);
        let id = id.map_or_else(|| self.anchors.claim(&text, "section"), str::to_owned);
        self.raw(&format!("<h{level} id=\""));
        self.attribute(&id);
        self.raw("\"");
        if !classes.is_empty() {
            self.raw(" class=\"");
            self.attribute(&classes.join(" "));
            self.raw("\"");
        }
        self.raw(">");
        self.blocks(inner);
        self.raw(&format!("</h{level}>\n"));
        self.heading.clone_from(&text);
        self.page.headings.push(Heading { level, id, text });
    }

    /// A section whose first paragraph begins with "As of DATE" or its like holds at that date, until the next heading
    /// of its level or above.
    fn open_section(&mut self, level: u8, after: &[Marked<'a>]) {
        self.section_dates.retain(|(open, _)| *open < level);
        let Some((Event::Start(Tag::Paragraph), _)) = after.first() else { return };
        let text = plain_text(&after[..end_of(after)]);
        let begins = ["as of ", "as at ", "au ", "donnees au ", "a la date du ", "en date du "];
        if begins.iter().any(|lead| fold(&text).starts_with(lead)) {
            self.section_dates.extend(Date::as_of(&text).map(|date| (level, date)));
        }
    }

    /// The date at which the innermost section with a date holds.
    pub(super) fn section_date(&self) -> Option<Date> {
        self.section_dates.last().map(|(_, date)| date.clone())
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>, inner: &[Marked<'a>]) {
        let code: String = inner
            .iter()
            .filter_map(|(event, _)| if let Event::Text(text) = event { Some(text.as_ref()) } else { None })
            .collect();
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let highlighted = (!language.is_empty()).then(|| highlight::highlight(&code, language)).flatten();
        self.raw("<pre tabindex=\"0\"><code");
        if !language.is_empty() {
            self.raw(" class=\"language-");
            self.attribute(language);
            self.raw("\"");
        }
        self.raw(">");
        match highlighted {
            Some(html) => {
                self.page.has_code = true;
                self.raw(&html);
            }
            None => self.escaped(&code),
        }
        self.raw("</code></pre>\n");
    }

    fn picture(&mut self, target: &str, title: &str, alt: &str, range: Range<usize>) {
        self.raw("<img");
        self.link_slot(target, true, range);
        self.raw(" alt=\"");
        self.attribute(alt);
        self.raw("\"");
        self.title(title);
        self.raw(" loading=\"lazy\">");
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.raw(" title=\"");
            self.attribute(title);
            self.raw("\"");
        }
    }

    fn link_slot(&mut self, target: &str, is_picture: bool, range: Range<usize>) {
        let place = self.lines.place(range);
        self.page.links.push(Link { target: target.to_owned(), is_picture, place });
        self.slot(Slot::Link(self.page.links.len() - 1));
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.raw("<p>"),
            Tag::BlockQuote(None) => self.raw("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => {
                let word = alert_word(*kind);
                self.raw(&format!("<aside class=\"alert {word}\"><p class=\"alert-title\">"));
                self.slot(Slot::Word(word));
                self.raw("</p>\n");
            }
            Tag::List(Some(1)) => self.raw("<ol>\n"),
            Tag::List(Some(first)) => self.raw(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.raw("<ul>\n"),
            Tag::Item => self.raw("<li>"),
            Tag::Emphasis => self.raw("<em>"),
            Tag::Strong => self.raw("<strong>"),
            Tag::Strikethrough => self.raw("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                let target = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.to_string(),
                };
                self.raw("<a");
                self.link_slot(&target, false, range.clone());
                self.title(title);
                self.raw(">");
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.raw("</p>\n"),
            TagEnd::BlockQuote(None) => self.raw("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.raw("</aside>\n"),
            TagEnd::List(true) => self.raw("</ol>\n"),
            TagEnd::List(false) => self.raw("</ul>\n"),
            TagEnd::Item => self.raw("</li>\n"),
            TagEnd::Emphasis => self.raw("</em>"),
            TagEnd::Strong => self.raw("</strong>"),
            TagEnd::Strikethrough => self.raw("</del>"),
            TagEnd::Link => self.raw("</a>"),
            _ => {}
        }
    }

    fn leaf(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) => self.escaped(text),
            Event::Code(code) => {
                self.raw("<code>");
                self.escaped(code);
                self.raw("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.raw(html),
            Event::SoftBreak => self.raw("\n"),
            Event::HardBreak => self.raw("<br>\n"),
            Event::Rule => self.raw("<hr>\n"),
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(done) => {
                let checked = if *done { " checked" } else { "" };
                self.raw(&format!("<input type=\"checkbox\" disabled{checked}> "));
            }
            _ => {}
        }
    }

    fn reference(&mut self, label: &str) {
        let (number, uses) = self.footnotes.refer(label);
        let again = if uses > 1 { format!("-{uses}") } else { String::new() };
        self.anchors.reserve(&format!("_note-{number}"));
        self.raw(&format!(
            "<sup class=\"note\"><a href=\"#_note-{number}\" id=\"_use-{number}{again}\">{number}</a></sup>"
        ));
    }

    /// The footnotes of the page, with a way back for each use. Notes that notes refer to come after them.
    fn notes(&mut self) {
        for label in self.footnotes.unused() {
            self.footnotes.order.push(label); // shown all the same: nothing that was written is lost
        }
        self.page.body.notes_start = self.page.body.html.len();
        if self.footnotes.order.is_empty() {
            return;
        }
        self.raw("<section class=\"notes\" aria-labelledby=\"_notes\"><h2 id=\"_notes\">");
        self.slot(Slot::Word("notes"));
        self.raw("</h2>\n<ol>\n");
        let mut at = 0;
        while let Some(label) = self.footnotes.order.get(at).cloned() {
            at += 1;
            let text = self.footnotes.text(&label);
            self.raw(&format!("<li id=\"_note-{at}\">"));
            self.blocks(&self.events[text]);
            self.ways_back(at, self.footnotes.uses(&label));
            self.raw("</li>\n");
        }
        self.raw("</ol></section>\n");
        self.anchors.reserve("_notes");
    }

    /// The links from a note back to its uses, inside its last paragraph where it ends with one.
    fn ways_back(&mut self, number: usize, uses: usize) {
        const CLOSING: &str = "</p>\n";
        let in_paragraph = self.page.body.html.ends_with(CLOSING);
        if in_paragraph {
            let length = self.page.body.html.len() - CLOSING.len();
            self.page.body.html.truncate(length);
        }
        for used in 1..=uses {
            let again = if used > 1 { format!("-{used}") } else { String::new() };
            self.raw(&format!(" <a href=\"#_use-{number}{again}\" class=\"back\" aria-label=\""));
            self.slot(Slot::Word("back_to_text"));
            self.raw(&format!(" {number}{again}\">↩\u{fe0e}</a>"));
        }
        if in_paragraph {
            self.raw(CLOSING);
        }
    }
}

fn alert_word(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "note",
        BlockQuoteKind::Tip => "tip",
        BlockQuoteKind::Important => "important",
        BlockQuoteKind::Warning => "warning",
        BlockQuoteKind::Caution => "caution",
    }
}

/// The `[^label]` in a stretch of source text, each with its offset and label.
fn undefined_notes(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices("[^").filter_map(|(at, _)| {
        let label = source[at + 2..].split(']').next().filter(|label| at + 2 + label.len() < source.len())?;
        let is_label = !label.is_empty() && !label.contains([' ', '\n', '[', '^']);
        (is_label && !source[..at].ends_with('\\')).then_some((at, label))
    })
}

/// Whether a paragraph's events are one emphasis and nothing else.
fn is_emphasis(paragraph: &[Marked<'_>]) -> bool {
    matches!(paragraph.get(1), Some((Event::Start(Tag::Emphasis), _)))
        && paragraph.len() > 3
        && 1 + end_of(&paragraph[1..]) == paragraph.len() - 2
}

/// The inner events of the caption that begins at `at`: a paragraph that is one emphasis.
fn caption_range(events: &[Marked<'_>], at: usize) -> Option<Range<usize>> {
    let (Event::Start(Tag::Paragraph), _) = events.get(at)? else { return None };
    let end = at + end_of(&events[at..]);
    is_emphasis(&events[at..=end]).then_some(at + 2..end - 1)
}
