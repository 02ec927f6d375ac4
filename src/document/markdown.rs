//! Markdown to a body: CommonMark and the extensions of GFM, with every place kept. Comes in: a page's text.
//! Goes out: HTML with slots, headings, anchors, links, recognised tables and problems.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use memchr::memchr_iter;
use pulldown_cmark::{
    Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
};

use super::events::{Marked, end_of, merged, plain_text};
use super::expand::{Snippet, filled, without_snippets};
use super::fence::Fence;
use super::footnote::Footnotes;
use super::heading::Anchors;
use super::raw_html::{self, Joined, Origin};
use super::writer::{Page, Writer};
use super::{
    Body, Heading, Prose, Slot, expand, highlight, list, prose, punctuation, settlement, slips, summary, table,
};
use crate::html::escaped;
use crate::problem::{Fix, Lines, catalogue};
use crate::rules::{HeadingIds, Rules, Urls};
use crate::vocabulary::{Date, alike, fold, nearest};

/// The text of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'p> {
    /// All of it.
    pub text: &'p str,
    /// The byte at which its Markdown begins.
    pub start: usize,
    /// Its lines.
    pub lines: &'p Lines<'p>,
    /// The HTML that its shortcodes gave.
    pub snippets: &'p [Snippet],
    /// Whether its blocks say on which lines they stand.
    pub has_lines: bool,
}

/// Reads the Markdown of a page. `title` is the title in the front matter, if any.
pub(super) fn read(page: &Text<'_>, rules: &Rules<'_>, title: Option<&str>) -> Page {
    let Text { text, start, lines, snippets, has_lines } = *page;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let smart = if rules.markdown.smart_punctuation { Options::ENABLE_SMART_PUNCTUATION } else { Options::empty() };
    let body = text.get(start..).unwrap_or_default();
    let definitions = options | Options::ENABLE_DEFINITION_LIST;
    let options = if are_definitions(body, definitions) { definitions } else { options };
    let mut undefined: Vec<(Range<usize>, String)> = Vec::new();
    let mut note_undefined = |link: BrokenLink<'_>| {
        // `[x]` alone is as often a remark as a link.
        if matches!(link.link_type, LinkType::Reference | LinkType::ReferenceUnknown) {
            undefined.push((link.span.start + start..link.span.end + start, link.reference.to_string()));
        }
        None
    };
    let parser = Parser::new_with_broken_link_callback(body, options | smart, Some(&mut note_undefined));
    let defined: Vec<String> = parser.reference_definitions().iter().map(|(label, _)| label.to_owned()).collect();
    let parser = parser.into_offset_iter().map(|(event, range)| match event {
        Event::Text(made) if !smart.is_empty() => (Event::Text(punctuated(made, body, &range, rules.language)), range),
        event => (event, range),
    });
    let events = merged(parser.map(|(event, range)| (event, range.start + start..range.end + start)), text);
    let (footnotes, citations, doubled) = Footnotes::find(&events, lines);
    let (settlements, mut problems) = settlement::find(text, &events, lines);
    problems.extend(doubled);
    problems.extend(slips::find(page, &events));
    let mut writer = Writer {
        rules,
        text,
        lines,
        snippets,
        has_lines,
        events: &events,
        footnotes,
        anchors: Anchors::default(),
        depth: 0,
        heading: String::new(),
        heading_ids: BTreeMap::new(),
        auto_ids: BTreeSet::new(),
        section_dates: Vec::new(),
        captioned: BTreeMap::new(),
        tables_seen: 0,
        cited: BTreeMap::new(),
        cited_until: 0,
        is_in_link: false,
        is_in_notes: false,
        page: Page {
            // HTML is mostly a quarter longer than its Markdown.
            body: Body { html: String::with_capacity(body.len() + body.len() / 3), ..Body::default() },
            citations,
            settlements,
            problems,
            prose: Prose::of(lines.file().clone(), body.len()),
            ..Page::default()
        },
    };
    writer.check_footnotes();
    for (range, label) in undefined {
        let near = nearest(&label, defined.iter().map(String::as_str));
        writer.page.problems.push(catalogue::reference_undefined(lines.place(range), &label, near));
    }
    let marks = writer.reserve_anchors();
    let from = writer.take_title(title);
    writer.claim_headings(from);
    marks.iter().for_each(|mark| writer.anchors.reserve(mark));
    writer.blocks(&events[from..]);
    writer.notes();
    let mut page = writer.page;
    page.summary = summary::summary(&events);
    page.words = summary::words(&events);
    page.anchors = writer.anchors.into_ids();
    page
}

