//! The Markdown of a page as others may read it. Comes in: its source, and what knows where its links lead. Goes out: its text
//! with shortcodes expanded, links that work where it is published, and without remarks, which are the writer's own.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::expand::{self, Expanded, Shortcodes, filled};
use super::{FileName, FrontMatter, front_matter};
use crate::problem::Lines;
use crate::rules::{Rules, Urls};
use crate::source::Source;

/// A link or picture in Markdown.
#[derive(Debug, Clone, Copy)]
pub struct Found<'t> {
    /// Its address, as it is read.
    pub target: &'t str,
    /// Its text, where that is plain.
    pub text: &'t str,
}

/// What stands there instead.
#[derive(Debug, Clone, Default)]
pub struct Replaced {
    /// The address; empty where it leads nowhere.
    pub target: String,
    /// The text, where it is another.
    pub text: Option<String>,
}

/// A link while its text is read.
struct Open {
    range: Range<usize>,
    target: String,
    text: String,
    /// Where its text ends.
    text_end: usize,
    is_inline: bool,
}

/// The Markdown of a page; `front` is what its front matter says.
pub fn twin(
    source: &Source,
    front: &FrontMatter,
    (rules, shortcodes): (&Rules<'_>, &dyn Shortcodes),
    replace: &dyn Fn(Found<'_>) -> Replaced,
) -> String {
    let start = front_matter::body_start(&source.text);
    let Some(expanded) =
        expand::may_call(&source.text[start..]).then(|| expanded(source, start, front, (rules, shortcodes)))
    else {
        return edited(&source.text[start..], &|text| text.to_owned(), replace);
    };
    let whole = |text: &str| filled(text, &expanded.snippets);
    whole(&edited(&expanded.text[start..], &whole, replace))
}

fn expanded(
    source: &Source,
    start: usize,
    front: &FrontMatter,
    (rules, shortcodes): (&Rules<'_>, &dyn Shortcodes),
) -> Expanded {
    let lines = Lines::new(source.path.clone(), &source.text);
    expand::expand(&expand::Page {
        text: &source.text,
        start,
        lines: &lines,
        is_section: FileName::of(&source.path, rules.suffixes()).is_section(),
        front,
        language: front.lang.as_deref().unwrap_or(rules.language),
        shortcodes,
        is_hugos: rules.urls == Urls::Hugo,
    })
}

/// A text in which links are replaced and remarks left out; `whole` puts in what shortcodes gave.
fn edited(body: &str, whole: &dyn Fn(&str) -> String, replace: &dyn Fn(Found<'_>) -> Replaced) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let parser = Parser::new_ext(body, options);
    for (_, definition) in parser.reference_definitions().iter() {
        let target = whole(&definition.dest);
        let written = written(body, definition.span.clone(), "]:");
        let new = replace(Found { target: &target, text: "" });
        edits.extend(written.map(|range| (range, address(&new.target))));
    }
    for (event, range) in parser.into_offset_iter() {
        match &event {
            Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. }) => {
                let is_inline = matches!(link_type, LinkType::Inline);
                let opening = if matches!(event, Event::Start(Tag::Image { .. })) { 2 } else { 1 };
                let text_end = range.start + opening;
                open.push(Open { range, target: dest_url.to_string(), text: String::new(), text_end, is_inline });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let closed = open.pop();
                if let Some(closed) = closed.filter(|closed| closed.is_inline) {
                    link(body, &closed, whole, replace, &mut edits);
                }
                if let Some(around) = open.last_mut() {
                    around.text_end = around.text_end.max(range.end);
                }
            }
            Event::Start(Tag::HtmlBlock) => remarks(body, range, &mut edits),
            Event::InlineHtml(html) if html.starts_with("<!--") => edits.push((range, String::new())),
            event => {
                if let Some(around) = open.last_mut() {
                    around.text_end = around.text_end.max(range.end);
                    if let Event::Text(text) = event {
                        around.text.push_str(text);
                    }
                }
            }
        }
    }
    apply(body, edits)
}

/// What becomes of an inline link.
fn link(
    body: &str,
    link: &Open,
    whole: &dyn Fn(&str) -> String,
    replace: &dyn Fn(Found<'_>) -> Replaced,
    edits: &mut Vec<(Range<usize>, String)>,
) {
    let Some(range) = written(body, link.text_end..link.range.end, "](") else { return };
    let target = whole(&link.target);
    let new = replace(Found { target: &target, text: &link.text });
    edits.push((range, address(&new.target)));
    if let Some(text) = new.text {
        edits.push((link.text_end - link.text.len()..link.text_end, text));
    }
}

/// Where an address stands that follows a sign: the first one in this range.
fn written(body: &str, range: Range<usize>, sign: &str) -> Option<Range<usize>> {
    let text = body.get(range.clone())?;
    let after = text.find(sign)? + sign.len();
    let start = after + text[after..].len() - text[after..].trim_start().len();
    let rest = &text[start..];
    let length = if rest.starts_with('<') {
        rest.find('>')? + 1
    } else {
        let mut depth = 0_usize;
        let mut is_escaped = false;
        let end = rest.char_indices().find(|(_, c)| {
            let is_plain = !is_escaped;
            is_escaped = *c == '\\' && is_plain;
            match c {
                '(' if is_plain => depth += 1,
                ')' if is_plain && depth == 0 => return true,
                ')' if is_plain => depth -= 1,
                c => return c.is_whitespace(),
            }
            false
        });
        end.map_or(rest.len(), |(at, _)| at)
    };
    Some(range.start + start..range.start + start + length)
}

/// An address as Markdown has it.
fn address(target: &str) -> String {
    let is_plain =
        !target.is_empty() && !target.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>".contains(c));
    if is_plain {
        target.to_owned()
    } else {
        format!("<{}>", target.replace('<', "%3C").replace('>', "%3E").replace('\n', ""))
    }
}

/// Remarks in a block of HTML; one that does not end goes on to its end. A block of nothing else leaves no line.
fn remarks(body: &str, block: Range<usize>, edits: &mut Vec<(Range<usize>, String)>) {
    let text = &body[block.clone()];
    let mut at = 0;
    let mut found: Vec<Range<usize>> = Vec::new();
    while let Some(open) = text[at..].find("<!--").map(|open| at + open) {
        let end = text[open + 4..].find("-->").map_or(text.len(), |end| open + 4 + end + 3);
        found.push(open..end);
        at = end;
    }
    let mut rest = String::new();
    let mut from = 0;
    for range in &found {
        rest.push_str(&text[from..range.start]);
        from = range.end;
    }
    rest.push_str(&text[from..]);
    if found.is_empty() {
    } else if rest.trim().is_empty() {
        edits.push((block, String::new()));
    } else {
        edits
            .extend(found.into_iter().map(|range| (block.start + range.start..block.start + range.end, String::new())));
    }
}

/// Carries out edits; one that overlaps an earlier one is left.
fn apply(body: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut text = String::with_capacity(body.len());
    let mut from = 0;
    for (range, new) in edits {
        if range.start >= from && range.end <= body.len() {
            text.push_str(&body[from..range.start]);
            text.push_str(&new);
            from = range.end;
        }
    }
    text.push_str(&body[from..]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let replace = |found: Found<'_>| Replaced {
            target: match found.target {
                "draft.md" => String::new(),
                target => target.replace(".md", "/"),
            },
            text: (found.text == "?").then(|| "1,200".to_owned()),
        };
        edited(text, &|text| text.to_owned(), &replace)
    }

    #[test]
    fn links_lead_where_they_should() {
        for (written, wanted) in [
            ("[a](b.md)", "[a](b/)"),
            ("[a]( <b c.md> \"t\")", "[a]( <b c/> \"t\")"),
            ("![p](b.md 't') and [x](y_(z).md).", "![p](b/ 't') and [x](<y_(z)/>)."),
            ("[![p](i.png)](b.md)", "[![p](i.png)](b/)"),
            ("[a][r] and [r].\n\n[r]: b.md \"t\"\n", "[a][r] and [r].\n\n[r]: b/ \"t\"\n"),
            ("[a](draft.md)", "[a](<>)"),
            ("[a](draft.md \"b.md\")", "[a](<> \"b.md\")"),
            ("[?](f.md#x)", "[1,200](f/#x)"),
            ("`[a](b.md)` <https://e.org/b.md>", "`[a](b.md)` <https://e.org/b.md>"),
            ("| a |\n|---|\n| [x](b.md) |\n", "| a |\n|---|\n| [x](b/) |\n"),
        ] {
            assert_eq!(of(written), wanted);
        }
    }

    #[test]
    fn remarks_are_left_out() {
        for (written, wanted) in [
            ("a\n\n<!-- ok: x -->\n\nb\n", "a\n\n\nb\n"),
            ("a <!-- secret\nmore --> b", "a  b"),
            ("<div>\n<!-- s -->x\n</div>\n", "<div>\nx\n</div>\n"),
            ("<!-- never ends\n\nsecret", ""),
            ("`<!-- code -->`\n\n```\n<!-- code -->\n```\n", "`<!-- code -->`\n\n```\n<!-- code -->\n```\n"),
            ("| a |\n|---|\n| b <!-- s --> |\n", "| a |\n|---|\n| b  |\n"),
        ] {
            assert_eq!(of(written), wanted);
        }
    }
}
