//! HTML in a page. Comes in: the HTML as the writer or a shortcode wrote it. Goes out: the same HTML, its links as slots that
//! are checked and made relative like all others, its ids as anchors.

use std::ops::Range;

use pulldown_cmark::Event;

use super::events::Marked;
use super::expand::{filled, has_snippets};
use super::summary::is_more;
use super::writer::Writer;
use super::{Link, Slot};
use crate::html::{self, Attribute, Use, tags, unescaped};
use crate::problem::{Lines, Place, catalogue};

/// The lines of a block of HTML as one text; around them may stand the marks of quotes and lists.
pub(super) struct Joined {
    /// The HTML.
    pub text: String,
    /// The byte of each line in it, and in the page.
    parts: Vec<(usize, usize)>,
}

impl Joined {
    /// Joins the events inside a block.
    pub(super) fn of(events: &[Marked<'_>]) -> Joined {
        let mut joined = Joined { text: String::new(), parts: Vec::new() };
        for (event, range) in events {
            if let Event::Html(html) | Event::InlineHtml(html) | Event::Text(html) = event {
                joined.parts.push((joined.text.len(), range.start));
                joined.text.push_str(html);
            }
        }
        joined
    }

    /// The place of a stretch of it.
    fn place(&self, range: Range<usize>, lines: &Lines<'_>) -> Place {
        let source = |at: usize| {
            let part = self.parts.iter().rev().find(|(start, _)| *start <= at).copied().unwrap_or((0, 0));
            part.1 + (at - part.0)
        };
        lines.place(source(range.start)..source(range.end))
    }
}

/// Where the summary of a page ends, so that a list can lead there.
const CONTINUE: &str = "<span id=\"continue-reading\"></span>";

/// What stands in HTML: where it is, for problems.
pub(super) enum Origin<'o> {
    /// A block that the writer wrote.
    Block(&'o Joined),
    /// A tag within a line, which begins at this byte of the page.
    Inline(usize),
    /// A shortcode, which stands here.
    Shortcode(&'o Place),
}

impl Origin<'_> {
    fn place(&self, range: Range<usize>, lines: &Lines<'_>) -> Place {
        match self {
            Origin::Block(joined) => joined.place(range, lines),
            Origin::Inline(start) => lines.place(start + range.start..start + range.end),
            Origin::Shortcode(place) => (*place).clone(),
        }
    }
}

/// The ids and names that HTML brings with it; those of mere marks (`<a id="x"></a>`, `<span id="x">`) are given apart.
pub(super) fn anchors(html: &str) -> (Vec<String>, Vec<String>) {
    if !html.contains(['=']) {
        return (Vec::new(), Vec::new());
    }
    let found =
        html::attributes(html).into_iter().filter(|found| found.usage == Use::Anchor && !found.value.is_empty());
    let (marks, others): (Vec<Attribute<'_>>, Vec<Attribute<'_>>) = found.partition(is_mark);
    let values = |all: Vec<Attribute<'_>>| all.into_iter().map(|attribute| attribute.value.into_owned()).collect();
    (values(others), values(marks))
}

/// An element that is there only to be led to.
fn is_mark(attribute: &Attribute<'_>) -> bool {
    matches!(attribute.element.as_ref(), "a" | "span")
}

impl Writer<'_, '_> {
    /// Writes HTML, with its links as slots and without the remarks that settle findings, which are not for readers.
    pub(super) fn html(&mut self, html: &str, origin: &Origin<'_>) {
        if has_snippets(html) {
            let place = origin.place(0..html.len(), self.lines);
            let html = filled(html, self.snippets);
            return self.html(&html, &Origin::Shortcode(&place));
        }
        let is_shortcode = matches!(origin, Origin::Shortcode(_));
        if !self.rules.markdown.raw_html && !is_shortcode && !is_harmless(html) {
            let start = html.len() - html.trim_start().len();
            let place = origin.place(start..html.trim_end().len().max(start), self.lines);
            self.page.problems.push(catalogue::raw_html_refused(place));
            self.escaped(html);
            return;
        }
        self.look_for_alternatives(html, origin);
        let mut from = 0;
        for attribute in html::attributes(html) {
            match attribute.usage {
                Use::Link | Use::Picture => {
                    self.without_settlements(&html[from..attribute.range.start]);
                    from = self.address(html, &attribute, origin);
                }
                Use::Pictures => {
                    for (address, range) in attribute.candidates(html) {
                        self.without_settlements(&html[from..range.start]);
                        self.link(address, (true, true), origin.place(range.clone(), self.lines), false);
                        from = range.end;
                    }
                }
                // The heading of this name is there already, and leads to the same place.
                Use::Anchor if is_mark(&attribute) && self.auto_ids.contains(&*attribute.value) => {
                    let before = &html[from..attribute.range.start];
                    let at = before.to_ascii_lowercase().rfind(&*attribute.name).unwrap_or(before.len());
                    self.without_settlements(&before[..at]);
                    self.raw("data-");
                    self.raw(&before[at..]);
                    from = attribute.range.start;
                }
                Use::Program => {
                    let place = origin.place(attribute.range.clone(), self.lines);
                    self.page.problems.push(catalogue::handler_blocked(place, &attribute.name));
                }
                Use::Anchor | Use::Other => {}
            }
        }
        self.without_settlements(&html[from..]);
    }

