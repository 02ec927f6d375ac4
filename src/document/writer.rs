//! Writing a page's HTML: text, attributes, slots, and everything that stands within a line. Comes in: inline events.
//! Goes out: HTML in the [`Page`], its links, and the numbers of its footnotes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};
use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use super::autolink;
use super::citation::Citation;
use super::events::{Marked, end_of, plain_text};
use super::expand::{Snippet, filled, has_snippets, split};
use super::footnote::Footnotes;
use super::heading::{Anchors, Ids};
use super::prose::Prose;
use super::raw_html::Origin;
use super::row::Table;
use super::{Body, Heading, LINES, Link, Slot};
use crate::problem::{Lines, Problem, Settlement, catalogue};
use crate::rules::Rules;
use crate::vocabulary::Date;

/// How deep quotes, lists and emphasis may stand in one another. No text needs more, and every level takes room on the
/// program's stack.
const DEPTH_MAX: usize = 100;

/// What a page's text gives.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The first `# heading`, where it serves as the title.
    pub title: Option<String>,
    /// The fragment that leads to that heading.
    pub title_id: Option<String>,
    /// Its HTML.
    pub body: Body,
    /// Its headings, without the title.
    pub headings: Vec<Heading>,
    /// What a fragment can lead to.
    pub anchors: Ids,
    /// Its links and pictures.
    pub links: Vec<Link>,
    /// Its recognised tables.
    pub tables: Vec<Table>,
    /// Its sources: its footnotes, then those in cells and captions.
    pub citations: Vec<Citation>,
    /// Its running text.
    pub prose: Prose,
    /// What the writer has settled.
    pub settlements: Vec<Settlement>,
    /// Whether it has highlighted code.
    pub has_code: bool,
    /// Its text before `<!-- more -->`.
    pub summary: Option<String>,
    /// How many words it has.
    pub words: usize,
    /// What is wrong in it.
    pub problems: Vec<Problem>,
}

/// Writes one page.
pub(super) struct Writer<'p, 'a> {
    /// By what tables and words are understood.
    pub rules: &'p Rules<'p>,
    /// The whole text of the page.
    pub text: &'p str,
    /// Its lines.
    pub lines: &'p Lines<'p>,
    /// The HTML that its shortcodes gave.
    pub(super) snippets: &'p [Snippet],
    /// Whether blocks say on which lines they stand.
    pub(super) has_lines: bool,
    /// All events of the page.
    pub events: &'p [Marked<'a>],
    /// Its footnotes.
    pub footnotes: Footnotes,
    /// Its anchors.
    pub anchors: Anchors,
    /// The text of the nearest heading above.
    pub heading: String,
    /// The ids of headings that are not written yet, by the byte at which each begins.
    pub(super) heading_ids: BTreeMap<usize, String>,
    /// The ids that headings have got from their text.
    pub(super) auto_ids: BTreeSet<String>,
    /// The as-of dates of the open sections, each with the level of its heading.
    pub(super) section_dates: Vec<(u8, Date)>,
    /// How many tables have got the text of each heading as their caption.
    pub(super) captioned: BTreeMap<String, usize>,
    /// How many tables were written, recognised or not.
    pub tables_seen: usize,
    /// The citations of the page, as indices, by text and target.
    pub(super) cited: BTreeMap<(String, Option<String>), usize>,
    /// How many of them are in there.
    pub(super) cited_until: usize,
    /// What was written so far.
    pub page: Page,
    /// How many containers are open.
    pub(super) depth: usize,
    /// Whether a link is open, in which there can be no other.
    pub(super) is_in_link: bool,
    /// Whether the footnotes are being written, which are no running text.
    pub(super) is_in_notes: bool,
}