impl<'a> Writer<'_, 'a> {
    /// Ids that the writer chose come first, so that they stay as they are. Gives those of mere marks in HTML, which give way
    /// to a heading of the same name.
    fn reserve_anchors(&mut self) -> Vec<String> {
        let mut marks = Vec::new();
        for (at, (event, _)) in self.events.iter().enumerate() {
            let html = match event {
                Event::Start(Tag::Heading { id: Some(id), .. }) => {
                    self.anchors.reserve(id);
                    continue;
                }
                Event::Start(Tag::HtmlBlock) => Joined::of(&self.events[at..at + end_of(&self.events[at..])]).text,
                Event::InlineHtml(html) => html.to_string(),
                _ => continue,
            };
            let (ids, of_marks) = raw_html::anchors(&html);
            ids.iter().for_each(|id| self.anchors.reserve(id));
            marks.extend(of_marks);
        }
        marks
    }

    /// Gives every heading its id before any row gets one, so that links to headings lead to them as they do elsewhere.
    fn claim_headings(&mut self, from: usize) {
        for (at, (event, range)) in self.events.iter().enumerate().skip(from) {
            if let Event::Start(Tag::Heading { id: None, .. }) = event {
                let id = self.heading_id(at);
                self.heading_ids.insert(range.start, id);
            }
        }
    }

    /// The id of the heading that begins at this event. As Zola does, only text and code count, and line breaks do not.
    fn heading_id(&mut self, at: usize) -> String {
        let inner = &self.events[at..at + end_of(&self.events[at..])];
        let ids = self.rules.markdown.heading_ids;
        let is_hugos = self.rules.urls == Urls::Hugo && !self.rules.markdown.keeps_hyphens;
        // Hugo makes the id of the last line of a heading that has several.
        let is_break = |event: &Event<'_>| matches!(event, Event::SoftBreak | Event::HardBreak);
        let last = inner.iter().rposition(|(event, _)| is_break(event)).filter(|_| !matches!(ids, HeadingIds::Zola(_)));
        let words = inner[last.unwrap_or(0)..].iter().filter_map(|(event, _)| match event {
            // Hugo makes dashes of them before it makes ids, and ids have no dashes.
            Event::Text(text) if is_hugos => Some(text.replace("---", "").replace("--", "")),
            Event::Text(text) | Event::Code(text) => Some(text.to_string()),
            _ => None,
        });
        let words = words.collect::<String>();
        let id = self.anchors.claim_heading(&without_snippets(&words), ids);
        self.auto_ids.insert(id.clone());
        id
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
                    let is_escaped = self.text[..range.start].ends_with('\\');
                    for (at, label) in undefined_notes(source).filter(|(at, _)| *at > 0 || !is_escaped) {
                        let known = self.footnotes.labels();
                        let near = nearest(label, known.iter().map(String::as_str));
                        let begin = range.start + at;
                        let place = self.lines.place(begin..begin + label.len() + "[^]".len());
                        let same = alike(label, known.iter().map(String::as_str));
                        let fix = same.map(|name| Fix::write(place.clone(), format!("[^{name}]")));
                        self.page.problems.push(catalogue::footnote_undefined(place, label, near).with_fix(fix));
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
        self.page.title_id = match &self.events[at].0 {
            Event::Start(Tag::Heading { id: Some(id), .. }) => Some(id.to_string()),
            _ => Some(self.heading_id(at)),
        };
        self.open_section(1, &self.events[end + 1..]);
        end + 1
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
                Event::Start(Tag::Paragraph) if is_snippets(&events[at + 1..end], self.snippets) => {
                    self.inline(&events[at + 1..end]);
                    self.raw("\n");
                    at = end + 1;
                }
                Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                    let claimed = self.heading_ids.remove(&events[at].1.start).unwrap_or_default();
                    let id = id.as_deref().map_or(claimed, str::to_owned);
                    self.heading(*level as u8, id, (classes, attrs), &events[at..end]);
                    self.open_section(*level as u8, &events[end + 1..]);
                    at = end + 1;
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    self.code(kind, &events[at..end]);
                    at = end + 1;
                }
                Event::Start(Tag::HtmlBlock) => {
                    let joined = Joined::of(&events[at + 1..end]);
                    self.html(&joined.text, &Origin::Block(&joined));
                    at = end + 1;
                }
                Event::Start(Tag::DefinitionList) => {
                    self.definitions(&events[at..=end]);
                    at = end + 1;
                }
                Event::Start(tag @ Tag::List(_)) => {
                    self.list(tag, &events[at..=end]);
                    at = end + 1;
                }
                Event::Start(tag) if is_inline(tag) => {
                    self.inline(&events[at..=end]);
                    at = end + 1;
                }
                Event::Start(tag) => {
                    self.prose(&events[at..=end]);
                    self.start(tag, &events[at].1);
                    self.nested(&events[at + 1..end], Self::blocks);
                    self.end(tag.to_end());
                    at = end + 1;
                }
                Event::Rule => {
                    self.raw("<hr>\n");
                    at += 1;
                }
                _ => {
                    self.inline(&events[at..=at]);
                    at += 1;
                }
            }
        }
    }

    /// A list; one whose items begin with dates is data, and each of those items an anchor.
    fn list(&mut self, tag: &Tag<'_>, events: &[Marked<'a>]) {
        let read = if self.depth == 0 && !self.is_in_notes { list::read(self, events) } else { None };
        let Some((table, row_of_item)) = read else {
            self.start(tag, &events[0].1);
            self.nested(&events[1..events.len() - 1], Self::blocks);
            self.end(tag.to_end());
            return;
        };
        let number = self.page.tables.len();
        let rows = table.rows.clone();
        let kind = table.kind.as_str();
        self.page.tables.push(table);
        self.raw(&format!("<ul class=\"dated {kind}\">\n"));
        let mut at = 1;
        for row in row_of_item {
            let end = at + end_of(&events[at..]);
            match row {
                Some(row) => {
                    self.raw("<li id=\"");
                    self.attribute(&rows[row].anchor);
                    self.raw("\"");
                }
                None => self.raw("<li"),
            }
            self.say_lines(&events[at].1);
            self.raw(">");
            self.prose(&events[at..=end]);
            let mut inner = &events[at + 1..end];
            // The date with which the item begins is shown in the page's language; in bold it is left as it is.
            let first = inner.first().filter(|_| row.is_some());
            let begun = first.and_then(|(event, _)| match event {
                Event::Text(text) => Date::prefix(text).map(|(date, length)| (date, text[length..].to_owned())),
                _ => None,
            });
            if let Some((date, rest)) = begun {
                self.date(&date);
                self.escaped(&rest);
                inner = &inner[1..];
            }
            self.nested(inner, Self::blocks);
            if let Some(row) = row {
                self.slot(Slot::Note(number, row));
            }
            self.raw("</li>\n");
            at = end + 1;
        }
        self.raw("</ul>\n");
    }

    /// Keeps the sentences of a paragraph, or of an item that has its text directly in it.
    pub(super) fn prose(&mut self, block: &[Marked<'a>]) {
        let is_text = |event: &Event<'_>| match event {
            Event::Start(tag) => is_inline(tag),
            Event::Html(_) => false,
            _ => true,
        };
        let inner = match block.first() {
            Some((Event::Start(Tag::Paragraph), _)) => &block[1..block.len() - 1],
            Some((Event::Start(Tag::Item), _)) => {
                let inner = &block[1..block.len() - 1];
                let end = inner.iter().position(|(event, _)| !is_text(event)).unwrap_or(inner.len());
                &inner[..end]
            }
            _ => return,
        };
        if !self.is_in_notes && !inner.is_empty() {
            let as_of = self.section_date();
            let before = self.page.prose.len();
            prose::add_sentences(&mut self.page.prose, inner, self.lines, as_of);
            if self.rules.has_desk {
                let new = self.page.prose.new_since(before);
                let found = new.flat_map(|sentence| prose::look(sentence, self.rules.language));
                self.page.problems.extend(found);
            }
        }
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

    fn heading(&mut self, level: u8, id: String, (classes, attributes): Attributes<'_, '_>, events: &[Marked<'a>]) {
        let inner = &events[1..];
        let text = plain_text(inner);
        self.raw(&format!("<h{level} id=\""));
        self.attribute(&id);
        self.raw("\"");
        if !classes.is_empty() {
            self.raw(" class=\"");
            self.attribute(&classes.join(" "));
            self.raw("\"");
        }
        let mut written = vec!["id", "class"];
        for (name, value) in attributes {
            // What runs, and what a page's own style does, stays out.
            let lower = name.to_ascii_lowercase();
            if !lower.starts_with("on") && lower != "style" && !written.contains(&name.as_ref()) {
                self.raw(&format!(" {name}=\""));
                self.attribute(value.as_deref().unwrap_or_default());
                self.raw("\"");
                written.push(name);
            }
        }
        self.say_lines(&events[0].1);
        self.raw(">");
        let number = self.page.headings.len();
        self.slot(Slot::Anchor(number, true));
        self.inline(inner);
        self.slot(Slot::Anchor(number, false));
        self.raw(&format!("</h{level}>\n"));
        self.heading.clone_from(&text);
        self.page.headings.push(Heading { level, id, text });
    }

    /// A section whose first paragraph begins with "As of DATE" or its like holds at that date, until the next heading
    /// of its level or above.
    fn open_section(&mut self, level: u8, after: &[Marked<'a>]) {
        self.section_dates.retain(|(open, _)| *open < level);
        let Some((Event::Start(Tag::Paragraph), _)) = after.first() else { return };
        let paragraph = &after[..end_of(after)];
        let first = paragraph.iter().find_map(|(event, _)| match event {
            Event::Text(text) | Event::Code(text) => Some(&**text),
            _ => None,
        });
        if first.is_some_and(Date::may_lead) {
            let text = plain_text(paragraph);
            self.section_dates.extend(Date::leading_as_of(&text).map(|date| (level, date)));
        }
    }

    /// The date at which the innermost section with a date holds.
    pub(super) fn section_date(&self) -> Option<Date> {
        self.section_dates.last().map(|(_, date)| *date)
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>, events: &[Marked<'a>]) {
        let code: String = events[1..]
            .iter()
            .filter_map(|(event, _)| if let Event::Text(text) = event { Some(text.as_ref()) } else { None })
            .collect();
        let code = filled(&code, self.snippets);
        let fence = match kind {
            CodeBlockKind::Fenced(info) => Fence::of(info),
            CodeBlockKind::Indented => Fence::default(),
        };
        let language = fence.language.as_str();
        let highlighted = (!language.is_empty()).then(|| highlight::highlight(&code, language)).flatten();
        if let Some(name) = &fence.name {
            self.raw("<figure class=\"code\"><figcaption>");
            self.escaped(name);
            self.raw("</figcaption>\n");
        }
        self.raw("<pre tabindex=\"0\"");
        self.say_lines(&events[0].1);
        self.raw("><code");
        if !language.is_empty() {
            self.raw(" class=\"language-");
            self.attribute(language);
            self.raw("\"");
        }
        self.raw(">");
        self.page.has_code |= highlighted.is_some() || fence.has_lines();
        let html = highlighted.unwrap_or_else(|| escaped(&code));
        self.raw(&if fence.has_lines() { fence.lines(&html) } else { html });
        self.raw("</code></pre>\n");
        if fence.name.is_some() {
            self.raw("</figure>\n");
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.raw("<p");
                self.say_lines(range);
                self.raw(">");
            }
            Tag::BlockQuote(None) => self.raw("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => {
                let word = alert_word(*kind);
                self.raw(&format!("<div role=\"note\" class=\"alert {word}\"><p class=\"alert-title\">"));
                self.slot(Slot::Word(word));
                self.raw("</p>\n");
            }
            Tag::List(Some(1)) => self.raw("<ol>\n"),
            Tag::List(Some(first)) => self.raw(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.raw("<ul>\n"),
            Tag::Item => {
                self.raw("<li");
                self.say_lines(range);
                self.raw(">");
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.raw("</p>\n"),
            TagEnd::BlockQuote(None) => self.raw("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.raw("</div>\n"),
            TagEnd::List(true) => self.raw("</ol>\n"),
            TagEnd::List(false) => self.raw("</ul>\n"),
            TagEnd::Item => self.raw("</li>\n"),
            _ => {}
        }
    }

    /// The footnotes of the page, with a way back for each use. Notes that notes refer to come after them.
    fn notes(&mut self) {
        for label in self.footnotes.unused() {
            if let Some(citation) = self.footnotes.citation(&label).and_then(|at| self.page.citations.get(at)) {
                self.page.problems.push(catalogue::footnote_unused(citation.place.clone(), &label));
            }
            self.footnotes.append(label); // shown all the same: nothing that was written is lost
        }
        self.page.body.notes_start = self.page.body.html.len();
        self.is_in_notes = true;
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

/// Whether every definition that the parser would find on a page is one: `: ` and what is meant. It takes any line that begins
/// with a colon for one, such as `:warning:` or `:::`; a page that has such lines has no definition lists.
fn are_definitions(body: &str, options: Options) -> bool {
    let is_one = |range: &Range<usize>| {
        let after = body.get(range.start..).and_then(|rest| rest.trim_start().strip_prefix(':'));
        after.is_some_and(|after| after.starts_with([' ', '\t', '\n']))
    };
    // Most pages have no line that begins with a colon, and are read once.
    let begins_line = |at| {
        let before = body[..at].trim_end_matches([' ', '>', '\t', '-', '*']);
        before.is_empty() || before.ends_with('\n')
    };
    if !memchr_iter(b':', body.as_bytes()).any(begins_line) {
        return false;
    }
    let mut found = false;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        if matches!(event, Event::Start(Tag::DefinitionListDefinition)) {
            found = true;
            if !is_one(&range) {
                return false;
            }
        }
    }
    found
}

/// A text of the parser's with the quotation marks of the language instead of the English ones.
fn punctuated<'a>(made: CowStr<'a>, body: &str, range: &Range<usize>, language: &str) -> CowStr<'a> {
    let source = body.get(range.clone()).unwrap_or_default();
    let around = (body[..range.start].chars().next_back(), body[range.end..].chars().next());
    punctuation::mark(&made, source, around, language).map_or(made, CowStr::Borrowed)
}

/// Whether the events of a paragraph are HTML of shortcodes and nothing else, or stand inside a block of such HTML.
fn is_snippets(inner: &[Marked<'_>], snippets: &[Snippet]) -> bool {
    let says_nothing = |event: &Event<'_>| match event {
        Event::Text(text) => without_snippets(text).trim().is_empty(),
        Event::SoftBreak => true,
        _ => false,
    };
    let is_alone = !inner.is_empty() && inner.iter().all(|(event, _)| says_nothing(event));
    let (Some((Event::Text(first), _)), Some((Event::Text(last), _))) = (inner.first(), inner.last()) else {
        return is_alone;
    };
    is_alone || expand::is_in_block(first, last, snippets)
}

/// The classes of a heading, and its other attributes.
type Attributes<'h, 'a> = (&'h [CowStr<'a>], &'h [(CowStr<'a>, Option<CowStr<'a>>)]);

/// Whether a tag stands within a line.
fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
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
    let starts = memchr_iter(b'[', source.as_bytes()).filter(|at| source[at + 1..].starts_with('^'));
    starts.filter_map(|at| {
        let label = source[at + 2..].split(']').next().filter(|label| at + 2 + label.len() < source.len())?;
        let is_range = label.chars().count() == 3 && label.chars().nth(1) == Some('-'); // `[^a-z]` in prose
        let is_label = !label.is_empty() && !label.contains([' ', '\n', '[', '^']) && !is_range;
        (is_label && !source[..at].ends_with('\\')).then_some((at, label))
    })
}

/// Whether a paragraph's events are one emphasis and nothing else.
pub(super) fn is_emphasis(paragraph: &[Marked<'_>]) -> bool {
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