    /// Pictures that say nothing to those who cannot see them. `alt=""` says that there is nothing to say.
    fn look_for_alternatives(&mut self, html: &str, origin: &Origin<'_>) {
        if !html.contains("<img") && !html.contains("<IMG") {
            return;
        }
        tags::each(html, |tag| {
            if tag.name == "img" && tag.attribute("alt").is_none() {
                let place = origin.place(tag.start..tag.inside.start, self.lines);
                let source = unescaped(tag.value(html, "src").unwrap_or_default());
                self.page.problems.push(catalogue::picture_alt(place, &source));
            }
        });
    }

    /// Leaves a slot for an address; gives the byte after it.
    fn address(&mut self, html: &str, attribute: &Attribute<'_>, origin: &Origin<'_>) -> usize {
        let Range { start, end } = attribute.range;
        let is_quoted = html[..start].ends_with(['"', '\'']);
        if !is_quoted {
            self.raw(if tags::is_given(html, &attribute.range) { "\"" } else { "=\"" });
        }
        let place = origin.place(start..end, self.lines);
        let is_plain = html[start..end] == attribute.value && !matches!(origin, Origin::Shortcode(_));
        let is_loaded = !matches!(attribute.element.as_ref(), "a" | "area" | "blockquote" | "q" | "ins" | "del");
        self.link(&attribute.value, (attribute.usage == Use::Picture, is_loaded), place, is_plain);
        if !is_quoted {
            self.raw("\"");
        }
        end
    }

    fn link(&mut self, target: &str, (is_picture, is_loaded): (bool, bool), place: Place, is_plain: bool) {
        let target_place = is_plain.then(|| place.clone());
        let (target, text) = (target.to_owned(), String::new());
        self.page.links.push(Link { target, text, is_picture, is_loaded, place, target_place });
        self.slot(Slot::Address(self.page.links.len() - 1));
    }

    fn without_settlements(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find("<!--") {
            let length = rest[at..].find("-->").map_or(rest.len() - at, |end| end + "-->".len());
            let is_settlement = rest[at + "<!--".len()..].trim_start().starts_with("ok:");
            if is_more(&rest[at..]) && !self.page.body.html.contains(CONTINUE) {
                self.raw(&rest[..at]);
                self.raw(CONTINUE);
                self.anchors.reserve("continue-reading");
            } else {
                self.raw(&rest[..if is_settlement { at } else { at + length }]);
            }
            rest = &rest[at + length..];
        }
        self.raw(rest);
    }
}

/// Whether HTML is a remark or a line break, which are Markdown as much as HTML.
fn is_harmless(html: &str) -> bool {
    let html = html.trim();
    let is_remark = html.starts_with("<!--") && html.ends_with("-->") && html.matches("<!--").count() == 1;
    is_remark || html.is_empty() || (html.starts_with("<br") && html.trim_end_matches(['/', '>', ' ']) == "<br")
}