impl<'a> Writer<'_, 'a> {
    /// Keeps a citation; gives its index. One that says the same as another is that one.
    pub(super) fn cite(&mut self, citation: Citation) -> usize {
        let key = |citation: &Citation| (citation.text.clone(), citation.target.clone());
        let citations = &mut self.page.citations;
        for (at, known) in citations.iter().enumerate().skip(self.cited_until) {
            self.cited.entry(key(known)).or_insert(at);
        }
        let at = *self.cited.entry(key(&citation)).or_insert(citations.len());
        if at == citations.len() {
            citations.push(citation);
        }
        self.cited_until = citations.len();
        at
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

    /// Says in the tag that is open on which lines of the source the block stands, where that is asked for and known.
    pub(super) fn say_lines(&mut self, range: &Range<usize>) {
        if !self.has_lines {
            return;
        }
        if let Some((first, last)) = self.lines.written(range.clone()) {
            self.raw(&format!(" {LINES}=\"{first}-{last}\""));
        }
    }

    /// Writes a date in the words of the page's language.
    pub(super) fn date(&mut self, date: &Date) {
        let words = date.in_words(self.rules.language);
        match date.datetime() {
            Some(datetime) => self.raw(&format!("<time datetime=\"{datetime}\">")),
            None => self.raw("<span class=\"date\">"),
        }
        self.escaped(&words);
        self.raw(if date.is_interval() { "</span>" } else { "</time>" });
    }

    /// Leaves a slot here.
    pub(super) fn slot(&mut self, slot: Slot) {
        self.page.body.slots.push((self.page.body.html.len(), slot));
    }

    /// Writes what is inside a container by `write`, unless it is nested too deep; then only its text, and a problem.
    pub(super) fn nested(&mut self, events: &[Marked<'a>], write: impl FnOnce(&mut Self, &[Marked<'a>])) {
        if self.depth >= DEPTH_MAX {
            self.escaped(&plain_text(events));
            if let Some((_, range)) = events.first() {
                let place = self.lines.place(range.start..range.start);
                self.page.problems.push(catalogue::nesting_too_deep(place, DEPTH_MAX));
            }
            return;
        }
        self.depth += 1;
        write(self, events);
        self.depth -= 1;
    }

    /// Writes events that stand within a line.
    pub(super) fn inline(&mut self, events: &[Marked<'a>]) {
        let mut at = 0;
        while at < events.len() {
            let end = at + end_of(&events[at..]);
            let inner = events.get(at + 1..end).unwrap_or_default();
            match &events[at].0 {
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let target = filled(dest_url, self.snippets);
                    self.picture(&target, title, &plain_text(inner), events[at].1.clone());
                }
                Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                    let target = match link_type {
                        LinkType::Email => format!("mailto:{dest_url}"),
                        _ => filled(dest_url, self.snippets),
                    };
                    self.raw("<a");
                    let text = plain_text(inner);
                    let is_figure = text == "?" && target.contains('#');
                    self.link_slot(&target, (false, &text), events[at].1.clone());
                    self.title(title);
                    self.raw(">");
                    match is_figure {
                        true => self.slot(Slot::Figure(self.page.links.len() - 1)),
                        false => {
                            let was_in_link = std::mem::replace(&mut self.is_in_link, true);
                            self.nested(inner, Self::inline);
                            self.is_in_link = was_in_link;
                        }
                    }
                    self.raw("</a>");
                }
                Event::Start(tag) => {
                    let name = match tag {
                        Tag::Emphasis => "em",
                        Tag::Strong => "strong",
                        Tag::Strikethrough => "del",
                        _ => "span",
                    };
                    self.raw(&format!("<{name}>"));
                    self.nested(inner, Self::inline);
                    self.raw(&format!("</{name}>"));
                }
                event => self.leaf(event, &events[at].1),
            }
            at = end + 1;
        }
    }

    fn picture(&mut self, target: &str, title: &str, alt: &str, range: Range<usize>) {
        if alt.trim().is_empty() {
            self.page.problems.push(catalogue::picture_alt(self.lines.place(range.clone()), target));
        }
        self.raw("<img");
        self.link_slot(target, (true, ""), range);
        self.raw(" alt=\"");
        self.attribute(alt);
        self.raw("\"");
        self.title(title);
        self.raw(" loading=\"lazy\">");
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.raw(" title=\"");
            self.attribute(&filled(title, self.snippets));
            self.raw("\"");
        }
    }

    fn link_slot(&mut self, target: &str, (is_picture, text): (bool, &str), range: Range<usize>) {
        let target_place = target_range(self.text, target, range.clone()).map(|range| self.lines.place(range));
        let place = self.lines.place(range);
        // Only the text of what may be a link to a figure is of use to anybody.
        let is_number = target.contains('#') && (text == "?" || text.contains(|c: char| c.is_numeric()));
        let text = if is_number { text.to_owned() } else { String::new() };
        self.page.links.push(Link {
            target: target.to_owned(),
            text,
            is_picture,
            is_loaded: is_picture,
            place,
            target_place,
        });
        self.slot(Slot::Link(self.page.links.len() - 1));
    }

    fn leaf(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Text(text) if has_snippets(text) => self.with_snippets(text),
            Event::Text(text) => self.text(text, range),
            Event::Code(code) => {
                self.raw("<code>");
                self.escaped(&filled(code, self.snippets));
                self.raw("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(html, &Origin::Inline(range.start)),
            Event::SoftBreak => self.raw("\n"),
            Event::HardBreak => self.raw("<br>\n"),
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(done) => {
                let checked = if *done { " checked" } else { "" };
                self.raw(&format!("<input type=\"checkbox\" disabled{checked}> "));
            }
            _ => {}
        }
    }

    /// Running text: bare addresses in it become links, names of emoji the emoji, where the site says so.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        let links = match self.rules.markdown.autolinks && !self.is_in_link {
            true => autolink::find(text),
            false => Vec::new(),
        };
        // Where entities or escapes stand in the source, only the place of the whole text is known.
        let is_same = self.text.get(range.clone()) == Some(text);
        let mut from = 0;
        for link in links {
            self.words(&text[from..link.range.start]);
            let own = range.start + link.range.start..range.start + link.range.end;
            self.raw("<a");
            self.link_slot(&link.target, (false, ""), if is_same { own } else { range.clone() });
            self.raw(">");
            self.escaped(&text[link.range.clone()]);
            self.raw("</a>");
            from = link.range.end;
        }
        self.words(&text[from..]);
    }

    fn words(&mut self, text: &str) {
        if !self.rules.markdown.emoji || !text.contains(':') {
            return self.escaped(text);
        }
        let mut rest = text;
        while let Some(start) = rest.find(':') {
            let name = rest[start + 1..].split_once(':').map(|(name, _)| name);
            let found = name.and_then(|name| Some((name, emojis::get_by_shortcode(name)?)));
            match found {
                Some((name, emoji)) => {
                    self.escaped(&rest[..start]);
                    self.raw(emoji.as_str());
                    rest = &rest[start + name.len() + 2..];
                }
                None => {
                    self.escaped(&rest[..=start]);
                    rest = &rest[start + 1..];
                }
            }
        }
        self.escaped(rest);
    }

    /// Text with HTML of shortcodes in it.
    fn with_snippets(&mut self, text: &str) {
        let (first, numbered) = split(text);
        self.escaped(first);
        for (number, rest) in numbered {
            if let Some(snippet) = self.snippets.get(number) {
                let html = filled(&snippet.html, self.snippets);
                self.html(&html, &Origin::Shortcode(&snippet.place));
            }
            self.escaped(rest);
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
}

/// Where the address of a link or picture stands in it: `](ADDRESS` or `](<ADDRESS`, once; or it is nothing but its address.
fn target_range(text: &str, target: &str, range: Range<usize>) -> Option<Range<usize>> {
    let source = text.get(range.clone())?;
    let bare = source.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(source);
    if bare == target && !target.is_empty() {
        let start = range.start + (source.len() - target.len()) / 2;
        return Some(start..start + target.len());
    }
    let is_address = |at: &usize| {
        let before = &source[..*at];
        let is_whole = source[at + target.len()..].starts_with([')', '>', ' ', '\n', '\t']);
        is_whole && (before.ends_with("](") || before.ends_with("](<"))
    };
    let mut found = source.match_indices(target).map(|(at, _)| at).filter(is_address);
    let at = found.next().filter(|_| !target.is_empty() && found.next().is_none())?;
    Some(range.start + at..range.start + at + target.len())
}
